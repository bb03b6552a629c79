# json, string, textwrap, io, pprint, datetime, fractions, decimal, statistics.
import io
import json
import string
import textwrap
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

data = {"a": [1, 2.5, None, True, "é\n\"\\"], "b": {"c": {}}, "d": []}
text = json.dumps(data)
print(text, json.loads(text) == data)
print(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False), json.dumps([1e100, -0.0, 10**20], separators=(",", ":")))
for bad in ("{", "[1,]", '{"a" 1}', "nul", '"\\x"', "[1] 2"):
    try:
        json.loads(bad)
    except json.JSONDecodeError as error:
        print(error)
try:
    json.dumps({1, 2})
except TypeError as error:
    print(error)
print(json.loads('"\\u00e9\\ud83d\\ude00"'), json.loads("[1E5, -3, 0.25]"), json.dumps({1: 2, None: 3, True: 4}))
print(string.Template("$who likes ${what}").substitute(who="tim", what="kung"), string.ascii_lowercase, string.capwords("a bc d"))
print(string.Formatter().format("{0.real} {x[1]:>4} {!r}", 5, "s", x=[1, 2]) if False else string.Formatter().format("{0.real} {x[1]:>4} {0!r}", 5, x=[1, 2]))
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20), textwrap.dedent("  a\n    b\n"))
s = io.StringIO("one\ntwo\nthree")
print(s.readline(), s.read(2), s.tell(), list(s), s.getvalue())
s = io.StringIO()
print("hello", 5, file=s)
s.seek(0)
s.write("J")
print(repr(s.getvalue()))
b = io.BytesIO(b"abc\ndef")
print(b.read(2), b.readline(), b.readlines(), b.seek(1), b.write(b"ZZ"), b.getvalue())
print(date(2024, 2, 28) + timedelta(days=2), datetime(2020, 1, 2, 3, 4, 5).isoformat(), (date(2024, 1, 1) - date(2023, 1, 1)).days, date(2024, 5, 6).strftime("%d.%m.%Y"))
print(datetime.strptime("2021-03-04 05:06", "%Y-%m-%d %H:%M"), timedelta(hours=25), datetime.fromisoformat("2020-02-29T12:30"))
print(Fraction(3, 4) + Fraction("0.5"), Fraction(0.25), Fraction(10, 4) // 1, float(Fraction(1, 3)), Fraction(1, 3) ** 2)
print(Decimal("0.1") + Decimal("0.2"), Decimal(10) / 3, Decimal("1.50").quantize(Decimal("0.1")), Decimal(2).sqrt(), Decimal("1e5"), -Decimal("NaN"))
