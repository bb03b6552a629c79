print("a starts")
from . import b
def fa(): return "fa"
print("a ends", b.use())
