"""Lists, tuples, ranges, slices: operators, methods, errors. One expression a line; what it gives or raises is printed."""

EXPRESSIONS = r'''
[1,2]+[3]
[1,2]*2
[0]*3
2*[1]
[1,2,3][1], [1,2,3][-1], [1,2,3][1:], [1,2,3][::-1], [1,2,3][::2]
[1][5]
[1,2,3].index(2), [1,2,3,2].index(2,2), [1,2].index(1,-5)
[1].index(5)
[1,2,2].count(2), [1,1.0,True].count(1)
[3,1,2].pop(), [3,1,2].pop(0), [3,1,2].pop(-2)
[].pop()
[1].pop(5)
[1].remove(5)
sorted([3,1,2]), sorted([3,1,2],reverse=True), sorted(['b','a'],key=str.upper), sorted([(1,'b'),(1,'a'),(0,'c')]), sorted([1.5,1,0.5]), sorted([3,1,2],key=lambda x:-x)
sorted([1,'a'])
sorted([1,None])
sorted([[2],[1,2],[1]])
sorted(range(100),key=lambda x:(x*37)%100)[:10]
sorted([5,3,5,1,3]*10)
sorted([(i*7919)%101 for i in range(101)],reverse=True)[:5]
sorted([-0.0,0.0,1.0,-1.0,float('inf')])
sorted([10**20,5,10**19])
sorted([True,False,True])
[1,2]<[1,3], [1]<[1,2], [2]>[1,5], [1,2]==[1,2.0], []==[], [1]!=[2], [1]==(1,)
[1]<(1,)
[1,[2,[3]]]
repr([]), repr([[]]), str([1.5,'a',None,True])
2 in [1,2], 5 in [1], float('nan') in [float('nan')], 'a' in ['a']
list((1,2)), list('ab'), list({1:2}), list(range(3)), list()
list(5)
list(1,2)
list(a=1)
[1,2,3].copy(), len([1,2]), [].__len__(), [1].__contains__(1), [1,2].__getitem__(0), [1].__add__([2]), [1].__eq__([1]), [1].__lt__([2])
[1].foo
[*range(3),*'ab']
list(reversed([1,2,3])), list(iter([1,2])), list(reversed((1,2)))
(1,2)+(3,), (1,)*3, (1,2,3)[1:], (1,2)[0], (1,2,3)[::-1], (1,2).index(2), (1,1).count(1), (), (1,), ((),)
(1,)[3]
(1,).index(5)
(1,2)<(1,3), (1,2)==(1,2), (1,)<(1,0)
tuple([1,2]), tuple('ab'), tuple(), tuple(range(3))
tuple(5)
hash((1,'a'))==hash((1,'a'))
hash(([],))
len((1,2,3)), (1,2).__len__(), 1 in (1,2)
list(range(10))[2:8:3], list(range(10))[8:2:-3]
range(5), range(1,5), range(1,10,2), range(0), range(5,0,-1)
list(range(5,0,-2)), len(range(0,10,3)), range(10)[3], range(10)[-1], range(10)[2:5], range(10)[::-1], range(0,100,7)[3:8:2]
range(10)[20]
range(1,2,0)
range('a')
range(1.5)
range()
5 in range(10), 5 in range(0,10,2), 4.0 in range(5), 'a' in range(5), 10**20 in range(10)
range(10).index(5), range(10).count(3), range(10).count(30)
range(10).index(30)
range(0)==range(2,2), range(5)==range(0,5,1), range(0,3,2)==range(0,4,2), hash(range(5))==hash(range(0,5,1)), range(5)!=range(6)
range(10**20), len(range(10**18)), list(range(10**20,10**20+3)), range(10**20)[10**19], 10**19 in range(10**20), range(10**20)[5:10], range(10**25)[-1]
len(range(10**20))
range(5).start, range(1,5).stop, range(5).step
list(reversed(range(5))), list(reversed(range(0,10,3))), list(reversed(range(10**20,10**20+3)))
slice(1,2,3), slice(None), slice(5).indices(3), slice(None,None,-1).indices(5), slice(1,10,2).indices(6), slice(1,2).start
slice(1,2,0).indices(5)
slice(1,2)==slice(1,2), slice(1)<slice(2)
slice()
max([1,5,3]), min([4,2]), sum([1,2,3]), sum([[1],[2]],[]), any([0,1]), all([1,0])
max([])
sum(['a'])
[1,2,3].sort(), [3,1].reverse()
[1].sort(1)
[1].insert('a',1)
[1].extend(5)
[1].__setitem__(5,1)
[x for x in [1,2,3] if x>1]
'''

for source in EXPRESSIONS.strip().split('\n'):
    try:
        print(source, '=>', repr(eval(source)))
    except Exception as e:
        print(source, '!!', type(e).__name__, e)
