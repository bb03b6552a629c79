print("package init", __name__, __package__, bool(__path__))
from . import sibling
VALUE = 1
__all__ = ["VALUE", "lazy"]
