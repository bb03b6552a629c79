# itertools.
from itertools import *

print(list(islice(count(3, 2), 4)), list(islice(cycle("ab"), 5)), list(repeat(7, 3)), count(5), repeat(1, 2))
print(list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 2], max)), list(accumulate([1, 2], initial=10)))
print(list(chain("ab", [1])), list(chain.from_iterable(["ab", "cd"])), list(compress("abcd", [1, 0, 1, 1])))
print(list(dropwhile(lambda x: x < 3, [1, 3, 2])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1])))
print(list(filterfalse(None, [0, 1, ""])), [(k, list(g)) for k, g in groupby("aabbbac")])
print(list(islice("abcdefg", 2)), list(islice("abcdefg", 2, None, 2)), list(islice("abc", 1, 2)), list(islice([], 3)))
it = iter(range(10))
print(list(islice(it, 1, 6, 2)), next(it))
print(list(pairwise("abcd")), list(starmap(pow, [(2, 3), (3, 2)])), list(zip_longest("abc", [1], fillvalue="-")))
print(list(batched("abcdefg", 3)), list(product("ab", [1, 2])), len(list(product(range(3), repeat=3))), list(product()))
print(list(permutations("abc")), list(permutations(range(3), 2)), list(permutations([], 1)))
print(list(combinations("abcd", 2)), list(combinations([1], 2)), list(combinations_with_replacement("abc", 2)))
a, b = tee([1, 2, 3])
print(next(a), next(a), list(b), list(a))
for bad in (lambda: islice("a", -1), lambda: combinations("a", -1), lambda: batched("a", 0), lambda: product("a", repeat=-1)):
    try:
        bad()
    except ValueError as error:
        print(error)
total = 0
for x, y in product(range(30), repeat=2):
    total += x * y
for p in permutations(range(6)):
    total += p[0]
for i in chain(range(200), range(100)):
    total ^= i
print(total)
