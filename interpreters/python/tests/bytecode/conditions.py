def conditions(a, b, c):
    if a < b < c or not (a and b):
        return a if b is None else c
    x = a or b
    y = a < b <= 10
    if a in (1, 2) and b not in [3, 4]:
        return x
    return f"{a!r:>{b}} and {y=}"
