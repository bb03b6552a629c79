"""Dicts, sets, bytes, generic aliases: operators, methods, errors. One expression a line; what it gives or raises is printed."""

EXPRESSIONS = r'''
{1:2,'a':3}
{}['a']
{}[1]
{}[(1,2)]
{'a':1}['a'], {1:'x'}[1.0], {1:'x'}[True], {(1,2):3}[(1,2)]
{[]:1}
{1:2}.get(1), {}.get(1), {}.get(1,5)
{1:2}.pop(1), {1:2}.pop(5,6)
{}.pop(1)
{}.popitem()
{1:2,3:4}.popitem()
{1:2}.setdefault(1,5), {}.setdefault(1,5), {}.setdefault(1)
{1:2}|{3:4}, {1:2}|{1:5}
{1:2}|[(3,4)]
dict([(1,2)]), dict(a=1), dict({1:2},b=3), dict(), dict([[1,2],'ab'])
dict(5)
dict([1])
dict([(1,2,3)])
dict([(1,2)],[(1,2)])
dict.fromkeys([1,2]), dict.fromkeys('ab',0)
{1:2}.keys(), {1:2}.values(), {1:2}.items(), list({1:2,3:4}.items()), list({1:2}.values())
{1:2}=={1:2.0}, {1:2}!={1:3}, {}=={}, {1:[2]}=={1:[2]}, {1:2,3:4}=={3:4,1:2}
{}<{}
1 in {1:2}, 5 in {1:2}, 'a' in {'a':1}
[] in {}
len({1:2}), {1:2}.copy(), {1:2}.keys()&{1,3}, {1:2}.keys()|{3}, {1:2,3:4}.keys()-{1}, {1:2}.keys()^{1,5}, {1:2}.items()&{(1,2)}
{1:2}.keys()=={1}, {1:2}.keys()<={1,2}, {1:2}.keys().isdisjoint({3}), (1,2) in {1:2}.items(), 2 in {1:2}.values()
list(reversed({1:2,3:4})), list(reversed({1:2,3:4}.items())), list(reversed({1:2,3:4}.values()))
{'b':1,'a':2}, {1:{2:{3:4}}}, {'x':[1,(2,)]}
{**{1:2},3:4}
{i:i*i for i in range(5)}
{1:'a',1.0:'b',True:'c'}
{None:1,(1,):2,frozenset([1]):3}
{1,2,3}, {3,1,2}, set(), {1}, {'a'}, frozenset(), frozenset([1]), {(1,2)}, {1,1.0,True}
{1,2}|{3}, {1,2}&{2,3}, {1,2}-{2}, {1,2}^{2,3}, frozenset([1])|{2}, {2}|frozenset([1])
{1}|[2]
{1}.union([2],(3,)), {1,2}.intersection([2]), {1,2}.difference([1]), {1,2}.symmetric_difference([2,3]), {1}.union(), {1,2,3}.intersection([1,2],[2,3])
{1}<{1,2}, {1}<={1}, {1,2}>{1}, {1}=={1}, {1}==frozenset([1]), {1}!={2}, {1}.issubset([1,2]), {1,2}.issuperset([1]), {1}.isdisjoint([2])
{1}<[1]
1 in {1}, [1] in [[1]]
[1] in {1}
{1} in {frozenset([1])}
{[]}
set([1,2,2]), set('a'), set(range(5)), frozenset(range(5)), set({1:2})
set(5)
set(1,2)
{5,3,8,1,100,50}, set(range(20)), set(range(0,1000,50)), {i*i for i in range(20)}, {-1,-2,0}, set([10**20,5]), {1.5,2.5,0.5}, {(i,i+1) for i in range(6)}, {None,1}
set(range(100)) - set(range(5,100)), set(range(10)) ^ set(range(5,15)), set(range(50)) & set(range(40,60)), {i*7%31 for i in range(31)}
list({8,16,24,32,0}), list({1000,2000,3000}), set([3,1,2]).pop(), sorted({3,1,2})
set().pop()
{1}.remove(5)
{1}.add([])
len({1,2}), {1,2}.copy()
hash({1})
frozenset([1,2])==frozenset([2,1]), hash(frozenset([1,2]))==hash(frozenset([2,1]))
{frozenset([1]):2}
{}.foo
{1:2}.__getitem__(1), {1:2}.__contains__(1), {1:2}.__len__(), {1:2}.__eq__({1:2}), {1:2}.__or__({3:4})
{1:2}.__or__(5)
{1:2}.__getitem__(5)
{'a':1}.items().__len__(), str({'a':1}.keys()), {1:2}.values()=={1:2}.values()
dict(zip('ab',[1,2])), dict(enumerate('ab'))
list({1:2})[0], next(iter({1:2})), max({1:2,5:3}), sorted({'b':1,'a':2}), sum({1:2,3:4})
list[int], dict[str,int], tuple[int,...], list[int]|None, int|str, int|None, list[list[int]], set[int]==set[int], (int|str)==(str|int), tuple[()]
int|5
isinstance(5,int|str), isinstance(5.0,int|str), list[int]([1,2])
int[5]
b'abc', b'abc'[0], b'abc'[1:], b'a'+b'b', b'ab'*2, b'abc'.upper(), b'a,b'.split(b','), b','.join([b'a',b'b']), b'abc'.find(b'c'), b'abc'.replace(b'a',b'x'), 97 in b'abc', b'b' in b'abc', list(b'abc'), b'abc'.hex(), bytes.fromhex('6162'), b'\x00\xff\n\'"', bytes(3), bytes([1,2]), bytes('é','utf-8'), b'abc'.decode(), b' a '.strip(), b'abc'.startswith(b'a'), b'abc'==b'abc', b'a'<b'b', b'abc'.count(b'b'), b'a-b'.partition(b'-'), b'Ab'.swapcase(), b'ab cd'.title(), b'abc'.isalpha(), b'5'.zfill(3), b'abc'.center(7), b'a\nb'.splitlines(), b'abc'.hex('-'), b'abcd'.hex(' ',2), b'abc'.translate(None,b'b'), b'abc'.translate(bytes.maketrans(b'a',b'z'))
bytes([256])
bytes('a')
bytes(-1)
bytes([-1])
bytes('a',5)
b'abc'[5]
b'a'+1
b'a'.find('a')
'a' in b'a'
300 in b'a'
bytes.fromhex('6')
bytes.fromhex('zz')
b'a'=='a'
bytearray(b'abc'), bytearray(3), bytearray([1,2]), bytearray(b'abc')+b'd', bytearray(b'abc')[0], bytearray(b'abc')[1:], bytearray(b'abc')==b'abc', bytearray(b'a').append(98), bytearray(b'ab').pop(), bytearray(b'abc').decode(), bytearray()
bytearray([256])
bytearray().pop()
hash(bytearray())
'''

for source in EXPRESSIONS.strip().split('\n'):
    try:
        print(source, '=>', repr(eval(source)))
    except Exception as e:
        print(source, '!!', type(e).__name__, e)
