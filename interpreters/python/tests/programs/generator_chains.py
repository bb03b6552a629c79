# Generators that delegate to generators: values pass through chains of any length.
import sys


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    if not values:
        return None
    i = len(values) // 2
    return Tree(tree(values[:i]), values[i], tree(values[i + 1:]))


def sums():
    t = tree(list(range(500)))
    total = 0
    for _ in range(20):
        for x in t:
            total = (total * 31 + x) % 1000003
    return total


print(sums(), list(tree(list(range(20)))))


def leaf(n, log):
    for i in range(n):
        got = yield i
        log.append(got)
    return n * 100


def middle(n, log):
    r = yield from leaf(n, log)
    r += yield from leaf(n + 1, log)
    return r


def top(n, log):
    r = yield from middle(n, log)
    log.append(("middle gave", r))
    r += yield from middle(1, log)
    return r


def driven():
    log = []
    g = top(2, log)
    seen = [next(g)]
    try:
        k = 0
        while True:
            k += 1
            seen.append(g.send(k))
    except StopIteration as e:
        return seen, log, e.value


print(driven())


# An inner generator that somebody else resumes, and two that delegate to one.
def shared():
    inner = leaf(13, [])

    def passing(g):
        r = yield from g
        return r

    def twice(g):
        r = yield from passing(g)
        return r

    a = twice(inner)
    b = twice(inner)
    out = [next(a), next(inner), next(b), next(a), next(inner)]
    mid = passing(inner)
    out.append(next(mid))
    far = twice(mid)
    out += [next(far), next(mid), next(far)]
    for g in (inner, mid, far, a, b):
        try:
            out.append(next(g))
        except StopIteration as e:
            out.append(("stop", e.value))
    return out


print(shared())


# Running chains cannot be entered.
def reentrant():
    gens = []
    out = []

    def innermost():
        for g in gens:
            for act in (next, lambda g: g.send(None), lambda g: g.throw(KeyError), lambda g: g.close()):
                try:
                    act(g)
                except ValueError as e:
                    out.append(str(e))
            out.append((g.gi_running, g.gi_suspended))
        yield 1
        out.append([g.gi_running for g in gens])
        yield 2

    def wrap(g):
        yield from g

    gens.append(innermost())
    gens.append(wrap(gens[0]))
    gens.append(wrap(gens[1]))
    gens.append(wrap(gens[2]))
    last = gens[-1]
    out.append(next(last))
    out.append([(g.gi_running, g.gi_suspended, g.gi_yieldfrom is not None) for g in gens])
    out.append(next(last))
    return out


print(reentrant())


# Exceptions leave through all generators of a chain, up to one that handles them.
def failing(n):
    yield from range(n)
    raise KeyError(n)


def through(g):
    yield from g


def stopping(n):
    yield n
    raise StopIteration(n)


def names(tb):
    found = []
    while tb:
        found.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return found


def guarded(g):
    try:
        yield from through(through(g))
    except KeyError as e:
        yield ("caught", e.args, names(e.__traceback__))
    finally:
        yield "finally"


def outcomes():
    print(list(through(guarded(failing(3)))))
    for make in (failing, stopping):
        g = through(through(through(make(1))))
        try:
            for x in g:
                pass
        except Exception as e:
            print(type(e).__name__, e, names(e.__traceback__), repr(e.__cause__))
        print(list(g))


outcomes()


# throw and close on every member of a chain.
def closing(which, act):
    log = []

    def inner():
        try:
            yield 1
            yield 2
        except ValueError as e:
            log.append(("inner", str(e)))
            yield 3
        finally:
            log.append("inner ends")

    def outer(g, name):
        r = yield from g
        log.append((name, r))

    a = inner()
    b = outer(a, "b")
    c = outer(b, "c")
    d = outer(c, "d")
    next(d)
    g = (a, b, c, d)[which]
    try:
        log.append(act(g))
    except BaseException as e:
        log.append(repr(e))
    for g in (d, c, b, a):
        log.append(next(g, "end"))
    return log


for which in range(4):
    for act in (lambda g: g.throw(ValueError("x")), lambda g: g.close(), lambda g: g.throw(KeyError("y"))):
        print(which, closing(which, act))


# The exception being handled is each generator's own.
def handled():
    def tell():
        yield repr(sys.exc_info()[1])
        yield repr(sys.exc_info()[1])

    def inside():
        try:
            raise KeyError("inside")
        except KeyError:
            yield from through(tell())

    g = through(inside())
    out = [next(g), repr(sys.exc_info()[1])]
    try:
        raise ValueError("outside")
    except ValueError:
        out += [next(g), repr(sys.exc_info()[1])]
    return out


print(handled())


# Coroutines await coroutines.
class Suspend:
    def __await__(self):
        got = yield "suspended"
        return got


async def down(n):
    if n == 0:
        return await Suspend()
    return (await down(n - 1)) + 1


def run():
    total = 0
    for i in range(300):
        c = down(i % 7)
        c.send(None)
        try:
            c.send(i)
        except StopIteration as e:
            total += e.value
    return total


print(run())


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


print(sum(deep(150)), sum(1 for _ in range(50) for _ in deep(20)))
