# Iterators over iterables. Most classes here make generators, which traces inline; `count` and `repeat` show their state.

_add = lambda a, b: a + b
_missing = object()


def _index(value, message):
    try:
        number = value.__index__()
    except AttributeError:
        raise ValueError(message) from None
    if number < 0:
        raise ValueError(message)
    return number


class count:
    __slots__ = ("_next", "_step")

    def __init__(self, start=0, step=1):
        if not hasattr(start, "__add__") or isinstance(start, (str, list, tuple)):
            raise TypeError("a number is required")
        self._next = start
        self._step = step

    def __iter__(self):
        return self

    def __next__(self):
        value = self._next
        self._next = value + self._step
        return value

    def __repr__(self):
        if type(self._step) is int and self._step == 1:
            return f"count({self._next!r})"
        return f"count({self._next!r}, {self._step!r})"

    def __reduce__(self):
        return count, (self._next, self._step)


class repeat:
    __slots__ = ("_object", "_left")

    def __init__(self, object, times=None):
        self._object = object
        self._left = None if times is None else max(times.__index__(), 0)

    def __iter__(self):
        return self

    def __next__(self):
        left = self._left
        if left is not None:
            if left == 0:
                raise StopIteration
            self._left = left - 1
        return self._object

    def __length_hint__(self):
        if self._left is None:
            raise TypeError("len() of unsized object")
        return self._left

    def __repr__(self):
        if self._left is None:
            return f"repeat({self._object!r})"
        return f"repeat({self._object!r}, {self._left})"

    def __reduce__(self):
        return repeat, (self._object,) if self._left is None else (self._object, self._left)


class cycle:
    def __new__(cls, iterable, /):
        return _cycle(iter(iterable))


def _cycle(iterator):
    saved = []
    for item in iterator:
        saved.append(item)
        yield item
    while saved:
        yield from saved


class chain:
    def __new__(cls, *iterables):
        return _chain(iterables)

    @classmethod
    def from_iterable(cls, iterables, /):
        return _chain(iterables)

    def __class_getitem__(cls, item, /):
        return type(list[int])(cls, item)


def _chain(iterables):
    for iterable in iterables:
        for item in iterable:
            yield item


class accumulate:
    def __new__(cls, iterable, func=None, *, initial=None):
        return _accumulate(iter(iterable), _add if func is None else func, initial)


def _accumulate(iterator, func, total):
    if total is None:
        for total in iterator:
            break
        else:
            return
    yield total
    for item in iterator:
        total = func(total, item)
        yield total


class compress:
    def __new__(cls, data, selectors):
        return _compress(iter(data), iter(selectors))


def _compress(data, selectors):
    for item, selected in zip(data, selectors):
        if selected:
            yield item


class dropwhile:
    def __new__(cls, predicate, iterable, /):
        return _dropwhile(predicate, iter(iterable))


def _dropwhile(predicate, iterator):
    for item in iterator:
        if not predicate(item):
            yield item
            break
    for item in iterator:
        yield item


class takewhile:
    def __new__(cls, predicate, iterable, /):
        return _takewhile(predicate, iter(iterable))


def _takewhile(predicate, iterator):
    for item in iterator:
        if not predicate(item):
            return
        yield item


class filterfalse:
    def __new__(cls, function, iterable, /):
        return _filterfalse(bool if function is None else function, iter(iterable))


def _filterfalse(function, iterator):
    for item in iterator:
        if not function(item):
            yield item


class starmap:
    def __new__(cls, function, iterable, /):
        return _starmap(function, iter(iterable))


def _starmap(function, iterator):
    for args in iterator:
        yield function(*args)


class islice:
    def __new__(cls, iterable, /, *args):
        if not 1 <= len(args) <= 3:
            if not args:
                raise TypeError("islice expected at least 2 arguments, got 1")
            raise TypeError(f"islice expected at most 4 arguments, got {len(args) + 1}")
        of_bounds = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        step = 1
        if len(args) == 1:
            start = 0
            message = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
            stop = None if args[0] is None else _index(args[0], message)
        else:
            start = 0 if args[0] is None else _index(args[0], of_bounds)
            stop = None if args[1] is None else _index(args[1], of_bounds)
            if len(args) == 3 and args[2] is not None:
                message = "Step for islice() must be a positive integer or None."
                step = _index(args[2], message)
                if step == 0:
                    raise ValueError(message)
        return _islice(iter(iterable), start, stop, step)


def _islice(iterator, start, stop, step):
    if stop is not None and stop <= start:
        for _ in range(stop):
            for _ in iterator:
                break
            else:
                return
        return
    skip = start
    at = start
    while True:
        for _ in range(skip):
            for _ in iterator:
                break
            else:
                return
        for item in iterator:
            break
        else:
            return
        yield item
        at += step
        if stop is not None and at >= stop:
            for _ in range(stop - 1 - (at - step)):
                for _ in iterator:
                    break
                else:
                    return
            return
        skip = step - 1


class pairwise:
    def __new__(cls, iterable, /):
        return _pairwise(iter(iterable))


def _pairwise(iterator):
    for a in iterator:
        break
    else:
        return
    for b in iterator:
        yield a, b
        a = b


class batched:
    def __new__(cls, iterable, n):
        if n < 1:
            raise ValueError("n must be at least one")
        return _batched(iter(iterable), n)


def _batched(iterator, n):
    while batch := tuple(_islice(iterator, 0, n, 1)):
        yield batch


