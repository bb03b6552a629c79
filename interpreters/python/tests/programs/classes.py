class A:
    count = 0
    def __init__(self, x):
        self.x = x
        A.count += 1
    def method(self):
        return self.x
    def __repr__(self):
        return f"A({self.x})"
    @classmethod
    def make(cls, x):
        return cls(x + 1)
    @staticmethod
    def helper(x):
        return x * 2
    @property
    def double(self):
        return self.x * 2
    @double.setter
    def double(self, v):
        self.x = v // 2
class B(A):
    def __init__(self, x, y):
        super().__init__(x)
        self.y = y
    def method(self):
        return super().method() + self.y
a, b = A(1), B(2, 3)
print(a, b, a.method(), b.method(), A.count, A.make(5), B.helper(4), a.double)
a.double = 10
print(a.x, isinstance(b, A), issubclass(B, A), type(b).__name__, B.__mro__, B.__bases__, b.__dict__, hasattr(b, "y"), getattr(b, "zz", None))
setattr(b, "z", 1); del b.y
for op in (lambda: b.y, lambda: A(), lambda: A.nope, lambda: setattr(a, "double2", 1) or a.double2.q, lambda: (1).foo, lambda: B(1)):
    try:
        op()
    except Exception as error:
        print(type(error).__name__, error)
class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return V(self.x + o.x, self.y + o.y) if isinstance(o, V) else NotImplemented
    def __radd__(self, o): return ("radd", o)
    def __mul__(self, k): return V(self.x * k, self.y * k)
    __rmul__ = __mul__
    def __neg__(self): return V(-self.x, -self.y)
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __lt__(self, o): return self.x < o.x
    def __hash__(self): return hash((self.x, self.y))
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __len__(self): return 2
    def __bool__(self): return bool(self.x or self.y)
    def __str__(self): return f"<{self.x},{self.y}>"
    def __call__(self, *a): return a
    def __contains__(self, v): return v in (self.x, self.y)
    def __iter__(self): return iter((self.x, self.y))
    def __format__(self, spec): return f"V[{spec}]"
    def __iadd__(self, o): self.x += o.x; return self
v, w = V(1, 2), V(3, 4)
print(v + w, 5 + v, v * 3, 3 * v, -v, v == V(1, 2), v != w, v < w, sorted([w, v])[0], v[0], len(v), bool(V(0, 0)), v(7, 8), 2 in v, list(v), f"{v:abc}", {v: 1}[V(1, 2)])
v += w
print(v, max(v, w))
try:
    v + 1
except TypeError as error:
    print(error)
class Meta(type):
    def __new__(mcs, name, bases, ns, **kw):
        cls = super().__new__(mcs, name, bases, ns)
        cls.tag = kw.get("tag", name.lower())
        return cls
    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
class M(metaclass=Meta, tag="hi"): pass
class N(M): pass
print(M.tag, N.tag, type(M).__name__)
class Base:
    subs = []
    def __init_subclass__(cls, **kw):
        cls.subs.append((cls.__name__, kw))
class S1(Base, k=1): pass
class S2(S1): pass
print(Base.subs)
class Slots:
    __slots__ = ("a", "b")
s = Slots(); s.a = 1
try:
    s.c = 2
except AttributeError as error:
    print(error)
try:
    s.b
except AttributeError as error:
    print(error)
class Desc:
    def __set_name__(self, owner, name): self.name = name
    def __get__(self, obj, owner): return self if obj is None else obj.__dict__.get(self.name, "unset")
    def __set__(self, obj, value): obj.__dict__[self.name] = value * 2
class UsesDesc:
    field = Desc()
u = UsesDesc()
print(u.field); u.field = 4; print(u.field, UsesDesc.field.name)
class Dyn:
    def __getattr__(self, name): return "dyn_" + name
    def __setattr__(self, name, value): object.__setattr__(self, name, ("set", value))
d = Dyn(); d.x = 1
print(d.x, d.other)
class X: 
    def who(self): return "X"
class Y(X):
    def who(self): return "Y" + super().who()
class Z(X):
    def who(self): return "Z" + super().who()
class W(Y, Z):
    def who(self): return "W" + super().who()
print(W().who(), [c.__name__ for c in W.__mro__])
class Int(int):
    def __add__(self, o): return Int(int(self) + int(o) + 100)
print(Int(5) + 1, isinstance(Int(5), int), Int(3) * 2, type(Int(1) + Int(2)).__name__)
class L(list):
    def total(self): return sum(self)
l = L([1, 2]); l.append(3)
print(l, l.total(), len(l), l == [1, 2, 3])
class D(dict):
    def __missing__(self, k): return k * 2
print(D(a=1)["a"], D()["zz"])
P = type("P", (A,), {"extra": 5})
print(P(3).extra, P(3), P.__name__, A.method(P(9)))
for i in range(50):
    A.helper = staticmethod(lambda x, i=i: x + i)
    t = a.helper(1)
print(t)
