"""Integers: operators, conversions, methods, errors. One expression a line; what it gives or raises is printed."""

EXPRESSIONS = r'''
1+2
7//2
-7//2
7%-3
-7%3
2**10
2**100
2**-1
0**0
0**-1
(-2)**3
10**20
10**20-10**20
10**40//10**20
-10**40//(10**20+1)
10**40%(10**20+7)
-10**40%(10**20+7)
(1<<64)-1
(1<<64)+1
-(1<<64)
(1<<63)
-(1<<63)
-(1<<63)-1
(1<<62)
((1<<127)-1)*((1<<127)-1)
(1<<128)//3
(1<<128)>>100
-(1<<128)>>100
(1<<200)&((1<<199)|(1<<100))
-1&(1<<70)
-(1<<70)|5
(1<<70)^-3
~(1<<70)
~5
abs(-(1<<70))
1<<-1
1>>-1
5>>100
-5>>100
1/3
10**400/10**399
10**400/3
1/10**400
7/2
(1<<1100)/(1<<1000)
1/0
1//0
1%0
5.0//0
5.0%0
divmod(7,-2)
divmod(-7.5,2)
divmod(10**30,7)
pow(3,100,7)
pow(3,-1,7)
pow(2,-1,4)
pow(2,10,-7)
pow(2,3,0)
int("123")
int("  -42  ")
int("0x1F",16)
int("0b101",0)
int("0o17",0)
int("1_000")
int("1__0")
int("z",36)
int("12",2)
int("")
int("abc")
int("3.5")
int(3.9)
int(-3.9)
int(1e30)
int(float('inf'))
int(float('nan'))
int(None)
int("5",1)
int([])
int(b"12")
int("٣")
int(True)
int("9"*50)
int("-"+"9"*50)
int("9"*5000)
len(str(10**4000))
str(10**5000)
(255).to_bytes(2,'big')
(255).to_bytes(1,'little')
(256).to_bytes(1,'little')
(-1).to_bytes(2,'big',signed=True)
(-1).to_bytes(2,'big')
int.from_bytes(b'\x01\x00','big')
int.from_bytes(b'\xff\xfe','big',signed=True)
int.from_bytes([1,2,3],'little')
(10).bit_length()
(0).bit_length()
(-255).bit_length()
(10**30).bit_length()
(255).bit_count()
(10**30).bit_count()
(5).as_integer_ratio()
(5).conjugate()
(5).real, (5).imag, (5).numerator, (5).denominator
round(15,-1)
round(25,-1)
round(-25,-1)
round(123456,-3)
round(10**30+5,-1)
round(5,2)
round(5)
hash(1), hash(-1), hash(2**61-1), hash(2**61), hash(-2**61), hash(10**30), hash(-10**30)
hash(1.5), hash(1e100), hash(-0.0), hash(float('inf')), hash(0.1)
hash((1,2,3)), hash(()), hash((1.5,(2,))), hash(None)==hash(None), hash(True)
hash(frozenset([1,2,3])), hash(frozenset())
hash(1+2j), hash(complex(3,0))
hash([])
hash({})
hash(slice(1,2))
True+True
True&False
True|2
-True
True==1
1==1.0
2**53==float(2**53)
2**53+1==float(2**53)
10**30<1e30
10**30>1e30
10**400>1e300
10**400<float('inf')
1<float('nan')
1=='1'
1<'1'
[]<1
1+'1'
1+None
'a'+1
[1]+(2,)
(1,)+[2]
b'a'+'b'
1-'a'
'a'*1.5
[1]*'a'
-'a'
~1.5
+None
abs('x')
1 if 10**20 else 0
max(10**20,1.5)
sum([10**20,1,2.5])
10**20*0
int.__add__(1,2)
int.__add__(1,2.0)
(1).__radd__(2)
(1).__lt__(2)
(1).__eq__('a')
int.__pow__(2,3,5)
(3).__divmod__(2)
(3).__index__()
(3).__float__()
(3).__bool__()
(3).__repr__()
(3).__hash__()
(3).__format__('05d')
(1000000).__sizeof__()>0
bool([]), bool([0]), bool(''), bool(0.0), bool(0j), bool(None)
bool(1,2)
123456789**20
(-123456789)**21
3**200 // 7**50
3**200 % 7**50
3**200 // -7**50
(3**200).__rtruediv__(1)
10**18*10
9223372036854775807+1
-9223372036854775808-1
-9223372036854775808//-1
-9223372036854775808*-1
4611686018427387904+4611686018427387904
4611686018427387903+1
-4611686018427387904-1
9223372036854775808-1
18446744073709551616-18446744073709551615
'''

for source in EXPRESSIONS.strip().split('\n'):
    try:
        print(source, '=>', repr(eval(source)))
    except Exception as e:
        print(source, '!!', type(e).__name__, e)
