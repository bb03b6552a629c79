"""Compiled functions that call each other: results, exceptions, the limit of recursion, requests for attention."""

import os
import signal
import sys


def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


print(fib(20))


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


print(sum(even(i % 60) for i in range(3000)))


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


print(ackermann(2, 40))


def scale(n, a, b, c, d, e=2, *, f=3):
    """More arguments than registers, of all kinds of numbers, with a loop."""
    total = a
    for i in range(n):
        total = total * b + c * d - e + f
    return total


print([scale(i % 7, i, 3, 2**61 + i, 1.5, f=i) for i in range(0, 900, 99)])
for i in range(900):
    scale(i % 7, i, 3, 2**61 + i, 1.5, f=i)
    scale(i % 5, i, 3, 7, -1)
print(scale(6, 2**62, 3, 2**63, 1), scale(3, 1.5, 2.5, 0.1, 7))


class Leaf(Exception):
    pass


def descend(n, k):
    """Raises at the bottom for some numbers."""
    if n == 0:
        if k % 3 == 0:
            raise Leaf(k)
        return k
    try:
        return descend(n - 1, k) + 1
    finally:
        if n == 4 and k % 100 == 0:
            print("passing", k)


caught = 0
for k in range(1, 900):
    try:
        descend(6, k) if k < 860 else descend(9, k)
    except Leaf as leaf:
        caught += leaf.args[0]
print(caught)


def closure(base):
    def down(n):
        nonlocal base
        base += 1
        return base if n == 0 else down(n - 1) + n

    return down


down = closure(5)
print([down(i % 9) for i in range(900)][-3:])


class Tree:
    def __init__(self, depth):
        self.left = Tree(depth - 1) if depth else None
        self.right = Tree(depth - 1) if depth else None

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield 1
        if self.right is not None:
            yield from self.right

    def count(self):
        return 1 + (self.left.count() + self.right.count() if self.left else 0)


tree = Tree(8)
print(tree.count(), sum(tree))


def nest(n):
    return 0 if n == 0 else 1 + nest(n - 1)


def endless(n):
    return endless(n + 1) + 1


for i in range(700):
    nest(30)
print(nest(900))
for i in range(3):
    try:
        endless(0)
    except RecursionError as error:
        print(error)
sys.setrecursionlimit(200)
try:
    print(nest(250))
except RecursionError as error:
    print(error)
sys.setrecursionlimit(6000)
print(nest(5000))


# Whoever starts the program may have told it to ignore the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)


def interrupted(n):
    if n == 0:
        os.kill(os.getpid(), signal.SIGINT)
        return fib(16)
    return interrupted(n - 1) + 1


for n in range(3):
    try:
        print(interrupted(n))
    except KeyboardInterrupt:
        print("interrupted", n)
print(fib(18))
