# Coroutines: await, async with, async for, asynchronous generators and comprehensions, driven by hand.


def run(coroutine, *answers):
    answers = list(answers)
    seen = []
    value = None
    while True:
        try:
            seen.append(coroutine.send(value))
        except StopIteration as stop:
            return seen, stop.value
        value = answers.pop(0) if answers else None


class Pause:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        answer = yield self.what
        return answer


async def add(a, b):
    first = await Pause(("first", a))
    second = await Pause(("second", b))
    return (a, first, b, second)


print(run(add(1, 2), "x", "y"))


async def nested(n):
    if n == 0:
        return await Pause("bottom")
    return 1 + await nested(n - 1)


print(run(nested(5), 10))


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    async def __aenter__(self):
        await Pause("enter " + self.name)
        return self.name

    async def __aexit__(self, kind, value, traceback):
        await Pause(f"exit {self.name} {kind and kind.__name__}")
        return self.swallow


async def managed():
    async with Manager("a") as a, Manager("b", True) as b:
        print(a, b)
        raise ValueError("swallowed")
    try:
        async with Manager("c"):
            raise KeyError("passed on")
    except KeyError as error:
        print("caught", error)
    return "done"


print(run(managed()))


class Counter:
    def __init__(self, n):
        self.i, self.n = 0, n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        await Pause(self.i)
        return self.i * 10


async def loop():
    total = 0
    async for x in Counter(4):
        if x == 20:
            continue
        total += x
    else:
        total += 1000
    return total


print(run(loop()))


async def countdown(n):
    try:
        while n:
            got = yield n
            if got is not None:
                print("got", got)
            n -= 1
            await Pause("tick")
    finally:
        print("countdown is over")


async def use():
    print([x async for x in countdown(3)])
    print({x: x * x async for x in countdown(3) if x != 2})
    print([await Pause(i) for i in range(2)])
    generator = countdown(5)
    print(await generator.__anext__(), await generator.asend("hello"))
    try:
        await generator.athrow(RuntimeError("thrown"))
    except RuntimeError as error:
        print("out came", error)
    other = countdown(5)
    print(await anext(other))
    await other.aclose()
    print(await anext(other, "default"))
    expression = (x + 1 async for x in countdown(2))
    print([x async for x in expression])
    return "used"


print(run(use()))


async def fails():
    await Pause("before")
    raise ZeroDivisionError("in a coroutine")


coroutine = fails()
print(coroutine.send(None))
try:
    coroutine.send(None)
except ZeroDivisionError as error:
    print(error)
try:
    coroutine.send(None)
except RuntimeError as error:
    print(error)

coroutine = add(1, 2)
print(type(coroutine).__name__, coroutine.__name__, coroutine.cr_running, coroutine.cr_await)
coroutine.send(None)
print(type(coroutine.cr_await).__name__)
try:
    coroutine.throw(OSError("from outside"))
except OSError as error:
    print(error)
add(1, 2).close()


def attempt(function):
    try:
        run(function())
    except TypeError as error:
        print(error)


async def awaits_number():
    await 5


async def loops_over_list():
    async for _ in [1]:
        pass


async def no_manager():
    async with 5:
        pass


attempt(awaits_number)
attempt(loops_over_list)
attempt(no_manager)
c = add(1, 1)
try:
    iter(c)
except TypeError as error:
    print(error)
c.close()


async def stops():
    raise StopIteration("early")


try:
    run(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__))


async def hot():
    total = 0
    for i in range(300):
        total += await quick(i)
    async for x in numbers(300):
        total += x
    return total


async def quick(i):
    return i


async def numbers(n):
    for i in range(n):
        yield i


print(run(hot()))
