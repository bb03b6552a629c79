# What a program changes while a loop that relies on it runs.
class Thing:
    def value(self):
        return 1
    attr = 10


def total(things):
    result = 0
    for thing in things:
        result += thing.value() + thing.attr
    return result


things = [Thing() for _ in range(300)]
print(total(things))
Thing.value = lambda self: 2
print(total(things))
Thing.attr = 20
print(total(things))
things[150].attr = 1000
print(total(things))
things[10].value = lambda: 5000
print(total(things))


class Other(Thing):
    pass


things[20] = Other()
print(total(things))
Other.value = lambda self: 7
print(total(things))
del Other.value
print(total(things))
things[30].__class__ = Other
print(total(things), isinstance(things[30], Other))

scale = 3


def scaled(n):
    s = 0
    for i in range(n):
        s += i * scale
        if i == n // 2:
            change()
    return s


def change():
    global scale
    scale += 1


print(scaled(500), scaled(500), scale)
print(len("abc"))
old = len
builtin_calls = 0


def counting(x):
    global builtin_calls
    builtin_calls += 1
    return old(x) * 10


def lengths(items):
    s = 0
    for item in items:
        s += len(item)
    return s


words = ["a", "bb", "ccc"] * 100
print(lengths(words))
len = counting
print(lengths(words), builtin_calls)
del len
print(lengths(words))


def callee(a, b=1):
    return a + b


def calls(n):
    s = 0
    for i in range(n):
        s += callee(i)
        if i == 200:
            callee.__defaults__ = (100,)
    return s


print(calls(400))


def replaced(a):
    return -a


def calls_by_name(n):
    s = 0
    for i in range(n):
        s += function(i)
        if i == 100:
            swap()
    return s


def swap():
    global function
    function = replaced


function = callee
print(calls_by_name(300))


class Meta:
    def __getattr__(self, name):
        return len(name)


m = Meta()
s = 0
for i in range(300):
    s += m.abc
    if i == 150:
        Meta.__getattr__ = lambda self, name: 1000
    if i == 200:
        m.abc = 5
    if i == 250:
        del m.abc
print(s)

mixed = 0
for x in [1, 2.5, 3, True, 2**70, -1.0] * 100:
    mixed += x
print(mixed)
values = [i for i in range(200)]
values[100] = "text"
errors = 0
acc = 0
for v in values * 3:
    try:
        acc += v
    except TypeError:
        errors += 1
print(acc, errors)


def nested(n):
    out = []
    for i in range(n):
        def inner(j, k=i):
            return i + j + k
        out.append(inner(i))
    return sum(out)


print(nested(300))
overflow = 2**62
for i in range(300):
    overflow += 2**56
print(overflow)
d = {}
for i in range(1000):
    d[i % 17] = d.get(i % 17, 0) + i
    if i % 100 == 99:
        d.pop(i % 17)
print(sorted(d.items()))
n = 0
while True:
    n += 1
    if n > 500:
        break
    if n % 3:
        continue
    n += 1
print(n)
