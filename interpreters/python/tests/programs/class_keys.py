# Dispatch tables: dicts whose keys are classes, in hot loops, that change.
import copy


class A:
    pass


class B(A):
    pass


table = {int: "int", str: "str", A: "A", list: "list"}


def dispatch(values, table):
    out = {}
    for v in values:
        kind = table.get(type(v), "?")
        out[kind] = out.get(kind, 0) + 1
        if type(v) in table:
            out[table[type(v)]] += 10
    return out


values = [1, "a", A(), B(), [], 2.5, None, True] * 60
print(dispatch(values, table))
del table[str]
print(dispatch(values, table))
table[str], table[float], table[B] = "text", "float", "B"
print(dispatch(values, table))
table[A] = "another"
print(dispatch(values, table))


def copies(n):
    a, b = [1, 2, 3], {"x": [1]}
    total = 0
    for i in range(n):
        a[0] = i
        c = copy.copy(a)
        c[0] += 1
        d = copy.copy(b)
        d["y"] = i
        total += c[0] + len(a) + len(b) + len(d)
    return total, a, b


print(copies(500))
