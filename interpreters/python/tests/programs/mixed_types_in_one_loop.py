# One loop in a library sees strings, integers and objects in turn: what it has checked for one must be checked for the next.
from collections import deque
s = list('simsalabim'*500+'abc')
d = deque(s)
print(1)
for letter in 'abcdefghijklmnopqrstuvwxyz':
    assert s.count(letter) == d.count(letter)
print(2)
class BadCompare:
    def __eq__(self, other):
        raise ArithmeticError
d = deque([1, 2, BadCompare(), 3])
try: d.count(2)
except ArithmeticError: print(3)
class MutatingCompare:
    def __eq__(self, other):
        self.d.pop()
        return True
m = MutatingCompare()
d = deque([1, 2, 3, m, 4, 5])
m.d = d
try: d.count(3)
except RuntimeError: print(4)
d = deque([None]*16)
for i in range(len(d)):
    d.rotate(-1)
d.rotate(1)
print(d.count(1), d.count(None))
