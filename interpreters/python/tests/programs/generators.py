def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
print(list(count(5)), sum(count(100)), [x * x for x in count(4)], max(count(7)))
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
g = fib()
print([next(g) for _ in range(15)])
def echo():
    received = []
    while True:
        try:
            v = yield len(received)
        except ValueError as error:
            received.append(("error", str(error)))
            continue
        if v is None:
            return received
        received.append(v)
e = echo()
print(next(e), e.send("a"), e.send("b"), e.throw(ValueError("oops")))
try:
    e.send(None)
except StopIteration as stop:
    print(stop.value)
def delegate():
    r = yield from echo2()
    yield ("result", r)
def echo2():
    x = yield 1
    y = yield x
    return x, y
d = delegate()
print(next(d), d.send("p"), d.send("q"))
def flatten(x):
    for item in x:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item
print(list(flatten([1, [2, [3, [4, 5]], 6], [[7]]])))
print(sum(x for x in range(10) if x % 2), list(x + y for x in "ab" for y in "cd"), tuple(i for i in range(3)), dict((i, i * i) for i in range(3)))
class Countdown:
    def __init__(self, n): self.n = n
    def __iter__(self): return self
    def __next__(self):
        if self.n <= 0: raise StopIteration
        self.n -= 1
        return self.n
print(list(Countdown(4)), 2 in Countdown(5), sorted(Countdown(3)), max(Countdown(6)))
class Seq:
    def __getitem__(self, i):
        if i >= 3: raise IndexError
        return i * 10
print(list(Seq()), 20 in Seq(), [*Seq()])
it = iter([1, 2, 3])
print(next(it), list(it), next(it, "done"))
try:
    next(it)
except StopIteration:
    print("stop")
def bad():
    yield 1
    raise ValueError("from generator")
try:
    for v in bad():
        print(v)
except ValueError as error:
    print(error)
def stop():
    yield 1
    raise StopIteration
try:
    list(stop())
except RuntimeError as error:
    print(error)
print(list(iter(iter([5, 6, 0, 7]).__next__, 0)))
gen = (i for i in range(3))
print(type(gen).__name__, gen.__next__(), list(gen), list(gen))
def interleave(*its):
    its = [iter(i) for i in its]
    while its:
        for i in its[:]:
            try:
                yield next(i)
            except StopIteration:
                its.remove(i)
print(list(interleave("abc", range(5), [None])))
total = 0
for a in count(50):
    for b in count(a % 7):
        total += a * b
print(total)
def primes():
    n, found = 2, []
    while True:
        if all(n % p for p in found):
            found.append(n)
            yield n
        n += 1
p = primes()
print([next(p) for _ in range(30)])
