# Weak references around the heap's. Callbacks are kept but not called: an object's death is not an event that programs see.

from _weak import get as _get, new as _new


class ReferenceType:
    __module__ = "weakref"
    __slots__ = ("_cell", "__callback__", "_hash")

    def __new__(cls, object, callback=None, /, *args, **kwargs):
        self = super().__new__(cls)
        self._cell = _new(object)
        self.__callback__ = callback
        self._hash = None
        return self

    def __init__(self, object, callback=None, /):
        pass

    def __call__(self):
        return _get(self._cell)

    def __hash__(self):
        if self._hash is None:
            referent = _get(self._cell)
            if referent is None:
                raise TypeError("weak object has gone away")
            self._hash = hash(referent)
        return self._hash

    def __eq__(self, other, /):
        if not isinstance(other, ReferenceType):
            return NotImplemented
        a, b = _get(self._cell), _get(other._cell)
        if a is None or b is None:
            return self is other
        return a is b or a == b

    def __repr__(self):
        referent = _get(self._cell)
        if referent is None:
            return f"<weakref at {id(self):#x}; dead>"
        return f"<weakref at {id(self):#x}; to '{type(referent).__name__}' at {id(referent):#x}>"

    def __class_getitem__(cls, item, /):
        return type(list[int])(cls, item)


ReferenceType.__name__ = ReferenceType.__qualname__ = "ReferenceType"
ref = ReferenceType


def getweakrefcount(object, /):
    return 0


def getweakrefs(object, /):
    return []


def _remove_dead_weakref(table, key, /):
    reference = table.get(key)
    if reference is not None and reference() is None:
        del table[key]


class ProxyType:
    __module__ = "weakref"
    __slots__ = ("_cell",)
    __hash__ = None

    def __getattribute__(self, name):
        return getattr(_referent(self), name)

    def __setattr__(self, name, value):
        setattr(_referent(self), name, value)

    def __delattr__(self, name):
        delattr(_referent(self), name)

    def __repr__(self):
        return f"<weakproxy at {id(self):#x} to {type(_referent(self)).__name__}>"


def _referent(proxy):
    referent = _get(object.__getattribute__(proxy, "_cell"))
    if referent is None:
        raise ReferenceError("weakly-referenced object no longer exists")
    return referent


def _forward(name):
    def method(self, *args):
        return getattr(_referent(self), name)(*args)

    method.__name__ = name
    return method


for _name in (
    "str bool len getitem setitem delitem iter next contains eq ne lt le gt ge add radd iadd sub rsub mul rmul truediv "
    "floordiv mod pow and or xor neg pos abs invert int float index reversed"
).split():
    setattr(ProxyType, f"__{_name}__", _forward(f"__{_name}__"))


class CallableProxyType(ProxyType):
    __slots__ = ()

    def __call__(self, *args, **kwargs):
        return _referent(self)(*args, **kwargs)


def proxy(object, callback=None, /):
    self = (CallableProxyType if callable(object) else ProxyType).__new__(
        CallableProxyType if callable(object) else ProxyType
    )
    _set_cell(self, "_cell", _new(object))
    return self


_set_cell = object.__setattr__
