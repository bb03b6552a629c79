# Compiled patterns and matches, around the matcher.

from _sre_engine import ascii_iscased, ascii_tolower, find as _find, findall as _findall, program as _program
from _sre_engine import replace as _replace, unicode_iscased, unicode_tolower

MAGIC = 20221023
CODESIZE = 4
MAXREPEAT = 4294967295
MAXGROUPS = 1073741823
_MATCH, _FULLMATCH, _SEARCH, _ADVANCE = range(4)
_END = 9223372036854775807


def getcodesize():
    return CODESIZE


def compile(pattern, flags, code, groups, groupindex, indexgroup):
    self = object.__new__(Pattern)
    self.pattern = pattern
    self.flags = int(flags)
    self.groups = groups
    self._index = groupindex
    self._names = indexgroup
    self._program = _program([int(word) for word in code], groups)
    self._text = None if pattern is None else isinstance(pattern, str)
    return self


def template(pattern, parts):
    # A list of literal, group, literal, …: what a match puts in.
    return _Template(parts)


class _Template:
    __slots__ = ("parts",)

    def __init__(self, parts):
        self.parts = parts

    def expand(self, match):
        out = []
        for part in self.parts:
            if isinstance(part, int):
                out.append(match.group(part) or match.string[:0])
            else:
                out.append(part)
        return match.string[:0].join(out)


def _wrong_type(string):
    if isinstance(string, str):
        return TypeError("cannot use a bytes pattern on a string-like object")
    if isinstance(string, (bytes, bytearray, memoryview)):
        return TypeError("cannot use a string pattern on a bytes-like object")
    return TypeError(f"expected string or bytes-like object, got '{type(string).__name__}'")


class Pattern:
    __module__ = "re"
    __slots__ = ("pattern", "flags", "groups", "_index", "_names", "_program", "_text", "__weakref__")

    def __new__(cls, *args):
        raise TypeError("cannot create 're.Pattern' instances")

    @property
    def groupindex(self):
        from types import MappingProxyType

        return MappingProxyType(self._index)

    def match(self, string, pos=0, endpos=_END):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        found = _find(self._program, string, pos, endpos, _MATCH)
        return None if found is None else Match._of(self, string, pos, endpos, found)

    def fullmatch(self, string, pos=0, endpos=_END):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        found = _find(self._program, string, pos, endpos, _FULLMATCH)
        return None if found is None else Match._of(self, string, pos, endpos, found)

    def search(self, string, pos=0, endpos=_END):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        found = _find(self._program, string, pos, endpos, _SEARCH)
        return None if found is None else Match._of(self, string, pos, endpos, found)

    def findall(self, string, pos=0, endpos=_END):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        return _findall(self._program, string, pos, endpos)

    def finditer(self, string, pos=0, endpos=_END):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        return self._matches(string, pos, endpos)

    def _matches(self, string, pos, endpos):
        mode, at = _SEARCH, pos
        while True:
            found = _find(self._program, string, at, endpos, mode)
            if found is None:
                return
            yield Match._of(self, string, pos, endpos, found)
            at = found[1]
            mode = _ADVANCE if found[0] == at else _SEARCH

    def scanner(self, string, pos=0, endpos=_END):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        return SRE_Scanner(self, string, pos, endpos)

    def _replacer(self, repl):
        # A fixed text, or a function of the match.
        if callable(repl):
            return None, repl
        if "\\" not in repl if isinstance(repl, str) else b"\\" not in repl:
            return repl, None
        from re import _compile_template

        made = _compile_template(self, repl)
        if not isinstance(made, _Template):
            return made, None
        if len(made.parts) == 1:
            return made.parts[0], None
        return None, made.expand

    def sub(self, repl, string, count=0):
        return self.subn(repl, string, count)[0]

    def subn(self, repl, string, count=0):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        literal, function = self._replacer(repl)
        if function is None:
            return _replace(self._program, string, literal, count)
        parts, last, done = [], 0, 0
        for match in self._matches(string, 0, _END):
            start, end = match.span()
            parts.append(string[last:start])
            text = function(match)
            if text is not None:
                parts.append(text)
            last = end
            done += 1
            if done == count:
                break
        parts.append(string[last:])
        return string[:0].join(parts), done

    def split(self, string, maxsplit=0):
        if isinstance(string, str) is not self._text:
            raise _wrong_type(string)
        parts, last, done = [], 0, 0
        if maxsplit >= 0:
            for match in self._matches(string, 0, _END):
                start, end = match.span()
                parts.append(string[last:start])
                if self.groups:
                    parts.extend(match.groups())
                last = end
                done += 1
                if done == maxsplit:
                    break
        parts.append(string[last:])
        return parts

    def __repr__(self):
        names = []
        flags = self.flags
        if self._text and flags & 32:
            flags &= ~32
        for name, bit in _FLAGS:
            if flags & bit:
                names.append("re." + name)
                flags &= ~bit
        if flags:
            names.append(hex(flags))
        shown = repr(self.pattern)[:200]
        return f"re.compile({shown}, {'|'.join(names)})" if names else f"re.compile({shown})"

    def __eq__(self, other):
        if not isinstance(other, Pattern):
            return NotImplemented
        return self.flags == other.flags and self._text is other._text and self.pattern == other.pattern

    def __hash__(self):
        return hash((self.flags, self.pattern))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo, /):
        return self

    def __reduce__(self):
        from re import _compile

        return _compile, (self.pattern, self.flags)

    def __class_getitem__(cls, item, /):
        return type(list[int])(cls, item)


