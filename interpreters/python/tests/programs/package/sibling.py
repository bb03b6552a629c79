print("sibling", __name__, __package__)
from .sub import deep
def function(): return "sibling function"
