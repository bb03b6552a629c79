# Builtins that go through an iterable and run Python code for its items.


def any(iterable, /):
    for item in iterable:
        if item:
            return True
    return False


def all(iterable, /):
    for item in iterable:
        if not item:
            return False
    return True


def sum(iterable, /, start=0):
    for item in iterable:
        start = start + item
    return start


def min(iterable, /):
    iterator = iter(iterable)
    for best in iterator:
        break
    else:
        raise ValueError("min() iterable argument is empty")
    for item in iterator:
        if item < best:
            best = item
    return best


def max(iterable, /):
    iterator = iter(iterable)
    for best in iterator:
        break
    else:
        raise ValueError("max() iterable argument is empty")
    for item in iterator:
        if item > best:
            best = item
    return best


def min_by(iterable, key, /):
    iterator = iter(iterable)
    for best in iterator:
        break
    else:
        raise ValueError("min() iterable argument is empty")
    least = key(best)
    for item in iterator:
        k = key(item)
        if k < least:
            best = item
            least = k
    return best


def max_by(iterable, key, /):
    iterator = iter(iterable)
    for best in iterator:
        break
    else:
        raise ValueError("max() iterable argument is empty")
    most = key(best)
    for item in iterator:
        k = key(item)
        if k > most:
            best = item
            most = k
    return best


def keys(iterable, key, /):
    return [key(item) for item in iterable]
