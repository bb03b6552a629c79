# traceback, pickle, csv, html, unicodedata, ast, unittest, inspect, weakref, typing, and what they need of the language.
import ast
import collections
import collections.abc
import csv
import datetime
import enum
import html
import inspect
import io
import pickle
import traceback
import typing
import unicodedata
import unittest
import weakref

try:
    {}["missing"]
except KeyError:
    print(traceback.format_exc().splitlines()[-1], len(traceback.format_exc().splitlines()))


class Colour(enum.Enum):
    RED = 1


class Plain:
    def __init__(self):
        self.items = [1, {"k": (2, 3)}]

    def __eq__(self, other):
        return self.items == other.items


for value in [1, "s", [1, {2: 3}], {1, 2}, Plain, Plain(), Colour.RED, datetime.date(2020, 1, 2), collections.OrderedDict(a=1),
              collections.deque([1, 2]), b"x", 10**30, 1.5, None, range(3), frozenset([1]), len, ValueError("x").args]:
    for protocol in range(6):
        assert pickle.loads(pickle.dumps(value, protocol)) == value, (value, protocol)
out = io.StringIO()
writer = csv.writer(out)
writer.writerow([1, "a,b", 'q"x', None, 2.5])
writer.writerows([["", "line\nbreak"], [""]])
print(repr(out.getvalue()), list(csv.reader(out.getvalue().splitlines(keepends=True))))
print(list(csv.DictReader(["a,b", "1,2", "3,'4'"])), list(csv.reader(["a;'b;c'"], delimiter=";", quotechar="'")))
print(html.escape("<a&'b\">"), html.unescape("&lt;&eacute;&#65;"), unicodedata.normalize("NFD", "é") == "e\u0301", unicodedata.category("a"))
print(ast.dump(ast.parse("x = f(1, *a, k=2) if y else [i for i in z]")), ast.literal_eval("[1, {'a': (2, None)}]"), ast.unparse(ast.parse("a+b*c")))


class Tests(unittest.TestCase):
    def test_passes(self):
        self.assertEqual([1], [1])
        with self.assertRaisesRegex(ValueError, "invalid"):
            int("x")

    def test_fails(self):
        self.assertIn(1, [2])

    @unittest.skip("why not")
    def test_skipped(self):
        pass


result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Tests))
print(result.testsRun, len(result.failures), len(result.errors), len(result.skipped))


def function(a, b=2, *args, c, d: int = 4, **kw) -> str:
    "Documentation."


print(inspect.signature(function), inspect.getdoc(function), inspect.signature(Plain), list(inspect.signature(function).parameters))
plain = Plain()
reference = weakref.ref(plain)
table = weakref.WeakValueDictionary(k=plain)
keys = weakref.WeakKeyDictionary({plain: 5}) if Plain.__hash__ else None
print(reference() is plain, table["k"] is plain, keys, weakref.proxy(plain).items)


class Special(property):
    def __init__(self, getter, note=None):
        super().__init__(getter)
        self.note = note


class Uses:
    @Special
    def value(self):
        return 5


print(Uses().value, type(Uses.__dict__["value"]).__name__, Uses.__dict__["value"].note)
print(collections.abc.Callable[[int], str], collections.abc.Callable[[int], str] | None, typing.NewType("N", int)(5), list[int] | None)


class Movie(typing.TypedDict, total=False):
    name: str


print(Movie(name="x"), typing.Literal["x"], typing.Annotated[int, "m"], typing.get_origin(typing.List[int]), dict[str, typing.TypeVar("T")])
