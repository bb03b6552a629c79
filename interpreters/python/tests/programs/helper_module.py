import sys
print("helper runs", __name__, __file__.rsplit("/", 1)[-1])
value = 10
_private = 1
def get(): return value
def boom(): return 1 / 0
