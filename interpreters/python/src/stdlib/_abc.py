# The core of `abc`: which classes an abstract class counts as its subclasses.

_counter = 0


class _Data:
    __slots__ = ("registry", "cache", "refused", "version")

    def __init__(self):
        self.registry = set()
        self.cache = set()
        self.refused = set()
        self.version = _counter


def get_cache_token():
    return _counter


def _abc_init(cls):
    abstracts = {
        name for name, value in cls.__dict__.items() if getattr(value, "__isabstractmethod__", False)
    }
    for base in cls.__bases__:
        for name in getattr(base, "__abstractmethods__", ()):
            value = getattr(cls, name, None)
            if getattr(value, "__isabstractmethod__", False):
                abstracts.add(name)
    cls.__abstractmethods__ = frozenset(abstracts)
    cls._abc_impl = _Data()


def _abc_register(cls, subclass):
    if not isinstance(subclass, type):
        raise TypeError("Can only register classes")
    if issubclass(subclass, cls):
        return subclass
    if issubclass(cls, subclass):
        raise RuntimeError("Refusing to create an inheritance cycle")
    cls._abc_impl.registry.add(subclass)
    global _counter
    _counter += 1
    return subclass


def _abc_instancecheck(cls, instance):
    subclass = instance.__class__
    data = cls._abc_impl
    if subclass in data.cache:
        return True
    subtype = type(instance)
    if subtype is subclass:
        if data.version == _counter and subclass in data.refused:
            return False
        return cls.__subclasscheck__(subclass)
    return cls.__subclasscheck__(subclass) or cls.__subclasscheck__(subtype)


def _abc_subclasscheck(cls, subclass):
    if not isinstance(subclass, type):
        raise TypeError("issubclass() arg 1 must be a class")
    data = cls._abc_impl
    if subclass in data.cache:
        return True
    if data.version < _counter:
        data.refused = set()
        data.version = _counter
    elif subclass in data.refused:
        return False
    answer = cls.__subclasshook__(subclass)
    if answer is not NotImplemented:
        (data.cache if answer else data.refused).add(subclass)
        return answer
    if cls in getattr(subclass, "__mro__", ()):
        data.cache.add(subclass)
        return True
    for known in data.registry:
        if issubclass(subclass, known):
            data.cache.add(subclass)
            return True
    for known in cls.__subclasses__():
        if issubclass(subclass, known):
            data.cache.add(subclass)
            return True
    data.refused.add(subclass)
    return False


def _reset_registry(cls):
    cls._abc_impl.registry.clear()


def _reset_caches(cls):
    cls._abc_impl.cache.clear()
    cls._abc_impl.refused.clear()


def _get_dump(cls):
    data = cls._abc_impl
    return data.registry, data.cache, data.refused, data.version
