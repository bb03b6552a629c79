"""Containers that change, subclasses of builtin types, operators of user classes."""

def t(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, e)

# lists
a = [1,2,3,4,5]
a[1:3] = [9,8,7]; print(a)
a[::2] = [0,0,0]; print(a)
del a[0]; print(a)
del a[1:3]; print(a)
a = list(range(10)); del a[::3]; print(a)
a = list(range(10)); del a[8:2:-2]; print(a)
a[2:2] = 'xy'; print(a)
a += (1,2); print(a)
a *= 2; print(a)
a.insert(-1, 'q'); a.insert(100, 'e'); a.insert(-100, 's'); print(a)
a.remove('x'); print(a)
a.clear(); print(a)
a = [3,1,2]; a.sort(); print(a); a.sort(reverse=True); print(a); a.sort(key=lambda x: -x); print(a)
a.reverse(); print(a)
a.append(a); print(a)
d = {}; d['x'] = d; print(d)
def f():
    a = [1,2,3]
    a[::2] = [1,2,3]
t(f)
def f():
    a = [1,2,3]
    a[0:1] = 5
t(f)
def f():
    a = [1]; a[5] = 1
t(f)
def f():
    a = [1]; del a[5]
t(f)
def f():
    a = (1,); a[0] = 1
t(f)
def f():
    a = 'abc'; del a[0]
t(f)
def f():
    a = [3,2,1]
    def k(x): a.append(1); return x
    a.sort(key=k)
t(f)
class C:
    def __init__(s, v): s.v = v
    def __lt__(s, o):
        if s.v == 3: raise KeyError('boom')
        return s.v < o.v
    def __repr__(s): return 'C%d' % s.v
l = [C(i) for i in [5,3,1,4]]
try: l.sort()
except KeyError as e: print('key', e, len(l))
l = [C(i) for i in [5,9,1,4]]; l.sort(); print(l)
by_first = sorted([(1,'b'),(1,'a'),(0,'z')], key=lambda t: t[0]); print(by_first)

# dict
d = {}
for i in range(100): d[i*7] = i
print(len(d), list(d)[:5], d[70])
for i in range(0,100,2): del d[i*7]
print(len(d), list(d.items())[:5])
for i in range(50): d[('k',i)] = i
print(len(d), d[('k',49)])
def f():
    for k in d: d[k, 1] = 1
t(f)
def f():
    s = {1,2,3}
    for k in s: s.add(k+10)
t(f)
e = {}
for i in range(2000):
    e[i] = i
    e.popitem()
print(e, len(e))
e = {i: i for i in range(10)}
while e:
    e.popitem()
    if len(e) == 5: e['x'] = 1; e.pop('x')
print(e)
class K:
    def __init__(s, v): s.v = v
    def __hash__(s): return 5
    def __eq__(s, o): return s.v == getattr_v(o)
def getattr_v(o): return o.v if type(o) is K else None
d = {K(i): i for i in range(20)}
print(len(d), d[K(7)], K(30) in d)
del d[K(7)]; print(K(7) in d, len(d))
d.update({'a': 1}, b=2); print(d['a'], d['b'])
d = dict(a=1, b=2); d |= {'c': 3}; print(d); d |= [('d', 4)]; print(d)
d.setdefault('z', []).append(1); print(d)
print(d.pop('z'), d.pop('nope', None), d)
x = dict.fromkeys('abc', 1); x['d'] = 5; del x['a']; x['a'] = 9; print(x)
class D(dict):
    def __missing__(self, k): return 'missing ' + str(k)
print(D()['a'], D(a=1)['a'], D(a=1), len(D(a=1)), type(D(a=1).copy()).__name__)
t(lambda: D().get('x'))
class L(list):
    pass
l = L([1,2]); l.append(3); l.foo = 5; print(l, l.foo, len(l), l == [1,2,3], l + [4], type(l + [4]).__name__, l[0], l[1:])
for x in l: print(x)
class S(str):
    def __repr__(self): return 'S!' + str.__repr__(self)
s = S('abc'); print(s, repr(s), s.upper(), s + 'd', s[0], len(s), s == 'abc', {s: 1}['abc'], s in 'xabcx', '%s %r' % (s, s), f'{s:>5}', 'a'.join([s, s]))
class I(int):
    def __add__(self, o): return 'add'
    def __radd__(self, o): return 'radd'
