def f(a, b=2, *args, c, d=4, **kwargs):
    return a, b, args, c, d, kwargs
print(f(1, c=3), f(1, 5, 6, 7, c=3, x=9), f(*[1, 2, 3], **{"c": 4, "z": 5}), f(c=1, a=0))
def g(a, /, b, *, c=0):
    return a, b, c
print(g(1, 2), g(1, b=3, c=4))
for call in (lambda: f(), lambda: f(1), lambda: g(1), lambda: g(a=1, b=2), lambda: g(1, 2, 3), lambda: g(1, 2, d=5), lambda: f(1, c=1, **{"a": 2}), lambda: g(), lambda: (lambda: 0)(1), lambda: f(1, 2, a=3, c=4)):
    try:
        call()
    except TypeError as error:
        print(error)
def outer():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get():
        return n
    return inc, get
inc, get = outer()
inc(); inc(5)
print(get(), inc.__name__, inc.__defaults__, f.__kwdefaults__)
fs = [lambda i=i: i * i for i in range(4)]
print([h() for h in fs], [h() for h in [lambda: i for i in range(3)]])
def mutable(x, acc=[]):
    acc.append(x)
    return acc
print(mutable(1), mutable(2))
def deco(tag):
    def wrap(fn):
        def inner(*a, **k):
            return f"<{tag}>{fn(*a, **k)}</{tag}>"
        return inner
    return wrap
@deco("b")
@deco("i")
def hello(name):
    "Docstring."
    return "hi " + name
print(hello("x"))
def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)
print(fact(20), fact(30))
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(18))
counter = 0
def bump():
    global counter
    counter += 1
for _ in range(100):
    bump()
print(counter)
print((lambda *a, **k: (a, k))(1, 2, x=3), (lambda x, y=2: x + y)(1))
def annotated(x: int, y: "str" = "a") -> float:
    return 1.0
print(annotated.__annotations__, annotated.__qualname__, outer.__doc__)
def no_return():
    pass
print(no_return(), callable(f), callable(3))
def multi():
    return 1, 2
a, b = multi()
print(a, b, (n := 10) + n, [y := 1, y ** 2])
