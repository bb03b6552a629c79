//! Splitting, joining and stripping strings.

use super::classify::is_space;
use super::search::{find_bytes, rfind_bytes};
use super::{byte_slice, bytes, code_points, empty, is_ascii, wtf8};
use crate::object::layouts::Str;
use crate::object::native::Args;
use crate::object::{NONE, PyResult, cast, error, list, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};

fn receiver(value: Value) -> PyResult<Ref> {
    cast::str_of(value).ok_or_else(|| cast::wrong_receiver(value, "str"))
}

/// The arguments `sep` (`None` for white space) and `maxsplit`.
fn split_arguments(name: &str, args: Args<'_>) -> PyResult<(Ref, Option<Ref>, usize)> {
    let s = receiver(args.values[0])?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let [separator, limit] = cast::bind(name, rest, ["sep", "maxsplit"], 0)?;
    let limit = if limit.is_null() { -1 } else { cast::index_i64(limit)? };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if separator.is_null() || separator == NONE {
        return Ok((s, None, limit));
    }
    let Some(separator) = cast::str_of(separator) else {
        let found = raw::class_name(separator);
        return Err(error::type_error(format!("must be str or None, not {found}")));
    };
    if bytes(separator).is_empty() {
        return Err(error::value_error("empty separator"));
    }
    Ok((s, Some(separator), limit))
}

