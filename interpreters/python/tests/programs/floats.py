values = [0.0, -0.0, 1.0, 0.1, 1 / 3, 1e16, 1e15, 123456789.125, 1e22, 1e-5, 1e-4, 1.5e300, 5e-324, float("inf"), float("-inf"), float("nan")]
for v in values:
    print(v, repr(v), str(-v), bool(v), v == v, v < 1, f"{v:.3f} {v:10.2e} {v:g} {v!r:>8}")
print(0.1 + 0.2, 1e308 * 10, 7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7.5 % -2, divmod(-7.5, 2), 2.0**0.5, 2**0.5, (-8) ** (1 / 3))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(0.5), round(1e20))
print(int(1e18), (0.5).as_integer_ratio(), (2.0).is_integer(), (2.5).is_integer(), (255.0).hex(), float.fromhex("0x1.8p1"))
print(float("1e3"), float(" -1.5 "), float("infinity"), float("1_0.5"), float(10**20))
for bad in ("", "x", "1e", "--1"):
    try:
        float(bad)
    except ValueError as error:
        print(error)
for op in (lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: int(float("nan")), lambda: int(float("inf")), lambda: 10.0**400):
    try:
        op()
    except Exception as error:
        print(type(error).__name__, error)
print(1 == 1.0, hash(1) == hash(1.0), 2**53 == float(2**53), 2**53 + 1 == float(2**53), 3 < 3.5, 10**400 > 1e300)
s = 0.0
for i in range(1000):
    s += i * 0.001
print(s, f"{s:.10f}", sum([0.1] * 10), min(3.5, 2), max(1, 2.5))
print(complex(1, 2) * complex(0, 1), abs(3 + 4j), (1 + 2j).real, (1 + 2j).conjugate())
