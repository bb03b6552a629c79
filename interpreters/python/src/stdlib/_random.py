# The class under `random.Random`.

import _mersenne
from _mersenne import getrandbits as _getrandbits, random as _next_random


class Random:
    __module__ = "_random"

    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self._state = _mersenne.seed(_fresh())
        return self

    def __init__(self, x=None, /):
        Random.seed(self, x)

    def seed(self, n=None, /):
        if n is None:
            n = _fresh()
        elif not isinstance(n, int):
            n = hash(n) & 0xFFFFFFFFFFFFFFFF
        self._state = _mersenne.seed(n)

    def random(self):
        return _next_random(self._state)

    def getrandbits(self, k, /):
        return _getrandbits(self._state, k)

    def getstate(self):
        return _mersenne.getstate(self._state)

    def setstate(self, state, /):
        if not isinstance(state, tuple):
            raise TypeError("state vector must be a tuple")
        self._state = _mersenne.setstate(state)


def _fresh():
    from _posix import urandom

    return int.from_bytes(urandom(64), "little")
