# Functions' attributes that can be set, code objects, and what is known of frames.
import sys


def f(a, b=2, *, c=3):
    return a, b, c


print(f(1))
f.__defaults__ = (10, 20)
print(f())
f.__defaults__ = None
f.__kwdefaults__ = {"c": 30}
print(f(1, 2))
f.__name__, f.__qualname__, f.__doc__, f.__module__ = "g", "x.g", "Doc.", "elsewhere"
print(f.__name__, f.__qualname__, f.__doc__, f.__module__)
f.__annotations__ = {"a": int}
print(f.__annotations__)


def one():
    return 1


def two():
    return 2


def calls(n):
    total = 0
    for _ in range(n):
        total += one()
    return total


print(calls(200))
one.__code__ = two.__code__
print(one(), calls(200))
try:
    one.__code__ = 5
except TypeError as error:
    print(error)


def outer():
    x = 1

    def inner():
        return x

    return inner


try:
    one.__code__ = outer().__code__
except ValueError as error:
    print(error)
renamed = one.__code__.replace(co_name="renamed")
print(renamed.co_name, one.__code__.co_name)


class C:
    """A class."""


C.__name__, C.__qualname__, C.__module__ = "D", "E.D", "m"
print(C, C.__name__)


def here():
    x = 5
    frame = sys._getframe()
    return frame.f_code.co_name, frame.f_locals["x"], frame.f_globals is globals(), frame.f_lineno > 0


print(here())
try:
    1 / 0
except ZeroDivisionError as error:
    frame = error.__traceback__.tb_frame
    print(frame.f_code.co_name, error.__traceback__.tb_lineno, frame.f_globals is globals())


class Meta(type):
    def __new__(mcls, name, bases, namespace, **kw):
        print("new", name, kw)
        return super().__new__(mcls, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kw):
        super().__init__(name, bases, namespace)


class Base(metaclass=Meta):
    pass


print(type(type("Derived", (Base,), {}, flag=1)).__name__)


class Named:
    def __set_name__(self, owner, name):
        delattr(owner, name)
        setattr(owner, name, name.upper())


class Owner:
    a = Named()
    b = Named()
    c = Named()
    d = Named()


print(Owner.a, Owner.b, Owner.c, Owner.d)
print(type[int], (5).__doc__ is not None or True)
