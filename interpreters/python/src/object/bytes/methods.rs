//! The methods of `bytes` and `bytearray`.

use super::{array, contents, expect, from_source, of, same_kind};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::layouts::{ByteArray, PyBytes, Tuple};
use crate::object::native::Args;
use crate::object::str::search::{count_bytes, find_bytes, replace_bytes, rfind_bytes};
use crate::object::{NONE, PyResult, boolean, cast, error, iterators, list, sequence, str, tuple};
use crate::raw;
use metajit::heap::{Ref, Value};

fn receiver(value: Value) -> PyResult<Ref> {
    of(value).ok_or_else(|| cast::wrong_receiver(value, "bytes"))
}

fn without_receiver(args: Args<'_>) -> Args<'_> {
    Args { values: &args.values[1..], names: args.names }
}

fn new(args: Args<'_>) -> PyResult {
    let (class, _) = cast::class_and_rest("bytes", args.values)?;
    let [source, encoding, errors] =
        cast::bind("bytes", without_receiver(args), ["source", "encoding", "errors"], 0)?;
    if source.has_layout(PyBytes::ID) && encoding.is_null() && errors.is_null() {
        return cast::construct(Builtin::Bytes, class, source);
    }
    let data = from_source(source, encoding, errors, "bytes")?;
    cast::construct(Builtin::Bytes, class, super::new(&data))
}

fn new_array(args: Args<'_>) -> PyResult {
    let (class, _) = cast::class_and_rest("bytearray", args.values)?;
    cast::construct(Builtin::ByteArray, class, Value::object(array::new(&[])))
}

fn init_array(args: Args<'_>) -> PyResult {
    let array = cast::receiver(args.values[0], ByteArray::ID, "bytearray")?;
    let [source, encoding, errors] =
        cast::bind("bytearray", without_receiver(args), ["source", "encoding", "errors"], 0)?;
    array::assign(array, &from_source(source, encoding, errors, "bytearray")?);
    Ok(NONE)
}

fn decode(args: Args<'_>) -> PyResult {
    let data = receiver(args.values[0])?;
    let [encoding, errors] = cast::bind("decode", without_receiver(args), ["encoding", "errors"], 0)?;
    let (encoding, errors) = str::codec::arguments(encoding, errors, "decode")?;
    str::codec::decode(contents(data), encoding, errors)
}

fn hex(args: Args<'_>) -> PyResult {
    let data = contents(receiver(args.values[0])?);
    let [separator, group] = cast::bind("hex", without_receiver(args), ["sep", "bytes_per_sep"], 0)?;
    let group = if group.is_null() { 1 } else { cast::index_i64(group)? };
    let separator = match separator {
        Value::NULL => None,
        value => match cast::str_of(value).map(str::bytes).or_else(|| of(value).map(contents)) {
            Some(&[byte]) => Some(byte),
            _ => return Err(error::value_error("sep must be length 1.")),
        },
    };
    let mut out = Vec::with_capacity(2 * data.len());
    let width = group.unsigned_abs() as usize;
    for (i, byte) in data.iter().enumerate() {
        // Groups are counted from the right unless their size is negative.
        let boundary = if group < 0 { i } else { data.len() - i };
        if let Some(separator) = separator
            && i > 0
            && width > 0
            && boundary.is_multiple_of(width)
        {
            out.push(separator);
        }
        out.extend(format!("{byte:02x}").as_bytes());
    }
    Ok(Value::object(str::from_ascii(&out)))
}

fn fromhex(class: Value, text: Value) -> PyResult {
    let text = cast::expect_str(text, "fromhex()")?;
    let mut out = Vec::new();
    let digits = str::bytes(text);
    let mut at = 0;
    let digit = |i: usize| digits.get(i).and_then(|&b| char::from(b).to_digit(16));
    let bad = |at: usize| {
        error::value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    while at < digits.len() {
        if digits[at].is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let high = digit(at).ok_or_else(|| bad(at))?;
        let low = digit(at + 1).ok_or_else(|| bad(at + 1))?;
        out.push((high * 16 + low) as u8);
        at += 2;
    }
    let data = super::new(&out);
    if class == Value::object(raw::builtin_class(Builtin::Bytes)) {
        return Ok(data);
    }
    raw::call(class, &[data])
}

/// Start and end.
type ByteRange = (usize, usize);

/// Data, part (a byte or bytes) and the range that optional arguments leave.
fn search_arguments<'a>(args: &[Value]) -> PyResult<(&'a [u8], Vec<u8>, Option<ByteRange>)> {
    let data = contents(receiver(args[0])?);
    let part = match of(args[1]) {
        Some(part) => contents(part).to_vec(),
        None if cast::is_index(args[1]) => vec![super::byte(args[1], "byte")?],
        None => {
            let found = raw::class_name(args[1]);
            return Err(error::type_error(format!(
                "argument should be integer or bytes-like object, not '{found}'"
            )));
        }
    };
    let (start, stop) = sequence::bounds(data.len(), args.get(2), args.get(3))?;
    Ok((data, part, (start <= stop).then_some((start, stop))))
}

fn position(args: &[Value], last: bool) -> PyResult<Option<usize>> {
    let (data, part, range) = search_arguments(args)?;
    let Some((from, to)) = range else { return Ok(None) };
    let found = if last { rfind_bytes(&data[from..to], &part) } else { find_bytes(&data[from..to], &part) };
    Ok(found.map(|at| from + at))
}

fn find(args: &[Value]) -> PyResult {
    Ok(Value::int(position(args, false)?.map_or(-1, |at| at as i64)))
}

fn rfind(args: &[Value]) -> PyResult {
    Ok(Value::int(position(args, true)?.map_or(-1, |at| at as i64)))
}

fn found(position: Option<usize>) -> PyResult {
    position.map(|at| Value::int(at as i64)).ok_or_else(|| error::value_error("subsection not found"))
}

fn index(args: &[Value]) -> PyResult {
    found(position(args, false)?)
}

fn rindex(args: &[Value]) -> PyResult {
    found(position(args, true)?)
}

fn count(args: &[Value]) -> PyResult {
    let (data, part, range) = search_arguments(args)?;
    let Some((from, to)) = range else { return Ok(Value::int(0)) };
    let count = if part.is_empty() { to - from + 1 } else { count_bytes(&data[from..to], &part) };
    Ok(Value::int(count as i64))
}

fn affix(args: &[Value], name: &str, test: fn(&[u8], &[u8]) -> bool) -> PyResult {
    let data = contents(receiver(args[0])?);
    let (start, stop) = sequence::bounds(data.len(), args.get(2), args.get(3))?;
    let part = if start <= stop { Some(&data[start..stop]) } else { None };
    let wrong = |value: Value| {
        let found = raw::class_name(value);
        error::type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {found}"))
    };
    let matches = |value: Value| -> PyResult<bool> {
        let wanted = of(value).map(contents).ok_or_else(|| wrong(value))?;
        Ok(part.is_some_and(|part| test(part, wanted)))
    };
    let Some(options) = cast::to_layout(args[1], Tuple::ID) else { return matches(args[1]).map(boolean) };
    for &option in tuple::items(options) {
        if matches(option)? {
            return Ok(boolean(true));
        }
    }
    Ok(boolean(false))
}

fn startswith(args: &[Value]) -> PyResult {
    affix(args, "startswith", |data, part| data.starts_with(part))
}

fn endswith(args: &[Value]) -> PyResult {
    affix(args, "endswith", |data, part| data.ends_with(part))
}

fn replace(args: &[Value]) -> PyResult {
    let object = receiver(args[0])?;
    let (old, new) = (expect(args[1])?, expect(args[2])?);
    let limit = args.get(3).map_or(Ok(-1), |&limit| cast::index_i64(limit))?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if old.is_empty() {
        let mut out = Vec::new();
        for (i, &byte) in contents(object).iter().enumerate() {
            if i < limit {
                out.extend(new);
            }
            out.push(byte);
        }
        if contents(object).len() < limit {
            out.extend(new);
        }
        return Ok(same_kind(object, &out));
    }
    let replaced = replace_bytes(contents(object), old, new, limit);
    Ok(same_kind(object, replaced.as_deref().map_or(contents(object), |text| text)))
}

fn join(separator: Value, iterable: Value) -> PyResult {
    let object = receiver(separator)?;
    let items = list::from_iterable_or(iterable, || error::type_error("can only join an iterable"))?;
    let mut out = Vec::new();
    for (i, &item) in list::items(items).iter().enumerate() {
        let Some(part) = of(item) else {
            let found = raw::class_name(item);
            return Err(error::type_error(format!(
                "sequence item {i}: expected a bytes-like object, {found} found"
            )));
        };
        if i > 0 {
            out.extend(contents(object));
        }
        out.extend(contents(part));
    }
    Ok(same_kind(object, &out))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

fn split_arguments(name: &str, args: Args<'_>) -> PyResult<(Ref, Option<Vec<u8>>, usize)> {
    let object = receiver(args.values[0])?;
    let [separator, limit] = cast::bind(name, without_receiver(args), ["sep", "maxsplit"], 0)?;
    let limit = if limit.is_null() { -1 } else { cast::index_i64(limit)? };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if separator.is_null() || separator == NONE {
        return Ok((object, None, limit));
    }
    let separator = expect(separator)?.to_vec();
    if separator.is_empty() {
        return Err(error::value_error("empty separator"));
    }
    Ok((object, Some(separator), limit))
}

/// Byte ranges of words.
fn words(data: &[u8]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < data.len() {
        if is_space(data[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < data.len() && !is_space(data[at]) {
            at += 1;
        }
        out.push((start, at));
    }
    out
}

fn split(args: Args<'_>) -> PyResult {
    let (object, separator, limit) = split_arguments("split", args)?;
    let data = contents(object);
    let out = list::new();
    let add = |part: &[u8]| list::append(out, same_kind(object, part));
    match separator {
        None => {
            for (i, (from, to)) in words(data).into_iter().enumerate() {
                if i == limit {
                    let end = data.iter().rposition(|&b| !is_space(b)).map_or(to, |last| last + 1);
                    add(&data[from..end]);
                    break;
                }
                add(&data[from..to]);
            }
        }
        Some(separator) => {
            let (mut rest, mut left) = (data, limit);
            while left > 0
                && let Some(at) = find_bytes(rest, &separator)
            {
                add(&rest[..at]);
                rest = &rest[at + separator.len()..];
                left -= 1;
            }
            add(rest);
        }
    }
    Ok(Value::object(out))
}

fn rsplit(args: Args<'_>) -> PyResult {
    let (object, separator, limit) = split_arguments("rsplit", args)?;
    let data = contents(object);
    let out = list::new();
    let add = |part: &[u8]| list::append(out, same_kind(object, part));
    match separator {
        None => {
            let all = words(data);
            let kept = all.len().saturating_sub(limit);
            if kept > 0 {
                add(&data[..all[kept - 1].1]);
            }
            all[kept..].iter().for_each(|&(from, to)| add(&data[from..to]));
        }
        Some(separator) => {
            let (mut rest, mut left) = (data, limit);
            while left > 0
                && let Some(at) = rfind_bytes(rest, &separator)
            {
                add(&rest[at + separator.len()..]);
                rest = &rest[..at];
                left -= 1;
            }
            add(rest);
            list::methods::reverse_range(out, 0, list::len(out));
        }
    }
    Ok(Value::object(out))
}

fn splitlines(args: Args<'_>) -> PyResult {
    let object = receiver(args.values[0])?;
    let [keep] = cast::bind("splitlines", without_receiver(args), ["keepends"], 0)?;
    let keep = !keep.is_null() && raw::truth(keep)?;
    let data = contents(object);
    let out = list::new();
    let mut from = 0;
    while from < data.len() {
        let end = data[from..].iter().position(|b| matches!(b, 10 | 13)).map_or(data.len(), |at| from + at);
        let width = match data.get(end..) {
            Some([13, 10, ..]) => 2,
            Some([_, ..]) => 1,
            _ => 0,
        };
        list::append(out, same_kind(object, &data[from..if keep { end + width } else { end }]));
        from = end + width;
    }
    Ok(Value::object(out))
}

fn stripped(args: &[Value], left: bool, right: bool) -> PyResult {
    let object = receiver(args[0])?;
    let set = match args.get(1) {
        None | Some(&NONE) => None,
        Some(&set) => Some(expect(set)?),
    };
    let strips = |b: &u8| set.map_or(is_space(*b), |set| set.contains(b));
    let data = contents(object);
    let from = if left { data.iter().position(|b| !strips(b)).unwrap_or(data.len()) } else { 0 };
    let to =
        if right { data.iter().rposition(|b| !strips(b)).map_or(from, |last| last + 1) } else { data.len() };
    Ok(same_kind(object, &data[from..to.max(from)]))
}

fn strip(args: &[Value]) -> PyResult {
    stripped(args, true, true)
}

fn lstrip(args: &[Value]) -> PyResult {
    stripped(args, true, false)
}

fn rstrip(args: &[Value]) -> PyResult {
    stripped(args, false, true)
}

fn cut(data: Value, separator: Value, last: bool) -> PyResult {
    let (object, separator) = (receiver(data)?, expect(separator)?);
    if separator.is_empty() {
        return Err(error::value_error("empty separator"));
    }
    let data = contents(object);
    let at = if last { rfind_bytes(data, separator) } else { find_bytes(data, separator) };
    let parts: [&[u8]; 3] = match at {
        Some(at) => [&data[..at], separator, &data[at + separator.len()..]],
        None if last => [&[], &[], data],
        None => [data, &[], &[]],
    };
    Ok(tuple::value(&parts.map(|part| same_kind(object, part))))
}

fn partition(data: Value, separator: Value) -> PyResult {
    cut(data, separator, false)
}

fn rpartition(data: Value, separator: Value) -> PyResult {
    cut(data, separator, true)
}

fn removeprefix(data: Value, prefix: Value) -> PyResult {
    let (object, prefix) = (receiver(data)?, expect(prefix)?);
    Ok(same_kind(object, contents(object).strip_prefix(prefix).unwrap_or(contents(object))))
}

fn removesuffix(data: Value, suffix: Value) -> PyResult {
    let (object, suffix) = (receiver(data)?, expect(suffix)?);
    Ok(same_kind(object, contents(object).strip_suffix(suffix).unwrap_or(contents(object))))
}

fn map(data: Value, change: impl Fn(u8) -> u8) -> PyResult {
    let object = receiver(data)?;
    let out: Vec<u8> = contents(object).iter().map(|&b| change(b)).collect();
    Ok(same_kind(object, &out))
}

fn upper(data: Value) -> PyResult {
    map(data, |b| b.to_ascii_uppercase())
}

fn lower(data: Value) -> PyResult {
    map(data, |b| b.to_ascii_lowercase())
}

fn swapcase(data: Value) -> PyResult {
    map(data, |b| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() })
}

fn capitalize(data: Value) -> PyResult {
    let object = receiver(data)?;
    let mut out = contents(object).to_ascii_lowercase();
    out.iter_mut().take(1).for_each(|b| *b = b.to_ascii_uppercase());
    Ok(same_kind(object, &out))
}

fn title(data: Value) -> PyResult {
    let object = receiver(data)?;
    let mut in_word = false;
    let out: Vec<u8> = contents(object)
        .iter()
        .map(|&b| {
            let changed = if in_word { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            in_word = b.is_ascii_alphabetic();
            changed
        })
        .collect();
    Ok(same_kind(object, &out))
}

fn all(data: Value, test: impl Fn(&u8) -> bool) -> PyResult {
    let data = contents(receiver(data)?);
    Ok(boolean(!data.is_empty() && data.iter().all(test)))
}

fn isalpha(data: Value) -> PyResult {
    all(data, u8::is_ascii_alphabetic)
}

fn isdigit(data: Value) -> PyResult {
    all(data, u8::is_ascii_digit)
}

fn isalnum(data: Value) -> PyResult {
    all(data, u8::is_ascii_alphanumeric)
}

fn isspace(data: Value) -> PyResult {
    all(data, |&b| is_space(b))
}

fn isascii(data: Value) -> PyResult {
    Ok(boolean(contents(receiver(data)?).is_ascii()))
}

fn isupper(data: Value) -> PyResult {
    let data = contents(receiver(data)?);
    Ok(boolean(data.iter().any(u8::is_ascii_uppercase) && !data.iter().any(u8::is_ascii_lowercase)))
}

fn islower(data: Value) -> PyResult {
    let data = contents(receiver(data)?);
    Ok(boolean(data.iter().any(u8::is_ascii_lowercase) && !data.iter().any(u8::is_ascii_uppercase)))
}

fn padded(args: &[Value], left: fn(usize, usize) -> usize) -> PyResult {
    let object = receiver(args[0])?;
    let data = contents(object);
    let width = usize::try_from(cast::index_i64(args[1])?).unwrap_or(0);
    let fill = match args.get(2) {
        None => b' ',
        Some(&fill) => match expect(fill)? {
            &[fill] => fill,
            _ => return Err(error::type_error("argument 2 must be a byte string of length 1")),
        },
    };
    let missing = width.saturating_sub(data.len());
    let before = left(missing, width);
    let mut out = vec![fill; before];
    out.extend(data);
    out.resize(data.len() + missing, fill);
    Ok(same_kind(object, &out))
}

fn ljust(args: &[Value]) -> PyResult {
    padded(args, |_, _| 0)
}

fn rjust(args: &[Value]) -> PyResult {
    padded(args, |missing, _| missing)
}

fn center(args: &[Value]) -> PyResult {
    padded(args, |missing, width| missing / 2 + (missing & width & 1))
}

fn zfill(data: Value, width: Value) -> PyResult {
    let object = receiver(data)?;
    let data = contents(object);
    let width = usize::try_from(cast::index_i64(width)?).unwrap_or(0);
    let sign = usize::from(matches!(data.first(), Some(b'+' | b'-')));
    let mut out = data[..sign].to_vec();
    out.resize(sign + width.saturating_sub(data.len()), b'0');
    out.extend(&data[sign..]);
    Ok(same_kind(object, &out))
}

fn translate(args: Args<'_>) -> PyResult {
    let object = receiver(args.values[0])?;
    let [table, delete] = cast::bind("translate", without_receiver(args), ["table", "delete"], 1)?;
    let delete = if delete.is_null() { &[] } else { expect(delete)? };
    let table = if table == NONE { None } else { Some(expect(table)?) };
    if table.is_some_and(|table| table.len() != 256) {
        return Err(error::value_error("translation table must be 256 characters long"));
    }
    let kept = contents(object).iter().filter(|b| !delete.contains(b));
    let out: Vec<u8> = kept.map(|&b| table.map_or(b, |table| table[b as usize])).collect();
    Ok(same_kind(object, &out))
}

fn maketrans(from: Value, to: Value) -> PyResult {
    let (from, to) = (expect(from)?, expect(to)?);
    if from.len() != to.len() {
        return Err(error::value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    from.iter().zip(to).for_each(|(&a, &b)| table[a as usize] = b);
    Ok(super::new(&table))
}

fn iter(data: Value) -> PyResult {
    Ok(iterators::over_sequence(Value::object(receiver(data)?)))
}

fn to_bytes(data: Value) -> PyResult {
    Ok(super::new(contents(receiver(data)?)))
}

fn contains(data: Value, item: Value) -> PyResult {
    super::contains(receiver(data)?, item).map(boolean)
}

natives! {
    pub static BYTES_METHODS;
    "__new__" Full(new) [Any, static];
    "__bytes__" One(to_bytes) [Reads];
}

natives! {
    pub static ARRAY_METHODS;
    "__new__" Full(new_array) [Any, static];
    "__init__" Full(init_array) [Any];
}

natives! {
    pub static SHARED_METHODS;
    "__iter__" One(iter) [Reads];
    "__contains__" Two(contains) [Reads];
    "capitalize" One(capitalize) [Reads];
    "center" Slice(center) 2..3 [Reads];
    "count" Slice(count) 2..4 [Reads];
    "decode" Full(decode) 1..3 [Reads];
    "endswith" Slice(endswith) 2..4 [Reads];
    "find" Slice(find) 2..4 [Reads];
    "fromhex" Two(fromhex) [Any, class];
    "hex" Full(hex) 1..3 [Reads];
    "index" Slice(index) 2..4 [Reads];
    "isalnum" One(isalnum) [Reads];
    "isalpha" One(isalpha) [Reads];
    "isascii" One(isascii) [Reads];
    "isdigit" One(isdigit) [Reads];
    "islower" One(islower) [Reads];
    "isspace" One(isspace) [Reads];
    "isupper" One(isupper) [Reads];
    "join" Two(join) [Any];
    "ljust" Slice(ljust) 2..3 [Reads];
    "lower" One(lower) [Reads];
    "lstrip" Slice(lstrip) 1..2 [Reads];
    "maketrans" Two(maketrans) [Reads, static];
    "partition" Two(partition) [Reads];
    "removeprefix" Two(removeprefix) [Reads];
    "removesuffix" Two(removesuffix) [Reads];
    "replace" Slice(replace) 3..4 [Reads];
    "rfind" Slice(rfind) 2..4 [Reads];
    "rindex" Slice(rindex) 2..4 [Reads];
    "rjust" Slice(rjust) 2..3 [Reads];
    "rpartition" Two(rpartition) [Reads];
    "rsplit" Full(rsplit) 1..3 [Reads];
    "rstrip" Slice(rstrip) 1..2 [Reads];
    "split" Full(split) 1..3 [Reads];
    "splitlines" Full(splitlines) 1..2 [Reads];
    "startswith" Slice(startswith) 2..4 [Reads];
    "strip" Slice(strip) 1..2 [Reads];
    "swapcase" One(swapcase) [Reads];
    "title" One(title) [Reads];
    "translate" Full(translate) 1..3 [Reads];
    "upper" One(upper) [Reads];
    "zfill" Two(zfill) [Reads];
}
