# A 1/20 of the work.
class Thing:
    pass


def main():
    a = Thing()
    b = Thing()
    values = None
    n = 0
    i = 0
    while i < 5000000:
        if i == 7:
            n = n + 1
        if i != n:
            n = n + 1
        if a == b:
            n = n + 1
        if a == a:
            n = n + 1
        if values == None:
            n = n + 1
        if n == "text":
            n = n + 1
        if True == False:
            n = n + 1
        values = i == 3
        i = i + 1
    print(n)


main()
