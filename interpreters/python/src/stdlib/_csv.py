# Reading and writing rows of comma-separated values.

QUOTE_MINIMAL, QUOTE_ALL, QUOTE_NONNUMERIC, QUOTE_NONE, QUOTE_STRINGS, QUOTE_NOTNULL = range(6)
__version__ = "1.0"
_dialects = {}
_limit = 131072


class Error(Exception):
    __module__ = "_csv"


def field_size_limit(limit=None, /):
    global _limit
    old = _limit
    if limit is not None:
        if not isinstance(limit, int):
            raise TypeError("limit must be an integer")
        _limit = limit
    return old


class Dialect:
    __module__ = "_csv"
    _defaults = dict(delimiter=",", doublequote=True, escapechar=None, lineterminator="\r\n", quotechar='"',
                     quoting=QUOTE_MINIMAL, skipinitialspace=False, strict=False)

    def __new__(cls, dialect=None, **options):
        if isinstance(dialect, str):
            dialect = get_dialect(dialect)
        if isinstance(dialect, Dialect) and not options:
            return dialect
        self = object.__new__(cls)
        for name in options:
            if name not in cls._defaults:
                raise TypeError(f"'{name}' is an invalid keyword argument for this function")
        for name, default in cls._defaults.items():
            value = options[name] if name in options else getattr(dialect, name, default)
            setattr(self, name, value)
        if "quoting" not in options and dialect is None and options.get("quotechar", '"') is None:
            self.quoting = QUOTE_NONE
        self._check()
        return self

    def _check(self):
        for name in ("delimiter", "escapechar", "quotechar"):
            value = getattr(self, name)
            if value is None and name != "delimiter":
                continue
            if not isinstance(value, str):
                kind = "string" if name == "delimiter" else "string or None"
                raise TypeError(f'"{name}" must be {kind}, not {type(value).__name__}')
            if len(value) != 1 and not (value == "" and name != "delimiter"):
                raise TypeError(f'"{name}" must be a 1-character string')
        if not isinstance(self.quoting, int):
            raise TypeError('"quoting" must be an integer')
        if not 0 <= self.quoting <= 5:
            raise TypeError('bad "quoting" value')
        if self.quoting != QUOTE_NONE and self.quotechar is None:
            raise TypeError("quotechar must be set if quoting enabled")
        if not isinstance(self.lineterminator, str):
            raise TypeError('"lineterminator" must be set')
        self.doublequote, self.skipinitialspace, self.strict = bool(self.doublequote), bool(self.skipinitialspace), bool(self.strict)


def register_dialect(name, dialect=None, /, **options):
    if not isinstance(name, str):
        raise TypeError("dialect name must be a string")
    _dialects[name] = Dialect(dialect, **options)


def unregister_dialect(name, /):
    if _dialects.pop(name, None) is None:
        raise Error("unknown dialect")


def get_dialect(name, /):
    try:
        return _dialects[name]
    except KeyError:
        raise Error("unknown dialect") from None


def list_dialects():
    return list(_dialects)


