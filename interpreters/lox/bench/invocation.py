# A 1/50 of the work.
class Many:
    def m0(self):
        pass

    def m1(self):
        pass

    def m2(self):
        pass

    def m3(self):
        pass

    def m4(self):
        pass

    def m5(self):
        pass

    def m6(self):
        pass

    def m7(self):
        pass

    def m8(self):
        pass

    def m9(self):
        pass

    def m10(self):
        pass

    def m11(self):
        pass

    def m12(self):
        pass

    def m13(self):
        pass

    def m14(self):
        pass

    def m15(self):
        pass

    def m16(self):
        pass

    def m17(self):
        pass

    def m18(self):
        pass

    def m19(self):
        pass


def main():
    many = Many()
    i = 0
    while i < 1000000:
        many.m0()
        many.m1()
        many.m2()
        many.m3()
        many.m4()
        many.m5()
        many.m6()
        many.m7()
        many.m8()
        many.m9()
        many.m10()
        many.m11()
        many.m12()
        many.m13()
        many.m14()
        many.m15()
        many.m16()
        many.m17()
        many.m18()
        many.m19()
        i = i + 1
    print("Many instance")


main()
