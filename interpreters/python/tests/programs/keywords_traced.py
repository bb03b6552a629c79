"""Keyword arguments, defaults, and small dicts in loops: with dicts that change under way, and with errors."""


def f(a, b=2, *args, c=3, **kw):
    return (a, b, args, c, len(kw), sorted(kw))


def g(a, b, c=0):
    return a * 100 + b * 10 + c


def keep(**kw):
    return kw


def change(**kw):
    kw["new"] = len(kw)
    kw.pop("x", None)
    return list(kw.items())


class K:
    def __init__(self, **kw):
        self.kw = kw

    def __call__(self, *args, **kw):
        return args, kw


def calls(n):
    out = []
    t, d, k = (1, 2, 3), {"c": 5}, K(z=1)
    for i in range(n):
        out.append(f(i))
        out.append(f(i, b=1, c=2))
        out.append(f(*t, x=i))
        out.append(g(i, 2, **d))
        out.append(g(b=i, a=3))
        out.append(f(1, x=i, y=2, **d))
        out.append(keep(a=i, **{"b": i % 3}))
        out.append(change(x=i, y=1))
        out.append(k(i, *[i] * (i % 12), w=i))
        out.append(K(p=i, q=2).kw)
        if i == n // 2:
            d = {"c": 6}
            f.__kwdefaults__["c"] = 30
            g.__defaults__ = (7,)
        if i == n * 3 // 4:
            d = {"c": 1, **{}}
            f.__kwdefaults__ = {"z": 0, "c": 300}
    f.__kwdefaults__ = {"c": 3}
    g.__defaults__ = (0,)
    return out


def wrong(n):
    out = []
    for i in range(n):
        for attempt in (
            lambda: g(1, 2, b=3),
            lambda: g(1, **{"b": 2, "d": 1}),
            lambda: g(1, b=2, **{"b": 3}),
            lambda: g(1, 2, **{"c": 1}, **{"c": 2}),
            lambda: f(c=1),
            lambda: keep(**{1: 2}),
            lambda: keep(**[1]),
            lambda: g(*5),
            lambda: keep(1),
        ):
            try:
                out.append(attempt())
            except TypeError as e:
                out.append(str(e))
    return out[-9:], len(set(map(str, out)))


def small(n):
    """Dicts that grow over the size up to which they have no index, and shrink."""
    total = 0
    for i in range(n):
        d = {"a": i, "b": 2, 3: i}
        d["a"] += d["b"]
        d["c"] = d.get("a") + d.get("nothing", 5)
        if i % 3 == 0:
            del d["b"]
            d["b"] = 9
        for j in range(i % 12):
            d[j] = j
        total += sum(v for v in d.values()) + len(d)
        for k, v in d.items():
            if k == "c":
                total += v
        try:
            total += d["missing"] if i % 5 else d[3]
        except KeyError as e:
            total += len(str(e))
        if i % 4 == 0:
            d.clear()
            d["a"] = 1
            total += d["a"]
        total += len({"k": 1, "k": 2, "l": i}) + len(dict(d, z=1))
    return total


class Ints(dict):
    def __missing__(self, key):
        return 1000


def places(n):
    """A key that stands elsewhere, in dicts of several kinds."""
    dicts = [{"x": 1}, {"y": 2, "x": 3}, {"a": 1, "b": 2, "c": 3, "x": 4}, Ints(), {i: i for i in range(20)} | {"x": 5}]
    total = 0
    for i in range(n):
        d = dicts[i % len(dicts)]
        total += d["x"]
        if i % 7 == 0 and type(d) is dict:
            d["x"] = d.pop("x") + 1
    x = globals()
    for i in range(n):
        total += x["offset"]
        x["offset"] = i
    return total


class Odd:
    """Equal to a string, with the same hash."""

    def __init__(self, text):
        self.text = text

    def __hash__(self):
        return hash(self.text)

    def __eq__(self, other):
        log.append(self.text)
        return self.text == other


offset = 3
log = []
for line in calls(40)[-60:]:
    print(line)
print(wrong(30))
print(small(200))
print(places(200), offset)
odd = {Odd("p"): 1, Odd("q"): 2}
for i in range(30):
    assert odd["q"] == 2
    odd["q"] = 2
print(len(odd), len(log))
d = {"k": 0}
for i in range(50):
    d["k"] = i
    for k in list(d):
        if i > 40:
            d[str(i)] = k
try:
    for k in d:
        d.pop(k)
except RuntimeError as e:
    print(e)
print(d, {"u": 1} == dict(u=1), str({1: {"v": (2,)}}))


def named(a=1, *, b=2):
    return a + b


for i in range(30):
    named.__defaults__ = (i,)
    named.__kwdefaults__ = {"b": i % 3}
    named.__name__ = "name%d" % i
    assert named() == i + i % 3
print(named.__name__, named())
