"""Integers that are small, of 64 bits, and larger by turns; bytes and bytearrays by index."""

MASK = 0xFFFFFFFFFFFFFFFF


class Wrapped:
    def __init__(self, v):
        self.v = v

    def __mul__(self, other):
        return Wrapped(self.v * (other.v if isinstance(other, Wrapped) else other))

    def __radd__(self, other):
        return other + self.v

    def __and__(self, other):
        return self.v & other


def xorshift(n):
    x, c = 1, 0
    for i in range(n):
        x = (x ^ (x << 13)) & MASK
        x ^= x >> 7
        x = (x ^ (x << 17)) & MASK
        c += x & 1
        if x % 97 == 3:
            x //= 3
    return x, c


def congruential(n):
    x, seen = 42, 0
    for i in range(n):
        x = (x * 6364136223846793005 + 1442695040888963407) & MASK
        seen = (seen + (x >> 33)) % 1000003
        x = x if i % 50 else x & 0xFF
    return x, seen


def products(n):
    out = []
    for i in range(n):
        p = 1
        for j in range(1, i % 30):
            p *= j
            if p % 1009 == 0:
                p -= 1
        out.append(p % 1000007)
    return sum(out), p


def anything(n):
    values = [3, 2**62, 2**63, 2**64 + 1, -(2**63), 2.5, True, Wrapped(7), "", None, 10**30]
    out = []
    for i in range(n):
        a, b = values[i % len(values)], values[(i * i + 3) % len(values)]
        try:
            r = a * b
            out.append(r.v if isinstance(r, Wrapped) else r)
        except (TypeError, OverflowError) as e:
            out.append(str(e))
        try:
            out.append(a + 1)
            a += b
            out.append(a)
        except (TypeError, OverflowError) as e:
            out.append(str(e))
        try:
            out.append(a & 0xFFFF)
            out.append(a - b)
        except (TypeError, OverflowError) as e:
            out.append(str(e))
    return len(out), out[:12], out[-12:]


def bytes_by_index(n):
    a, b = bytearray(256), bytes(range(256))
    total, errors = 0, []
    for i in range(n):
        a[i & 255] = (a[i & 255] + i) & 255
        total += a[(i * 7) & 255] + b[-1 - (i & 127)] + a[-(i & 63) - 1]
        if i % 100 == 99:
            a.append(i & 255)
        for bad in (lambda: a[1000], lambda: b[-257], lambda: a.__setitem__(0, 256), lambda: a.__setitem__(0, -1), lambda: a.__setitem__(9999, 1), lambda: a["x"]):
            if i % 37 == 0:
                try:
                    bad()
                except (IndexError, ValueError, TypeError) as e:
                    errors.append(f"{type(e).__name__}: {e}")
    a[1] = True
    return total, len(a), errors[-6:], a[1], bytes(a[:4])


print(xorshift(3000))
print(congruential(3000))
print(products(300))
print(anything(400))
print(bytes_by_index(600))