_FLAGS = (("TEMPLATE", 1), ("IGNORECASE", 2), ("LOCALE", 4), ("MULTILINE", 8), ("DOTALL", 16), ("UNICODE", 32),
          ("VERBOSE", 64), ("DEBUG", 128), ("ASCII", 256))


class SRE_Scanner:
    __module__ = "_sre"
    __slots__ = ("pattern", "_string", "_pos", "_at", "_end", "_mode")

    def __init__(self, pattern, string, pos, endpos):
        self.pattern, self._string, self._pos, self._at, self._end, self._mode = pattern, string, pos, pos, endpos, _SEARCH

    def _next(self, mode):
        if self._at is None:
            return None
        found = _find(self.pattern._program, self._string, self._at, self._end, mode)
        if found is None:
            self._at = None
            return None
        self._at = found[1]
        self._mode = _ADVANCE if found[0] == found[1] else _SEARCH
        return Match._of(self.pattern, self._string, self._pos, self._end, found)

    def search(self):
        return self._next(self._mode)

    def match(self):
        match = self._next(_MATCH)
        if match is not None and match.start() == match.end():
            self._at = None
        return match


class Match:
    __module__ = "re"
    __slots__ = ("re", "string", "_pos", "_endpos", "_spans")

    def __new__(cls, *args):
        raise TypeError("cannot create 're.Match' instances")

    @staticmethod
    def _of(pattern, string, pos, endpos, spans):
        self = _new(Match)
        self.re = pattern
        self.string = string
        self._pos = pos
        self._endpos = endpos
        self._spans = spans
        return self

    @property
    def pos(self):
        return min(max(self._pos, 0), len(self.string))

    @property
    def endpos(self):
        return min(max(self._endpos, 0), len(self.string))

    @property
    def lastindex(self):
        return self._spans[-1] or None

    @property
    def lastgroup(self):
        last = self._spans[-1]
        return self.re._names[last] if last else None

    @property
    def regs(self):
        spans = self._spans
        return tuple([(spans[i], spans[i + 1]) for i in range(0, len(spans) - 1, 2)])

    def _number(self, group):
        if type(group) is not int:
            found = self.re._index.get(group) if isinstance(group, (str, bytes)) else None
            if found is None:
                if not hasattr(group, "__index__"):
                    raise IndexError("no such group")
                found = group.__index__()
            group = found
        if not 0 <= group <= self.re.groups:
            raise IndexError("no such group")
        return 2 * group

    def _text(self, group, default=None):
        at = self._number(group)
        start = self._spans[at]
        return default if start < 0 else self.string[start : self._spans[at + 1]]

    def group(self, *groups):
        if not groups:
            return self.string[self._spans[0] : self._spans[1]]
        if len(groups) == 1:
            return self._text(groups[0])
        return tuple([self._text(group) for group in groups])

    def __getitem__(self, group, /):
        return self._text(group)

    def groups(self, default=None):
        return tuple([self._text(i, default) for i in range(1, self.re.groups + 1)])

    def groupdict(self, default=None):
        return {name: self._text(i, default) for name, i in self.re._index.items()}

    def start(self, group=0, /):
        return self._spans[self._number(group)]

    def end(self, group=0, /):
        return self._spans[self._number(group) + 1]

    def span(self, group=0, /):
        at = self._number(group)
        return self._spans[at], self._spans[at + 1]

    def expand(self, template):
        from re import _compile_template

        made = _compile_template(self.re, template)
        return made.expand(self) if isinstance(made, _Template) else made

    def __copy__(self):
        return self

    def __deepcopy__(self, memo, /):
        return self

    def __repr__(self):
        return f"<re.Match object; span={self.span()}, match={self.group()!r}>"

    def __class_getitem__(cls, item, /):
        return type(list[int])(cls, item)


_new = object.__new__
