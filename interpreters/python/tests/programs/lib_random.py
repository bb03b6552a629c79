# The random numbers of a seed are CPython's.
import random

r = random.Random(12345)
print([r.random() for _ in range(3)], r.getrandbits(5), r.getrandbits(100))
print(r.randint(1, 6), r.randrange(0, 100, 7), r.choice("abcdef"), r.uniform(1, 2))
items = list(range(10))
r.shuffle(items)
print(items, r.sample(range(1000), 5), r.choices("xyz", k=6), r.choices([1, 2], [1, 9], k=5))
print(r.gauss(0, 1), r.normalvariate(0, 1), r.expovariate(2), r.betavariate(1, 2), r.triangular())
state = r.getstate()
a = [r.random() for _ in range(700)]
r.setstate(state)
print(a == [r.random() for _ in range(700)], len(state[1]))
random.seed("text")
print(random.random())
random.seed(2**100 + 7)
print(random.random(), random.randbytes(5))
random.seed(1.5)
print(random.random())
random.seed(-3)
print(random.random())
