"""Square roots and squares by `**` without a call."""


def lengths(n):
    s = 0.0
    for i in range(n):
        s += (i * 0.5) ** 2 + (i + 1.0) ** 0.5
    return s


lengths(400)
