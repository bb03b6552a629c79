# Arrays of numbers: items that are checked as they come in, and kept as machine numbers where these hold them all.

from _stores import floats as _floats, ints as _ints
from _struct import calcsize as _calcsize, pack as _pack, unpack as _unpack

typecodes = "bBuhHiIlLqQfd"
_names = {"b": "signed char", "B": "unsigned byte integer", "h": "short integer", "H": "unsigned short", "i": "integer"}


def _single(value):
    return _unpack("f", _pack("f", float(value)))[0]


def _character(value):
    if not isinstance(value, str) or len(value) != 1:
        raise TypeError("array item must be a unicode character")
    return value


def _float(value):
    if type(value) is float:
        return value
    if not hasattr(value, "__float__") and not hasattr(value, "__index__"):
        raise TypeError(f"must be real number, not {type(value).__name__}")
    return float(value)


def _integer(code):
    bits = 8 * _calcsize(code)
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if code.islower() else (0, (1 << bits) - 1)

    def check(value):
        if type(value) is not int:
            if not hasattr(value, "__index__"):
                name = type(value).__name__
                raise TypeError(f"'{name}' object cannot be interpreted as an integer")
            value = value.__index__()
        if low <= value <= high:
            return value
        raise _overflow(code, value, low)

    return check


def _overflow(code, value, low):
    if code in "bBhH":
        name = {"b": "signed char", "B": "unsigned byte integer", "h": "signed short integer", "H": "unsigned short"}[code]
        return OverflowError(f"{name} is {'less than minimum' if value < low else 'greater than maximum'}")
    if code == "i" or code == "l":
        return OverflowError(f"Python int too large to convert to C {'int' if code == 'i' else 'long'}")
    if value < 0:
        return OverflowError("can't convert negative value to unsigned int")
    return OverflowError("int too large to convert")


_checks = {code: _integer(code) for code in "bBhHiIlLqQ"}
_checks["d"] = _float
_checks["f"] = _single
_checks["u"] = _character


def _same(items):
    return items


# What makes the storage of the items of a list: others are kept in the list.
_stores = {code: _ints for code in "bBhHiIlq"}
_stores["d"] = _stores["f"] = _floats


