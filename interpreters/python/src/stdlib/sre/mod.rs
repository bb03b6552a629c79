//! The module `_sre_engine`: the matcher of regular expressions under `_sre`, which is written in Python.
//!
//! `re` parses and compiles patterns in Python, to the codes that `codes` names. Files: `matcher`, `charset`, `codes`.

mod charset;
#[allow(missing_docs)]
mod codes;
mod matcher;

use super::ModuleTable;
use crate::natives;
use crate::object::cast::{self, index_clamped, index_i64};
use crate::object::class::Builtin;
use crate::object::error::{exception_with, recursion_error, type_error};
use crate::object::layouts::{Foreign, List};
use crate::object::{NONE, PyResult, boolean, bytes, list, str, tuple};
use crate::raw;
use charset::Sets;
use matcher::{Matcher, Text, Trouble, UNSET};
use metajit::heap::{self, NativeObject, Value};
use std::cell::RefCell;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_sre_engine", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// A compiled pattern.
struct Program {
    codes: Vec<u32>,
    sets: Sets,
    groups: usize,
}

impl NativeObject for Program {
    fn trace(&self, _: &mut dyn FnMut(&Value)) {}
    fn external_bytes(&self) -> usize {
        4 * self.codes.len()
    }
}

/// `program(codes, groups)`: an opaque object for the other functions.
fn program(codes: Value, groups: Value) -> PyResult {
    let Some(items) = cast::to_layout(codes, List::ID) else {
        return Err(type_error("a list of codes is required"));
    };
    let mut plain = Vec::new();
    for &item in list::items(items) {
        plain.push(index_i64(item)? as u32);
    }
    let groups = index_i64(groups)?.clamp(0, 1 << 24) as usize;
    let payload =
        heap::alloc_native(Box::new(Program { sets: Sets::new(plain.len()), codes: plain, groups }));
    let object = heap::alloc(Foreign::ID, 0);
    heap::init(object, Foreign::CLASS, Value::object(raw::builtin_class(Builtin::Object)));
    heap::init(object, Foreign::PAYLOAD, payload);
    Ok(Value::object(object))
}

fn program_of<'a>(object: Value) -> PyResult<&'a Program> {
    object
        .as_ref()
        .filter(|o| heap::layout_of(*o) == Foreign::ID)
        .and_then(|o| heap::native::<Program>(heap::get(o, Foreign::PAYLOAD)))
        .ok_or_else(|| type_error("a program of this module is required"))
}

#[cold]
fn trouble(what: Trouble) -> Value {
    match what {
        Trouble::Memory => exception_with(Builtin::MemoryError, &[]),
        Trouble::Depth => recursion_error("maximum recursion limit exceeded"),
        Trouble::Interrupted => {
            crate::vm::attend().err().unwrap_or_else(|| exception_with(Builtin::KeyboardInterrupt, &[]))
        }
    }
}

/// What to do with a text; `pos` and `end` are in range.
#[derive(Clone, Copy)]
struct Request {
    pos: usize,
    end: usize,
    mode: i64,
}

const MATCH: i64 = 0;
const FULLMATCH: i64 = 1;
/// Search, and search for what is not empty at the start.
const SEARCH: i64 = 2;

thread_local! {
    /// The text of a string with characters beyond ASCII that was searched last, by address and by the collections until then: while
    /// there is none, the address is that string's.
    static CHARACTERS: RefCell<(u64, u64, Vec<u32>)> = const { RefCell::new((0, 0, Vec::new())) };
}

/// Runs `work` on the characters of a string or the bytes of a bytes-like object.
fn with_text<R>(
    text: Value,
    bytes_work: impl FnOnce(&[u8]) -> R,
    wide_work: impl FnOnce(&[u32]) -> R,
) -> PyResult<R> {
    let Some(string) = cast::str_of(text) else {
        return bytes::of(text).map(|data| bytes_work(bytes::contents(data))).ok_or_else(|| {
            let class = raw::class_name(text);
            type_error(format!("expected string or bytes-like object, got '{class}'"))
        });
    };
    if str::is_ascii(string) {
        return Ok(bytes_work(str::bytes(string)));
    }
    Ok(CHARACTERS.with_borrow_mut(|(address, collections, characters)| {
        let stats = heap::stats();
        let now = stats.young_collections + stats.whole_collections;
        if *address != string.bits() || *collections != now {
            (*address, *collections) = (string.bits(), now);
            characters.clear();
            characters.extend(str::code_points(string));
        }
        wide_work(characters)
    }))
}

fn length(text: Value) -> PyResult<usize> {
    match cast::str_of(text) {
        Some(string) => Ok(str::chars(string)),
        None => with_text(text, <[u8]>::len, <[u32]>::len),
    }
}

/// The positions of a match, first those of the whole, and the group that was closed last.
type Found = Option<(Vec<usize>, usize)>;

fn run<T: Text>(program: &Program, text: T, request: Request) -> Result<Found, Trouble> {
    let mut matcher = Matcher::new(&program.codes, &program.sets, text, request.end, program.groups);
    let span = match request.mode {
        MATCH | FULLMATCH => {
            matcher.match_at(request.pos, request.mode == FULLMATCH)?.map(|end| (request.pos, end))
        }
        mode => matcher.search(request.pos, mode != SEARCH)?,
    };
    Ok(span.map(|(start, end)| {
        let mut positions = vec![start, end];
        positions.extend(&matcher.marks);
        (positions, matcher.last_index)
    }))
}

