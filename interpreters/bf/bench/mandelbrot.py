"""Writes a brainfuck program that draws the Mandelbrot set several times, or (with --c) translates a brainfuck program to C.

    python3 mandelbrot.py > mandelbrot.bf
    python3 mandelbrot.py --c mandelbrot.bf > mandelbrot.c && gcc -O1 -o mandelbrot mandelbrot.c

Numbers are bytes in two's complement, in sixteenths. Every variable has two spare cells behind it, with which it is
compared with zero in constant time. The translation does what the interpreter's compiler does: a run of the same
command becomes one statement, brackets become loops.
"""

import re
import sys

WIDTH, HEIGHT, LEFT, TOP = 48, 40, -36, -20
MOST = 24
FRAMES = 40
SHADES = " .,:;-=+*%@#"


class Program:
    def __init__(self):
        self.text = []
        self.at = 0
        self.names = {}

    def cell(self, name):
        return self.names.setdefault(name, 3 * len(self.names))

    def go(self, to):
        step = to - self.at
        self.text.append(">" * step if step > 0 else "<" * -step)
        self.at = to

    def add(self, name, n):
        self.go(self.cell(name))
        n = (n + 128) % 256 - 128
        self.text.append("+" * n if n > 0 else "-" * -n)

    def put(self, name, n):
        self.go(self.cell(name))
        self.text.append("[-]")
        self.add(name, n)

    def loop(self, name, body):
        """While it is not zero."""
        self.go(self.cell(name))
        self.text.append("[")
        body()
        self.go(self.cell(name))
        self.text.append("]")

    def once(self, name, body):
        """If a flag is set, which is cleared."""

        def cleared():
            self.add(name, -1)
            body()

        self.loop(name, cleared)

    def if_zero(self, name, body):
        x = self.cell(name)
        self.go(x + 1)
        self.text.append("[-]+")
        self.go(x)
        self.text.append("[>-]>[")
        self.at = x + 1
        body()
        self.go(x + 1)
        self.text.append("->]")
        self.at = x + 2

    def move(self, source, **targets):
        """Adds a variable, times a factor, to others, and clears it."""

        def step():
            self.add(source, -1)
            for name, factor in targets.items():
                self.add(name, factor)

        self.loop(source, step)

    def copy(self, source, **targets):
        self.put("copy", 0)
        self.move(source, copy=1, **targets)
        self.move("copy", **{source: 1})

    def magnitude(self, source, size, sign):
        """Size and sign (1: negative): a counts down from the number and b from its opposite."""
        for name in ("a", "b", size, sign):
            self.put(name, 0)
        self.copy(source, a=1, b=-1)
        self.put("run", 1)

        def step():
            self.add(size, 1)
            self.add("a", -1)
            self.add("b", -1)
            self.if_zero("a", lambda: self.put("run", 0))
            self.put("still", 0)
            self.copy("run", still=1)
            self.once("still", lambda: self.if_zero("b", negative))

        def negative():
            self.put("run", 0)
            self.put(sign, 1)

        self.if_zero("a", lambda: self.put("run", 0))
        self.loop("run", step)

    def product(self, x, y, result, unit):
        """x * y / unit, of magnitudes: counts all steps."""
        for name in ("a", result):
            self.put(name, 0)
        self.put("part", unit)
        self.copy(x, a=1)

        def row():
            self.add("a", -1)
            self.put("b", 0)
            self.copy(y, b=1)
            self.loop("b", step)

        def step():
            self.add("b", -1)
            self.add("part", -1)
            self.if_zero("part", whole)

        def whole():
            self.add("part", unit)
            self.add(result, 1)

        self.loop("a", row)

    def if_above(self, x, limit, body):
        self.put("a", 0)
        self.copy(x, a=1)
        self.put("b", limit)
        self.put("run", 1)

        def step():
            self.if_zero("a", lambda: self.put("run", 0))
            self.put("still", 0)
            self.copy("run", still=1)
            self.once("still", decide)

        def decide():
            self.if_zero("b", above)
            self.add("a", -1)
            self.add("b", -1)

        def above():
            self.put("run", 0)
            body()

        self.loop("run", step)


