//! Finding, counting and replacing parts of strings and bytes.
//!
//! Works on bytes: in UTF-8 an occurrence of a code point sequence is an occurrence of its bytes.
//! Neighbours: `split`, `bytes::methods`.

use super::scratch::Scratch;
use super::{bytes, chars, chars_before, offset};
use crate::object::{PyResult, cast, error, sequence, tuple};
use crate::object::{boolean, layouts as l};
use crate::raw;
use memchr::{memchr, memchr_iter, memmem};
use metajit::heap::{Ref, Value};

/// First occurrence of `needle`.
pub fn find_bytes(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match *needle {
        [byte] => memchr(byte, haystack),
        _ => memmem::find(haystack, needle),
    }
}

/// Last occurrence of `needle`.
pub fn rfind_bytes(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memmem::rfind(haystack, needle)
}

/// How often `needle`, which is not empty, occurs without overlaps.
pub fn count_bytes(haystack: &[u8], needle: &[u8]) -> usize {
    match *needle {
        [byte] => memchr_iter(byte, haystack).count(),
        _ => memmem::find_iter(haystack, needle).count(),
    }
}

/// Replaces at most `limit` occurrences of `old`, which is not empty; `None` if there are none.
pub fn replace_bytes(haystack: &[u8], old: &[u8], new: &[u8], limit: usize) -> Option<Scratch> {
    let mut out = Scratch::new();
    let mut copied = 0;
    for at in memmem::find_iter(haystack, old).take(limit) {
        out.extend(&haystack[copied..at]);
        out.extend(new);
        copied = at + old.len();
    }
    if copied == 0 {
        return None;
    }
    out.extend(&haystack[copied..]);
    Some(out)
}

/// `part in string`.
pub fn contains(s: Ref, part: Ref) -> bool {
    find_bytes(bytes(s), bytes(part)).is_some()
}

fn receiver(value: Value) -> PyResult<Ref> {
    cast::str_of(value).ok_or_else(|| cast::wrong_receiver(value, "str"))
}

/// Start and end.
type ByteRange = (usize, usize);

/// String, part, and the byte range that optional start and stop arguments leave; `None` if start lies behind the end.
fn arguments(args: &[Value]) -> PyResult<(Ref, Ref, Option<ByteRange>)> {
    let s = receiver(args[0])?;
    let part = cast::str_of(args[1])
        .ok_or_else(|| error::type_error(format!("must be str, not {}", raw::class_name(args[1]))))?;
    let length = chars(s);
    let (start, stop) = sequence::bounds(length, args.get(2), args.get(3))?;
    let range = (start <= length && start <= stop).then(|| (offset(s, start), offset(s, stop)));
    Ok((s, part, range))
}

fn position(args: &[Value], find: fn(&[u8], &[u8]) -> Option<usize>) -> PyResult<Option<usize>> {
    let (s, part, range) = arguments(args)?;
    let Some((from, to)) = range else { return Ok(None) };
    Ok(find(&bytes(s)[from..to], bytes(part)).map(|at| chars_before(s, from + at)))
}

/// `rfind` of an empty part is the end of the range.
fn rfind_any(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() { Some(haystack.len()) } else { rfind_bytes(haystack, needle) }
}

/// `str.find`.
pub fn find(args: &[Value]) -> PyResult {
    Ok(Value::int(position(args, find_bytes)?.map_or(-1, |at| at as i64)))
}

/// `str.rfind`.
pub fn rfind(args: &[Value]) -> PyResult {
    Ok(Value::int(position(args, rfind_any)?.map_or(-1, |at| at as i64)))
}

/// `str.index`.
pub fn index(args: &[Value]) -> PyResult {
    let found = position(args, find_bytes)?.ok_or_else(|| error::value_error("substring not found"))?;
    Ok(Value::int(found as i64))
}

/// `str.rindex`.
pub fn rindex(args: &[Value]) -> PyResult {
    let found = position(args, rfind_any)?.ok_or_else(|| error::value_error("substring not found"))?;
    Ok(Value::int(found as i64))
}

/// `str.count`.
pub fn count(args: &[Value]) -> PyResult {
    let (s, part, range) = arguments(args)?;
    let Some((from, to)) = range else { return Ok(Value::int(0)) };
    let text = &bytes(s)[from..to];
    let count =
        if bytes(part).is_empty() { super::wtf8::count(text) + 1 } else { count_bytes(text, bytes(part)) };
    Ok(Value::int(count as i64))
}

