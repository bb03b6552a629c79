"""A list keeps floats in its own way; nobody can tell, whatever is done to it, and whenever."""

import copy

inf = float("inf")
nan = float("nan")
ODD = [1e300, -0.0, inf, -inf, 5e-324, 1.5]


def make(n):
    a = [0.0] * n
    for i in range(n):
        a[i] = i * 0.5
    return a


def total(a):
    s = 0
    for x in a:
        s += x
    return s


def store(a, i, x):
    a[i] = x
    return a


# Something else comes in under a running loop.
def generalise(kind):
    a = make(300)
    for i in range(len(a)):
        if i == 200:
            a[i] = kind
        else:
            a[i] = a[i] + 1.0
    return a[198:203], type(a[200]).__name__


for kind in (7, True, None, "text", nan, 1 << 70, (1.0,), 2.5):
    print(generalise(kind))


# Appending: of the same, of something else, at each length.
def appended(n, other):
    a = []
    for i in range(n):
        a.append(i / 4)
    a.append(other)
    for i in range(n):
        a.append(-i / 4)
    return len(a), a[n - 1 : n + 3], total(x for x in a if x is not other)


for n in (1, 2, 7, 60):
    for other in (3, nan, -0.0, inf, False):
        print(n, appended(n, other))


# Subclasses stay what they are.
class Metres(float):
    pass


a = [1.0, 2.0]
a.append(Metres(3.0))
print(a, [type(x).__name__ for x in a])
a = [1.0, 2.0]
a[0] = Metres(4.0)
print([type(x).__name__ for x in a], type([Metres(1.0)] * 2 == [1.0, 1.0]).__name__)
print([type(x).__name__ for x in [Metres(1.0), 2.0] + [3.0]])

# Odd floats.
a = list(ODD)
print(a, a == ODD, [str(x) for x in a], a.index(-0.0), a.index(0.0), a.count(inf), inf in a, nan in a)
a = [-0.0] * 3
print(a, a[0] is a[0], a == [0.0] * 3)
a = [inf] * 3
print(a[1] is inf, a[1] is a[2], a[0] is not inf)

# NaN: identical with itself, equal to nothing.
a = [1.0, nan, 2.0]
print(nan in a, a.index(nan), a.count(nan), a == a, a == [1.0, nan, 2.0], a == [1.0, float("nan"), 2.0], a[1] is nan)
a = [1.0] * 3
a[1] = nan
print(a[1] is nan, nan in a, a == list(a), copy.deepcopy(a)[0])

# Every way to change a list.
a = make(6)
a[1:3] = [9.0, 8.0, 7.0]
print(a)
a[::2] = [0.25] * 4
print(a)
a[2:4] = (1, 2)
print(a, [type(x).__name__ for x in a])
a = make(6)
a[6:] = [1]
print(a)
a = make(6)
a[:] = "ab"
print(a)
a = []
a[:] = (1.0, 2.0)
print(a, a + [3], [3] + a, a + [3.0], [] + a, a + [], a * 2, 2 * a, a * 0, (1.5,) * 3)
a += [4.0]
a += (5.0, 6)
a += (x * 0.5 for x in range(3))
print(a)
a.extend(a)
print(len(a), a[-3:])
a *= 2
print(len(a), a[3::7])
a = make(5)
a.insert(2, 9.0)
a.insert(0, "first")
print(a, a.pop(), a.pop(0), a.pop(2), a)
a = make(5)
a.remove(1.0)
a.remove(2)
a.reverse()
print(a)
del a[0], a[-1:]
print(a)
a.clear()
a.append(1)
print(a)
a = make(12)
del a[1::3]
print(a, a[::-1], a[8:2:-2])
a = make(4)
while a:
    print(a.pop(), end=" ")
a.append("end")
print(a)

# Sorting.
a = [3.5, -0.0, 0.0, inf, -2.5, 1e300, 0.0, -0.0]
print(sorted(a), sorted(a, reverse=True), sorted(a, key=abs), sorted(a, key=str))
a.sort(key=lambda x: -x)
print(a, max(a), min(a), sum(make(9)))
a = make(4)
try:
    a.sort(key=lambda x: a.append(x))
except (ValueError, TypeError) as e:
    print(type(e).__name__, a)
a = [2.0, nan, 1.0]
print(len(sorted(a)), sorted([2.0, 1, 0.5]))

# Changed while somebody iterates.
a = make(4)
seen = []
for x in a:
    seen.append(x)
    if len(a) < 8:
        a.append("more" if len(a) == 6 else x)
print(seen)
a = make(4)
it = iter(a)
print(next(it), next(it))
a[2] = "changed"
print(list(it), list(reversed(make(3))))

# Unpacking, calls, conversions, comparisons.
x, y, z = make(3)
p, *q = make(4)
print(x, y, z, p, q, tuple(make(3)), set(make(3)), dict(zip("ab", make(2))), (lambda *r: r)(*make(3)))
print(make(3) < [0.0, 0.5, 2], make(3) == [0, 0.5, 1], make(3) != make(2), repr(make(3)), str([make(1)]), bool([0.0]))
print("%s %s" % tuple(make(2)), [i for i in enumerate(make(2))], list(map(str, make(2))))
try:
    ",".join(make(2))
except TypeError as e:
    print(e)


# Rows of a matrix, of which one is general.
def product(a, b):
    n = len(a)
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        row = c[i]
        for j in range(n):
            s = 0.0
            for k in range(n):
                s += a[i][k] * b[k][j]
            row[j] = s
    return c


m = [[float(i * j % 5) for j in range(8)] for i in range(8)]
before = product(m, m)
m[3] = [i for i in range(8)]
m[5][2] = 2
after = product(m, m)
print(before[1], before[7], after[3], after[5])


# A list literal whose elements are known in a loop, and one whose are not.
def vectors(n):
    out = [0.0, 0.0, 0.0]
    for i in range(n):
        v = [i * 0.5, 1.0, out[2]]
        w = [i, 1.0] if i % 3 else [1.0, i]
        out = [out[0] + v[0], out[1] + w[0] * w[1], v[2] + 1]
    return out


print(vectors(500))


# Numbers of a size that no word holds.
def large(n):
    a = [1.0] * 4
    for i in range(n):
        a[i & 3] = a[(i + 1) & 3] * 1e3
        if a[i & 3] > 1e305:
            a[i & 3] = -1e-305
    return a


print(large(1000))

# Searching and comparing without looking at words.
a = make(6)
print(1.0 in a, 1 in a, 0.25 in a, "x" in a, a.index(2), a.index(0.5, 1), a.count(0), a.count(-0.0), a.count(True))
print(a == make(6), a != make(6), a == make(6)[::-1], a == make(5), a < make(7), [-0.0] == [0.0], [inf] == [inf])
for wanted in (nan, 0.75, "x"):
    try:
        print(a.index(wanted))
    except ValueError as e:
        print(e)
try:
    a.index(0.5, 3, 2)
except ValueError as e:
    print(e)
