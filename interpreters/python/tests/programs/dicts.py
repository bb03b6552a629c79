d = {"a": 1, "b": 2, 3: "three", (1, 2): [1], None: 0, 1.5: "f", True: "yes"}
print(d, len(d), d["a"], d[3], d[(1, 2)], d[1], "a" in d, "z" in d, d.get("z"), d.get("z", 7))
d["c"] = 3
d["a"] += 10
del d["b"]
print(d, list(d), list(d.values()), list(d.items()), sorted(d.keys() & {"a", "c"}), d.setdefault("q", []), d.pop("q"), d.pop("zz", None))
print({**d, "x": 1}, dict(a=1, b=2), dict([("k", "v")]), dict.fromkeys("ab", 0), {"a": 1} | {"b": 2}, {"a": 1} == {"a": 1.0})
for k, v in d.items():
    print(k, "->", v)
for op in (lambda: d["nope"], lambda: {}[[]], lambda: {}.popitem(), lambda: {[]: 1}, lambda: {}["a"]):
    try:
        op()
    except Exception as error:
        print(type(error).__name__, error)
try:
    for k in d:
        d[str(k) + "!"] = 1
except RuntimeError as error:
    print(error)
e = {i: i * i for i in range(1000)}
for i in range(0, 1000, 2):
    del e[i]
print(len(e), sum(e.values()), e.popitem(), list(e)[:5], list(reversed(e))[:3])
e.update({1: "one"}, two=2)
print(e[1], e["two"], e.copy() == e)
counts = {}
for word in "the cat and the dog and the bird".split():
    counts[word] = counts.get(word, 0) + 1
print(counts, sorted(counts, key=lambda w: (-counts[w], w)), max(counts, key=counts.get))
s = {3, 1, 2, 3}
s.add(4)
s.discard(10)
print(sorted(s), len(s), 3 in s, sorted(s | {9}), sorted(s & {1, 2}), sorted(s - {1}), sorted(s ^ {1, 99}), {1, 2} <= s, s.isdisjoint({7}), set() == frozenset())
s.remove(1)
try:
    s.remove(1)
except KeyError as error:
    print("KeyError", error)
print(sorted({x % 3 for x in range(10)}), frozenset([1, 2]) == {1, 2}, {frozenset([1]): 2}[frozenset([1])], set(), {1})
class Key:
    def __init__(self, v):
        self.v = v
    def __hash__(self):
        return self.v % 2
    def __eq__(self, other):
        return self.v == other.v
    def __repr__(self):
        return f"Key({self.v})"
k = {Key(i): i for i in range(6)}
print(k, k[Key(3)], Key(7) in k)
r = {}
r["self"] = r
print(r)
