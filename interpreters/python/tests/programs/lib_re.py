# re.
import re

print(re.match(r"(\w+) (?P<last>\w+)", "Isaac Newton, physicist"))
m = re.search(r"(\d+)-(?P<b>\d+)?", "x 12-34 y")
print(m.group(), m.groups(), m.group(1, "b"), m.span("b"), m.groupdict(), m.lastgroup, m.lastindex, m.start(), m[2], m.pos, m.endpos)
print(re.findall(r"\b\w", "the quick brown"), re.findall(r"(a)(b)?", "abaab"), re.findall("", "abc"), re.findall("x*", "axxb"))
print(re.sub(r"(\w+) (\w+)", r"\2 \g<1>", "hello world"), re.sub("a", lambda m: m.group().upper(), "banana", count=2), re.subn("x*", "-", "abxd"))
print(re.split(r"\W+", "Words, words, words."), re.split(r"(\W)", "a,b;c"), re.split("x*", "axbc"), re.split(",", "a,b,c", maxsplit=1))
print([m.span() for m in re.finditer(r"a+?", "aaa")], [m.group() for m in re.finditer(r"a{2,3}", "aaaaaaa")])
print(re.fullmatch(r"a|ab", "ab"), re.match(r"a|ab", "abc"), re.fullmatch("a", "ab"), re.match("(?i)HeLLo", "hEllO"))
print(re.findall(r"(?m)^\w+$", "one\ntwo three\nfour"), re.findall(r"(?s).+", "a\nb"), re.findall(r".+", "a\nb"))
print(re.search(r"(?<=abc)def", "abcdef"), re.search(r"(?<!x)y", "xyzy"), re.search(r"a(?=b)", "acab"), re.search(r"a(?!b)", "abac"))
print(re.match(r"(a)?b(?(1)c|d)", "abc"), re.match(r"(a)?b(?(1)c|d)", "bd"), re.match(r"(a)?b(?(1)c|d)", "abd"))
print(re.match(r"(\w)\1", "aab"), re.match(r"(?i)(\w)\1", "aAb"), re.match(r"(?P<x>ab)(?P=x)", "abab"))
print(re.match(r"(?>a+)ab", "aaab"), re.match(r"a++b", "aaab"), re.match(r"a*+a", "aaa"), re.match(r"(?:ab)++c", "ababc"))
print(re.match(r"(?:a|b)*?c", "ababc"), re.match(r"(a|ab)(c|bcd)(d*)", "abcd").groups(), re.match(r"((a)|b)*", "aba").groups())
print(re.findall(r"[^\W\d_]+", "añb_c1dé Ünï"), re.findall(r"(?a)\w+", "añb"), re.findall(r"[à-ü]", "aéiñ"), re.search("\U0001F600+", "x\U0001F600\U0001F600").span())
print(re.findall(rb"\d+", b"12 ab 345"), re.sub(rb"(\d)", rb"<\1>", b"a1"), re.escape("a.b*c"), re.compile("a", re.I | re.X))
for pattern in ("(", "a**", "[z-a]", "(?P<1>a)", r"\g", "(?<=a*)b", "a{3,2}"):
    try:
        re.compile(pattern)
    except re.error as error:
        print(error)
try:
    re.match("a", b"a")
except TypeError as error:
    print(error)
p = re.compile(r"(?P<key>\w+)=(?P<value>[^;]*);?")
text = ";".join(f"k{i}=v{i * i}" for i in range(50))
print(sum(len(m["value"]) for m in p.finditer(text)), p.groups, dict(p.groupindex), p.pattern, p.flags)
print(re.compile("b").search("abcb", 2), re.compile("^b").match("ab", 1), re.compile("b$").search("abb", 0, 2), p.scanner("a=1;b=2").match())
print(re.match("(?:x|y)+z" , "xy" * 200 + "z").end(), re.match("(.*)(.*)x", "a" * 50) , re.match("\\Aab\\Z", "ab"))
print(re.sub(r"(?x) ( \d ) # a digit", r"[\1]", "a1b2"), re.template if hasattr(re, "no") else "ok", m.expand(r"\1:\g<b>"))
