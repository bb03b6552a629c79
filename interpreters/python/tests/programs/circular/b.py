print("b starts")
from . import a
def use(): return hasattr(a, "fa")
print("b ends")
