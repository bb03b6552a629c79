# abc, enum, dataclasses, contextlib, types, typing.
import abc
import contextlib
import dataclasses
import enum
import types
import typing
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, field


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self):
        ...

    @classmethod
    def __subclasshook__(cls, other):
        return NotImplemented


class Square(Shape):
    def area(self):
        return 4


try:
    Shape()
except TypeError as error:
    print(error)


@Shape.register
class Blob:
    pass


print(Square().area(), isinstance(Blob(), Shape), issubclass(int, Shape), isinstance([], Iterable), isinstance(3, Sized), isinstance({}, Mapping))


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = enum.auto()
    ROT = 1


print(Colour.RED, Colour(2), Colour["BLUE"].value, list(Colour), Colour.ROT is Colour.RED, Colour.RED.name, repr(Colour.GREEN), len(Colour))
try:
    Colour(9)
except ValueError as error:
    print(error)


class Permission(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    X = enum.auto()


print(Permission.R | Permission.X, Permission.R in (Permission.R | Permission.W), ~Permission.R, Permission(5), list(Permission(7)))


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 5


print(Level.HIGH > 3, Level.LOW + 1, f"{Level.HIGH}", Level(1), sorted([Level.HIGH, Level.LOW]))


@dataclass(order=True)
class Point:
    x: int
    y: int = 0
    tags: list = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self):
        self.sum = self.x + self.y


p = Point(1, 2)
print(p, p == Point(1, 2), p < Point(1, 3), p.sum, dataclasses.asdict(p), dataclasses.replace(p, x=5), [f.name for f in dataclasses.fields(p)])


@dataclass(frozen=True, slots=True)
class Frozen:
    a: int
    b: str = "b"


f = Frozen(1)
try:
    f.a = 2
except dataclasses.FrozenInstanceError as error:
    print(error, hash(f) == hash(Frozen(1)), f)


@contextlib.contextmanager
def tag(name):
    print("<" + name)
    try:
        yield name.upper()
    except ValueError as error:
        print("caught", error)
    finally:
        print(name + ">")


with tag("a") as a, contextlib.suppress(KeyError), tag("b"):
    print(a)
    raise ValueError("inside")
with contextlib.ExitStack() as stack:
    stack.enter_context(tag("c"))
    stack.callback(print, "callback")
    print(contextlib.nullcontext(5).enter_result)
n = types.SimpleNamespace(a=1, b="x")
print(n, n.a, types.MappingProxyType({"k": 1})["k"], isinstance(tag, types.FunctionType))
T = typing.TypeVar("T")


class Stack(typing.Generic[T]):
    def push(self, x: T) -> None:
        ...


print(typing.Optional[int], typing.Union[int, str], typing.List[int], Stack[int], typing.get_type_hints(Stack.push), typing.get_args(dict[str, int]))


@typing.runtime_checkable
class HasArea(typing.Protocol):
    def area(self): ...


print(isinstance(Square(), HasArea), isinstance(3, HasArea), typing.cast(int, "x"))


class Movie(typing.NamedTuple):
    name: str
    year: int = 1999


print(Movie("x"), Movie._fields)
