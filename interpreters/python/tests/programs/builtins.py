print(abs(-3), abs(-2.5), all([1, 2]), any([]), bin(10), bool("x"), callable(len), chr(97), divmod(17, 5), hex(255), len("abc"))
print(max(1, 5, 3), min([4, 2]), max("ab", "abc", key=len), min([], default="d"), pow(2, 10), pow(3, -1, 7), round(3.7), sum([1, 2], 10), sum([[1], [2]], []))
print(list(map(str, [1, 2])), list(filter(lambda v: v > 1, [1, 2, 3])), list(zip("ab", [1, 2], strict=True)), sorted([3, 1, 2], reverse=True), list(reversed("abc")))
print(isinstance(1, (str, int)), issubclass(bool, int), type(1), type("a") is str, type(None), type(print), type(lambda: 0), type(int), type(len))
print(repr("a"), ascii("é"), ord("A"), oct(8), str(1.0), int("7"), float("2.5"), list((1, 2)), tuple([1]), dict(a=1), set([1]), frozenset([2]), bytes(3), bytearray(b"a"))
print(hash(1), hash(1.0), hash(2**61 - 1), hash(-1), hash(True), hash(0.5), id(1) == id(1))
print(slice(1, 2, 3), slice(5).indices(3), range(1, 10, 2), enumerate([1]).__class__, zip().__class__)
print(getattr(1, "real"), hasattr("", "join"), [].__len__(), (5).__add__(6), "a".__contains__("a"), {}.__class__, int.__name__)
class C:
    x = 1
c = C()
c.y = 2
print(vars(c), sorted(n for n in dir(c) if not n.startswith("_")), C.__name__, C.__module__)
print(eval("1 + 2 * 3"), eval("x + 1", {"x": 41}))
ns = {}
exec("def sq(v):\n    return v * v\nz = sq(7)", ns)
print(ns["z"], ns["sq"](3))
exec("q = 5")
print(q, "q" in globals(), globals()["__name__"])
def loc():
    a, b = 1, "two"
    return locals()
print(loc())
code = compile("a + b", "<test>", "eval")
print(eval(code, {"a": 1, "b": 2}))
for expr in ("len(5)", "int('x')", "abs('a')", "[].foo", "max([])", "ord('ab')", "chr(-1)", "sum(['a'])", "next(iter([]))", "int([])", "float({})", "range('a')", "iter(5)", "sorted(5)", "isinstance(1, 5)", "print(1, foo=2)", "open('/nonexistent/x')", "getattr(1, 'x')", "divmod(1, 0)", "round('a')", "zip([1], 5)", "list(zip([1], [], strict=True))", "dict([1])", "set([[]])", "bytes([300])", "'a'.foo()", "len()", "len(1, 2)", "abs()", "pow(2)", "hash([])", "enumerate()", "range(1, 2, 0)", "type(1, 2)", "input.x"):
    try:
        print(expr, "=", eval(expr))
    except Exception as error:
        print(expr, "!", type(error).__name__, error)
import math
print(math.pi, math.sqrt(2), math.floor(-1.5), math.ceil(1.2), math.gcd(12, 18), math.factorial(10), math.log(10), math.sin(1), math.isnan(math.nan), math.inf, math.hypot(3, 4), math.trunc(-2.7), math.comb(5, 2), math.isqrt(17), math.log2(8), math.exp(1), math.fsum([0.1] * 10), math.copysign(1, -0.0), math.degrees(math.pi), math.prod([1, 2, 3]), math.atan2(1, -1), math.gamma(5), math.erf(0.5), math.fmod(-7, 3), math.modf(2.5), math.frexp(8), math.ldexp(0.5, 4), math.dist([0, 0], [3, 4]), math.lcm(4, 6), math.perm(5, 2), math.isclose(0.1 + 0.2, 0.3))
import time, sys
print(time.time() > 1e9, time.perf_counter() >= 0, isinstance(time.time_ns(), int), sys.version_info[:3], sys.version_info >= (3, 8), sys.byteorder, sys.getrecursionlimit())
sys.stdout.write("written\n")
print("to stderr", file=sys.stdout)
import builtins
print(builtins.len is len, __builtins__ is not None, __debug__)
