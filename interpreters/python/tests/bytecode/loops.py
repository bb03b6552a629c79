def count(n):
    i = 0
    while i < n and n >= 0:
        i += 1
    return i

def pairs(d):
    total = 0
    for k, v in d.items():
        if v is None:
            continue
        if not k:
            break
        total += v
    else:
        total = -total
    return total

def forever():
    while True:
        yield 1
