# How objects are taken apart for copying and pickling: `object.__reduce_ex__` and `object.__getstate__`.


def reduce(self):
    import copyreg

    return copyreg._reduce_ex(self, 0)


def reduce_ex(self, protocol):
    cls = type(self)
    if cls.__reduce__ is not object.__reduce__:
        return self.__reduce__()
    if cls is type(len):
        return self.__name__ if self.__self__ is None else (getattr, (self.__self__, self.__name__))
    if cls is range or cls is slice:
        return cls, (self.start, self.stop, self.step)
    import copyreg

    if protocol < 2:
        return copyreg._reduce_ex(self, protocol)
    if not isinstance(self, (list, dict)) and hasattr(cls, "__getnewargs_ex__"):
        args, keywords = self.__getnewargs_ex__()
        made = copyreg.__newobj_ex__, (cls, args, keywords)
        if not keywords:
            made = copyreg.__newobj__, (cls, *args)
    elif hasattr(cls, "__getnewargs__"):
        made = copyreg.__newobj__, (cls, *self.__getnewargs__())
    elif cls is not object and isinstance(self, values) and not isinstance(self, (list, dict, set)):
        for base in values:
            if isinstance(self, base):
                made = copyreg.__newobj__, (cls, base(self))
                break
    else:
        if isinstance(self, refused):
            raise TypeError(f"cannot pickle '{cls.__name__}' object")
        made = copyreg.__newobj__, (cls,)
    state = self.__getstate__()
    items = iter(self) if isinstance(self, list) else None
    pairs = iter(self.items()) if isinstance(self, dict) else None
    return (*made, state, items, pairs)


values = int, float, complex, str, bytes, bytearray, tuple, list, dict, set, frozenset
refused = type(reduce), type(len), type((i for i in ())), type(memoryview(b""))


def getstate(self):
    state = getattr(self, "__dict__", None) or None
    if isinstance(self, type):
        state = None
    import copyreg

    slots = {}
    for name in copyreg._slotnames(type(self)):
        try:
            slots[name] = getattr(self, name)
        except AttributeError:
            pass
    if slots:
        return state, slots
    return state


def alias_parameters(args):
    found = []
    for arg in args:
        if isinstance(arg, type):
            continue
        if hasattr(type(arg), "__typing_subst__"):
            inner = (arg,)
        elif isinstance(arg, (list, tuple)):
            inner = alias_parameters(arg)
        else:
            inner = getattr(arg, "__parameters__", ())
        for parameter in inner:
            if parameter not in found:
                found.append(parameter)
    return tuple(found)


def alias_getitem(alias, item):
    # PEP 585: the parameters of a type are replaced, in the order in which they occur.
    parameters = alias.__parameters__
    if not parameters:
        raise TypeError(f"{alias!r} is not a generic class")
    item = item if isinstance(item, tuple) else (item,)
    for parameter in parameters:
        prepare = getattr(parameter, "__typing_prepare_subst__", None)
        if prepare is not None:
            item = prepare(alias, item)
    if len(item) != len(parameters):
        few = "few" if len(item) < len(parameters) else "many"
        raise TypeError(f"Too {few} arguments for {alias!r}; actual {len(item)}, expected {len(parameters)}")
    new = dict(zip(parameters, item))
    args = []
    for arg in alias.__args__:
        if isinstance(arg, type):
            args.append(arg)
        elif hasattr(type(arg), "__typing_subst__"):
            made = arg.__typing_subst__(new[arg])
            if isinstance(made, tuple):
                args.extend(made)
            else:
                args.append(made)
        else:
            inner = getattr(arg, "__parameters__", ())
            args.append(arg[tuple([new[p] for p in inner])] if inner else arg)
    return type(alias)(alias.__origin__, tuple(args))
