"""Records CPython's errors: python3.12 syntax_errors.py > syntax_errors.txt

Each program of the list below is written as one line of Python's repr; the next line says what CPython 3.12 reports:
kind, line, column, end line, end column, message. A missing end counts as the start.
"""
import warnings

PROGRAMS = r'''
x = (1, 2
x = [1, 2)
)
f(a b)
f(a, b c)
x = = 1
1 +
if x
if x:
if x:\npass
for x in y\n  pass
while x\n  pass
def f()\n  pass
def f:\n  pass
class C\n  pass
try:\n  pass
try:\n  pass\nexcept A, B:\n  pass
try\n  pass
with open(x) as f\n  pass
else:\n  pass
  x = 1
if x:\n    y\n  z
if x:\n\ty\n        z
x = 'abc
x = """abc
x = f'{a'
x = f'{a!x}'
x = f'{}'
x = f'{a b}'
x = f'}'
f() = 1
f() += 1
a + 1 = 2
(a, f()) = 1
[a, 1] = 1
None = 1
x = None = 1
f(a=1, b)
f(**a, b)
f(**a, *b)
f(a for a in b, c)
f(a=1, a=2)
f(1=2)
f(True=2)
f(a.b=2)
if x = 1:\n  pass
if f() = 1:\n  pass
(x, y := 1, 2) = 3
f() := 1
(f() := 1)
del f()
del (a, 1)
for f() in x: pass
[x for f() in y]
[*a for a in b]
{**a for a in b}
[a, b for a in c]
{a: *b}
{a: }
{a: 1, b}
*a
(*a)
(**a)
print 1
exec "x"
print "a", b
return
yield x
await x
def f():\n  await x
break
continue
def f(a, a): pass
def f(a=1, b): pass
def f(*): pass
def f(*, **k): pass
def f(**k, a): pass
def f(*a, *b): pass
def f(a, /, b, /): pass
def f(*, a, /): pass
def f((a, b)): pass
lambda *: 1
lambda a=1, b: 1
nonlocal x
def f():\n  nonlocal x
def f(x):\n  global x
def f():\n  x = 1\n  global x
def f():\n  print(x)\n  global x
def f():\n  global x\n  nonlocal x
from __future__ import nope
x = 1\nfrom __future__ import division
from x import (a, b
from x import a,
import a.b as c.d
def f():\n  from x import *
1a
0b12
0o8
0x
1_
1__0
012
1e+
"\x1"
"\N{nope}"
b"é"
b"a" "b"
x = $
x = é€
x ? y
a if b
a if b else
x = yield = 1
(yield) = 1
x: int: str
(a, b): int
[a]: int
f(): int
x: int = 
a \ b
a, b += 1
match x:\n  case 1:\n  pass
match x:\n  case a, *b, *c: pass
match x:\n  case a | b: pass
match x:\n  case _: pass\n  case 1: pass
match x:\n  case {"a": 1, "a": 2}: pass
match x:\n  case C(a=1, 2): pass
match x:\n  case 1 as _: pass
match x
try:\n  pass\nexcept:\n  pass\nexcept A:\n  pass
try:\n  pass\nexcept* A:\n  pass\nexcept B:\n  pass
try:\n  pass\nexcept*:\n  pass
def f():\n  try:\n    pass\n  except* A:\n    return
async def f():\n  yield 1\n  return 2
async def f():\n  yield from x
async with x: pass
[await x for x in y]
def f():\n  [x async for x in y]
class C: return
[x := 1 for x in y]
[x for x in (y := z)]
class C: [x := 1 for y in z]
__debug__ = 1
def f(__debug__): pass
f(__debug__=1)
def f[T, T](): pass
class C[T: (yield)]: pass
type X = (y := 1)
def f[]() : pass
import a, b,
raise a, b
assert a, b, c
global a.b
lambda: (yield
@a\nx = 1
async x
a not b
x is is y
a..b
{a, b: c}
{a: b, c}
f(x for x in y, 1)
class C(x for x in y): pass
'''


def report(source):
    try:
        compile(source, "<string>", "exec")
    except SyntaxError as e:
        kind = {SyntaxError: "Syntax", IndentationError: "Indentation", TabError: "Tab"}[type(e)]
        line, col = e.lineno or 0, e.offset or 0
        end_line, end_col = e.end_lineno or 0, e.end_offset or 0
        if end_col <= 0:
            end_line, end_col = line, col
        return f"{kind}|{line}|{col}|{end_line}|{end_col}|{e.msg}"
    return "OK"


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for line in PROGRAMS.strip("\n").split("\n"):
        print(line)
        print("    " + report(line.replace("\\n", "\n").replace("\\t", "\t")))
