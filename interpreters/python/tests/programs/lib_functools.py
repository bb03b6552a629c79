# functools, operator, bisect, heapq, copy.
import bisect
import copy
import functools
import heapq
import operator


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())


@functools.lru_cache(maxsize=2)
def square(x):
    print("computing", x)
    return x * x


print([square(x) for x in (1, 2, 1, 3, 2)], square.cache_info())
add = functools.partial(lambda a, b, c=0: a + b + c, 1, c=10)
print(add(5), add.args, add.keywords, functools.reduce(operator.mul, range(1, 7)), functools.reduce(lambda a, b: a + b, [], 5))


@functools.wraps(fib)
def wrapper():
    pass


print(wrapper.__name__, wrapper.__wrapped__ is fib)


@functools.total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


print(Version(1) <= Version(2), Version(3) > Version(2), Version(1) >= Version(2))


@functools.singledispatch
def describe(x):
    return "something"


@describe.register
def _(x: int):
    return "an int"


@describe.register(list)
def _(x):
    return "a list"


print(describe(1), describe([]), describe("x"), describe(True))


class Lazy:
    @functools.cached_property
    def value(self):
        print("made once")
        return 42


lazy = Lazy()
print(lazy.value, lazy.value)
print(sorted(["b", "A", "c"], key=functools.cmp_to_key(lambda a, b: (a.lower() > b.lower()) - (a.lower() < b.lower()))))
print(operator.itemgetter(1, 2)("abc"), operator.attrgetter("real")(5), operator.methodcaller("upper")("x"), operator.add(1, 2))
print(bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3), bisect.bisect([(1, "a"), (2, "b")], 1, key=lambda p: p[0]))
heap = [5, 1, 8, 3]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(len(heap))], heapq.nlargest(2, [4, 9, 1]), heapq.nsmallest(2, [4, 9, 1]), list(heapq.merge([1, 4], [2, 3])))


class Node:
    def __init__(self, value):
        self.value, self.link, self.items = value, self, [value, {"k": [value]}]


node = Node(3)
shallow, deep = copy.copy(node), copy.deepcopy(node)
print(shallow.link is node, shallow.items is node.items, deep.link is deep, deep.items == node.items, deep.items is node.items)
print(copy.deepcopy([1, (2, [3]), {4: {5}}]), copy.copy((1, 2)))


class Slotted:
    __slots__ = ("a", "b")


s = Slotted()
s.a = [1]
t = copy.deepcopy(s)
print(t.a, t.a is s.a, hasattr(t, "b"))
