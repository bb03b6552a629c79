def calls(f, o, args, kw):
    f(1, o, key=args)
    o.method(f(o.x), 2)
    f(*args)
    f(1, *args, a=2, **kw)

class C(B, metaclass=M):
    """Doc."""
    z: int = 3

    @property
    def m(self):
        return super().m(self, self.__private)
