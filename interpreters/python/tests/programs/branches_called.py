"""Functions with many branches that go either way, called several times in a loop: with errors, objects and recursion in them."""


class Odd(Exception):
    pass


class Box:
    def __init__(self, value):
        self.value = value

    def step(self, x):
        if x & 1:
            self.value = x * 3 + 1
        else:
            self.value = x >> 1
        if x & 2:
            self.value ^= 5
        if x & 4:
            self.value += len([x, x])
        if x % 97 == 5:
            raise Odd(self.value)
        if x & 8:
            return Box(self.value & 1023)
        if x & 16:
            self.value -= 3
        return self


def pick(box, other, depth):
    if box.value & 1:
        box, other = other, box
    if other.value & 4 and depth:
        return pick(other, box, depth - 1)
    if box.value & 2:
        return Box(other.value + 1)
    return box


def walk(n):
    a, b, errors = Box(7), Box(300), 0
    for i in range(n):
        try:
            a = a.step(a.value + i)
            b = b.step(a.value ^ b.value)
            a = pick(a, b, 2)
            b = pick(b, a, 1)
        except Odd as e:
            errors += e.args[0] & 3
            b = Box(i)
    return a.value, b.value, errors


print(walk(20000))
print(walk(3000))
