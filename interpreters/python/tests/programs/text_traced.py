"""Text made, taken apart and formatted in loops: with operands of changing kinds, and with errors under way."""


class Shout(str):
    def __str__(self):
        return self.upper() + "!"

    def __add__(self, other):
        return "added:" + str(other)

    def __format__(self, spec):
        return "<" + spec + ">"


class Bad:
    def __str__(self):
        raise ValueError("no text")

    def __mod__(self, other):
        return "mod"

    def __rmod__(self, other):
        return "rmod"


def checksum(texts):
    total = 0
    for text in texts:
        for i, ch in enumerate(text):
            total = (total * 31 + ord(ch) + i) % 1000003
    return total


def formats(values):
    out = []
    for i in range(60):
        value = values[i % len(values)]
        for template in ("%s", "%r", "%5s|", "%-7s|", "%.2s"):
            out.append(template % value if not isinstance(value, tuple) else template % (value,))
        out.append(f"{value}/{value!r}/{value!s:>9}")
        out.append("{}-{!r}".format(value, value))
        try:
            out.append(f"{value:08.3f}")
        except (TypeError, ValueError) as e:
            out.append(type(e).__name__)
        try:
            out.append("%d|%05d|%+d|%x" % (value, value, value, value))
        except (TypeError, ValueError, OverflowError) as e:
            out.append(str(e))
    return out


def numbers():
    out = []
    for i in range(-40, 40):
        f = i / 7
        out.append(f"{f:.2f} {f:+.0f} {f:10.3e} {f:g} {f:%} {f:_.1f} {f!r:>25}")
        out.append(f"{i:5d}{i:<5}|{i:^7}|{i:+,}|{i * 123456789:,}|{i & 255:#x}|{i & 255:08b}")
        out.append("%.3f %e %g %08.2f %-8.1f|" % (f, f, f, f, f))
        out.append(f"{f * 1e17:.0f} {f / 1e9:.22f} {f * 1e300:.1f}"[:60])
    for f in (0.0, -0.0, 5e-324, 1e22, 1e23, 2.5, 3.5, 0.125, float("inf"), float("-inf"), float("nan")):
        out.append(f"{f:.0f} {f:.1f} {f:.2f} {f:8.3f}| {f:08.1f} {f:z.0f} {f!r} {f:,} {f:e}")
    return out


def pieces(words):
    out = []
    for i in range(80):
        word = words[i % len(words)]
        out.append(word[i % 7 : 9] + word[:3] + word[-2:] + word[1:1])
        out.append(word.upper() + word.swapcase() + word.title() + word.replace("a", "<>"))
        out.append("|".join([word, str(i), word * (i % 3)]) + "|".join((word, "x")))
        out.append(",".join(word.split("-")) + word.strip("-a") + word.center(12, "*"))
        if "an" in word or "\u00e9" in word:
            out.append(word[i % len(word)])
        joined = ""
        for ch in word:
            joined = ch + joined
        out.append(joined)
        out.append(word.zfill(9) + word.ljust(8, ".") + word.expandtabs(3))
    return out


def mixed(items):
    log = []
    for i in range(90):
        a, b = items[i % len(items)], items[(i * 7 + 3) % len(items)]
        for name, op in (("+", lambda: a + b), ("*", lambda: a * b), ("%", lambda: a % b)):
            try:
                log.append(str(op()))
            except TypeError as e:
                log.append(name + str(e))
            except ValueError as e:
                log.append(name + "!" + str(e))
            except ZeroDivisionError as e:
                log.append(str(e))
        try:
            log.append(str(a in b))
        except TypeError as e:
            log.append(str(e))
    return log


def powers(xs, ys):
    out = []
    for _ in range(3):
        for x in xs:
            for y in ys:
                try:
                    out.append(repr(x**y))
                except (ZeroDivisionError, OverflowError) as e:
                    out.append(str(e))
            if -99 < x < 99:
                out.append(repr(x**2) + repr(x**3))
    return out


def bounds(seqs, marks):
    out = []
    for s in seqs:
        for a in marks:
            for b in marks:
                out.append(s[a:b])
    return out


def characters(text):
    seen = []
    for code in range(0, 300, 7):
        seen.append(chr(code) + text[code % len(text)])
    for bad in ("", "ab", 5, b"x"):
        for _ in range(9):
            try:
                seen.append(str(ord(bad)))
            except TypeError as e:
                seen.append(str(e))
    return seen


values = [3, -7, 2.5, "text", "d\u00e9j\u00e0", True, None, (1, "t"), 10**30, Shout("hey"), b"by", -0.0]
print(checksum(formats(values)), formats(values)[:40])
print(checksum(numbers()), numbers()[:6], numbers()[-11:])
words = ["banana-split", "an", "caf\u00e9-au-lait", "\u65e5\u672c\u8a9e an", "x\ty", "-a-"]
print(checksum(pieces(words)), pieces(words)[:14])
items = ["ab", 3, "%s!", (1, 2), [4], 2.0, Shout("s"), "b", Bad(), 0, 10**20, True]
for line in mixed(items):
    print(line if " object at " not in line else "object")
print(powers([0, 1, 2, -3, 0.0, 0.5, -1.5, 9.0, 1e200, 10**20, float("inf")], [0, 2, 0.5, -1, -0.5, 3, 1e3, float("nan")]))
print(bounds(["hello", "h\u00e9llo", [1, 2, 3, 4], (1, 2, 3), b"bytes"], [None, 0, 1, -2, 9, -9, 3]))
print(characters("abc\u00ff\u0100"))
try:
    for i in range(50):
        f"{Bad() if i == 49 else i}"
except ValueError as e:
    print(e, i)
