"""A function whose branches go either way: inlined twice its paths would multiply, so in the end it is called."""


def step(x):
    if x & 1:
        x = x * 3 + 1
    else:
        x >>= 1
    if x & 2:
        x ^= 5
    if x & 4:
        x += 3
    if x & 8:
        x -= 9
    return x & 1023


def walk(n):
    x = 7
    y = 300
    for i in range(n):
        x = step(x + i)
        y = step(x ^ y)
    return x + y


print(walk(40000))
