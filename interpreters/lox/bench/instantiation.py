# A 1/50 of the work.
class Empty:
    def __init__(self):
        pass


class Plain:
    pass


def make(n):
    last = None
    i = 0
    while i < n:
        Empty()
        Empty()
        Plain()
        Plain()
        last = Empty()
        last = Plain()
        i = i + 1
    return last


make(2000000)
print("Plain instance")
