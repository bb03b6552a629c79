"""Loops over lists of floats: loads, arithmetic, stores, and nothing that takes words apart or makes them."""


def smooth(source, target, n):
    for i in range(1, n - 1):
        target[i] = (source[i - 1] + source[i] + source[i + 1]) / 3.0


def total(numbers):
    s = 0.0
    for x in numbers:
        s += x
    return s


a = [float(i % 7) for i in range(300)]
b = [0.0] * len(a)
smooth(a, b, len(a))
total(b)
