# collections.
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque, namedtuple

d = deque([1, 2, 3], maxlen=4)
d.append(4)
d.append(5)
d.appendleft(0)
print(d, len(d), d[0], d[-1], list(reversed(d)), 3 in d, d.maxlen)
d.rotate(1)
print(d, d.pop(), d.popleft(), d)
e = deque("abcdef")
e.rotate(-2)
e.extendleft("xy")
del e[1]
e.insert(2, "Z")
e.remove("d")
print(e, e.index("Z"), e.count("a"), e == deque(e), e < deque("z"), e + deque("!"), e * 2)
for i in range(100):
    e.append(i)
    if i % 3:
        e.popleft()
print(sum(x for x in e if isinstance(x, int)), e.copy() == e)
for bad in (lambda: deque().pop(), lambda: e[1000], lambda: deque([], -1)):
    try:
        bad()
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    for x in e:
        e.append(1)
except RuntimeError as error:
    print(error)
dd = defaultdict(list)
for word in "one two three four five".split():
    dd[len(word)].append(word)
print(dd, dd[9], sorted(dd.items()), dd.default_factory, "x" in dd, dd.get("x"))
try:
    defaultdict(None)["missing"]
except KeyError as error:
    print(repr(error))
c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], c + Counter("aab"), c - Counter("aaaaab"), sorted(c.elements()), c.total())
Point = namedtuple("Point", "x y", defaults=[0])
p = Point(3)
print(p, p.x, p._replace(y=5), p._asdict(), Point._fields, p == (3, 0), Point._make([7, 8]), isinstance(p, tuple))
try:
    Point()
except TypeError as error:
    print(error)
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a")
print(o, o.popitem(last=False), list(reversed(o)), o == {"c": 3, "a": 1})
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(m["a"], m["b"], dict(m), len(m))


class Lower(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.lower(), value)


u = Lower(A=1)
u["B"] = 2
print(u, "a" in u)