class _Reader:
    def __init__(self, lines, dialect):
        self._lines = iter(lines)
        self.dialect = dialect
        self.line_num = 0

    def __iter__(self):
        return self

    def __next__(self):
        d = self.dialect
        delimiter, quote, escape = d.delimiter, d.quotechar, d.escapechar
        if d.quoting == QUOTE_NONE:
            quote = None
        row, field = [], []
        # What comes next: the start of a field, more of a plain or quoted one, or what follows a closing quote.
        state, quoted = "start", False
        while True:
            try:
                line = next(self._lines)
            except StopIteration:
                if state == "quoted" or state == "escape":
                    if d.strict:
                        raise Error("unexpected end of data") from None
                    row.append(self._field(field, quoted))
                    return row
                raise
            if not isinstance(line, str):
                name = type(line).__name__
                raise Error(f"iterator should return strings, not {name} (the file should be opened in text mode)")
            self.line_num += 1
            end = len(line)
            i = 0
            while i < end:
                c = line[i]
                i += 1
                if state == "quoted":
                    if c == escape:
                        if i < end:
                            field.append(line[i])
                            i += 1
                        else:
                            state = "escape"
                    elif c == quote:
                        state = "after" if d.doublequote else "plain"
                    else:
                        field.append(c)
                    continue
                if state == "after":
                    if c == quote:
                        field.append(c)
                        state = "quoted"
                        continue
                    if c not in (delimiter, "\n", "\r") and d.strict:
                        raise Error(f"'{delimiter}' expected after '{quote}'")
                    state = "plain"
                if c in "\n\r":
                    if line[i:].strip("\r\n"):
                        raise Error("new-line character seen in unquoted field - do you need to open the file with newline=''?")
                    break
                if c == delimiter:
                    row.append(self._field(field, quoted))
                    field, state, quoted = [], "start", False
                elif state == "start" and c == quote:
                    state, quoted = "quoted", True
                elif state == "start" and c == " " and d.skipinitialspace:
                    pass
                else:
                    if c == escape and i < end:
                        c = line[i]
                        i += 1
                    field.append(c)
                    state = "plain"
                if len(field) > _limit:
                    raise Error(f"field larger than field limit ({_limit})")
            if state == "quoted":
                continue
            if row or field or state != "start":
                row.append(self._field(field, quoted))
            return row

    def _field(self, field, quoted):
        text = "".join(field)
        if not quoted and self.dialect.quoting == QUOTE_NONNUMERIC:
            return float(text)
        return text


def reader(iterable, dialect=None, /, **options):
    return _Reader(iterable, Dialect(dialect, **options))


class _Writer:
    def __init__(self, file, dialect):
        self._write = file.write
        self.dialect = dialect

    def _text(self, value, alone):
        d = self.dialect
        text = "" if value is None else value if isinstance(value, str) else repr(value) if type(value) is float else str(value)
        quoting = d.quoting
        numeric = isinstance(value, (int, float))
        quoted = (
            quoting == QUOTE_ALL
            or quoting == QUOTE_NONNUMERIC and not numeric
            or quoting == QUOTE_STRINGS and isinstance(value, str)
            or quoting == QUOTE_NOTNULL and value is not None
        )
        special = {d.delimiter, d.escapechar, d.quotechar, "\r", "\n", *d.lineterminator}
        out = []
        for c in text:
            if c in special:
                if quoting == QUOTE_NONE or c == d.escapechar:
                    escaped = True
                elif c == d.quotechar:
                    escaped = not d.doublequote
                    if not escaped:
                        out.append(c)
                    quoted = True
                else:
                    escaped = False
                    quoted = True
                if escaped:
                    if d.escapechar is None:
                        raise Error("need to escape, but no escapechar set")
                    out.append(d.escapechar)
            out.append(c)
        if alone and not text and not quoted:
            if quoting == QUOTE_NONE:
                raise Error("single empty field record must be quoted")
            quoted = quoting not in (QUOTE_STRINGS, QUOTE_NOTNULL) or value is not None
        if d.skipinitialspace and text == " " and not quoted:
            quoted = True
        text = "".join(out)
        return d.quotechar + text + d.quotechar if quoted else text

    def writerow(self, row, /):
        try:
            row = list(row)
        except TypeError:
            raise Error(f"iterable expected, not {type(row).__name__}") from None
        fields = [self._text(value, len(row) == 1) for value in row]
        return self._write(self.dialect.delimiter.join(fields) + self.dialect.lineterminator)

    def writerows(self, rows, /):
        for row in rows:
            self.writerow(row)


def writer(file, dialect=None, /, **options):
    if not hasattr(file, "write"):
        raise TypeError('argument 1 must have a "write" method')
    return _Writer(file, Dialect(dialect, **options))


_Reader.__name__ = _Reader.__qualname__ = "reader"
_Writer.__name__ = _Writer.__qualname__ = "writer"
