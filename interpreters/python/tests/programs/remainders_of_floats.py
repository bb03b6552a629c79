# Remainders of floats: of whole numbers, of others, at the ends, with every combination of signs.
from math import fmod, inf, nan

numbers = [0.0, 1.0, 2.0, 3.0, 7.0, 0.5, 2.5, 1e-300, 5e-324, 2.0**53 - 1, 2.0**53, 2.0**53 + 2, 1e300, 139968.0, inf, nan]
for a in numbers:
    line = []
    for b in numbers:
        for x, y in ((a, b), (-a, b), (a, -b), (-a, -b)):
            if y:
                line.append(x % y)
                line.append(divmod(x, y))
            if y and abs(x) != inf:
                line.append(fmod(x, y))
    print(line)

seed = 42.0
for _ in range(5000):
    seed = (seed * 3877.0 + 29573.0) % 139968.0
print(seed)
