import sys
# things likely to break
def f(*, a=1): return a
class P:
    def __init__(self): self._v = 1
    @property
    def v(self):
        "doc"
        return self._v
    @v.setter
    def v(self, x): self._v = x
    @v.deleter
    def v(self): del self._v
p = P(); p.v += 4; print(p.v)
del p.v
try: p.v
except AttributeError as e: print(e)
print([*map(lambda x: x*2, range(3))], {**{"a":1}}, dict(zip("ab", range(2))))
from sys import stdout as so
sys.stdout.buffer.write(b"bytes\n")
print(f"{3.14159:.2f} {'x':>5} {10:#x} {1e10:,.2f}")
import math
try: math.sqrt(-1)
except ValueError as e: print(e)
print(sys.modules["math"] is math, sys.argv, type(sys), sys.implementation.name if False else "x")
x = [1,2,3]
print(*x, sep=", ", end=";\n")
print(eval("[i for i in x]"), eval("x", {"x": 5}))
def g():
    y = 3
    exec("z = y + 1")
    return sorted(locals())
print(max([3,1,2], key=lambda v: -v), min("b", "a"), sum(v for v in x), sorted(x, key=lambda v: -v))
print(any(v > 2 for v in x), all(v > 2 for v in x))
import time
t = time.strftime("%Y-%m-%d", time.gmtime(0)); print(t, time.gmtime(0).tm_year, time.struct_time, time.gmtime(86400)[:3])
print(sys.float_info.max, sys.int_info.bits_per_digit, sys.hash_info.modulus, sys.flags.optimize, sys.version_info.major)
print(__import__("math").pi, callable(print), print.__name__, len.__doc__ is None or True)
try:
    input()
except EOFError as e: print(e)
print(open(__file__).readline().strip())
print(type(open(__file__)).__name__)
try: compile("x = = 1", "fn", "exec")
except SyntaxError as e: print(e, e.filename, e.lineno, e.offset, repr(e.text))
try: eval("1 +")
except SyntaxError as e: print(e)
try: exec("raise KeyError('k')")
except KeyError as e: print("ke", e)
ns = {"a": 1}
exec("a += 1; b = a; del a", ns); print(ns.get("a"), ns["b"])
print(getattr(sys, "nope", 3), hasattr(math, "pi"))
try: sys.nope
except AttributeError as e: print(e)
print(sys.getsizeof([]) > 0, sys.intern("a") is sys.intern("a"), sys.getrecursionlimit())
print(round(2.567, 2), round(5), divmod(-7, 2), pow(2, -1), abs(-5), hash("a") == hash("a"))
print(list(iter(lambda c=[3]: c.append(c.pop() - 1) or c[0], 0)))
print(vars(P), file=sys.stderr) if False else None
print(dir(P())[-1], sorted(vars(p)), P.__dict__["v"].__doc__)
try: print(1, sep=2)
except TypeError as e: print(e)
try: sum(["a"], "")
except TypeError as e: print(e)
print(globals()["x"] is x, "p" in globals(), locals() is globals())
@staticmethod
def st(): return 1
print(st(), list(zip([1,2],[3,4],[5,6])), list(enumerate("ab", start=5)))
print(*[f"{n}" for n in (1, 2)], *"xy")
try:
    for i, j in [(1,2,3)]: pass
except ValueError as e: print(e)
print(sys.exc_info())
try: 1/0
except ZeroDivisionError: print(sys.exc_info()[0], sys.exception())