i = I(5); print(i, i + 1, 1 + i, i * 2, -i, i == 5, hash(i) == hash(5), [0,1,2,3,4,5,6][i], range(i), f'{i:03}', '%d' % i, int(i), float(i), i // 2, 7 % i, i < 6, bool(i), bool(I(0)), 1.5 + i)
class T(tuple):
    def __new__(cls, a, b): return tuple.__new__(cls, (a, b))
p = T(1, 2); print(p, p[0], p == (1, 2), hash(p) == hash((1, 2)), p + (3,), len(p), {p: 1}[(1, 2)])
class F(float): pass
print(F(2.5) + 1, F(2.5), F('1e3'), F(2.5) == 2.5, F(2.5).is_integer())
class St(set): pass
print(St([1]), St([1]) | {2}, type(St([1]) | {2}).__name__, frozenset([1]) == St([1]))
class Idx:
    def __index__(self): return 2
print([1,2,3][Idx()], 'abc'[Idx()], range(10)[Idx()], [0] * Idx(), 'ab' * Idx(), (5).__pow__(2), int(Idx()), '%d' % Idx())
class A:
    def __add__(s, o): return NotImplemented
    def __radd__(s, o): return 'A.radd'
    def __iadd__(s, o): return 'A.iadd'
    def __neg__(s): return 'neg'
    def __len__(s): return 3
    def __getitem__(s, i):
        if i > 3: raise IndexError
        return i * 10
    def __contains__(s, x): return x == 'yes'
    def __eq__(s, o): return True
    def __format__(s, spec): return 'fmt<' + spec + '>'
    def __bool__(s): return False
    def __call__(s, *a): return a
x = A()
t(lambda: x + 1)
print(1 + x, [1] + x, 'a' + x, -x, len(x), x[2], 'yes' in x, 'no' in x, x == 5, x != 5, 5 == x, list(x), f'{x:abc}', format(x), not x, x(1, 2), 'end')
x += 1; print(x)
class B:
    def __eq__(s, o): return NotImplemented
    def __lt__(s, o): return 'lt'
    def __gt__(s, o): return 'gt'
print(B() == B(), B() != B(), B() < 1, 1 < B(), B() > 5)
t(lambda: B() <= 1)
t(lambda: hash(B()))
t(lambda: {B(): 1})
class M:
    def __mul__(s, o): return ('mul', o)
    def __rmul__(s, o): return ('rmul', o)
    def __matmul__(s, o): return 'mm'
    def __divmod__(s, o): return 'dm'
    def __rdivmod__(s, o): return 'rdm'
    def __pow__(s, o, m=None): return ('pow', o, m)
    def __rpow__(s, o): return ('rpow', o)
    def __round__(s, n=None): return ('round', n)
    def __abs__(s): return 'abs'
    def __invert__(s): return 'inv'
m = M(); print(m * 2, 2 * m, [1] * m, m @ 1, divmod(m, 1), divmod(1, m), pow(m, 2), pow(m, 2, 3), 2 ** m, round(m), round(m, 1), abs(m), ~m)
t(lambda: 1 @ 2)
t(lambda: object() + 1)
t(lambda: object() < object())
t(lambda: object()[0])
t(lambda: len(5))
t(lambda: 1 in 5)
t(lambda: [] + None)
t(lambda: {} + {})
t(lambda: {1} + {2})
t(lambda: None < None)
def f():
    x = 5; x += 'a'
t(f)
def f():
    x = 'a'; x -= 1
t(f)
def f():
    x = []; x += 5
t(f)
def f():
    x = 2; x **= 'a'
t(f)
def f():
    n = 1
    for i in range(1, 60): n *= i
    return n
t(f)
def f():
    a, b = 0, 1
    for _ in range(300): a, b = b, a + b
    return a
t(f)
l = []
for i in range(2000): l = [l]
t(lambda: len(repr(l)))
a = []; b = [a]; a.append(b)
t(lambda: a == b)
print(set('hello') == set('olleh'), sorted(set('hello')), len(set(range(1000)) | set(range(500, 1500))))
s = set()
for i in range(1000): s.add(i % 37)
for i in range(10): s.discard(i)
print(len(s), s)
s -= set(range(30)); print(s); s |= {1, 2}; s ^= {2, 3}; s &= {1, 3, 36}; print(s)
s.update([5], 'ab'); s.difference_update([5], ['a']); s.intersection_update([1, 'b', 3]); print(len(s))
while s: s.pop()
print(s)
b = bytearray(b'hello'); b[0] = 72; b[1:3] = b'EEE'; b += b'!'; b.append(33); b.extend([1, 2]); del b[0]; b.insert(0, 65); b.reverse(); print(b, len(b), b.pop(), b.pop(0), b)
b *= 2; del b[::2]; print(b)
print(b'%s-%d' % (b'a', 5), bytes(b), b.find(b'E'), b.upper())
g = (i for i in range(3)); print(list(g), list(g), 2 in (i for i in [1, 2]))
it = iter([1, 2]); print(it.__next__(), list(it), list(it))
print(sum(range(10)), sum([0.1] * 10))
