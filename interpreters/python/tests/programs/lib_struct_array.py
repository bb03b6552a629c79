# struct and array.
import struct
from array import array

print(struct.pack("<hiq", 1, -2, 3), struct.pack(">If", 7, 1.5), struct.pack("=3s5p?c", b"ab", b"xyz", True, b"q"))
print(struct.unpack("<hiq", struct.pack("<hiq", 1, -2, 3)), struct.calcsize("bhiq"), struct.calcsize("<bhiq"))
print(struct.unpack(">2d", struct.pack(">2d", 0.1, float("inf"))), struct.unpack("<e", struct.pack("<e", 0.333)))
print(list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.unpack_from("<B", b"abc", 1))
buffer = bytearray(8)
struct.pack_into("<I", buffer, 2, 0xDEADBEEF)
print(buffer, struct.Struct("<hh").pack(1, 2), struct.Struct("<hh").size)
for bad in (
    lambda: struct.pack("<h", 40000), lambda: struct.pack("<B", -1), lambda: struct.unpack("<h", b"abc"),
    lambda: struct.pack("z", 1), lambda: struct.pack("hh", 1), lambda: struct.pack("f", "x"), lambda: struct.pack("i", 1.5),
    lambda: struct.pack("<q", 2**63), lambda: struct.pack("<f", 1e300),
):
    try:
        bad()
    except (struct.error, OverflowError) as error:
        print(type(error).__name__, error)
a = array("d", [1, 2.5])
a.append(3)
a.extend([4, 5])
a[0] = 7
print(a, len(a), a[1:3], a[-1], a.tolist(), a.itemsize, a.typecode, sum(a), 2.5 in a, a.index(4), a.count(9))
b = array("i", range(5))
b[1:3] = array("i", [9, 9, 9])
b.reverse()
del b[0]
print(b, b * 2, b + b, b == array("i", [3, 9, 9, 9, 0]), b.tobytes(), array("H", b"\1\0\2\0"), b.pop(), b.pop(0))
for bad in (lambda: b.append(1.5), lambda: array("b", [200]), lambda: array("z"), lambda: b[50], lambda: a.append("x"), lambda: array("I", [-1])):
    try:
        bad()
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        print(type(error).__name__, error)
total = 0.0
c = array("d", [0.0]) * 50
for i in range(500):
    c[i % 50] += i
    total += c[i % 7]
print(total, array("f", [0.1])[0], array("u", "hé"))
