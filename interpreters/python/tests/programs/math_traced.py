"""Functions of `math`, powers and lookups by numbers in loops, with arguments for which they raise."""

import math


class Half:
    def __floor__(self):
        return "floor"

    def __float__(self):
        return 0.5


def show(x):
    return f"{x:.12g}" if isinstance(x, float) else repr(x)


def functions(xs):
    out = []
    for function in (math.sin, math.cos, math.tan, math.atan, math.exp, math.log, math.fabs, math.sqrt, math.floor, math.ceil):
        for _ in range(12):
            for x in xs:
                try:
                    result = show(function(x))
                except (ValueError, OverflowError, TypeError) as e:
                    result = type(e).__name__
                out.append(result)
    return out


def direct(n):
    total = 0.0
    count = 0
    for i in range(n):
        x = i / 10 - 5
        total += math.sin(x) * math.cos(x) + math.exp(-x * x) + math.fabs(x) + math.atan(x)
        count += math.floor(x) + math.ceil(x) + math.floor(i)
        if x > 0:
            total += math.log(x) + x**0.5 + x**-1 + 2**x
    return show(total), count


def lookups(n):
    d = {1.0: "float", True + 1: "int", 10**20: "big", -1: "minus", "1": "text", (1,): "tuple"}
    out = []
    for i in range(n):
        d[i % 40 + 3] = i
        out.append((d[1], d.get(2), d.get(-1), d.get(-2), d["1"], d.get(True), d.get(2.0), d.get(10**20), d.get((1,))))
        d[1] = "one"
        if i % 9 == 0:
            d.pop(i % 40 + 3)
    return out[0], out[-1], len(d)


values = [0, 1, -1, 2.5, -2.5, 1e300, -0.0, float("inf"), float("-inf"), float("nan"), 710, True, 10**25, Half(), "x", None, 2**62]
result = functions(values)
print(len(result), result[:: len(result) // 120])
print(result[-len(values) * 2 :])
print(direct(300))
print(lookups(200))
