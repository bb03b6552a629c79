"""Random numbers, dicts, sets, lists and strings: identities are asserted, checksums printed."""

def t(f, *a):
    try:
        print(repr(f(*a)))
    except BaseException as e:
        print(type(e).__name__, e)
# random arithmetic against identities, printed checksums
x = 12345
def rnd():
    global x
    x = (x * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return x >> 11
acc = 0
vals = []
for i in range(60):
    n = rnd()
    for _ in range(rnd() % 6):
        n = n * rnd() + rnd()
    if rnd() & 1: n = -n
    vals.append(n)
vals += [0, 1, -1, 2**63, -2**63, 2**64, 2**62, -2**62, 2**127, -2**127, 2**128-1, 10**18, 10**40]
h = 0
for a in vals:
    for b in vals:
        s = a + b; d = a - b; p = a * b
        h = (h * 31 + s + 7 * d + 13 * p) % (2**61 - 1)
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (0 <= r < b or b < r <= 0), (a, b, q, r)
            assert a // b == q and a % b == r
            h = (h * 31 + q * 3 + r) % (2**61 - 1)
            t1 = a / b if abs(a) < 10**300 and abs(b) < 10**300 else 0
            h ^= hash(t1) & 0xFFFFFFFF
        h = (h * 31 + (a & b) + (a | b) * 3 + (a ^ b) * 5) % (2**61 - 1)
        assert (a & b) + (a | b) == a + b
        sh = abs(b) % 200
        h = (h * 31 + (a << sh) + (a >> sh)) % (2**61 - 1)
        assert (a << sh) >> sh == a
        h ^= (a < b) + 2 * (a == b) + 4 * (a >= b)
        h ^= hash(a) & 0xFFFF
    h ^= len(str(a)) + len(hex(a)) + a.bit_length() + (a.bit_count() if a >= 0 else 0)
    assert int(str(a)) == a and int(hex(a), 16) == a and int(oct(a), 8) == a and int(bin(a), 2) == a
    assert int.from_bytes(a.to_bytes(60, 'big', signed=True), 'big', signed=True) == a
    try:
        f = float(a); h ^= hash(f) & 0xFFFFFF
        assert (f == a) == (int(f) == a)
        assert (f < a) == (int(f) < a)
    except OverflowError: pass
print(h)
fs = []
for i in range(300):
    m = rnd() / 2**53
    e = int(rnd() % 600) - 300
    f = m * 10.0 ** e
    if rnd() & 1: f = -f
    fs.append(f)
fs += [0.0, -0.0, 1.0, 0.5, 1.5, 2.5, 1e16, 1e15, 123456.0, 0.1, 1e-4, 1e-5, 5e-324, 1.7e308, 2.0**53, 0.125, 0.375, 1e22, 1e23]
hh = 0
def hs(s):
    r = 7
    for c in s: r = (r * 131 + ord(c)) % 1000000007
    return r
for f in fs:
    for spec in ('', '.0f', '.2f', '.5f', '.12f', '.17g', 'g', '.3g', 'e', '.0e', '.10e', '%', '.1%', ',.2f', '015.3f', '+.3', '.1', '.6', '.20f', '.25g', '#.4g'):
        hh = (hh * 31 + hs(format(f, spec))) % 1000000007
    hh = (hh * 31 + hs(repr(f)) + hs(str(f)) + hs(f.hex())) % 1000000007
    assert float(repr(f)) == f and float.fromhex(f.hex()) == f
    for nd in (-3, -1, 0, 1, 2, 5, 10):
        hh = (hh * 31 + hs(repr(round(f, nd)))) % 1000000007
    if abs(f) < 1e300: hh = (hh * 31 + round(f)) % 1000000007
    n, d = f.as_integer_ratio(); hh = (hh * 31 + n + d) % 1000000007
    assert n / d == f
    hh = (hh + (hash(f) & 0xFFFFFF)) % 1000000007
    for spec in ('%f', '%.3e', '%g', '%10.2f', '%-12.4g|', '%+.1f', '%05.1f', '%.0f', '%#.3g'):
        hh = (hh * 31 + hs(spec % f)) % 1000000007
print(hh)
for a in fs[::7]:
    for b in fs[::11]:
        try:
            hh = (hh * 31 + hs(repr(a + b)) + hs(repr(a * b)) + hs(repr(a - b))) % 1000000007
            if b:
                hh = (hh * 31 + hs(repr(a % b)) + hs(repr(a // b)) + hs(repr(a / b)) + hs(repr(divmod(a, b)))) % 1000000007
        except OverflowError as e: print(e)
print(hh)
# dict/set random ops against list model
d = {}; model = []
for i in range(20000):
    k = rnd() % 500
    op = rnd() % 5
    if op < 3:
        if k not in d: model.append(k)
        d[k] = i
    elif op == 3:
        if k in d: model.remove(k)
        d.pop(k, None)
    elif model and rnd() % 20 == 0:
        assert d.popitem()[0] == model.pop()
assert list(d) == model, (len(d), len(model))
print(len(d), hs(repr(d)))
s = set()
for i in range(20000):
    k = rnd() % 700
    if rnd() % 3: s.add(k)
    else: s.discard(k)
print(len(s), hs(repr(s)), hs(repr(s | set(range(50)))), hs(repr(s & set(range(350)))), hs(repr(s - set(range(350)))), hs(repr(s ^ set(range(350)))), hs(repr(frozenset(s))), hs(repr(s.copy())))
ss = {(i % 7, i % 5, i / 2) for i in range(50)}
print(hs(repr(ss)))
l = [rnd() % 1000 for _ in range(1000)]
print(hs(repr(sorted(l))), hs(repr(sorted(l, key=lambda v: -v))), hs(repr(sorted(l, key=lambda v: v % 10))), hs(repr(sorted(l, reverse=True, key=lambda v: v % 10))), hs(repr(sorted([(v % 7, str(v)) for v in l]))), hs(repr(sorted([(v % 7, str(v), None) for v in l], key=lambda p: p[:2], reverse=True))), hs(repr(sorted([str(v) for v in l]))), hs(repr(sorted([v / 7 for v in l] + l[:10]))))
# unicode strings vs list model
alpha = 'abé日😀 \n'
u = ''.join(alpha[rnd() % len(alpha)] for _ in range(500))
ul = list(u)
for i in range(300):
    a = int(rnd() % 520) - 10; b = int(rnd() % 520) - 10; st = int(rnd() % 7) - 3
    if st: assert u[a:b:st] == ''.join(ul[a:b:st])
    j = int(rnd() % 500); assert u[j] == ul[j]
    sub = u[j:j+2]
    k = u.find(sub, a); kk = -1
    print(k, u.rfind(sub, 0, b if b > 0 else 5), u.count(sub), end=' ')
print()
print(hs(repr(u)), hs(ascii(u)), u.encode().decode() == u, u.encode('utf-16').decode('utf-16') == u, u.split() == ''.join(ul).split(), len(u.splitlines()), hs(repr(u.split('é'))), hs(repr(u.replace('日', 'XY'))), hs(u.upper()), hs(u.title()))
for m in ('lower','upper','title','capitalize','swapcase','casefold','isalpha','isdigit','isdecimal','isnumeric','isalnum','isspace','isupper','islower','istitle','isprintable','isidentifier'):
    r = 0
    for c in range(0, 0x250):
        r = (r * 31 + hs(repr(getattr(chr(c), m)()))) % 1000000007
    print(m, r)
print(hs(repr(''.join(map(chr, range(0x250))))), hs(repr(bytes(range(256)))))
for bad in ('1e', '0x', '1_', '_1', '1__2', '+', '-', '', ' ', '1 2', '１２', '1.5', 'nan', '0b2', '0o8', '٣٤'):
    t(int, bad); t(float, bad); t(int, bad, 0); t(complex, bad)
t(lambda: [1, 2, 3].index(4)); t(lambda: 'abc'.index('z')); t(lambda: (1).foo); t(lambda: 'a'.join([1])); t(lambda: {}['k']); t(lambda: [].pop()); t(lambda: int('x' * 50)); t(lambda: (1, 2).index(3))
t(lambda: 'abc'.split(1)); t(lambda: 'abc'.replace(1, 2)); t(lambda: 'a'.encode('x-y')); t(lambda: ''.join(1)); t(lambda: 'a'.ljust()); t(lambda: [].append()); t(lambda: [].append(1, 2)); t(lambda: {}.get()); t(lambda: {}.update(1, 2)); t(lambda: {}.pop()); t(lambda: set().add()); t(lambda: [].sort(foo=1)); t(lambda: int(1, 2, 3)); t(lambda: str(1, 2, 3, 4)); t(lambda: dict(1, 2)); t(lambda: list(1, 2)); t(lambda: tuple(1, 2)); t(lambda: float(1, 2)); t(lambda: range(1, 2, 3, 4)); t(lambda: slice(1, 2, 3, 4)); t(lambda: bool(1, 2)); t(lambda: 'abc'.center()); t(lambda: 'a'.split(sep=1, sep2=2)); t(lambda: [].insert(1)); t(lambda: [].index()); t(lambda: (1).to_bytes(-1)); t(lambda: (1).to_bytes(1, 'x')); t(lambda: complex('a')); t(lambda: complex([])); t(lambda: complex(1, [])); t(lambda: 'a' * 'b'); t(lambda: [1] * [2]); t(lambda: round('a')); t(lambda: abs([])); t(lambda: divmod(1, 'a')); t(lambda: pow('a', 2)); t(lambda: sum('ab')); t(lambda: '%d %s' % (1,)); t(lambda: '{:d}'.format('a')); t(lambda: '{:s}'.format(1)); t(lambda: '{:.2f}'.format('a')); t(lambda: f'{[]:5}'); t(lambda: '{0.x}'.format(1)); t(lambda: '{0[x]}'.format({})); t(lambda: '{x}'.format(y=1))
