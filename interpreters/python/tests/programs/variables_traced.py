"""Globals and class attributes that change under loops, once or again and again."""

limit = 10
counter = 0
flag = False


def scale(x):
    return x * limit


def bump():
    global counter
    counter += 1
    return counter


def globals_change(n):
    global limit, flag
    out = []
    for i in range(n):
        out.append(scale(i))
        if i % 50 == 49:
            limit = i
        if i == 120:
            globals()["limit"] = 7
        if i == 140:
            exec("limit = 8", globals())
        bump()
    return sum(out), counter


def replaced(n):
    global helper, len
    total = 0
    for i in range(n):
        total += helper(i)
        total += len("abc")
        if i == n // 2:
            helper = lambda x: x + 1000
        if i == n - 20:
            globals()["len"] = lambda s: 500
        if i == n - 10:
            del globals()["len"]
    return total


def helper(x):
    return x + 1


def unbound(n):
    seen = []
    for i in range(n):
        try:
            seen.append(later)
        except NameError as e:
            seen.append(str(e))
        if i == n // 2:
            globals()["later"] = i
        if i == n - 5:
            del globals()["later"]
    return seen[0], seen[n // 2 + 1], seen[-1], len(seen)


class Count:
    made = 0
    label = "a"

    def __init__(self):
        Count.made += 1
        self.id = Count.made

    def which(self):
        return self.label


class Sub(Count):
    pass


def classes(n):
    total, labels = 0, []
    for i in range(n):
        c = Count() if i % 2 else Sub()
        total += c.id + c.made + Sub.made
        labels.append(c.which())
        if i % 10 == 3:
            Count.label = str(i)
        if i == 150:
            Sub.made = 5
        if i == 170:
            del Sub.made
        if i == 180:
            Count.label = property(lambda self: "property %d" % self.id)
        if i == 190:
            Count.label = None
        if i == 195:
            Count.which = lambda self: "method"
    return total, labels[::9], labels[-30:]


def shown(n):
    class C:
        x = 0
        y = 1

    d = None
    for i in range(n):
        C.x += 1
        C.y = [i]
        if i == n // 2:
            d = C.__dict__
            first = (d["x"], d["y"])
        if d is not None and i % 40 == 0:
            first += (d["x"], C.x)
    C.z = 3
    return first, vars(C)["x"], sorted(k for k in d if len(k) == 1), C().x, getattr(C, "y")


class Meta(type):
    total = 0

    def __call__(cls, *args):
        Meta.total += 1
        cls.own = cls.__dict__.get("own", 0) + 1
        return super().__call__(*args)


class Made(metaclass=Meta):
    pass


def metas(n):
    for i in range(n):
        Made()
    return Meta.total, Made.own, Made.total


print(globals_change(200))
print(replaced(100))
print(unbound(60))
print(classes(220))
print(shown(100))
print(metas(50))
for i in range(100):
    limit = i
    counter = scale(2)
print(limit, counter)
import math

for i in range(60):
    math.extra = i
    if i == 40:
        math.floor = lambda x: "floor"
    last = math.floor(2.5), math.extra
print(last)
del math.floor
try:
    math.floor(1)
except AttributeError as e:
    print(e)
