"""Integers of one, two and more 64-bit digits: carries, borrows, lengths of results, signs."""


def borders():
    for bits in (62, 63, 64, 65, 126, 127, 128, 129, 191, 192, 193, 640):
        for offset in (-2, -1, 0, 1, 2):
            yield (1 << bits) + offset


def fold(h, value):
    return (h * 1000003 + value % 998244353 + (value < 0)) % ((1 << 61) - 1)


def binary_operations():
    h = 0
    small = [0, 1, -1, 3, 1000003, (1 << 62) - 1, -(1 << 63), 1 << 63, (1 << 64) - 1]
    values = small + list(borders())
    for a in values:
        for b in values:
            for x in (a, -a):
                for result in (x + b, x - b, b - x, x * b, x & b, x | b, x ^ b):
                    h = fold(h, result)
                if b:
                    h = fold(h, x // b)
                    h = fold(h, x % b)
                if 0 <= b < 1000:
                    h = fold(h, x >> b)
                    h = fold(h, x << b)
    return h


def identities():
    for a in borders():
        for b in borders():
            assert (a + b) - b == a
            assert (a - b) + b == a
            assert (a - b) == -(b - a)
            assert (a * 3) // 3 == a
            assert (a * ((1 << 64) - 1)) == (a << 64) - a
            assert hash(a + b) == hash(b + a)
            assert len(str(a + b)) >= len(str(max(a, b)))


def generator(n):
    c = 1
    h = 0
    for i in range(n):
        c = (c * 6364136223846793005 + 1442695040888963407) & ((1 << 64) - 1)
        d = (c - (1 << 63)) * -3
        h ^= (d >> 7) | (c // 5)
    return c, h


def growing(n):
    a, b, product = 0, 1, 1
    for i in range(1, n):
        a, b = b, a + b
        product *= i
    return hex(a)[-40:], product % (10**9 + 7), product.bit_length(), (product - a).bit_length()


print(binary_operations())
identities()
print(generator(3000))
print(growing(700))
print((1 << 128) - (1 << 128) + 5, (1 << 640) - ((1 << 640) - 1), (1 << 64) - (1 << 63))
