# Sets in hot loops: operators, comparisons, iteration, with keys of every kind.


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 5

    def __eq__(self, other):
        Key.asked += 1
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"K{self.n}"

    asked = 0


OPS = [
    lambda a, b: a | b,
    lambda a, b: a & b,
    lambda a, b: a - b,
    lambda a, b: a ^ b,
    lambda a, b: a <= b,
    lambda a, b: a < b,
    lambda a, b: a == b,
    lambda a, b: a != b,
    lambda a, b: a >= b,
    lambda a, b: a > b,
    lambda a, b: a.isdisjoint(b),
    lambda a, b: a.issubset(b),
]


def show(x):
    if isinstance(x, (set, frozenset)):
        return (type(x).__name__, sorted(map(repr, x)))
    return x


def all_pairs(sets):
    out = []
    for op in OPS:
        for a in sets:
            for b in sets:
                out.append(show(op(a, b)))
    return out


ints = [set(), {1, 2, 3}, frozenset(range(0, 40, 3)), frozenset([1, 3]), set(range(100)), {-1, -2, 2**61, 2**61 - 1, 0}]
texts = [{"a", "b"}, frozenset("abc"), set("xyzab"), {1, "a", 2.5, None, True}, {1.0, 0.0, False, 2**70}]
keys = [{Key(1), Key(6)}, frozenset(map(Key, range(12))), {Key(3), 3, "3", (1, 2)}]
for group in (ints, texts, ints + texts, keys, keys + texts):
    results = [all_pairs(group) for _ in range(3)]
    print(results[0] == results[1] == results[2], hash(str(len(results[0]))) != 0, sum(len(str(r)) for r in results[0]))
print(all_pairs(keys)[:20])


def order():
    # Sets of small numbers are iterated in CPython's order.
    out = []
    for n in range(30):
        a = frozenset(range(0, 7 * n, 7))
        b = frozenset(range(0, 3 * n, 3))
        out.append([list(a - b)[:4], list(a & b)[:4], list(a ^ b)[-3:], list(a | b)[-3:]])
    return out


print(order())


def solve():
    free = frozenset(range(50))
    pieces = [frozenset((i, i + 1, (i * 7) % 50)) for i in range(48)]
    total = 0
    for _ in range(40):
        left = free
        for p in pieces:
            if p <= left:
                left = left - p
                if left:
                    total += min(left) + len(left & pieces[3])
                for x in p:
                    total += x
    return total


print(solve())


def changed():
    s = set(range(20))
    seen = []
    try:
        for x in s:
            seen.append(x)
            if x == 10:
                s.add(1000)
    except RuntimeError as e:
        seen.append(str(e))
    d = dict.fromkeys(range(20))
    try:
        for x in d:
            seen.append(x)
            if x == 10:
                del d[3]
    except RuntimeError as e:
        seen.append(str(e))
    return seen


for _ in range(5):
    result = changed()
print(result)


def exhausted():
    # An iterator that has ended stays so, whatever becomes of the table.
    out = []
    for make, grow in ((lambda: {1, 2, 3}, lambda s: s.add(9)), (lambda: {1: 1, 2: 2}, lambda d: d.update({9: 9}))):
        for _ in range(30):
            table = make()
            it = iter(table)
            n = 0
            for x in it:
                n += x
            grow(table)
            for x in it:
                n += 1000
            out.append(n)
    return sum(out)


print(exhausted())
print(min({3, 1, 2}), max(frozenset([3.5, 1])), min("hello"), max([1, 5, 2], key=lambda x: -x), min({}, default=7))
for bad in (lambda: min(set()), lambda: max([1, "a"]), lambda: {1} < [1], lambda: {1} | [1]):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
