# Type parameters, and the classes of `typing` that the syntax for them makes.

_missing = object()


@staticmethod
def _idfunc(argument, /):
    return argument


def _caller_module():
    return "typing"


class _Parameter:
    __module__ = "typing"

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass an instance of {type(self).__name__}")

    def __reduce__(self):
        return self.__name__

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __or__(self, right):
        import typing

        return typing.Union[self, right]

    def __ror__(self, left):
        import typing

        return typing.Union[left, self]

    def __init_subclass__(cls, **kwargs):
        if cls.__module__ != __name__ and not cls.__module__ == "typing":
            raise TypeError(f"type 'typing.{cls.__mro__[1].__name__}' is not an acceptable base type")

    def __repr__(self):
        if self.__infer_variance__ or self.__covariant__ is None:
            return self.__name__
        return ("+" if self.__covariant__ else "-" if self.__contravariant__ else "~") + self.__name__


def _check_variance(covariant, contravariant, infer_variance):
    if covariant and contravariant:
        raise ValueError("Bivariant types are not supported.")
    if infer_variance and (covariant or contravariant):
        raise ValueError("Variance cannot be specified with infer_variance.")


class TypeVar(_Parameter):
    __module__ = "typing"

    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False, infer_variance=False):
        _check_variance(covariant, contravariant, infer_variance)
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        self.__name__ = name
        self.__covariant__ = bool(covariant)
        self.__contravariant__ = bool(contravariant)
        self.__infer_variance__ = bool(infer_variance)
        if constraints or bound is not None:
            import typing

            message = "TypeVar(name, constraint, ...): constraints must be types."
            constraints = tuple([typing._type_check(t, message) for t in constraints])
            if bound is not None:
                bound = typing._type_check(bound, "Bound must be a type.")
        self._constraints, self._bound = constraints, bound
        self._lazy_constraints = self._lazy_bound = None

    @property
    def __constraints__(self):
        if self._lazy_constraints is not None:
            self._constraints, self._lazy_constraints = self._lazy_constraints(), None
        return self._constraints

    @property
    def __bound__(self):
        if self._lazy_bound is not None:
            self._bound, self._lazy_bound = self._lazy_bound(), None
        return self._bound

    def __typing_subst__(self, arg):
        import typing

        return typing._typevar_subst(self, arg)


class ParamSpecArgs:
    __module__ = "typing"

    def __init__(self, origin):
        self.__origin__ = origin

    def __mro_entries__(self, bases):
        raise TypeError("Cannot subclass an instance of ParamSpecArgs")

    def __eq__(self, other):
        return self.__origin__ == other.__origin__ if isinstance(other, type(self)) else NotImplemented

    __hash__ = object.__hash__

    def __repr__(self):
        return f"{self.__origin__.__name__}.args"


class ParamSpecKwargs:
    __module__ = "typing"
    __init__ = ParamSpecArgs.__init__
    __eq__ = ParamSpecArgs.__eq__
    __hash__ = object.__hash__

    def __mro_entries__(self, bases):
        raise TypeError("Cannot subclass an instance of ParamSpecKwargs")

    def __repr__(self):
        return f"{self.__origin__.__name__}.kwargs"


class ParamSpec(_Parameter):
    __module__ = "typing"

    def __init__(self, name, *, bound=None, covariant=False, contravariant=False, infer_variance=False):
        _check_variance(covariant, contravariant, infer_variance)
        self.__name__ = name
        self.__covariant__ = bool(covariant)
        self.__contravariant__ = bool(contravariant)
        self.__infer_variance__ = bool(infer_variance)
        if bound is not None:
            import typing

            bound = typing._type_check(bound, "Bound must be a type.")
        self.__bound__ = bound

    @property
    def args(self):
        return ParamSpecArgs(self)

    @property
    def kwargs(self):
        return ParamSpecKwargs(self)

    def __typing_subst__(self, arg):
        import typing

        return typing._paramspec_subst(self, arg)

    def __typing_prepare_subst__(self, alias, args):
        import typing

        return typing._paramspec_prepare_subst(self, alias, args)


class TypeVarTuple(_Parameter):
    __module__ = "typing"

    def __init__(self, name):
        self.__name__ = name

    def __iter__(self):
        import typing

        yield typing.Unpack[self]

    def __typing_subst__(self, arg):
        raise TypeError("Substitution of bare TypeVarTuple is not supported")

    def __typing_prepare_subst__(self, alias, args):
        import typing

        return typing._typevartuple_prepare_subst(self, alias, args)

    def __repr__(self):
        return self.__name__


class TypeAliasType:
    __module__ = "typing"

    def __init__(self, name, value, *, type_params=()):
        self.__name__ = name
        self.__type_params__ = type_params
        self._value, self._lazy = value, None

    @property
    def __value__(self):
        if self._lazy is not None:
            self._value, self._lazy = self._lazy(), None
        return self._value

    @property
    def __parameters__(self):
        import typing

        return typing._unpack_args(self.__type_params__) if self.__type_params__ else ()

    def __getitem__(self, args):
        if not self.__type_params__:
            raise TypeError("Only generic type aliases are subscriptable")
        return type(list[int])(self, args)

    def __or__(self, right):
        import typing

        return typing.Union[self, right]

    def __ror__(self, left):
        import typing

        return typing.Union[left, self]

    def __repr__(self):
        return self.__name__

    def __reduce__(self):
        return self.__name__


class Generic:
    __module__ = "typing"
    __slots__ = ()
    _is_protocol = False

    def __class_getitem__(cls, *args, **kwargs):
        import typing

        return typing._generic_class_getitem(cls, *args, **kwargs)

    def __init_subclass__(cls, *args, **kwargs):
        import typing

        return typing._generic_init_subclass(cls, *args, **kwargs)


# What the compiler's instructions for type parameters call.


def _make_parameter(name, function, kind):
    if kind == 3:
        return ParamSpec(name, infer_variance=True)
    if kind == 4:
        return TypeVarTuple(name)
    made = TypeVar(name, infer_variance=True)
    if kind == 1:
        made._lazy_bound = function
    elif kind == 2:
        made._lazy_constraints = function
    return made


def _make_generic(params):
    import typing

    return Generic[tuple([typing.Unpack[p] if isinstance(p, TypeVarTuple) else p for p in params])]


def _make_alias(name, params, function):
    made = TypeAliasType(name, None, type_params=params or ())
    made._lazy = function
    return made
