import sys


def show(function):
    try:
        function()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)


class Thing:
    attr = None


thing = Thing()
data = {"key": [1, 2]}
show(lambda: data["key"][5] + 1)
show(lambda: data["nope"])
show(lambda: 1 + (2 / 0) * 3)
show(lambda: thing.attr.missing.more)
show(lambda: len(thing)   )
show(lambda: thing.attr(1, 2, x=3))
show(lambda: (data
              ["key"]
              ["bad"]))
show(lambda: f"{thing.attr + 1}")
show(lambda: [x / 0 for x in (1, 2)])
show(lambda: "é" + 1 + "ü")
show(lambda: (1)   //   0)
show(lambda: -thing)
show(lambda: thing < 3)


def multi():
    return thing.attr(
        1,
        2,
    )


show(multi)


def stores():
    thing.attr.x = 5


show(stores)


def deletes():
    del data["zz"]


show(deletes)


def unpack():
    a, b = 1, 2, 3


show(unpack)


def with_assert():
    assert data == {}, "not equal"


show(with_assert)


def loop():
    for i in 5:
        pass


show(loop)


def from_import():
    from sys import nothing_like_this


show(from_import)


def imports():
    import not_a_module


show(imports)


def generator():
    yield 1
    yield undefined


show(lambda: list(generator()))
