# A 1/20 of the work.
class Zoo:
    def __init__(self):
        self.ant = 1
        self.bat = 1
        self.cat = 1
        self.dog = 1
        self.eel = 1
        self.fox = 1

    def ants(self):
        return self.ant

    def bats(self):
        return self.bat

    def cats(self):
        return self.cat

    def dogs(self):
        return self.dog

    def eels(self):
        return self.eel

    def foxs(self):
        return self.fox


def main():
    zoo = Zoo()
    total = 0
    while total < 15000000:
        total = total + zoo.ants() + zoo.bats() + zoo.cats() + zoo.dogs() + zoo.eels() + zoo.foxs()
    print(total // 1000)


main()
