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
    iterator = iter(iterable)
    if type(start) is float:
        return sum_floats(iterator, start)
    for item in iterator:
        start = start + item
        if type(start) is float:
            return sum_floats(iterator, start)
    return start


def sum_floats(iterator, total):
    # Neumaier's compensated summation, as CPython does from 3.12 on.
    lost = 0.0
    for item in iterator:
        if type(item) is float:
            new = total + item
            if abs(total) >= abs(item):
                lost += (total - new) + item
            else:
                lost += (item - new) + total
            total = new
        elif type(item) is int:
            total += item
        else:
            if lost and lost - lost == 0:
                total += lost
            total = total + item
            for item in iterator:
                total = total + item
            return total
    if lost and lost - lost == 0:
        return total + lost
    return total


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


def list_of(iterable, /):
    return [item for item in iterable]


def tuple_of(iterable, /):
    return (*[item for item in iterable],)


def set_of(iterable, /):
    return {item for item in iterable}


def sorted(iterable, /):
    items = [item for item in iterable]
    items.sort()
    return items


def join(separator, iterable, /):
    return separator.join([item for item in iterable])


def extend(items, iterable, /):
    for item in iterable:
        items.append(item)


async def anext_or(iterator, default, /):
    try:
        return await iterator.__anext__()
    except StopAsyncIteration:
        return default
