# A 1/20 of the work.
def main():
    a = "an animal in the zoo"
    b = "another animal in the zoo"
    made = "".join(["an animal", " in the zoo"])
    n = 0
    i = 0
    while i < 5000000:
        if a == b:
            n = n + 1
        if a == made:
            n = n + 1
        if b == made:
            n = n + 1
        if a == "an animal in the zoo":
            n = n + 1
        if a != b:
            n = n + 1
        if made != "x":
            n = n + 1
        if a == None:
            n = n + 1
        if made == a:
            t = a
            a = made
            made = t
        i = i + 1
    print(n // 1000)


main()
