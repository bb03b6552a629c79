# What a handler inside a generator reads must survive the suspension, even if nothing else reads it after the yield.
from contextlib import contextmanager


def outer():
    state = [1]

    def g(a, b):
        local = a + b
        try:
            yield 42
        except ZeroDivisionError as e:
            state.append((e.args[0], local, a))
        finally:
            print("finally", b)

    x = g(1, 2)
    next(x)
    try:
        x.throw(ZeroDivisionError(999))
    except StopIteration:
        print("stop", state)
    y = g(5, 6)
    next(y)
    y.close()


@contextmanager
def managed(log):
    log.append("in")
    try:
        yield len(log)
    except ValueError as e:
        log.append(str(e))


def received():
    x = "before"
    try:
        x = yield 1
    except KeyError:
        print("x is", x)
    yield x


def main():
    outer()
    log = []
    for i in range(300):
        with managed(log) as n:
            if i % 3 == 0:
                raise ValueError(i)
    print(len(log), log[-3:])
    r = received()
    next(r)
    print(r.throw(KeyError("k")))
    r = received()
    next(r)
    print(r.send("sent"))


main()
