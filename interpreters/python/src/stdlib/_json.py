# The fast ways of `json`: natives where nothing of the program has a say, else what the module does in Python.

from _json_core import encode as _encode, encode_basestring, encode_basestring_ascii, scan as _scan, scanstring


def make_scanner(context):
    from json.decoder import _CONSTANTS
    from json.scanner import py_make_scanner

    plain = (
        context.object_hook is None
        and context.object_pairs_hook is None
        and context.parse_float is float
        and context.parse_int is int
        and context.parse_constant == _CONSTANTS.__getitem__
    )
    if not plain:
        return py_make_scanner(context)
    strict = context.strict

    def scan_once(string, idx):
        return _scan(string, idx, strict)

    return scan_once


def make_encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan):
    from json.encoder import _make_iterencode

    def floatstr(o, _repr=float.__repr__):
        if o != o:
            text = "NaN"
        elif o == _infinity:
            text = "Infinity"
        elif o == -_infinity:
            text = "-Infinity"
        else:
            return _repr(o)
        if not allow_nan:
            raise ValueError("Out of range float values are not JSON compliant: " + repr(o))
        return text

    iterate = _make_iterencode(
        markers, default, encoder, indent, floatstr, key_separator, item_separator, sort_keys, skipkeys, False
    )
    ascii = encoder is encode_basestring_ascii
    plain = indent is None and not sort_keys and (ascii or encoder is encode_basestring)

    def encode(o, level):
        if plain:
            text = _encode(o, ascii, key_separator, item_separator)
            if text is not NotImplemented:
                return (text,)
        return iterate(o, level)

    return encode


_infinity = float("inf")
