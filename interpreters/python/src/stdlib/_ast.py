# The classes of syntax trees.

from _asdl import classes as _rows

PyCF_ONLY_AST = 0x400
PyCF_TYPE_COMMENTS = 0x1000
PyCF_ALLOW_TOP_LEVEL_AWAIT = 0x2000
PyCF_OPTIMIZED_AST = 0x8400


class AST:
    __module__ = "ast"
    _fields = _attributes = __match_args__ = ()

    def __init__(self, *args, **kwargs):
        fields = self._fields
        if len(args) > len(fields):
            name, count = type(self).__name__, len(fields)
            raise TypeError(f"{name} constructor takes at most {count} positional argument{'s' * (count != 1)}")
        for field, value in zip(fields, args):
            setattr(self, field, value)
        for name, value in kwargs.items():
            if name in fields[: len(args)]:
                raise TypeError(f"{type(self).__name__} got multiple values for argument {name!r}")
            setattr(self, name, value)

    def __reduce__(self):
        return type(self), (), self.__dict__


_positions = ("lineno", "col_offset", "end_lineno", "end_col_offset")


def _make():
    made = globals()
    for name, base, fields, located in _rows:
        if base not in made:
            body = {"__module__": "ast", "_attributes": _positions if located else ()}
            if located:
                body["end_lineno"] = body["end_col_offset"] = None
            made[base] = type(base, (AST,), body)
        plain = tuple([field.rstrip("?*") for field in fields])
        body = {"__module__": "ast", "_fields": plain, "__match_args__": plain}
        for field, own in zip(fields, plain):
            if field.endswith("?"):
                body[own] = None
        if located and base == "AST":
            body["_attributes"] = _positions
            body["end_lineno"] = body["end_col_offset"] = None
        made[name] = type(name, (made[base],), body)


_make()
