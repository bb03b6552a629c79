"""Sets and dicts with keys that are compared by Python code, unpacking, and attributes by name, in loops."""


class Key:
    """Equal to a number or a string, with its hash."""

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        log.append(self.value)
        if self.value == 13 and len(log) % 5 == 0:
            marks.add(len(log))
        return self.value == (other.value if isinstance(other, Key) else other)


log = []
marks = set()


def sets(n):
    s, t, hits = {Key(13), Key("k"), True, 2.0}, set(), 0
    for i in range(n):
        s.add(i % 17)
        t.add(i % 5)
        t.add(str(i % 3))
        hits += (i % 17 in s) + ("k" in s) + (i in t) + (1 in s) + (2 in s) + (2.5 in s) + (None in t)
        if i % 11 == 0:
            s.discard(i % 17)
            t.discard("1")
            t.add(float(i % 4))
    f = frozenset(t)
    for i in range(n):
        hits += i % 7 in f
        try:
            hits += [] in f
        except TypeError as e:
            hits += len(str(e))
    return hits, sorted(map(str, t)), len(s), len({v % 7 for v in range(n)}), len(log), len(marks)


def growing(n):
    s, d = set(), {}
    for i in range(n):
        s.add(i * 7919 % 1009)
        d[i * 31 % 503] = i
        d[str(i % 50)] = i
        if i % 3 == 0:
            d[Key(i % 20)] = -i
    total = 0
    for k in s:
        total += k
    for k, v in d.items():
        total += v
    for k in d:
        total += isinstance(k, str)
    for v in d.values():
        total -= v
    return total, len(s), len(d)


class Thing:
    kind = "thing"

    def __init__(self, n):
        self.n = n
        if n % 3 == 0:
            self.third = n

    @property
    def wrong(self):
        raise AttributeError("wrong", self.n)

    @property
    def worse(self):
        raise ValueError("worse")


class Lazy(Thing):
    def __getattr__(self, name):
        try:
            return {"lazy": 1}[name]
        except KeyError:
            raise AttributeError(name)


def attributes(n):
    out = []
    for i in range(n):
        t = (Lazy if i % 2 else Thing)(i)
        setattr(t, "extra", i)
        out.append((getattr(t, "third", None), getattr(t, "lazy", -1), getattr(t, "extra"), hasattr(t, "wrong")))
        out.append((hasattr(t, "kind"), getattr(t, "missing", "no"), getattr(3, "real", 0), getattr("s", "real", 1)))
        if i == n // 2:
            Thing.kind2 = 5
            del Thing.kind
        try:
            getattr(t, "worse", None)
        except ValueError as e:
            out.append(str(e))
        try:
            t.lazy2
        except AttributeError as e:
            out.append((e.args, e.name if i % 2 == 0 else None, type(e.__context__).__name__))
    return out


def unpack(n):
    out = []
    for i in range(n):
        a, *b = (i, 2, 3)
        *c, d = [i, a]
        e, *f, g = "xyz" if i % 2 else [1, 2]
        h, (j, *k) = i, range(4)
        out.append((a, b, c, d, e, f, g, h, j, k))
        b.append(i)
        for bad in ((), [1], (1, 2, 3), 5, "ab"):
            try:
                p, q = bad
                out.append((p, q))
            except (ValueError, TypeError) as e:
                out.append(str(e))
            try:
                p, *q, r = bad
                out.append((p, q, r))
            except (ValueError, TypeError) as e:
                out.append(str(e))
    return out


def missing(n):
    d, seen = {1: 2, "a": 3}, []
    for i in range(n):
        try:
            d[i & 3]
            d["b"]
        except KeyError as e:
            seen.append((e.args, e.__context__, e.__traceback__ is not None, str(e)))
            try:
                d[(i, 2)]
            except LookupError as e2:
                seen.append((e2.args, e2.__context__ is e, repr(e2)))
    return seen[-6:]


def errors(n):
    out = []
    for i in range(n):
        for make in (
            lambda: AttributeError(i),
            lambda: AttributeError("m", name="n", obj=i),
            lambda: NameError("x"),
            lambda: NameError(name=i),
            lambda: AttributeError(1, 2, 3),
        ):
            try:
                raise make()
            except (AttributeError, NameError) as e:
                out.append((repr(e), e.name, getattr(e, "obj", "none"), str(e)))
    return out[-5:]


print(sets(300))
print(growing(2000))
for line in attributes(24)[-20:]:
    print(line)
for line in unpack(30)[-24:]:
    print(line)
print(missing(60))
print(errors(20))
try:
    Thing(1).nothing
except AttributeError as e:
    print(e.name, e.obj.n)
