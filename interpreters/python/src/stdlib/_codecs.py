# The registry of codecs and error handlers. The codecs themselves are those of `str.encode` and `bytes.decode`.

_search = []
_cache = {}


def register(search_function, /):
    if not callable(search_function):
        raise TypeError("argument must be callable")
    _search.append(search_function)


def unregister(search_function, /):
    if search_function in _search:
        _search.remove(search_function)
        _cache.clear()


def lookup(encoding, /):
    name = encoding.lower().replace(" ", "-")
    found = _cache.get(name)
    if found is not None:
        return found
    if not _search:
        import encodings
    for search in _search:
        found = search(name)
        if found is not None:
            _cache[name] = found
            return found
    raise LookupError(f"unknown encoding: {encoding}")


_native = {"utf-8", "utf8", "ascii", "us-ascii", "latin-1", "latin1", "iso-8859-1", "utf-16", "utf-32", "utf-16-le",
           "utf-16-be", "utf-32-le", "utf-32-be", "unicode-escape", "raw-unicode-escape"}


def encode(obj, encoding="utf-8", errors="strict"):
    if isinstance(obj, str) and encoding.lower().replace("_", "-") in _native:
        return obj.encode(encoding, errors)
    return lookup(encoding)[0](obj, errors)[0]


def decode(obj, encoding="utf-8", errors="strict"):
    if encoding.lower().replace("_", "-") in _native:
        return bytes(obj).decode(encoding, errors)
    return lookup(encoding)[1](obj, errors)[0]


def _pair(name):
    def encode(text, errors="strict", *rest):
        return text.encode(name, errors or "strict"), len(text)

    def decode(data, errors="strict", final=True, *rest):
        data = bytes(data)
        if final:
            return data.decode(name, errors or "strict"), len(data)
        try:
            return data.decode(name, errors or "strict"), len(data)
        except UnicodeDecodeError as error:
            # What is incomplete at the end waits for the rest.
            if error.end < len(data) and len(data) - error.start > 3:
                raise
            return data[: error.start].decode(name, errors or "strict"), error.start

    return encode, decode


utf_8_encode, utf_8_decode = _pair("utf-8")
ascii_encode, ascii_decode = _pair("ascii")
latin_1_encode, latin_1_decode = _pair("latin-1")
utf_16_encode, utf_16_decode = _pair("utf-16")
utf_16_le_encode, utf_16_le_decode = _pair("utf-16-le")
utf_16_be_encode, utf_16_be_decode = _pair("utf-16-be")
utf_32_encode, utf_32_decode = _pair("utf-32")
utf_32_le_encode, utf_32_le_decode = _pair("utf-32-le")
utf_32_be_encode, utf_32_be_decode = _pair("utf-32-be")
unicode_escape_encode, unicode_escape_decode = _pair("unicode-escape")
raw_unicode_escape_encode, raw_unicode_escape_decode = _pair("raw-unicode-escape")


def escape_encode(data, errors="strict"):
    return repr(bytes(data))[2:-1].encode(), len(data)


def charmap_build(table, /):
    return {ord(character): code for code, character in enumerate(table)}


def charmap_encode(text, errors="strict", mapping=None):
    if mapping is None:
        return latin_1_encode(text, errors)
    out = bytearray()
    for i, character in enumerate(text):
        code = mapping.get(ord(character))
        if code is None:
            if errors == "ignore":
                continue
            if errors != "replace":
                raise UnicodeEncodeError("charmap", text, i, i + 1, "character maps to <undefined>")
            code = 63
        out += code if isinstance(code, bytes) else bytes((code,))
    return bytes(out), len(text)


def charmap_decode(data, errors="strict", mapping=None):
    if mapping is None:
        return latin_1_decode(data, errors)
    out = []
    for i, byte in enumerate(data):
        try:
            character = mapping[byte]
        except (KeyError, IndexError):
            character = "\ufffe"
        if isinstance(character, int):
            character = chr(character)
        if character == "\ufffe":
            if errors == "ignore":
                continue
            if errors != "replace":
                raise UnicodeDecodeError("charmap", data, i, i + 1, "character maps to <undefined>")
            character = "\ufffd"
        out.append(character)
    return "".join(out), len(data)


def _strict(error):
    raise error


def _ignore(error):
    return "", error.end


def _replace(error):
    count = error.end - error.start
    return ("?" if isinstance(error, UnicodeEncodeError) else "\ufffd") * (count if error.object.__class__ is str else 1), error.end


def _xmlcharrefreplace(error):
    return "".join(f"&#{ord(c)};" for c in error.object[error.start : error.end]), error.end


def _backslashreplace(error):
    part = error.object[error.start : error.end]
    if isinstance(part, bytes):
        return "".join(f"\\x{b:02x}" for b in part), error.end
    forms = lambda c: f"\\x{c:02x}" if c < 256 else f"\\u{c:04x}" if c < 65536 else f"\\U{c:08x}"
    return "".join(forms(ord(c)) for c in part), error.end


def _namereplace(error):
    return _backslashreplace(error)


_handlers = {
    "strict": _strict,
    "ignore": _ignore,
    "replace": _replace,
    "xmlcharrefreplace": _xmlcharrefreplace,
    "backslashreplace": _backslashreplace,
    "namereplace": _namereplace,
}


def register_error(errors, handler, /):
    if not callable(handler):
        raise TypeError("handler must be callable")
    _handlers[errors] = handler


def lookup_error(name, /):
    try:
        return _handlers[name]
    except KeyError:
        raise LookupError(f"unknown error handler name '{name}'") from None
