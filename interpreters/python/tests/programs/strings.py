s = "Hello, Wörld! 日本 🎉"
print(s, len(s), repr(s), ascii(s), s.upper(), s.lower(), s.swapcase(), s.title())
print(s[0], s[-1], s[7:12], s[::-1], s[::2], s[-3:], s[100:], s[5:2])
print(s.find("W"), s.find("zz"), s.index("ö"), s.count("l"), "Wö" in s, "x" not in s, s.rfind("l"))
print(s.split(), "a,b,,c".split(","), "a b  c".split(None, 1), "abc".split("b", 1), "a-b-c".rsplit("-", 1), "x\ny\r\nz".splitlines())
print(", ".join(["a", "b", "c"]), "-".join("xyz"), "".join(str(i) for i in range(5)))
print("  pad ".strip(), "xxabcxx".strip("x"), "abc".center(9, "*"), "abc".ljust(6) + "|", "abc".rjust(6), "42".zfill(5), "-42".zfill(5))
print("abcabc".replace("b", "X"), "abcabc".replace("b", "X", 1), "abc".startswith("ab"), "abc".endswith(("x", "c")), "TestCase".removeprefix("Test"), "a.py".removesuffix(".py"))
print("abc".isalpha(), "12".isdigit(), "a1".isalnum(), " ".isspace(), "Abc".istitle(), "abc".islower(), "ABC".isupper(), "x_1".isidentifier())
print("a\tb".expandtabs(4), "key=value".partition("="), "a.b.c".rpartition("."), "abc".translate({97: "A", 98: None}), str.maketrans("ab", "xy"))
print("%s is %d years, %5.2f%% %r %x %-5s|" % ("Bob", 42, 99.5, "q", 255, "l"), "%(a)s-%(b)03d" % {"a": 1, "b": 2})
print("{} {1} {0}".format(1, 2) if False else "{1} {0} {name!r:>6}".format(1, 2, name="n"), "{:>8}|{:^8}|{:*<8}".format("a", "b", "c"), "{0[1]} {1.real}".format([1, 2], 3))
name, width, value = "x", 10, 3.14159
print(f"{name}={value:.2f} {value:{width}.3f}| {name!r} {name=} {1 + 1 = } {{}} {'nested' + f'{name}'}")
print("ab" * 3, 3 * "ab", "a" + "b", "a" < "b", "abc" == "abc", "a" "b", "Z" < "a", "é" > "z")
print(repr("it's"), repr('say "hi"'), repr("both ' and \""), repr("tab\t nl\n bs\\ \x00 \x7f é \u200b"), "\N{BULLET}", "\x41\u0042\U00000043")
print(ord("a"), chr(8364), [ord(c) for c in "aé日🎉"], "".join(chr(c) for c in (97, 233, 26085, 127881)))
print("abc" > "abd", max("hello"), min("hello"), sorted("hello"), list("abc"), tuple("ab"), "a,b".split(","))
print(s.encode(), s.encode("utf-8")[:3], b"abc".decode(), "abc".encode("ascii"), bytes([65, 66]), b"a" + b"b", b"abc"[1], b"abc"[1:], b"x".hex())
for op in (lambda: "abc"[5], lambda: "abc".index("z"), lambda: "a" * "b", lambda: "%d" % "x", lambda: "é".encode("ascii"), lambda: b"\xff".decode(), lambda: "abc" + 1, lambda: "abc".join([1])):
    try:
        op()
    except Exception as error:
        print(type(error).__name__, error)
out = ""
for i in range(500):
    out += chr(97 + i % 26)
print(len(out), out[:30], out.count("abc"))
text = """triple
quoted 'string'"""
print(text, r"raw\n", "line \
continued")
