# Slices read and assigned in hot loops: bounds of all kinds, steps, the list itself as source, errors.


class Index:
    def __init__(self, i):
        self.i = i

    def __index__(self):
        return self.i


def flips(n):
    perm = list(range(n))
    total = 0
    for i in range(400):
        k = (i * 7) % n
        perm[: k + 1] = perm[k::-1]
        total += perm[0] * (i % 5)
    return total, perm


def steps():
    out = 0
    items = list(range(20))
    text = "abcdefghij"
    row = tuple(range(12))
    for i in range(-30, 300):
        a = items[i % 23 : None : 3]
        b = items[::-2]
        c = text[i : i + 4] + text[::-3]
        d = row[-i : i : 2]
        out += len(a) * 7 + sum(b) + len(c) + len(d)
        items[::4] = [i] * len(items[::4])
        items[5:5] = [i]
        items[-3:] = items[-2:]
        items[1:] = items
        items[12:] = []
        del items[15:]
        items.extend(range(20 - len(items)))
    return out, items


def bounds():
    items = list(range(10))
    seen = []
    for i in range(300):
        low = Index(i % 4) if i % 3 == 0 else i % 4
        high = 10**30 if i % 5 == 0 else None if i % 7 == 0 else 8
        seen.append(sum(items[low:high]))
    return sum(seen), items[True:], items[: -(10**20)]


def failing(pairs):
    messages = {}
    items = [1, 2, 3, 4]
    for i in range(300):
        try:
            key, value = pairs[i % len(pairs)]
            items[key] = value
        except (TypeError, ValueError) as e:
            text = f"{type(e).__name__}: {e}"
            messages[text] = messages.get(text, 0) + 1
    return messages, items


print(flips(11))
print(steps())
print(bounds())
print(failing([(slice(0, 2), 5), (slice(0, 4, 2), [1]), (slice(None, None, 0), [1]), (slice("a", 2), [1]), (slice(1, 2), "x")]))
print(slice(1, 2, 3), slice(None), repr([1, 2, 3][slice(1, None)]))