class array:
    __module__ = "array"
    __slots__ = ("typecode", "_items", "_check", "_store", "__weakref__")
    __hash__ = None

    def __new__(cls, typecode, initializer=(), /):
        if not isinstance(typecode, str) or len(typecode) != 1:
            name = type(typecode).__name__
            raise TypeError(f"array() argument 1 must be a unicode character, not {name}")
        if typecode not in _checks:
            raise ValueError("bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)")
        self = object.__new__(cls)
        self.typecode = typecode
        self._check = _checks[typecode]
        self._store = _stores.get(typecode, _same)
        self._items = self._store([])
        if isinstance(initializer, (bytes, bytearray)):
            self.frombytes(initializer)
        elif isinstance(initializer, str):
            if typecode != "u":
                raise TypeError(f"cannot use a str to initialize an array with typecode '{typecode}'")
            self._items.extend(initializer)
        elif isinstance(initializer, array) and initializer.typecode == typecode:
            self._items = self._store(initializer.tolist())
        else:
            self.extend(initializer)
        return self

    def __init_subclass__(cls):
        pass

    @property
    def itemsize(self):
        return 4 if self.typecode == "u" else _calcsize(self.typecode)

    def _like(self, items):
        new = object.__new__(array)
        new.typecode, new._check, new._store = self.typecode, self._check, self._store
        new._items = self._store(items)
        return new

    def _become(self, items):
        if self._store is _same:
            self._items[:] = items
        else:
            self._items.assign(items)

    def __len__(self):
        return len(self._items)

    def __getitem__(self, index, /):
        if type(index) is int:
            try:
                return self._items[index]
            except IndexError:
                raise IndexError("array index out of range") from None
        if isinstance(index, slice):
            return self._like(self.tolist()[index])
        if not hasattr(index, "__index__"):
            raise TypeError("array indices must be integers")
        return self[index.__index__()]

    def __setitem__(self, index, value, /):
        if type(index) is int:
            try:
                self._items[index] = self._check(value)
            except IndexError:
                raise IndexError("array assignment index out of range") from None
        elif isinstance(index, slice):
            if not isinstance(value, array):
                raise TypeError(f'can only assign array (not "{type(value).__name__}") to array slice')
            if value.typecode != self.typecode:
                raise TypeError("bad argument type for built-in operation")
            items = self.tolist()
            items[index] = value.tolist()
            self._become(items)
        else:
            self[index.__index__()] = value

    def __delitem__(self, index, /):
        items = self.tolist()
        try:
            del items[index]
        except IndexError:
            raise IndexError("array assignment index out of range") from None
        self._become(items)

    def __iter__(self):
        return iter(self._items)

    def __contains__(self, value, /):
        return value in self._items

    def append(self, value, /):
        self._items.append(self._check(value))

    def extend(self, iterable, /):
        if isinstance(iterable, array):
            if iterable.typecode != self.typecode:
                raise TypeError("can only extend with array of same kind")
            self._become(self.tolist() + iterable.tolist())
            return
        check, append = self._check, self._items.append
        for value in iterable:
            append(check(value))

    def insert(self, index, value, /):
        items = self.tolist()
        items.insert(index, self._check(value))
        self._become(items)

    def pop(self, index=-1, /):
        items = self.tolist()
        if not items:
            raise IndexError("pop from empty array")
        try:
            item = items.pop(index)
        except IndexError:
            raise IndexError("pop index out of range") from None
        self._become(items)
        return item

    def remove(self, value, /):
        items = self.tolist()
        try:
            items.remove(value)
        except ValueError:
            raise ValueError("array.remove(x): x not in array") from None
        self._become(items)

    def index(self, value, start=0, stop=9223372036854775807, /):
        try:
            return self.tolist().index(value, start, stop)
        except ValueError:
            raise ValueError("array.index(x): x not in array") from None

    def count(self, value, /):
        return self.tolist().count(value)

    def reverse(self):
        self._become(self.tolist()[::-1])

    def tolist(self):
        return self._items[:] if self._store is _same else self._items.tolist()

    def fromlist(self, items, /):
        if not isinstance(items, list):
            raise TypeError("arg must be list")
        self._become(self.tolist() + [self._check(value) for value in items])

    def tobytes(self):
        if self.typecode == "u":
            return "".join(self._items).encode("utf-32-le")
        return _pack(f"{len(self._items)}{self.typecode}", *self.tolist())

    def frombytes(self, buffer, /):
        data, size = bytes(buffer), self.itemsize
        if len(data) % size:
            raise ValueError("bytes length not a multiple of item size")
        if self.typecode == "u":
            self._items.extend(data.decode("utf-32-le"))
        else:
            self._become(self.tolist() + list(_unpack(f"{len(data) // size}{self.typecode}", data)))

    def tofile(self, file, /):
        file.write(self.tobytes())

    def fromfile(self, file, n, /):
        data = file.read(n * self.itemsize)
        self.frombytes(data)
        if len(data) < n * self.itemsize:
            raise EOFError("read() didn't return enough bytes")

    def tounicode(self):
        if self.typecode != "u":
            raise ValueError("tounicode() may only be called on unicode type arrays")
        return "".join(self._items)

    def fromunicode(self, text, /):
        if self.typecode != "u":
            raise ValueError("fromunicode() may only be called on unicode type arrays")
        self._items.extend(text)

    def byteswap(self):
        data, size = self.tobytes(), self.itemsize
        self._become([])
        self.frombytes(b"".join([data[i : i + size][::-1] for i in range(0, len(data), size)]))

    def buffer_info(self):
        return id(self._items), len(self._items)

    def __copy__(self):
        return self._like(self.tolist())

    def __deepcopy__(self, memo, /):
        return self.__copy__()

    def __add__(self, other, /):
        if not isinstance(other, array):
            raise TypeError(f'can only append array (not "{type(other).__name__}") to array')
        if other.typecode != self.typecode:
            raise TypeError("bad argument type for built-in operation")
        return self._like(self.tolist() + other.tolist())

    def __iadd__(self, other, /):
        if not isinstance(other, array):
            raise TypeError(f'can only extend with array (not "{type(other).__name__}")')
        self.extend(other)
        return self

    def __mul__(self, count, /):
        return self._like(self.tolist() * count)

    __rmul__ = __mul__

    def __imul__(self, count, /):
        self._become(self.tolist() * count)
        return self

    def __eq__(self, other, /):
        return self.tolist() == other.tolist() if isinstance(other, array) else NotImplemented

    def __lt__(self, other, /):
        return self.tolist() < other.tolist() if isinstance(other, array) else NotImplemented

    def __le__(self, other, /):
        return self.tolist() <= other.tolist() if isinstance(other, array) else NotImplemented

    def __gt__(self, other, /):
        return self.tolist() > other.tolist() if isinstance(other, array) else NotImplemented

    def __ge__(self, other, /):
        return self.tolist() >= other.tolist() if isinstance(other, array) else NotImplemented

    def __repr__(self):
        if not len(self._items):
            return f"array('{self.typecode}')"
        items = "".join(self._items) if self.typecode == "u" else self.tolist()
        return f"array('{self.typecode}', {items!r})"

    def __reduce_ex__(self, protocol, /):
        return array, (self.typecode, self.tolist()), None

    def __class_getitem__(cls, item, /):
        return type(list[int])(cls, item)


ArrayType = array


def _array_reconstructor(cls, typecode, format, data, /):
    new = cls(typecode)
    new.frombytes(data)
    return new