class zip_longest:
    def __new__(cls, *iterables, fillvalue=None):
        return _zip_longest([iter(it) for it in iterables], fillvalue)


def _zip_longest(iterators, fill):
    active = len(iterators)
    if not active:
        return
    alive = [True] * active
    while True:
        values = []
        for i, iterator in enumerate(iterators):
            if alive[i]:
                for value in iterator:
                    break
                else:
                    alive[i] = False
                    active -= 1
                    if not active:
                        return
                    value = fill
            else:
                value = fill
            values.append(value)
        yield tuple(values)


class product:
    def __new__(cls, *iterables, repeat=1):
        if repeat < 0:
            raise ValueError("repeat argument cannot be negative")
        pools = [tuple(iterable) for iterable in iterables] * repeat
        return _product(pools, len(pools))


def _product(pools, n):
    # An odometer: the last wheel turns fastest.
    for pool in pools:
        if not pool:
            return
    if n == 1:
        for item in pools[0]:
            yield (item,)
        return
    if n == 2:
        first, second = pools
        for a in first:
            for b in second:
                yield a, b
        return
    indices = [0] * n
    items = [pool[0] for pool in pools]
    while True:
        yield tuple(items)
        for i in range(n - 1, -1, -1):
            at = indices[i] + 1
            pool = pools[i]
            if at < len(pool):
                indices[i] = at
                items[i] = pool[at]
                break
            indices[i] = 0
            items[i] = pool[0]
        else:
            return


class permutations:
    def __new__(cls, iterable, r=None):
        pool = tuple(iterable)
        if r is not None and not isinstance(r, int):
            raise TypeError("Expected int as r")
        r = len(pool) if r is None else r
        if r < 0:
            raise ValueError("r must be non-negative")
        return _permutations(pool, len(pool), r)


def _permutations(pool, n, r):
    if r > n:
        return
    indices = list(range(n))
    cycles = list(range(n, n - r, -1))
    items = list(pool[:r])
    yield tuple(items)
    while n:
        for i in range(r - 1, -1, -1):
            left = cycles[i] - 1
            if left == 0:
                moved = indices[i]
                for k in range(i, n - 1):
                    indices[k] = indices[k + 1]
                indices[n - 1] = moved
                cycles[i] = n - i
            else:
                cycles[i] = left
                j = n - left
                indices[i], indices[j] = indices[j], indices[i]
                for k in range(i, r):
                    items[k] = pool[indices[k]]
                yield tuple(items)
                break
        else:
            return


class combinations:
    def __new__(cls, iterable, r):
        pool = tuple(iterable)
        if r < 0:
            raise ValueError("r must be non-negative")
        return _combinations(pool, len(pool), r)


def _combinations(pool, n, r):
    if r > n:
        return
    indices = list(range(r))
    items = list(pool[:r])
    yield tuple(items)
    while True:
        for i in range(r - 1, -1, -1):
            if indices[i] != i + n - r:
                break
        else:
            return
        at = indices[i]
        for j in range(i, r):
            at += 1
            indices[j] = at
            items[j] = pool[at]
        yield tuple(items)


class combinations_with_replacement:
    def __new__(cls, iterable, r):
        pool = tuple(iterable)
        if r < 0:
            raise ValueError("r must be non-negative")
        return _combinations_with_replacement(pool, len(pool), r)


def _combinations_with_replacement(pool, n, r):
    if not n and r:
        return
    indices = [0] * r
    yield tuple([pool[i] for i in indices])
    while True:
        for i in range(r - 1, -1, -1):
            if indices[i] != n - 1:
                break
        else:
            return
        indices[i:] = [indices[i] + 1] * (r - i)
        yield tuple([pool[i] for i in indices])


class groupby:
    __slots__ = ("_iterator", "_keyfunc", "_target", "_key", "_value", "_group")

    def __init__(self, iterable, key=None):
        self._iterator = iter(iterable)
        self._keyfunc = key
        self._target = self._key = self._value = _missing
        self._group = None

    def __iter__(self):
        return self

    def _step(self):
        value = next(self._iterator)
        self._value = value
        self._key = value if self._keyfunc is None else self._keyfunc(value)

    def __next__(self):
        self._group = None
        while self._key is _missing or self._target is not _missing and self._key == self._target:
            self._step()
        self._target = self._key
        self._group = group = _grouper(self, self._target)
        return self._key, group


class _grouper:
    __slots__ = ("_parent", "_target")

    def __init__(self, parent, target):
        self._parent = parent
        self._target = target

    def __iter__(self):
        return self

    def __next__(self):
        parent = self._parent
        if parent._group is not self:
            raise StopIteration
        if parent._value is _missing:
            parent._step()
        if parent._key != self._target:
            raise StopIteration
        value = parent._value
        parent._value = _missing
        return value


class _tee:
    __slots__ = ("_iterator", "_link")

    def __init__(self, iterator, link):
        self._iterator = iterator
        self._link = link

    def __iter__(self):
        return self

    def __next__(self):
        link = self._link
        if link[1] is None:
            link[0] = next(self._iterator)
            link[1] = [None, None]
        value, self._link = link
        return value

    def __copy__(self):
        return _tee(self._iterator, self._link)


def tee(iterable, n=2, /):
    if n < 0:
        raise ValueError("n must be >= 0")
    if n == 0:
        return ()
    iterator = iter(iterable)
    first = iterator if isinstance(iterator, _tee) else _tee(iterator, [None, None])
    return (first, *[first.__copy__() for _ in range(n - 1)])
