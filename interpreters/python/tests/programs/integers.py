for a in (0, 1, -1, 7, -7, 255, 2**31, -(2**31), 2**62, -(2**62), 2**63, 2**64 + 3, -(10**30)):
    print(a, -a, +a, ~a, abs(a), bool(a), repr(a), hash(a) == hash(float(a)) if abs(a) < 2**53 else None)
    for b in (1, -1, 3, -3, 10, 2**33, -(2**65)):
        print(a + b, a - b, a * b, a // b, a % b, divmod(a, b), a / b, a == b, a < b, a >= b, end=" ")
        if 0 < b < 100:
            print(a << b, a >> b, a ** b, pow(a, b, 97), end=" ")
        print(a & b, a | b, a ^ b)
print(int("12"), int("-0x1f", 16), int("0b101", 0), int(" 42 "), int(3.99), int(-3.99), int("1_000"), int(True))
print((10).bit_length(), (255).bit_count(), (1024).to_bytes(2, "big"), int.from_bytes(b"\x04\x00", "big"))
print(hex(255), oct(8), bin(5), hex(-255), bin(-(2**65)), f"{255:#x} {255:b} {1234567:,} {5:03d} {-5:+d} {7:>5} {7:<5}|")
for bad in ("", "x", "1.5", "0x10"):
    try:
        int(bad)
    except ValueError as error:
        print(error)
for op in (lambda: 1 // 0, lambda: 1 % 0, lambda: 1 / 0, lambda: divmod(1, 0), lambda: 1 << -1, lambda: "a" + 1, lambda: 1 + "a"):
    try:
        op()
    except Exception as error:
        print(type(error).__name__, error)
print(2**200, -(3**150), (2**200) // (3**50), (2**200) % (3**50), 2**-2)
print(sum(range(101)), 10**20 // 7, round(15, -1), round(25, -1), round(12345, -2))
total = 0
for i in range(3000):
    total = (total * 31 + i) % 1000003
print(total)
x = 1
for i in range(1, 60):
    x *= i
print(x)
