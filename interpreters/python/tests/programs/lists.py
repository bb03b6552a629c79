a = [3, 1, 2]
a.append(4)
a.extend([5, 6])
a.insert(0, 0)
a += (7, 8)
print(a, len(a), a[0], a[-1], a[1:4], a[::-1], a[::3], a[-3:-1])
a[1:3] = ["x", "y", "z"]
print(a)
a[::2] = [None] * len(a[::2])
print(a, a.count(None), a.index("x"))
del a[0], a[-1], a[1:3]
print(a, a.pop(), a.pop(0), a)
b = [5, 2, 9, 1]
b.sort()
print(b, sorted(b, reverse=True), sorted(["bb", "a", "ccc"], key=len), sorted([(2, "b"), (1, "z"), (2, "a")]))
b.sort(key=lambda v: -v)
b.reverse()
print(b, b.copy() == b, b is not b[:], [1, 2] < [1, 3], [1] == [1.0], [1, 2] + [3], [0] * 3, 2 * [1, 2])
b.remove(9)
b.clear()
print(b, bool(b), not b, list(range(5)), list("ab"), [*range(3), *"xy"])
m = [[0] * 3 for _ in range(2)]
m[0][1] = 5
print(m, [x for row in m for x in row], [(i, j) for i in range(3) for j in range(i) if (i + j) % 2])
c = [1, [2, [3]]]
c.append(c)
print(c)
first, *middle, last = range(6)
print(first, middle, last)
(x, y), [z, *_] = (1, 2), "abc"
print(x, y, z, _)
for op in (lambda: [1][3], lambda: [].pop(), lambda: [1].remove(2), lambda: [1].index(2), lambda: [1] + (2,), lambda: a["a"], lambda: sorted([1, "a"]), lambda: [3, 1].sort(5)):
    try:
        op()
    except Exception as error:
        print(type(error).__name__, error)
try:
    p, q = [1, 2, 3]
except ValueError as error:
    print(error)
try:
    p, q, r = [1, 2]
except ValueError as error:
    print(error)
t = (1, "a", None)
print(t, t + (2,), t * 2, t[1], len(t), (1,), (), t.index("a"), t.count(1), hash((1, 2)) == hash((1, 2)), (1, 2) < (1, 2, 3))
data = [i * 7919 % 1009 for i in range(2000)]
data.sort()
print(data[:10], data[-5:], sum(data), any(data), all(data), min(data), max(data))
print(list(enumerate("ab", 1)), list(zip([1, 2, 3], "ab")), list(map(lambda v, w: v + w, [1, 2], [10, 20])), list(filter(None, [0, 1, "", "a"])), list(reversed([1, 2, 3])))
