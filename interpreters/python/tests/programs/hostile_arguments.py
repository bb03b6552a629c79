# Arguments that no sensible program passes: each gives Python's exception or result, never a crash.


def show(name, f):
    try:
        result = repr(f())
        print(name, len(result), result[:40])
    except Exception as e:
        print(name, type(e).__name__, str(e)[:80])


class Itself:
    pass


Itself.__call__ = Itself()


class C:
    pass


class D(C):
    pass


class E(D):
    pass


def set_bases(bases):
    D.__bases__ = bases


show("float of bytes", lambda: float(b"\xff"))
show("float of surrogate", lambda: float("3\ud8f0"))
show("width", lambda: "%*d" % (10**12, 1))
show("precision", lambda: "%.70000f" % 1.5)
show("precision e", lambda: "%.70000e" % 1.5)
show("precision g", lambda: "{:#.70000g}".format(1.5))
show("tabs", lambda: "\t".expandtabs(10**12))
show("callable", lambda: Itself()())
show("cycle", lambda: set_bases((D,)))
show("longer cycle", lambda: set_bases((E,)))
show("twice", lambda: set_bases((C, C)))
class Shown:
    pass


Shown.__repr__ = Shown.__str__
show("repr", lambda: repr(Shown()))
show("mro", lambda: type.mro(D))
try:
    type.mro(1)
except TypeError:
    print("no class")
import struct

show("struct", lambda: struct.calcsize("9" * 30 + "b"))
show("structs", lambda: struct.calcsize("2305843009213693952d"))
show("join", lambda: "".join([1]))
show("ljust", lambda: "a".ljust(10**15))
show("shift", lambda: 1 << 10**15)
