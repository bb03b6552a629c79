class Custom(Exception):
    pass


def low(x):
    return x / 0


def mid(x):
    try:
        low(x)
    except ZeroDivisionError as error:
        raise Custom("middle", x) from error


def top():
    try:
        mid(3)
    except Custom:
        error = ValueError("top\nsecond line")
        error.add_note("a note")
        error.add_note("two\nlines")
        raise error


print("before")
top()
