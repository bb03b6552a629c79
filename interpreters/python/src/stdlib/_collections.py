# `deque`, `defaultdict` and the helpers of `collections` that CPython has in C.


class deque:
    # A ring in a list whose length is a power of two: item i stands at (first + i) & mask.
    __slots__ = ("_ring", "_mask", "_first", "_len", "_maxlen", "_state", "__weakref__", "__dict__")
    __module__ = "collections"
    __hash__ = None

    def __init__(self, iterable=(), maxlen=None):
        if maxlen is not None:
            if not isinstance(maxlen, int):
                raise TypeError("an integer is required")
            if maxlen < 0:
                raise ValueError("maxlen must be non-negative")
        self._maxlen = maxlen
        self._ring = [None] * 8
        self._mask = 7
        self._first = 0
        self._len = 0
        self._state = 0
        self.extend(iterable)

    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self._maxlen = None
        self._ring = [None] * 8
        self._mask = 7
        self._first = self._len = self._state = 0
        return self

    @property
    def maxlen(self):
        return self._maxlen

    def _grow(self):
        ring, first = self._ring, self._first
        self._ring = ring[first:] + ring[:first] + [None] * len(ring)
        self._mask = len(self._ring) - 1
        self._first = 0

    def append(self, item, /):
        count = self._len
        if count == self._maxlen:
            if count == 0:
                return
            self._ring[self._first] = None
            self._first = (self._first + 1) & self._mask
            count -= 1
        elif count > self._mask:
            self._grow()
        self._ring[(self._first + count) & self._mask] = item
        self._len = count + 1
        self._state += 1

    def appendleft(self, item, /):
        count = self._len
        if count == self._maxlen:
            if count == 0:
                return
            count -= 1
            self._ring[(self._first + count) & self._mask] = None
        elif count > self._mask:
            self._grow()
        first = (self._first - 1) & self._mask
        self._ring[first] = item
        self._first = first
        self._len = count + 1
        self._state += 1

    def pop(self):
        count = self._len
        if count == 0:
            raise IndexError("pop from an empty deque")
        count -= 1
        at = (self._first + count) & self._mask
        item = self._ring[at]
        self._ring[at] = None
        self._len = count
        self._state += 1
        return item

    def popleft(self):
        if self._len == 0:
            raise IndexError("pop from an empty deque")
        first = self._first
        item = self._ring[first]
        self._ring[first] = None
        self._first = (first + 1) & self._mask
        self._len -= 1
        self._state += 1
        return item

    def extend(self, iterable, /):
        if iterable is self:
            iterable = list(iterable)
        for item in iterable:
            self.append(item)

    def extendleft(self, iterable, /):
        if iterable is self:
            iterable = list(iterable)
        for item in iterable:
            self.appendleft(item)

    def clear(self):
        self._ring = [None] * 8
        self._mask = 7
        self._first = self._len = 0
        self._state += 1

    def rotate(self, n=1, /):
        count = self._len
        if count < 2:
            return
        n %= count
        if n > count // 2:
            for _ in range(count - n):
                self.append(self.popleft())
        else:
            for _ in range(n):
                self.appendleft(self.pop())

    def reverse(self):
        items = list(self)
        items.reverse()
        self._refill(items)

    def _refill(self, items):
        self.clear()
        for item in items:
            self.append(item)

    def __len__(self):
        return self._len

    def __bool__(self):
        return self._len > 0

    def _place(self, index):
        count = self._len
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise IndexError("deque index out of range")
        return (self._first + index) & self._mask

    def __getitem__(self, index, /):
        if not hasattr(index, "__index__"):
            raise TypeError(f"sequence index must be integer, not '{type(index).__name__}'")
        return self._ring[self._place(index.__index__())]

    def __setitem__(self, index, value, /):
        self._ring[self._place(index.__index__())] = value

    def __delitem__(self, index, /):
        self._place(index.__index__())
        items = list(self)
        del items[index]
        self._refill(items)

    def __iter__(self):
        return _deque_iterator(self)

    def __reversed__(self):
        return _deque_reverse_iterator(self)

    def __contains__(self, item, /):
        for other in self:
            if other is item or other == item:
                return True
        return False

    def count(self, item, /):
        found = 0
        for other in self:
            if other is item or other == item:
                found += 1
        return found

    def index(self, item, start=0, stop=None, /):
        count = self._len
        stop = count if stop is None else stop
        if start < 0:
            start = max(start + count, 0)
        if stop < 0:
            stop = max(stop + count, 0)
        for i in range(start, min(stop, count)):
            other = self._ring[(self._first + i) & self._mask]
            if other is item or other == item:
                return i
        raise ValueError(f"{item!r} is not in deque")

    def insert(self, index, item, /):
        if self._len == self._maxlen:
            raise IndexError("deque already at its maximum size")
        items = list(self)
        items.insert(index, item)
        self._refill(items)

    def remove(self, item, /):
        i = 0
        for other in self:
            if other is item or other == item:
                del self[i]
                return
            i += 1
        raise ValueError("deque.remove(x): x not in deque")

    def copy(self):
        return self.__copy__()

    def __copy__(self):
        if type(self) is deque or self._maxlen is not None:
            return type(self)(self, self._maxlen)
        return type(self)(self)

    def __add__(self, other, /):
        if not isinstance(other, deque):
            raise TypeError(f'can only concatenate deque (not "{type(other).__name__}") to deque')
        new = self.__copy__()
        new.extend(other)
        return new

    def __iadd__(self, other, /):
        self.extend(other)
        return self

    def __mul__(self, count, /):
        new = type(self)((), self._maxlen)
        for _ in range(count):
            new.extend(self)
        return new

    __rmul__ = __mul__

    def __imul__(self, count, /):
        items = list(self) * count
        self._refill(items)
        return self

    def __repr__(self):
        from reprlib import recursive_repr

        return recursive_repr("[...]")(_deque_repr)(self)

    def __eq__(self, other, /):
        if not isinstance(other, deque):
            return NotImplemented
        return self._len == other._len and list(self) == list(other)

    def __lt__(self, other, /):
        return list(self) < list(other) if isinstance(other, deque) else NotImplemented

    def __le__(self, other, /):
        return list(self) <= list(other) if isinstance(other, deque) else NotImplemented

    def __gt__(self, other, /):
        return list(self) > list(other) if isinstance(other, deque) else NotImplemented

    def __ge__(self, other, /):
        return list(self) >= list(other) if isinstance(other, deque) else NotImplemented

    def __reduce__(self):
        if self._maxlen is None:
            return type(self), (), self.__dict__ or None, iter(self)
        return type(self), ((), self._maxlen), self.__dict__ or None, iter(self)

    def __class_getitem__(cls, item, /):
        return _alias(cls, item)


