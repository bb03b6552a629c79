def a(n):
    return b(n)


def b(n):
    if n == 0:
        raise RuntimeError("bottom")
    return a(n - 1)


def r(n):
    if n:
        return r(n - 1)
    return undefined


try:
    r(20)
except NameError as error:
    import sys

    sys.excepthook(type(error), error, error.__traceback__)
a(2)
