"""Strings: methods, encodings, both ways of formatting, errors. One expression a line; what it gives or raises is printed."""

EXPRESSIONS = r'''
'abc'+'def'
'ab'*3
3*'ab'
'ab'*0
'ab'*-1
'hello'[1]
'hello'[-1]
'hello'[10]
'hello'[1:3]
'hello'[::-1]
'hello'[::2]
'hello'[4:1:-1]
'hello'[-3:]
'héllo'[1], 'héllo'[2:], 'héllo'[::-1], len('héllo')
'日本語テキスト'[2:4]
('日本語'*100)[150], ('日本語'*100).find('本',200), ('日本語'*100).rfind('本')
'😀a😀'[1], len('😀a😀'), '😀a😀'[::-1]
'abc'.upper(), 'ABC'.lower(), 'aBc'.swapcase()
'straße'.upper(), 'ß'.title(), 'ǆ'.title(), 'ΑΣ'.lower(), 'İ'.lower(), 'ﬁ'.upper(), 'ŉ'.capitalize()
'straße'.casefold(), 'ſ'.casefold()
'hello world'.title(), "they're bill's".title(), 'hello'.capitalize(), 'HELLO'.capitalize()
'abc'.center(10), 'abc'.center(9,'*'), 'ab'.center(5), 'abc'.center(6), 'abc'.center(2)
'abc'.ljust(6)+'|', 'abc'.rjust(6), 'abc'.rjust(6,'é')
'42'.zfill(5), '-42'.zfill(5), '+4'.zfill(1)
'abc'.center(10,'ab')
'a,b,c'.split(',')
'a,b,c'.split(',',1)
'a,b,c'.rsplit(',',1)
' a  b '.split()
' a  b c'.split(None,1)
' a  b c '.rsplit(None,1)
'a'.split('')
''.split(), ''.split(',')
'a\nb\r\nc\n'.splitlines(), 'a\nb\r\nc\n'.splitlines(True), 'a\x0bb\x85c\u2028d'.splitlines(), '\n'.splitlines(), ''.splitlines()
'a-b-c'.partition('-'), 'a-b-c'.rpartition('-'), 'abc'.partition('x'), 'abc'.rpartition('x')
'abc'.partition('')
','.join(['a','b']), ','.join('abc'), ''.join([]), ','.join(['x'])
','.join([1])
','.join(5)
'-'.join(str(i) for i in range(5))
'  abc '.strip()+'|', '  abc '.lstrip()+'|', '  abc '.rstrip()+'|', 'xxabcxx'.strip('x'), 'abcba'.strip('ab'), '\u3000a\u3000'.strip()
'abc'.find('c'), 'abc'.find('x'), 'abcabc'.rfind('b'), 'abc'.find('',1), 'abc'.find('',4), 'abc'.rfind(''), 'abcabc'.find('c',3), 'abcabc'.find('c',-2)
'abc'.index('x')
'abc'.rindex('x')
'abc'.index('c')
'abcabc'.count('b'), 'aaaa'.count('aa'), 'abc'.count(''), 'abcabc'.count('b',2), 'é'.count('')
'abc'.count(1)
'aXbXc'.replace('X','-'), 'aXbXc'.replace('X','-',1), 'abc'.replace('','-'), 'abc'.replace('','-',2), 'aaa'.replace('aa','b'), 'abc'.replace('x','y')
'abc'.replace('a',1)
'abc'.startswith('ab'), 'abc'.startswith(('x','a')), 'abc'.startswith('b',1), 'abc'.endswith('bc'), 'abc'.endswith(''), 'abc'.startswith('',4), 'abc'.endswith('c',0,2)
'abc'.startswith(1)
'abc'.startswith((1,))
'abc'.removeprefix('a'), 'abc'.removesuffix('c'), 'abc'.removeprefix('x')
'a\tb\tc'.expandtabs(), 'a\tb'.expandtabs(4), '\t'.expandtabs(0)
'abc'.isalpha(), ''.isalpha(), 'ab1'.isalpha(), 'é'.isalpha(), '日'.isalpha()
'123'.isdigit(), '²'.isdigit(), '²'.isdecimal(), '½'.isnumeric(), '٣'.isdecimal(), '五'.isnumeric()
'ab1'.isalnum(), ' '.isspace(), '\u2003'.isspace(), ''.isspace(), 'Abc'.isupper(), 'ABC'.isupper(), 'A1'.isupper(), '1'.isupper(), 'abc'.islower()
'Hello World'.istitle(), 'Hello world'.istitle(), 'abc'.isidentifier(), '1a'.isidentifier(), '_é'.isidentifier(), 'abc'.isascii(), 'é'.isascii(), 'a\n'.isprintable(), ''.isprintable()
'abc'.encode(), 'é'.encode(), 'é'.encode('latin-1'), 'a'.encode('utf-16'), '😀'.encode('utf-16-le'), 'é'.encode('ascii','ignore'), 'é'.encode('ascii','replace'), 'é'.encode('ascii','xmlcharrefreplace'), 'é😀'.encode('ascii','backslashreplace')
'é'.encode('ascii')
'\ud800'.encode()
'\ud800'.encode('utf-8','surrogatepass')
'a'.encode('foo')
'a'.encode(5)
'abc'.translate({97:'x',98:None,99:'yz'}), 'abc'.translate(str.maketrans('ab','xy')), 'abc'.translate(str.maketrans('a','b','c')), 'abc'.translate(str.maketrans({'a':1}))
str.maketrans('ab','c')
'a' in 'abc', '' in 'abc', 'x' in 'abc', 'bc' in 'abc'
1 in 'abc'
'a'<'b', 'a'<'B', 'abc'<'abd', 'z'>'é', 'a'=='a', 'é'=='e\u0301', '\uffff'<'😀'
repr('a\'b'), repr("a\"b'c"), repr('\n\t\r\\'), repr('\x00\x7f\x80\xa0é'), repr('\u200b\ud800😀\U000e0001'), repr('日本'), repr('')
ascii('é日😀'), ascii("a'b")
str(), str(5), str(None), str(b'a'), str(b'abc','utf-8'), str(b'\xff','latin-1'), str([1,'a']), str((1,)), str({}), str(1.0)
str(b'\xff','utf-8')
str('a','utf-8')
str(1,'utf-8')
b'\xe9'.decode()
b'a\xffb'.decode('utf-8','replace'), b'a\xffb'.decode('utf-8','ignore'), b'\xff'.decode('utf-8','surrogateescape'), b'\xff'.decode('latin-1'), b'a\xc3'.decode('utf-8','replace'), b'\xff'.decode('utf-8','backslashreplace')
b'a\xc3'.decode()
b'\xc3('.decode()
b'\x80'.decode('ascii')
b'\xff\xfea\x00'.decode('utf-16')
'abc'.__len__(), 'abc'.__contains__('a'), 'abc'.__getitem__(1), 'abc'.__add__('d'), 'abc'.__mul__(2), 'abc'.__eq__('abc'), 'abc'.__lt__('b'), 'a'.__hash__()==hash('a')
'a'.foo
list('héy'), tuple('ab'), list(iter('abc')), list(reversed('abc'))
'%s %d %5.2f|%-5s|%05d|%x|%X|%o|%c|%r|%%|%e|%g' % ('a',1,2.5,'b',42,255,255,8,'c','d',12345.678,0.0001)
'%(a)s %(b)d' % {'a':1,'b':2}
'%s' % 1, '%s' % (1,), '%s' % [1,2], '%s' % None
'%s %s' % 1
'%s' % (1,2)
'%d' % 'a'
'%d' % 1.9
'%x' % 1.5
'%f' % 'a'
'%c' % 300, '%c' % 'é'
'%c' % 'ab'
'%z' % 1
'%' % 1
'%(a' % {}
'%(a)s' % 1
'abc' % 1
'abc' % {}
'%*d' % (5,42), '%-*d|' % (5,42), '%.*f' % (2,3.14159)
'%+d % d %+.1f' % (5,5,2.5), '%#x %#o %#X' % (255,8,255), '%.3s' % 'abcdef', '%5.3d' % 7, '%.0f %#.0f' % (2.5,2.5), '%i %u' % (3,4)
'%a' % 'é', '%5s' % 'é', '%-5d|' % -3, '%05d' % -3, '%+05d' % 3, '%e' % 0, '%G' % 1e-10, '%g' % 1e20, '%g' % 123456789.0, '%g' % 100000.0, '%#g' % 1.0
'%f' % float('nan'), '%05f' % float('inf'), '%d' % 10**20, '%x' % -255, '%s' % 10**20
b'%d %s %b' % (1,b'a',b'c'), b'%x' % 255, b'%c' % 65, b'%a' % 'é'
b'%s' % 'a'
'{} {}'.format(1,2), '{1} {0}'.format(1,2), '{a}'.format(a=5), '{0.real}'.format(5), '{0[1]}'.format([1,2]), '{a[x]}'.format(a={'x':9}), '{{}}'.format(), '{!r}'.format('a'), '{!s:>5}'.format('a'), '{:{}}'.format('a',5), '{:{w}.{p}f}'.format(3.14159,w=8,p=2)
'{} {0}'.format(1)
'{0} {}'.format(1)
'{}'.format()
'{a}'.format()
'{'.format()
'}'.format()
'{0'.format(1)
'{!x}'.format(1)
'{0!}'.format(1)
'{:'.format(1)
'{a.b}'.format(a=1)
'{0[}'.format([1])
'{}'.format_map({})
'{a}'.format_map({'a':3})
"abc".__class__
'x'.zfill('a')
'a'.center('b')
sorted(['b','A','a','B']), max('abc'), min('abc'), sorted('hello')
chr(0x10ffff), ord('😀'), chr(97)
chr(-1)
chr(0x110000)
ord('ab')
'a b c'.split(' ', maxsplit=1), 'a b'.split(sep=' ')
'a'.split(foo=1)
'abc'.upper(1)
str.upper('abc')
''.join(['a']*5)
'\x1f'.split(), 'a\x1fb'.split(), '\x85'.isspace()
'A'.casefold()=='a'
'aAbB'.swapcase(), 'éÉ'.swapcase()
'1\u0660'.isdigit(), int('\u0661\u0662'), float('\u0661.5')
'tEsT'.title()
'%s' % ('é',), '%10s|' % 'é'
'abc'[1:100], 'abc'[100:], 'abc'[:-100], 'abc'[2:1]
'abc'[::0]
'a'*10**20
'''

for source in EXPRESSIONS.strip().split('\n'):
    try:
        print(source, '=>', repr(eval(source)))
    except Exception as e:
        print(source, '!!', type(e).__name__, e)