def _alias(cls, item):
    return type(list[int])(cls, item)


def _deque_repr(self):
    name = type(self).__name__
    if self._maxlen is None:
        return f"{name}({list(self)!r})"
    return f"{name}({list(self)!r}, maxlen={self._maxlen})"


class _deque_iterator:
    __slots__ = ("_deque", "_at", "_state")
    __module__ = "collections"

    def __init__(self, deque):
        self._deque = deque
        self._at = 0
        self._state = deque._state

    def __iter__(self):
        return self

    def __next__(self):
        deque = self._deque
        if self._state != deque._state:
            raise RuntimeError("deque mutated during iteration")
        at = self._at
        if at >= deque._len:
            raise StopIteration
        self._at = at + 1
        return deque._ring[(deque._first + at) & deque._mask]

    def __length_hint__(self):
        return self._deque._len - self._at


class _deque_reverse_iterator(_deque_iterator):
    __slots__ = ()

    def __next__(self):
        deque = self._deque
        if self._state != deque._state:
            raise RuntimeError("deque mutated during iteration")
        at = self._at
        if at >= deque._len:
            raise StopIteration
        self._at = at + 1
        return deque._ring[(deque._first + deque._len - 1 - at) & deque._mask]


_deque_iterator.__name__ = _deque_iterator.__qualname__ = "_deque_iterator"


class defaultdict(dict):
    __slots__ = ("default_factory", "__dict__")
    __module__ = "collections"

    def __init__(self, default_factory=None, /, *args, **kwargs):
        if default_factory is not None and not callable(default_factory):
            raise TypeError("first argument must be callable or None")
        self.default_factory = default_factory
        if args or kwargs:
            dict.update(self, *args, **kwargs)

    def __missing__(self, key, /):
        factory = self.default_factory
        if factory is None:
            raise KeyError(key)
        value = self[key] = factory()
        return value

    def __repr__(self):
        from reprlib import recursive_repr

        factory = recursive_repr("...")(repr)(self.default_factory)
        return f"{type(self).__name__}({factory}, {dict.__repr__(self)})"

    def copy(self):
        return type(self)(self.default_factory, self)

    __copy__ = copy

    def __reduce__(self):
        args = () if self.default_factory is None else (self.default_factory,)
        return type(self), args, None, None, iter(self.items())

    def __or__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        new = self.copy()
        new.update(other)
        return new

    def __ror__(self, other, /):
        if not isinstance(other, dict):
            return NotImplemented
        new = type(self)(self.default_factory, other)
        new.update(self)
        return new


def _tuplegetter(index, doc):
    def field(self):
        return self[index]

    return property(field, doc=doc)


def _count_elements(mapping, iterable):
    get = mapping.get
    for element in iterable:
        mapping[element] = get(element, 0) + 1