/// Byte ranges of the words of a text: from each start to the end of its word.
fn words(s: Ref) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut start = None;
    let mut codes = code_points(s);
    loop {
        let at = codes.offset();
        let Some(code) = codes.next() else { break };
        if is_space(code) {
            if let Some(from) = start.take() {
                out.push((from, at));
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        out.push((from, bytes(s).len()));
    }
    out
}

/// End of the text without trailing white space.
fn trimmed_end(s: Ref, from: usize, to: usize) -> usize {
    let mut codes = wtf8::CodePoints::new(&bytes(s)[from..to]);
    let mut end = to;
    while let Some(code) = codes.next_back() {
        if !is_space(code) {
            break;
        }
        end -= code_width(code);
    }
    end
}

fn code_width(code: u32) -> usize {
    match code {
        0..0x80 => 1,
        0x80..0x800 => 2,
        0x800..0x10000 => 3,
        _ => 4,
    }
}

/// `str.split`.
pub fn split(args: Args<'_>) -> PyResult {
    let (s, separator, limit) = split_arguments("split", args)?;
    let out = list::new();
    let add = |from, to| list::append(out, Value::object(byte_slice(s, from, to)));
    match separator {
        None => {
            let all = words(s);
            for (i, &(from, to)) in all.iter().enumerate() {
                if i == limit {
                    add(from, trimmed_end(s, from, bytes(s).len()));
                    break;
                }
                add(from, to);
            }
        }
        Some(separator) => {
            let (text, wanted) = (bytes(s), bytes(separator));
            let (mut from, mut left) = (0, limit);
            while left > 0
                && let Some(at) = find_bytes(&text[from..], wanted)
            {
                add(from, from + at);
                from += at + wanted.len();
                left -= 1;
            }
            add(from, text.len());
        }
    }
    Ok(Value::object(out))
}

/// `str.rsplit`.
pub fn rsplit(args: Args<'_>) -> PyResult {
    let (s, separator, limit) = split_arguments("rsplit", args)?;
    let out = list::new();
    let add = |from, to| list::append(out, Value::object(byte_slice(s, from, to)));
    match separator {
        None => {
            let all = words(s);
            let kept = all.len().saturating_sub(limit);
            if kept > 0 {
                // What is left over keeps the white space at its start.
                add(0, all[kept - 1].1);
            }
            all[kept..].iter().for_each(|&(from, to)| add(from, to));
        }
        Some(separator) => {
            let (text, wanted) = (bytes(s), bytes(separator));
            let (mut to, mut left) = (text.len(), limit);
            while left > 0
                && let Some(at) = rfind_bytes(&text[..to], wanted)
            {
                add(at + wanted.len(), to);
                to = at;
                left -= 1;
            }
            add(0, to);
            list::methods::reverse_range(out, 0, list::len(out));
        }
    }
    Ok(Value::object(out))
}

/// Whether a code point ends a line.
fn is_line_end(code: u32) -> bool {
    matches!(code, 10..=13 | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// `str.splitlines`.
pub fn splitlines(args: Args<'_>) -> PyResult {
    let s = receiver(args.values[0])?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let [keep] = cast::bind("splitlines", rest, ["keepends"], 0)?;
    let keep = !keep.is_null() && raw::truth(keep)?;
    let out = list::new();
    let mut codes = code_points(s);
    let mut from = 0;
    loop {
        let end = codes.offset();
        let Some(code) = codes.next() else { break };
        if !is_line_end(code) {
            continue;
        }
        if code == 13 && bytes(s).get(codes.offset()) == Some(&10) {
            codes.next();
        }
        let to = if keep { codes.offset() } else { end };
        list::append(out, Value::object(byte_slice(s, from, to)));
        from = codes.offset();
    }
    if from < bytes(s).len() {
        list::append(out, Value::object(byte_slice(s, from, bytes(s).len())));
    }
    Ok(Value::object(out))
}

fn cut(s: Ref, at: Option<usize>, width: usize, missing: [Ref; 3]) -> Value {
    match at {
        Some(at) => tuple::value(&[
            Value::object(byte_slice(s, 0, at)),
            Value::object(byte_slice(s, at, at + width)),
            Value::object(byte_slice(s, at + width, bytes(s).len())),
        ]),
        None => tuple::value(&missing.map(Value::object)),
    }
}

fn separator(value: Value) -> PyResult<Ref> {
    let separator = cast::str_of(value)
        .ok_or_else(|| error::type_error(format!("must be str, not {}", raw::class_name(value))))?;
    if bytes(separator).is_empty() {
        return Err(error::value_error("empty separator"));
    }
    Ok(separator)
}

/// `str.partition`.
pub fn partition(s: Value, wanted: Value) -> PyResult {
    let (s, wanted) = (receiver(s)?, bytes(separator(wanted)?));
    Ok(cut(s, find_bytes(bytes(s), wanted), wanted.len(), [s, empty(), empty()]))
}

/// `str.rpartition`.
pub fn rpartition(s: Value, wanted: Value) -> PyResult {
    let (s, wanted) = (receiver(s)?, bytes(separator(wanted)?));
    Ok(cut(s, rfind_bytes(bytes(s), wanted), wanted.len(), [empty(), empty(), s]))
}

/// `separator.join(iterable)`.
pub fn join(separator: Value, iterable: Value) -> PyResult {
    let separator = receiver(separator)?;
    let items = list::from_iterable_or(iterable, || error::type_error("can only join an iterable"))?;
    let (mut size, mut codes) = (0, 0);
    for (i, &item) in list::items(items).iter().enumerate() {
        let Some(part) = cast::str_of(item) else {
            let found = raw::class_name(item);
            return Err(error::type_error(format!(
                "sequence item {i}: expected str instance, {found} found"
            )));
        };
        size += heap::len(part);
        codes += super::chars(part);
    }
    let count = list::len(items);
    match list::items(items) {
        [] => return Ok(Value::object(empty())),
        &[only] => return Ok(Value::object(cast::str_of(only).unwrap_or_else(empty))),
        _ => {}
    }
    size += heap::len(separator) * (count - 1);
    codes += super::chars(separator) * (count - 1);
    let result = heap::try_alloc(Str::ID, size).map_err(|_| error::memory_error(""))?;
    let out = heap::items_mut(result, Str::TAIL);
    let mut at = 0;
    let mut put = |part: Ref| {
        out[at..at + heap::len(part)].copy_from_slice(bytes(part));
        at += heap::len(part);
    };
    for (i, &item) in list::items(items).iter().enumerate() {
        if i > 0 {
            put(separator);
        }
        if let Some(part) = cast::str_of(item) {
            put(part);
        }
    }
    heap::init(result, Str::CHARS, codes as i64);
    Ok(Value::object(result))
}

fn stripped(args: &[Value], name: &str, left: bool, right: bool) -> PyResult {
    let s = receiver(args[0])?;
    let set = match args.get(1) {
        None | Some(&NONE) => None,
        Some(&set) => Some(
            cast::str_of(set).ok_or_else(|| error::type_error(format!("{name} arg must be None or str")))?,
        ),
    };
    let strips = |code: u32| match set {
        None => is_space(code),
        Some(set) if code < 0x80 && is_ascii(set) => bytes(set).contains(&(code as u8)),
        Some(set) => code_points(set).any(|c| c == code),
    };
    let text = bytes(s);
    let (mut from, mut to) = (0, text.len());
    if left {
        let mut codes = code_points(s);
        loop {
            from = codes.offset();
            if !codes.next().is_some_and(strips) {
                break;
            }
        }
    }
    if right {
        let mut codes = wtf8::CodePoints::new(&text[from..]);
        while let Some(code) = codes.next_back().filter(|&code| strips(code)) {
            to -= code_width(code);
        }
    }
    Ok(Value::object(byte_slice(s, from, to)))
}

/// `str.strip`.
pub fn strip(args: &[Value]) -> PyResult {
    stripped(args, "strip", true, true)
}

/// `str.lstrip`.
pub fn lstrip(args: &[Value]) -> PyResult {
    stripped(args, "lstrip", true, false)
}

/// `str.rstrip`.
pub fn rstrip(args: &[Value]) -> PyResult {
    stripped(args, "rstrip", false, true)
}
