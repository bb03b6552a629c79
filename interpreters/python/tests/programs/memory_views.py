# memoryview.
data = bytearray(b"abcdefgh")
view = memoryview(data)
print(len(view), view[0], view[-1], view[2:5].tobytes(), view.readonly, view.format, view.itemsize, view.nbytes)
view[0] = 65
view[1:3] = b"BC"
print(data, view.tolist())
part = view[2:6]
print(bytes(part), part[1], bytes(part[1:3]), part == b"Cdef", view == data)
print(list(memoryview(b"\x01\x00\x00\x00\x02\x00\x00\x00").cast("I")), b"-".join([view[:2], view[2:4]]))
for bad in (lambda: memoryview("text"), lambda: view[100], lambda: view.__setitem__(0, 300)):
    try:
        bad()
    except (TypeError, IndexError, ValueError) as error:
        print(type(error).__name__, error)
constant = memoryview(b"fixed")
try:
    constant[0] = 1
except TypeError as error:
    print(error)
print(hash(constant) == hash(b"fixed"), constant.hex(), 102 in constant)
with memoryview(b"x") as inner:
    print(inner[0])
try:
    inner[0]
except ValueError as error:
    print(error)
