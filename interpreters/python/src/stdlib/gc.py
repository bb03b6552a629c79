# The collector as CPython's programs see it. Generations and thresholds are kept as numbers without effect.

from _weak import collect as _collect

DEBUG_STATS, DEBUG_COLLECTABLE, DEBUG_UNCOLLECTABLE, DEBUG_SAVEALL, DEBUG_LEAK = 1, 2, 4, 32, 38
garbage = []
callbacks = []
_enabled = True
_threshold = (700, 10, 10)
_debug = 0


def collect(generation=2):
    if not 0 <= generation <= 2:
        raise ValueError("invalid generation")
    _collect()
    return 0


def enable():
    global _enabled
    _enabled = True


def disable():
    global _enabled
    _enabled = False


def isenabled():
    return _enabled


def get_threshold():
    return _threshold


def set_threshold(first, second=None, third=None, /):
    global _threshold
    _threshold = (first, _threshold[1] if second is None else second, _threshold[2] if third is None else third)


def get_count():
    return 0, 0, 0


def get_stats():
    return [{"collections": 0, "collected": 0, "uncollectable": 0} for _ in range(3)]


def get_debug():
    return _debug


def set_debug(flags, /):
    global _debug
    _debug = flags


def is_tracked(object, /):
    return not isinstance(object, (int, float, complex, str, bytes, type(None)))


def is_finalized(object, /):
    return False


def freeze():
    pass


def unfreeze():
    pass


def get_freeze_count():
    return 0


def get_objects(generation=None):
    raise NotImplementedError("gc.get_objects() is not supported")


def get_referrers(*objects):
    raise NotImplementedError("gc.get_referrers() is not supported")


def get_referents(*objects):
    raise NotImplementedError("gc.get_referents() is not supported")
