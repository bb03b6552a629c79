def first[T: int](xs: list[T], n=0) -> T:
    return xs[n]

class Box[T](Base):
    pass

type Pair[A] = tuple[A, A]

class Outer:
    Item = int

    def method[T](self, x: Item) -> T:
        pass
