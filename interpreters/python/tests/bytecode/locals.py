def arithmetic(a, b):
    c = a + b * 2
    a, b = b, a + b
    a, b = b, a
    c <<= 3
    c -= a
    return c

def unbound(flag):
    if flag:
        x = 1
    y = x
    del y
    return x + y

def rebound(x):
    return x + (x := 1) + x
