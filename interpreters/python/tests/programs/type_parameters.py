# Type parameters (PEP 695) at run time.


def first[T](items: list[T]) -> T:
    return items[0]


print(first([3, 4]), first.__type_params__, first.__annotations__)


class Box[T, *Ts, **P]:
    def __init__(self, value: T):
        self.value = value

    def map[U](self, f) -> "Box[U]":
        return Box(f(self.value))


print(Box(3).map(str).value, Box.__type_params__, Box.__orig_bases__, Box.__parameters__)
print([type(p).__name__ for p in Box.__type_params__])


class Bounded[T: int, S: (str, bytes)]:
    pass


t, s = Bounded.__type_params__
print(t.__bound__, t.__constraints__, s.__bound__, s.__constraints__)
type Pair[A] = tuple[A, A]
type Number = int | float
print(Pair, Pair.__type_params__, Pair.__value__, Number.__value__, Pair[int])
type Lazy = Undefined
try:
    Lazy.__value__
except NameError as error:
    print(error)
