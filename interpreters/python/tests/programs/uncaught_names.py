import sys


def show(function):
    try:
        function()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)


class Thing:
    length = 1

    def method(self):
        return self.lenght


some_value = 3
show(lambda: some_valeu)
show(lambda: pirnt("x"))
show(lambda: Thing().method())
show(lambda: "abc".uper())
show(lambda: time.time())
show(lambda: completely_unknown_thing)


def f():
    local_variable = 1
    return local_varable


show(f)
