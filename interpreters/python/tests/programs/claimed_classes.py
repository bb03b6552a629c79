# An object may claim by its `__class__` to be an instance of another class; in a hot loop, too.


class C:
    pass


class Proxy:
    def __init__(self, inner):
        self.__inner = inner

    def __getattribute__(self, name):
        if name.startswith("_Proxy__"):
            return object.__getattribute__(self, name)
        return getattr(self.__inner, name)


class Claims:
    @property
    def __class__(self):
        return int


def count(values, kinds):
    found = [0] * len(kinds)
    for i in range(1200):
        value = values[i % len(values)]
        for k, kind in enumerate(kinds):
            if isinstance(value, kind):
                found[k] += 1
    return found


print(count([C(), Proxy(C()), Proxy(3), Claims(), 7, "s", None], [C, Proxy, int, (str, C), (Claims, float), object]))
