# Formats of binary data.

from _structs import calcsize as _calcsize, pack as _pack, unpack as _unpack


class error(Exception):
    __module__ = "struct"


def calcsize(format, /):
    return _calcsize(format)


def pack(format, /, *values):
    return _pack(format, values)


def pack_into(format, buffer, offset, /, *values):
    _write(buffer, offset, _pack(format, values))


def _write(buffer, offset, data):
    size = len(buffer)
    at = offset + size if offset < 0 else offset
    if at < 0:
        raise error(f"offset {offset} out of range for {size}-byte buffer")
    if at + len(data) > size:
        raise error(
            f"pack_into requires a buffer of at least {at + len(data)} bytes for packing {len(data)} bytes at offset {at} "
            f"(actual buffer size is {size})"
        )
    buffer[at : at + len(data)] = data


def unpack(format, buffer, /):
    return _unpack(format, buffer, 0, True)


def unpack_from(format, /, buffer, offset=0):
    return _unpack(format, buffer, offset, False)


def iter_unpack(format, buffer, /):
    size = _calcsize(format)
    if size == 0:
        raise error("cannot iteratively unpack with a struct of length 0")
    if len(buffer) % size:
        raise error(f"iterative unpacking requires a buffer of a multiple of {size} bytes")
    return _iter_unpack(format, buffer, size)


def _iter_unpack(format, buffer, size):
    for at in range(0, len(buffer), size):
        yield _unpack(format, buffer, at, False)


def _clearcache():
    pass


class Struct:
    __module__ = "_struct"
    __slots__ = ("format", "size", "__weakref__")

    def __init__(self, format):
        self.size = _calcsize(format)
        self.format = format if isinstance(format, str) else str(format, "ascii")

    def pack(self, *values):
        return _pack(self.format, values)

    def pack_into(self, buffer, offset, /, *values):
        _write(buffer, offset, _pack(self.format, values))

    def unpack(self, buffer, /):
        return _unpack(self.format, buffer, 0, True)

    def unpack_from(self, buffer, offset=0):
        return _unpack(self.format, buffer, offset, False)

    def iter_unpack(self, buffer, /):
        return iter_unpack(self.format, buffer)

    def __repr__(self):
        return f"_struct.Struct({self.format!r})"
