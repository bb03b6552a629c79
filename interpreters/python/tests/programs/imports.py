import sys
import helper_module
import helper_module as again
from helper_module import value, get as getter
from helper_module import *
print(again is helper_module, value, getter(), "_private" in globals(), "boom" in globals())
helper_module.value = 20
print(get(), value, sys.modules["helper_module"] is helper_module)
import package
import package.sub.deep
from package import sibling, sub
print(package.VALUE, sibling.function(), sub.deep.X, package.sub.deep.X)
from package import *
print(lazy, VALUE) if False else print(VALUE, lazy.__name__)
import circular.a
print(circular.a.fa())
for name in ("nothing_here", "helper_module.sub", "package.nothing", "sys.nope"):
    try:
        __import__(name)
    except ImportError as error:
        print(type(error).__name__, error, error.name)
try:
    from helper_module import absent
except ImportError as error:
    print(str(error).split(" (")[0])
try:
    from . import x
except ImportError as error:
    print(error)
try:
    import helper_broken
except SyntaxError as error:
    print(error.msg, error.lineno)
print("helper_broken" in sys.modules)
try:
    helper_module.boom()
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_lineno)
def inside():
    import math
    from math import pi as p
    return math.floor(p)
print(inside(), __name__, __file__.rsplit("/", 1)[-1])
import package.sub as ps
print(ps.__name__)
