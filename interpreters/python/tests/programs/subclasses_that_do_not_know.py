# Subclasses of builtin classes whose operators answer NotImplemented: the builtin operand decides.


def silent(base):
    methods = {}
    for name in "eq ne lt le gt ge add radd sub rsub mul rmul or ror and rand xor rxor".split():
        methods[f"__{name}__"] = lambda self, other: NotImplemented
    methods["__hash__"] = base.__hash__
    return type(base.__name__ + "_", (base,), methods)


def plain(base):
    return type(base.__name__ + "s", (base,), {})


VALUES = [
    (int, 3, 4),
    (float, 1.5, 2.5),
    (str, "ab", "b"),
    (bytes, b"ab", b"b"),
    (list, [1, 2], [3]),
    (tuple, (1, 2), (3,)),
    (dict, {1: 2}, {3: 4}),
    (set, {1, 2}, {2, 3}),
    (frozenset, frozenset({1}), frozenset({1, 2})),
]
OPERATIONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
    "-": lambda a, b: a - b,
    "|": lambda a, b: a | b,
    "&": lambda a, b: a & b,
}


def attempt(f, a, b):
    try:
        result = f(a, b)
        return f"{type(result).__name__} {sorted(result) if isinstance(result, (set, frozenset)) else result!r}"
    except TypeError as e:
        return str(e)


for make in (silent, plain):
    for base, x, y in VALUES:
        sub = make(base)
        for symbol, f in OPERATIONS.items():
            for other in (x, y):
                print(base.__name__, symbol, attempt(f, sub(x), other), "/", attempt(f, other, sub(x)))
