# Tuples with named fields, as `sys` and `time` have them.


def _record(module, name, fields, visible=None):
    if visible is None:
        visible = len(fields)

    def __new__(cls, values):
        self = tuple.__new__(cls, values[:visible])
        self._hidden = tuple(values[visible:])
        return self

    def __repr__(self):
        pairs = [f"{field}={value!r}" for field, value in zip(fields, self)]
        return f"{module}.{name}({', '.join(pairs)})"

    def field_at(i):
        if i < visible:
            return property(lambda self: self[i])
        return property(lambda self: self._hidden[i - visible])

    body = {"__new__": __new__, "__repr__": __repr__, "__module__": module}
    body["n_fields"] = len(fields)
    body["n_sequence_fields"] = visible
    body["n_unnamed_fields"] = 0
    body["__match_args__"] = tuple(fields[:visible])
    for i, field in enumerate(fields):
        body[field] = field_at(i)
    return type(name, (tuple,), body)


class SimpleNamespace:
    __module__ = "types"

    def __init__(self, **values):
        for name, value in values.items():
            setattr(self, name, value)

    def __repr__(self):
        pairs = [f"{name}={value!r}" for name, value in self.__dict__.items()]
        return f"namespace({', '.join(pairs)})"

    def __eq__(self, other):
        return self.__dict__ == other.__dict__ if isinstance(other, SimpleNamespace) else NotImplemented


def version_info():
    fields = ("major", "minor", "micro", "releaselevel", "serial")
    return _record("sys", "version_info", fields)((3, 12, 1, "final", 0))


def flags():
    fields = (
        "debug", "inspect", "interactive", "optimize", "dont_write_bytecode", "no_user_site", "no_site",
        "ignore_environment", "verbose", "bytes_warning", "quiet", "hash_randomization", "isolated", "dev_mode",
        "utf8_mode", "warn_default_encoding", "safe_path", "int_max_str_digits",
    )
    return _record("sys", "flags", fields)((0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, False, 0, 0, False, 4300))


def float_info():
    fields = (
        "max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig", "epsilon", "radix", "rounds",
    )
    values = (1.7976931348623157e308, 1024, 308, 2.2250738585072014e-308, -1021, -307, 15, 53, 2.220446049250313e-16, 2, 1)
    return _record("sys", "float_info", fields)(values)


def int_info():
    fields = ("bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold")
    return _record("sys", "int_info", fields)((30, 4, 4300, 640))


def hash_info():
    fields = ("width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff")
    return _record("sys", "hash_info", fields)((64, 2**61 - 1, 314159, 0, 1000003, "siphash13", 64, 128, 0))


def thread_info():
    return _record("sys", "thread_info", ("name", "lock", "version"))(("pthread", "semaphore", None))


def clock_info(name):
    calls = {"time": "CLOCK_REALTIME", "monotonic": "CLOCK_MONOTONIC", "perf_counter": "CLOCK_MONOTONIC",
             "process_time": "CLOCK_PROCESS_CPUTIME_ID", "thread_time": "CLOCK_THREAD_CPUTIME_ID"}
    if name not in calls:
        raise ValueError("unknown clock")
    settable = name == "time"
    implementation = f"clock_gettime({calls[name]})"
    return SimpleNamespace(implementation=implementation, monotonic=not settable, adjustable=settable, resolution=1e-09)


def implementation(version):
    return SimpleNamespace(name="metapy", cache_tag="metapy-312", version=version, hexversion=0x030C01F0)


struct_time = _record(
    "time",
    "struct_time",
    (
        "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst", "tm_zone",
        "tm_gmtoff",
    ),
    9,
)
