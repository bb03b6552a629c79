def risky(n):
    if n == 0: raise ValueError("zero")
    if n == 1: raise KeyError("one")
    if n == 2: return [][5]
    if n == 3: return 1 / 0
    if n == 4: return undefined_name
    if n == 5: return int("x")
    if n == 6: raise RuntimeError
    return n
for i in range(8):
    try:
        r = risky(i)
    except (ValueError, KeyError) as error:
        print("VK", type(error).__name__, error, error.args)
    except IndexError:
        print("index")
    except Exception as error:
        print("other", repr(error))
    else:
        print("ok", r)
    finally:
        print("finally", i)
class MyError(Exception):
    def __init__(self, code, msg="default"):
        super().__init__(msg)
        self.code = code
class Sub(MyError): pass
try:
    raise Sub(7)
except MyError as error:
    print(error.code, error, isinstance(error, MyError), error.__class__.__name__)
def f():
    try:
        return "try"
    finally:
        print("cleanup")
print(f())
def g():
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            print("body", i)
        finally:
            print("fin", i)
    else:
        print("no break")
    return i
print(g())
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("wrapped") from error
except ValueError as error:
    print(error, repr(error.__cause__), error.__suppress_context__)
try:
    try:
        [][0]
    except IndexError:
        {}["k"]
except KeyError as error:
    print(repr(error), repr(error.__context__), error.__cause__)
try:
    raise
except RuntimeError as error:
    print(error)
try:
    try:
        raise ValueError("inner")
    except ValueError:
        raise
except ValueError as error:
    print("reraised", error)
def h():
    try:
        raise ValueError
    except ValueError as e:
        pass
    try:
        return e
    except UnboundLocalError as error:
        return str(error)
print(h())
for exc in (ValueError("a", 1), KeyError("k"), OSError(2, "msg", "file"), StopIteration(5), SystemExit(3), AssertionError(), Exception("x")):
    print(str(exc), repr(exc), exc.args)
try:
    assert 1 == 2, "assert message"
except AssertionError as error:
    print(error)
try:
    raise 42
except TypeError as error:
    print(error)
try:
    try:
        raise ValueError
    except 5:
        pass
except TypeError as error:
    print(error)
def deep(n):
    return deep(n + 1)
try:
    deep(0)
except RecursionError as error:
    print("RecursionError", error)
class Ctx:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    def __enter__(self): print("enter", self.name); return self
    def __exit__(self, t, v, tb): print("exit", self.name, t and t.__name__, v); return self.swallow
with Ctx("a") as c, Ctx("b"):
    print("in", c.name)
with Ctx("s", True):
    raise ValueError("swallowed")
try:
    with Ctx("p"):
        raise ValueError("passed")
except ValueError as error:
    print("got", error)
def gen():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("gen fin")
x = gen(); next(x); x.close()
errors = 0
for i in range(200):
    try:
        if i % 3 == 0: raise ValueError(i)
        errors += 10
    except ValueError as e:
        errors += 1
print(errors)
e = ValueError("n"); e.add_note("note 1")
print(e.__notes__)
try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError(2)])
except ExceptionGroup as eg:
    print(eg, eg.exceptions)
