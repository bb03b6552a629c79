# Slices of lists in hot loops: read, assigned, deleted, with every kind of bound.
BOUNDS = [None, -100, -7, -3, -1, 0, 1, 2, 3, 6, 7, 100, 2**70, -(2**70), True]
STEPS = [None, 1, -1, 2, -2, 3, -3, 100, -100, 2**70, -(2**70)]


def read():
    total = 0
    items = list(range(7))
    for start in BOUNDS:
        for stop in BOUNDS:
            for step in STEPS:
                got = items[start:stop:step]
                total = (total * 31 + len(got)) % 1000003
                for x in got:
                    total = (total * 31 + x) % 1000003
                total += len(items[start:stop])
    return total


def assigned():
    total = 0
    for start in BOUNDS:
        for stop in BOUNDS:
            for step in STEPS:
                items = list(range(7))
                try:
                    items[start:stop:step] = [x * 10 for x in items[start:stop:step]]
                    items[start:stop] = items[stop:start]
                except ValueError as e:
                    total += len(str(e))
                for x in items:
                    total = (total * 31 + x) % 1000003
                del items[start:stop:step]
                total += len(items)
    return total


def flips(n):
    # Reversing a prefix in place, as in sorting pancakes.
    out = 0
    for seed in range(1, n):
        perm = [(i * seed) % 11 for i in range(11)]
        count = 0
        k = perm[0]
        while k and count < 20:
            perm[: k + 1] = perm[k::-1]
            count += 1
            k = perm[0]
        perm.insert(3, perm.pop(0))
        perm[2:2] = perm
        out += count + perm[5]
    return out


print(read(), assigned(), flips(300))
for bad in (lambda: [1][::0], lambda: [1].__setitem__(slice(0, 1, 2), [1, 2]), lambda: [1]["a":], lambda: [1].__setitem__(slice(0, 1), 5)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)


def zero(n):
    for i in range(n):
        try:
            [1, 2, 3][i : i + 1 : 0 if i == n - 1 else 1]
        except ValueError as e:
            return str(e)


print(zero(400))
