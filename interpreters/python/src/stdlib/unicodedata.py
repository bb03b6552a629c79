# Properties of characters. Names and bidirectional classes are not there.

import _unicode
from _unicode import category, combining, normalize

unidata_version = "15.0.0"
_missing = object()


def is_normalized(form, unistr, /):
    return normalize(form, unistr) == unistr


def decimal(chr, default=_missing, /):
    value = _unicode.decimal(chr)
    if value is None:
        if default is _missing:
            raise ValueError("not a decimal")
        return default
    return value


def digit(chr, default=_missing, /):
    value = _unicode.decimal(chr)
    if value is None:
        value = _unicode.decimal(normalize("NFKC", chr)[:1] or " ") if chr.isdigit() else None
    if value is None:
        if default is _missing:
            raise ValueError("not a digit")
        return default
    return value


def numeric(chr, default=_missing, /):
    value = digit(chr, None)
    if value is not None:
        return float(value)
    if chr.isnumeric():
        text = normalize("NFKC", chr)
        above, slash, below = text.partition("\u2044")
        if slash and above.isdecimal() and below.isdecimal():
            return int(above) / int(below)
        raise NotImplementedError("unicodedata.numeric() of this character is not supported")
    if default is _missing:
        raise ValueError("not a numeric character")
    return default


def _refuse(*args):
    raise NotImplementedError("unicodedata: names and further properties of characters are not supported")


name = lookup = bidirectional = mirrored = east_asian_width = decomposition = _refuse
