# One loop, entered with integers, floats, strings and objects in turn, and with a type that changes on the way.
def repeat(value, step, times):
    for _ in range(times):
        value = value + step
    return value


class Money:
    def __init__(self, cents):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)


def run(times):
    print(repeat(0, 3, times))
    print(repeat(0.5, 0.25, times))
    print(len(repeat("", "ab", times)))
    print(repeat(Money(1), Money(2), times).cents)
    print(repeat(0, 0.5, times))
    print(repeat(True, False, times))
    print(repeat(2**62, 2**61, times))


for times in (2000, 5, 3000, 1, 2000):
    run(times)


def alternate(times):
    value, other = 0, 0.5
    for _ in range(times):
        value, other = other, value + 1
    return value, other


print(alternate(5000), alternate(5001))
