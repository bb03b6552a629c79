# A 1/20 of the work.
class Wide:
    def __init__(self):
        self.f0 = 1
        self.f1 = 1
        self.f2 = 1
        self.f3 = 1
        self.f4 = 1
        self.f5 = 1
        self.f6 = 1
        self.f7 = 1
        self.f8 = 1
        self.f9 = 1
        self.f10 = 1
        self.f11 = 1
        self.f12 = 1
        self.f13 = 1
        self.f14 = 1
        self.f15 = 1

    def get0(self):
        return self.f0

    def set0(self, x):
        self.f0 = x

    def get1(self):
        return self.f1

    def set1(self, x):
        self.f1 = x

    def get2(self):
        return self.f2

    def set2(self, x):
        self.f2 = x

    def get3(self):
        return self.f3

    def set3(self, x):
        self.f3 = x

    def get4(self):
        return self.f4

    def set4(self, x):
        self.f4 = x

    def get5(self):
        return self.f5

    def set5(self, x):
        self.f5 = x

    def get6(self):
        return self.f6

    def set6(self, x):
        self.f6 = x

    def get7(self):
        return self.f7

    def set7(self, x):
        self.f7 = x

    def get8(self):
        return self.f8

    def set8(self, x):
        self.f8 = x

    def get9(self):
        return self.f9

    def set9(self, x):
        self.f9 = x

    def get10(self):
        return self.f10

    def set10(self, x):
        self.f10 = x

    def get11(self):
        return self.f11

    def set11(self, x):
        self.f11 = x

    def get12(self):
        return self.f12

    def set12(self, x):
        self.f12 = x

    def get13(self):
        return self.f13

    def set13(self, x):
        self.f13 = x

    def get14(self):
        return self.f14

    def set14(self, x):
        self.f14 = x

    def get15(self):
        return self.f15

    def set15(self, x):
        self.f15 = x


def main():
    wide = Wide()
    i = 0
    while i < 1000000:
        wide.set1(wide.get0() + 1)
        wide.set2(wide.get1() + 1)
        wide.set3(wide.get2() + 1)
        wide.set4(wide.get3() + 1)
        wide.set5(wide.get4() + 1)
        wide.set6(wide.get5() + 1)
        wide.set7(wide.get6() + 1)
        wide.set8(wide.get7() + 1)
        wide.set9(wide.get8() + 1)
        wide.set10(wide.get9() + 1)
        wide.set11(wide.get10() + 1)
        wide.set12(wide.get11() + 1)
        wide.set13(wide.get12() + 1)
        wide.set14(wide.get13() + 1)
        wide.set15(wide.get14() + 1)
        wide.set0(wide.get15() + 1)
        i = i + 1
    print(wide.get0())


main()