fn find(program: &Program, text: Value, request: Request) -> PyResult<Found> {
    with_text(text, |t| run(program, t, request), |t| run(program, t, request))?.map_err(trouble)
}

/// `find(program, text, pos, end, mode)`: None, or the positions of the match and of its groups (-1 where one is not part of it),
/// then the group that was closed last.
fn py_find(args: &[Value]) -> PyResult {
    let program = program_of(args[0])?;
    let len = length(args[1])?;
    let end = (index_clamped(args[3])?.max(0) as usize).min(len);
    let pos = (index_clamped(args[2])?.max(0) as usize).min(end);
    let request = Request { pos, end, mode: index_i64(args[4])? };
    Ok(match find(program, args[1], request)? {
        None => NONE,
        Some((positions, last)) => {
            let mut values: Vec<Value> = positions
                .iter()
                .map(|&p| if p == UNSET { Value::small_int(-1) } else { Value::small_int(p as i64) })
                .collect();
            for pair in values.chunks_exact_mut(2) {
                if pair.contains(&Value::small_int(-1)) {
                    pair.fill(Value::small_int(-1));
                }
            }
            values.push(Value::small_int(last as i64));
            tuple::value(&values)
        }
    })
}

/// The part of a text between two positions.
fn part(text: Value, from: usize, to: usize) -> Value {
    match cast::str_of(text) {
        Some(string) => Value::object(str::char_slice(string, from, to)),
        None => bytes::of(text).map_or(NONE, |data| {
            let part = bytes::contents(data)[from..to].to_vec();
            bytes::new(&part)
        }),
    }
}

/// Calls `visit` with each match from `pos` to `end`, until it says that it has enough.
fn each(
    program: &Program,
    text: Value,
    (mut pos, end): (usize, usize),
    mut visit: impl FnMut(&[usize]) -> PyResult<bool>,
) -> PyResult<()> {
    let mut mode = SEARCH;
    while let Some((positions, _)) = find(program, text, Request { pos, end, mode })? {
        if !visit(&positions)? {
            break;
        }
        // Where a match ended, the next must not be empty if the one before was.
        mode = SEARCH + i64::from(positions[0] == positions[1]);
        pos = positions[1];
    }
    Ok(())
}

/// `findall(program, text, pos, end)`.
fn findall(args: &[Value]) -> PyResult {
    let program = program_of(args[0])?;
    let len = length(args[1])?;
    let end = (index_clamped(args[3])?.max(0) as usize).min(len);
    let pos = (index_clamped(args[2])?.max(0) as usize).min(end);
    let found = list::new();
    let empty = part(args[1], 0, 0);
    each(program, args[1], (pos, end), |positions| {
        let group = |i: usize| match (positions[2 * i], positions[2 * i + 1]) {
            (UNSET, _) | (_, UNSET) => empty,
            (from, to) => part(args[1], from, to),
        };
        let item = match program.groups {
            0 => group(0),
            1 => group(1),
            n => {
                let groups = list::new();
                (1..=n).for_each(|i| list::append(groups, group(i)));
                tuple::value(list::items(groups))
            }
        };
        list::append(found, item);
        Ok(true)
    })?;
    Ok(Value::object(found))
}

/// `replace(program, text, replacement, count)`: the text with matches replaced by a fixed text, and how many there were.
fn replace(args: &[Value]) -> PyResult {
    let (program, text, replacement) = (program_of(args[0])?, args[1], args[2]);
    let most = match index_i64(args[3])? {
        0 => usize::MAX,
        n => n.max(0) as usize,
    };
    let (parts, mut last, mut count) = (list::new(), 0, 0usize);
    let len = length(text)?;
    each(program, text, (0, len), |positions| {
        list::append(parts, part(text, last, positions[0]));
        list::append(parts, replacement);
        last = positions[1];
        count += 1;
        Ok(count < most)
    })?;
    list::append(parts, part(text, last, len));
    let separator = part(text, 0, 0);
    let joined = raw::call_method(separator, "join", &[Value::object(parts)])?;
    Ok(tuple::value(&[joined, Value::int(count as i64)]))
}

fn code_of(code: Value) -> PyResult<u32> {
    Ok(index_i64(code)?.clamp(0, u32::MAX.into()) as u32)
}

fn unicode_tolower(code: Value) -> PyResult {
    Ok(Value::int(charset::lower(code_of(code)?).into()))
}

fn ascii_tolower(code: Value) -> PyResult {
    Ok(Value::int(charset::lower_ascii(code_of(code)?).into()))
}

fn unicode_iscased(code: Value) -> PyResult {
    Ok(boolean(charset::is_cased(code_of(code)?)))
}

fn ascii_iscased(code: Value) -> PyResult {
    Ok(boolean(char::from_u32(code_of(code)?).is_some_and(|c| c.is_ascii_alphabetic())))
}

natives! {
    static FUNCTIONS;
    "program" Two(program) [Reads];
    "find" Slice(py_find) 5..5 [Reads];
    "findall" Slice(findall) 4..4 [Reads];
    "replace" Slice(replace) 4..4 [Any];
    "unicode_tolower" One(unicode_tolower) [Elidable];
    "ascii_tolower" One(ascii_tolower) [Elidable];
    "unicode_iscased" One(unicode_iscased) [Elidable];
    "ascii_iscased" One(ascii_iscased) [Elidable];
}
