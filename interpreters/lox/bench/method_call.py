# A 1/10 of the work.
class Toggle:
    def __init__(self, state):
        self.state = state

    def value(self):
        return self.state

    def activate(self):
        self.state = not self.state
        return self


class NthToggle(Toggle):
    def __init__(self, state, most):
        super().__init__(state)
        self.most = most
        self.count = 0

    def activate(self):
        self.count = self.count + 1
        if self.count >= self.most:
            super().activate()
            self.count = 0
        return self


def main(n):
    value = True
    toggle = Toggle(value)
    nth = NthToggle(value, 3)
    trues = 0
    i = 0
    while i < n:
        if toggle.activate().value():
            trues = trues + 1
        if toggle.activate().value():
            trues = trues + 1
        if nth.activate().value():
            trues = trues + 1
        if nth.activate().value():
            trues = trues + 1
        i = i + 1
    return trues


print("%g" % main(2000000))
