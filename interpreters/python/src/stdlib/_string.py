# The parsing of format strings, for `string.Formatter`.


def formatter_field_name_split(name, /):
    end = len(name)
    for i, character in enumerate(name):
        if character in ".[":
            end = i
            break
    first = name[:end]
    return int(first) if first.isdecimal() else first, _rest(name, end)


def _rest(name, at):
    while at < len(name):
        if name[at] == ".":
            start = at + 1
            at = start
            while at < len(name) and name[at] not in ".[":
                at += 1
            if at == start:
                raise ValueError("Empty attribute in format string")
            yield True, name[start:at]
        elif name[at] == "[":
            end = name.find("]", at)
            if end < 0:
                raise ValueError("Missing ']' in format string")
            key = name[at + 1 : end]
            if not key:
                raise ValueError("Empty attribute in format string")
            yield False, int(key) if key.isdecimal() else key
            at = end + 1
        else:
            raise ValueError("Only '.' or '[' may follow ']' in format field specifier")


def formatter_parser(text, /):
    at, literal = 0, ""
    while at < len(text):
        character = text[at]
        if character not in "{}":
            start = at
            while at < len(text) and text[at] not in "{}":
                at += 1
            literal += text[start:at]
            continue
        if text[at : at + 2] == character * 2:
            yield literal + character, None, None, None
            literal = ""
            at += 2
            continue
        if character == "}":
            raise ValueError("Single '}' encountered in format string")
        end, field, spec, conversion = _field(text, at + 1)
        yield literal, field, spec, conversion
        literal = ""
        at = end
    if literal:
        yield literal, None, None, None


def _field(text, start):
    depth, at, bracket = 1, start, False
    while at < len(text):
        character = text[at]
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if not depth:
                break
        at += 1
    if depth:
        if start >= len(text):
            raise ValueError("Single '{' encountered in format string")
        raise ValueError("expected '}' before end of string")
    inner = text[start:at]
    cut = len(inner)
    for i, character in enumerate(inner):
        if character == "[":
            bracket = True
        elif character == "]":
            bracket = False
        elif character in "!:" and not bracket:
            cut = i
            break
    field, rest = inner[:cut], inner[cut:]
    conversion = None
    if rest.startswith("!"):
        if len(rest) < 2:
            raise ValueError("end of string while looking for conversion specifier")
        conversion, rest = rest[1], rest[2:]
        if rest and rest[0] != ":":
            raise ValueError("expected ':' after conversion specifier")
    return at + 1, field, rest[1:], conversion