def mandelbrot():
    p = Program()

    def escape():
        p.put("inside", 0)

    def iterate():
        p.magnitude("zr", "r", "rs")
        p.magnitude("zi", "i", "is")
        p.if_above("r", 2 * 16 - 1, escape)
        p.if_above("i", 2 * 16 - 1, escape)
        p.put("on", 0)
        p.copy("inside", on=1)
        p.once("on", squares)
        p.if_zero("left", escape)

    def squares():
        p.product("r", "r", "rr", 16)
        p.product("i", "i", "ii", 16)
        p.put("sum", 0)
        p.copy("rr", sum=1)
        p.copy("ii", sum=1)
        p.if_above("sum", 4 * 16, escape)
        p.put("on", 0)
        p.copy("inside", on=1)
        p.once("on", advance)

    def advance():
        p.add("left", -1)
        p.add("shade", 1)
        p.product("r", "i", "ri", 8)
        p.put("zr", 0)
        p.put("zi", 0)
        p.copy("cr", zr=1)
        p.copy("ci", zi=1)
        p.move("rr", zr=1)
        p.move("ii", zr=-1)
        # The product is negative if one of the signs is.
        p.put("sign", 0)
        p.move("rs", sign=1)
        p.move("is", sign=1)
        p.add("sign", -1)
        p.put("same", 1)
        p.if_zero("sign", lambda: p.put("same", 0))
        p.once("same", lambda: p.move("ri", zi=1))
        p.move("ri", zi=-1)

    def pixel():
        p.add("column", -1)
        p.put("zr", 0)
        p.put("zi", 0)
        p.put("inside", 1)
        p.put("left", MOST)
        p.put("shade", 0)
        p.loop("inside", iterate)
        # The shade is a character of the row of shades, two iterations for each.
        p.put("char", ord(SHADES[-1]))
        for k in reversed(range(len(SHADES))):
            p.put("a", 0)
            p.copy("shade", a=1)
            p.add("a", -(2 * k))
            p.if_zero("a", lambda k=k: p.put("char", ord(SHADES[k])))
            p.add("a", -1)
            p.if_zero("a", lambda k=k: p.put("char", ord(SHADES[k])))
        p.go(p.cell("char"))
        p.text.append(".")
        p.add("cr", 1)

    def row():
        p.add("row", -1)
        p.put("column", WIDTH)
        p.put("cr", LEFT)
        p.loop("column", pixel)
        p.put("char", 10)
        p.go(p.cell("char"))
        p.text.append(".")
        p.add("ci", 1)

    def frame():
        p.add("frame", -1)
        p.put("row", HEIGHT)
        p.put("ci", TOP)
        p.loop("row", row)

    p.put("frame", FRAMES)
    p.loop("frame", frame)
    return "".join(p.text)


def to_c(source):
    lines = ["#include <stdio.h>", "static unsigned char tape[30000];", "int main(void) {", "unsigned char *p = tape;"]
    for run in re.finditer(r"[+-]+|[<>]+|[.,\[\]]", re.sub(r"[^-+<>.,\[\]]", "", source)):
        text = run[0]
        if text[0] in "+-":
            lines.append(f"*p += {text.count('+') - text.count('-')};")
        elif text[0] in "<>":
            lines.append(f"p += {text.count('>') - text.count('<')};")
        else:
            c = {".": "putchar(*p);", ",": "{ int c = getchar(); *p = c < 0 ? 0 : c; }", "[": "while (*p) {", "]": "}"}
            lines.append(c[text])
    return "\n".join([*lines, "return 0;", "}", ""])


if sys.argv[1:2] == ["--c"]:
    print(to_c(open(sys.argv[2]).read()), end="")
else:
    program = mandelbrot()
    print("\n".join(re.findall(".{1,100}", program)))
