# Hashes and equality of instances of subclasses of builtin classes, inherited, overridden, taken away, and changed.
from collections import namedtuple


class Plain(tuple):
    pass


class Named(namedtuple("Named", "a b")):
    pass


class Own(tuple):
    def __hash__(self):
        return 7


class Equal(int):
    def __eq__(self, other):
        return True


class Number(int):
    pass


class Text(str):
    pass


class Borrowed:
    __hash__ = (5).__hash__


class Free:
    pass


class Odd:
    __hash__ = None


print(hash(Plain((1, 2))) == hash((1, 2)), hash(Named(1, (2, "x"))) == hash((1, (2, "x"))), hash(Own((1,))))
print(hash(Number(10**30)) == hash(10**30), hash(Text("abc")) == hash("abc"), hash(Borrowed()))
print({Named(1, 2): "found"}[(1, 2)], {(1, 2): "found"}[Named(1, 2)])
for unhashable in (Odd(), Equal(3), Plain(([],))):
    try:
        print(hash(unhashable))
    except TypeError as e:
        print(e)

Plain.__hash__ = lambda self: 11
print(hash(Plain((1, 2))))
del Plain.__hash__
print(hash(Plain((1, 2))) == hash((1, 2)))
Free.__hash__ = lambda self: -1
print(hash(Free()))
print(Plain((1,)) == (1,), (1,) == Plain((1,)), Plain((1,)) < Plain((2,)), Named(1, 2) != Named(1, 3))

distances = {}
for i in range(3000):
    key = Named(i % 7, Named(i % 5, str(i % 3)))
    distances[key] = distances.get(key, 0) + 1
print(len(distances), sorted(distances.items())[:3])

for x in (10**40 + 7, -(10**40) - 7, 3**500, -(7**300)):
    for y in (10**20, -(10**20) - 1, 2**64, 2**64 - 1, -(2**128) + 1, 3**200, 12345678901234567890123):
        q, r = divmod(x, y)
        assert q * y + r == x and (0 <= r < y or y < r <= 0) and x // y == q and x % y == r
        assert (x * y) // y == x and (x * y) % y == 0 and (x * y - 1) // y == (x - 1 if y > 0 else x)
print(hash((10**40 + 7) // 3**50), (2**200 - 1) // (2**100 + 1), -(2**200) % (2**100 - 1))