/// `str.replace`.
pub fn replace(args: &[Value]) -> PyResult {
    let s = receiver(args[0])?;
    let text = |i: usize, which: &str| {
        cast::str_of(args[i]).ok_or_else(|| {
            let found = raw::class_name(args[i]);
            error::type_error(format!("replace() argument {which} must be str, not {found}"))
        })
    };
    let (old, new) = (text(1, "1")?, text(2, "2")?);
    let limit = match args.get(3) {
        Some(&limit) => usize::try_from(cast::index_i64(limit)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    if bytes(old).is_empty() {
        return Ok(Value::object(interleave(s, new, limit)));
    }
    Ok(match replace_bytes(bytes(s), bytes(old), bytes(new), limit) {
        Some(out) => Value::object(out.into_str()),
        None => Value::object(s),
    })
}

/// Puts `new` before each code point and at the end, at most `limit` times.
fn interleave(s: Ref, new: Ref, limit: usize) -> Ref {
    let mut out = Scratch::new();
    let mut left = limit;
    for code in super::code_points(s) {
        if left > 0 {
            out.extend(bytes(new));
            left -= 1;
        }
        super::wtf8::push(&mut out, code);
    }
    if left > 0 {
        out.extend(bytes(new));
    }
    out.into_str()
}

fn affix(args: &[Value], name: &str, test: fn(&[u8], &[u8]) -> bool) -> PyResult {
    let s = receiver(args[0])?;
    let length = chars(s);
    let (start, stop) = sequence::bounds(length, args.get(2), args.get(3))?;
    let text = (start <= length && start <= stop).then(|| &bytes(s)[offset(s, start)..offset(s, stop)]);
    let matches = |part: Ref| text.is_some_and(|text| test(text, bytes(part)));
    if let Some(part) = cast::str_of(args[1]) {
        return Ok(boolean(matches(part)));
    }
    let Some(parts) = cast::to_layout(args[1], l::Tuple::ID) else {
        let found = raw::class_name(args[1]);
        return Err(error::type_error(format!(
            "{name} first arg must be str or a tuple of str, not {found}"
        )));
    };
    for &part in tuple::items(parts) {
        let Some(part) = cast::str_of(part) else {
            let found = raw::class_name(part);
            return Err(error::type_error(format!("tuple for {name} must only contain str, not {found}")));
        };
        if matches(part) {
            return Ok(boolean(true));
        }
    }
    Ok(boolean(false))
}

/// `str.startswith`.
pub fn startswith(args: &[Value]) -> PyResult {
    affix(args, "startswith", |text, part| text.starts_with(part))
}

/// `str.endswith`.
pub fn endswith(args: &[Value]) -> PyResult {
    affix(args, "endswith", |text, part| text.ends_with(part))
}

/// `str.removeprefix`.
pub fn removeprefix(s: Value, prefix: Value) -> PyResult {
    let (r, prefix) = (receiver(s)?, cast::expect_str(prefix, "removeprefix()")?);
    Ok(match bytes(r).strip_prefix(bytes(prefix)) {
        Some(rest) => Value::object(super::byte_slice(r, bytes(r).len() - rest.len(), bytes(r).len())),
        None => Value::object(r),
    })
}

/// `str.removesuffix`.
pub fn removesuffix(s: Value, suffix: Value) -> PyResult {
    let (r, suffix) = (receiver(s)?, cast::expect_str(suffix, "removesuffix()")?);
    Ok(match bytes(r).strip_suffix(bytes(suffix)) {
        Some(rest) => Value::object(super::byte_slice(r, 0, rest.len())),
        None => Value::object(r),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds() {
        assert_eq!(find_bytes(b"abcabc", b"ca"), Some(2));
        assert_eq!(find_bytes(b"abcabc", b"cb"), None);
        assert_eq!(find_bytes(b"aab", b"ab"), Some(1));
        assert_eq!(rfind_bytes(b"abcabc", b"abc"), Some(3));
        assert_eq!(count_bytes(b"aaaa", b"aa"), 2);
        assert_eq!(replace_bytes(b"a-b-c", b"-", b"+", 1).as_deref(), Some(&b"a+b-c".to_vec()));
    }
}
