# Arrays of numbers: items as machine numbers, every method, and hot loops over them.
from array import array
import copy


def methods(code, values, more):
    a = array(code, values)
    a.append(more)
    a.extend(values[:2])
    a.extend(array(code, values[1:]))
    a.insert(1, more)
    a.insert(-1, values[0])
    a += array(code, [more])
    out = [repr(a), len(a), a[0], a[-1], a[1:4], a[::-2], a.index(more), a.count(more), more in a, a.pop(), a.pop(0), a.pop(-2)]
    a.remove(more)
    a[0] = more
    a[1:2] = array(code, values)
    a[::2] = a[::2]
    del a[0]
    del a[1:3]
    a.reverse()
    a *= 2
    b = copy.copy(a)
    c = array(code, a)
    b.append(more)
    out += [a, b > a, a == c, a != b, a * 2 == a + a, a.tolist(), list(reversed(a)), sorted(a), copy.deepcopy(a) == a]
    d = array(code)
    d.frombytes(a.tobytes())
    d.fromlist(values)
    out += [d[: len(a)] == a, d.itemsize, min(d), max(d), sum(d), array(code, iter(values)), 2 * array(code, values)]
    return out


for code in "bBhHiIlLqQ":
    print(code, *methods(code, [1, 2, 3, 100], 7))
for code in "df":
    print(code, *methods(code, [1, 2.5, -0.0, 1e30], 7))
print(array("q", [2**62, -(2**63), 2**63 - 1]), array("Q", [2**64 - 1]), array("d", [2**60, True]), array("d", [0.0, -0.0, float("nan"), 1e-310, 1e308]))


def errors():
    a, f = array("h", [1, 2]), array("d", [1.0])
    for bad in (
        lambda: a[2], lambda: a[-3], lambda: f[1], lambda: a["x"], lambda: a.__setitem__(5, 1), lambda: a.__setitem__(0, 70000),
        lambda: a.__setitem__(0, 1.5), lambda: f.__setitem__(0, "x"), lambda: f.append(None), lambda: a.extend([1, "x", 2]),
        lambda: a.pop(9), lambda: a.remove(99), lambda: a.index(99), lambda: a.__delitem__(7), lambda: array("h").pop(),
        lambda: a + f, lambda: array("b", [128]), lambda: a.fromlist([1, 2, None]), lambda: a.__setitem__(slice(0, 1), [1]),
    ):
        try:
            bad()
        except Exception as e:
            print(type(e).__name__, e)
    print(a, f)


errors()


def grid(n):
    # A stencil over a grid of floats, and counting in integers.
    g = array("d", [0.0]) * (n * n)
    counts = array("l", [0]) * n
    for i in range(n):
        g[i] = i * 0.5
        g[n * n - 1 - i] = -i
    for _ in range(20):
        for y in range(1, n - 1):
            for x in range(1, n - 1):
                at = y * n + x
                g[at] = 0.25 * (g[at - 1] + g[at + 1] + g[at - n] + g[at + n])
                counts[x] += y
    return sum(g), sum(counts), g[n + 1], counts[1]


print(grid(24))


class Matrix:
    def __init__(self, n):
        self.n, self.data = n, array("d", [0]) * (n * n)

    def __getitem__(self, at):
        x, y = at
        return self.data[y * self.n + x]

    def __setitem__(self, at, value):
        x, y = at
        self.data[y * self.n + x] = value


def matrices():
    a, b, c = Matrix(12), Matrix(12), Matrix(12)
    for i in range(12):
        for j in range(12):
            a[i, j], b[i, j] = i + j, i - j
    for i in range(12):
        for j in range(12):
            c[i, j] = sum(a[i, k] * b[k, j] for k in range(12))
    return c.data[:5], sum(c.data)


for _ in range(3):
    result = matrices()
print(result)


def changing():
    # The array grows and shrinks while it is iterated over.
    a = array("i", [1, 2, 3])
    seen = []
    for x in a:
        seen.append(x)
        if len(a) < 40:
            a.append(x * 2)
    for x in a:
        seen.append(x)
        if len(a) > 20:
            a.pop()
    return seen


print(changing())


def bounds(n):
    a = array("d", range(10))
    hits = 0
    for i in range(n):
        try:
            a[i % 12] += 1
        except IndexError:
            hits += 1
    return hits, a


print(bounds(600))


def widths(n):
    a = array("q", [0] * 4)
    for i in range(n):
        a[i % 4] = a[i % 4] * 3 + i if a[i % 4] < 2**61 else 1
    return a


print(widths(800))
