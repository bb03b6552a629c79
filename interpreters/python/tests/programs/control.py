for i in range(10):
    if i == 3: continue
    if i == 6: break
    print(i, end=" ")
else:
    print("never")
print()
for i in range(3):
    pass
else:
    print("else", i)
n = 27
steps = 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
else:
    print("steps", steps)
print(1 < 2 < 3, 1 < 2 > 1, 3 > 2 > 2, 1 == 1 != 2, not 1, not 0 and 1, 0 or "x", 1 and "y", None or 0, "" and 5)
def se(v, log=[]):
    log.append(v)
    return v
print(se(1) < se(5) < se(3) < se(9), se.__defaults__)
print([range(10)[i] for i in (0, -1, 5)], range(10)[2:5], list(range(10, 0, -3)), len(range(0, 100, 7)), 21 in range(0, 100, 7), range(3) == range(0, 3), range(0, 10, 3)[-1])
x = 5
r = "neg" if x < 0 else "zero" if x == 0 else "pos"
print(r)
def m(v):
    match v:
        case 0: return "zero"
        case 1 | 2: return "small"
        case [a, b]: return f"pair {a} {b}"
        case [a, *rest]: return f"seq {a} {rest}"
        case {"k": val, **others}: return f"map {val} {others}"
        case str(s) if len(s) > 3: return f"long {s}"
        case str(): return "str"
        case None: return "none"
        case float() as f: return f"float {f}"
        case _: return "other"
for v in (0, 2, [1, 2], [1, 2, 3], (), {"k": 1, "z": 2}, "abcd", "ab", None, 1.5, object):
    print(m(v))
class Pt:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
match Pt(1, 2):
    case Pt(1, y=yy): print("pt", yy)
a, b = 1, 2
a, b = b, a
print(a, b)
del a
try:
    print(a)
except NameError as error:
    print(error)
i = 100
print([i for i in range(3)], i)
lst = [1, 2, 3, 4]
for v in lst:
    if v == 2: lst.remove(v)
print(lst)
count = 0
for i in range(30):
    for j in range(30):
        if (i * j) % 7 == 3: count += 1
        elif i == j: count -= 1
        else:
            while False: pass
print(count)
print(*range(3), sep="-", end="!\n")
print(type(...), ..., NotImplemented, None is None, True + True, True is True, isinstance(True, int), bool([]), int(True))
import sys
print(sys.argv[1:], __name__, sys.maxsize)
