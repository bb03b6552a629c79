//! File objects: the Python class over a stream, for text and for bytes.
//!
//! A file object is a `Foreign` object whose payload is a [`File`]. Text is UTF-8 unless `encoding` says otherwise; what is not
//! plain UTF-8 goes through `str.encode` and `bytes.decode`.
//! Invariant: the object that opened a stream takes it out of the table when it dies; `file.buffer` shares it.

use super::error;
use super::stream::{self, StreamId};
use crate::natives;
use crate::object::cast::{self, index};
use crate::object::class::{Builtin, ClassTable};
use crate::object::error::{exception, type_error, value_error};
use crate::object::int::big::Int;
use crate::object::layouts::{ByteArray, Foreign, PyBytes};
use crate::object::{NONE, PyResult, boolean, bytes, list, str};
use crate::raw;
use metajit::heap::{self, NativeObject, Value};
use std::io::SeekFrom;

/// What text does at line ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Newline {
    /// Reads `\r\n` and `\r` as `\n`; the argument None.
    Translate,
    /// Splits at all of them, keeps them; the argument `''`.
    Universal,
    /// Lines end at `\n`; nothing is translated.
    Plain,
    /// Writes `\n` as `\r\n`.
    Crlf,
}

/// The text side of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextMode {
    /// The codec's name.
    pub encoding: String,
    /// What codecs do about errors.
    pub errors: String,
    /// Line ends.
    pub newline: Newline,
}

/// The payload of a file object.
#[derive(Debug)]
pub struct File {
    /// Its stream.
    pub stream: StreamId,
    /// Whether the stream dies with this object.
    pub owns: bool,
    /// `name`: what `open` was given.
    pub name: Value,
    /// `mode`.
    pub mode: String,
    /// Whether it can be read.
    pub reads: bool,
    /// Whether it can be written.
    pub writes: bool,
    /// `None` for bytes.
    pub text: Option<TextMode>,
}

impl NativeObject for File {
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.name);
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.owns {
            stream::unregister(self.stream);
        }
    }
}

/// A new file object.
pub fn new(file: File) -> Value {
    let class = match (&file.text, file.reads, file.writes) {
        (Some(_), ..) => Builtin::TextFile,
        (None, true, true) => Builtin::BufferedRandom,
        (None, true, false) => Builtin::BufferedReader,
        (None, false, _) => Builtin::BufferedWriter,
    };
    let payload = heap::alloc_native(Box::new(file));
    let object = heap::alloc(Foreign::ID, 0);
    heap::init(object, Foreign::CLASS, Value::object(raw::builtin_class(class)));
    heap::init(object, Foreign::PAYLOAD, payload);
    Value::object(object)
}

/// A text file over the stream of a file of bytes, which it takes over.
pub fn as_text(buffer: Value, mode: TextMode) -> PyResult {
    let Some(file) = payload(buffer).filter(|file| file.text.is_none()) else {
        let class = raw::class_name(buffer);
        let message = format!("TextIOWrapper: a file of the system is required, not '{class}'");
        return Err(crate::object::error::not_implemented(message));
    };
    let text = File {
        stream: file.stream,
        owns: file.owns,
        name: file.name,
        mode: file.mode.replace('b', ""),
        reads: file.reads,
        writes: file.writes,
        text: Some(mode),
    };
    let payload = heap::get(buffer.as_ref().expect("an object"), Foreign::PAYLOAD);
    heap::with_native_mut::<File, ()>(payload, |file| file.owns = false);
    Ok(new(text))
}

/// `readinto(buffer)`: how many bytes were read into it.
fn readinto(object: Value, target: Value) -> PyResult {
    let size = crate::object::sequence::len(target)?;
    let data = read(&[object, Value::int(size as i64)])?;
    let count = Value::int(crate::object::sequence::len(data)? as i64);
    let slice = crate::object::slice::new(NONE, count, NONE);
    raw::set_item(target, slice, data)?;
    Ok(count)
}

fn line_buffering(object: Value) -> PyResult {
    Ok(boolean(stream::with(receiver(object)?.stream, |s| s.is_terminal())))
}

/// `file.mode = mode`, which only changes what is shown.
pub fn set_mode(object: Value, mode: Value) -> PyResult<()> {
    receiver(object)?;
    let text = str::as_str(cast::expect_str(mode, "mode")?).to_owned();
    let payload = heap::get(object.as_ref().expect("an object"), Foreign::PAYLOAD);
    heap::with_native_mut::<File, ()>(payload, |file| file.mode = text);
    Ok(())
}

/// The payload of a file object.
fn payload<'a>(object: Value) -> Option<&'a File> {
    if !object.has_layout(Foreign::ID) {
        return None;
    }
    heap::native::<File>(heap::get(object.as_ref()?, Foreign::PAYLOAD))
}

/// The payload of a receiver.
fn receiver<'a>(object: Value) -> PyResult<&'a File> {
    payload(object).ok_or_else(|| cast::wrong_receiver(object, "file"))
}

/// The payload of a receiver that is open.
fn open_receiver<'a>(object: Value) -> PyResult<&'a File> {
    open_for("I/O operation on", object)
}

/// The payload of a receiver that is open; `what` is what bytes files say that they cannot do.
fn open_for<'a>(what: &str, object: Value) -> PyResult<&'a File> {
    let file = receiver(object)?;
    if !stream::with(file.stream, |s| s.is_closed()) {
        return Ok(file);
    }
    Err(match file.text {
        Some(_) => value_error("I/O operation on closed file."),
        None => value_error(format!("{what} closed file")),
    })
}

/// Whether [`write_text`] means what the object's `write` does.
pub fn is_plain_text(object: Value) -> bool {
    payload(object).is_some_and(|file| {
        file.writes && file.text.as_ref().is_some_and(|t| t.encoding == "utf-8" && t.newline != Newline::Crlf)
    })
}

/// Writes a string's bytes to a text file for which [`is_plain_text`] holds.
pub fn write_text(object: Value, text: &[u8]) -> PyResult<()> {
    let file = open_receiver(object)?;
    if has_surrogates(text) {
        return write_encoded(file, Value::object(str::from_wtf8(text)));
    }
    write_bytes(file, text)
}

/// Whether WTF-8 bytes are not UTF-8: the encoding of a surrogate begins with 0xED and a byte from 0xA0 on.
fn has_surrogates(text: &[u8]) -> bool {
    !text.is_ascii() && text.windows(2).any(|w| w[0] == 0xED && w[1] >= 0xA0)
}

fn write_bytes(file: &File, data: &[u8]) -> PyResult<()> {
    stream::with(file.stream, |s| s.write(data)).map_err(|e| error::exception(&e, None))
}

fn write_encoded(file: &File, text: Value) -> PyResult<()> {
    let mode = file.text.as_ref().expect("a text file");
    let encoded = raw::call_method(text, "encode", &[str::value(&mode.encoding), str::value(&mode.errors)])?;
    write_bytes(file, bytes::contents(encoded.as_ref().expect("encode gives bytes")))
}

/// The exception `io.UnsupportedOperation`, which is both an OSError and a ValueError; the former here.
fn unsupported(what: &str) -> Value {
    exception(Builtin::OSError, what)
}

fn check_writes(file: &File) -> PyResult<()> {
    if file.writes { Ok(()) } else { Err(unsupported("not writable")) }
}

fn check_reads(file: &File) -> PyResult<()> {
    if file.reads { Ok(()) } else { Err(unsupported("not readable")) }
}

fn write(object: Value, data: Value) -> PyResult {
    let file = open_for("write to", object)?;
    check_writes(file)?;
    let Some(mode) = &file.text else {
        let Some(data) = cast::to_layout(data, PyBytes::ID).or_else(|| cast::to_layout(data, ByteArray::ID))
        else {
            let class = raw::class_name(data);
            return Err(type_error(format!("a bytes-like object is required, not '{class}'")));
        };
        let data = bytes::contents(data);
        write_bytes(file, data)?;
        return Ok(Value::int(data.len() as i64));
    };
    let Some(text) = cast::str_of(data) else {
        return Err(type_error(format!("write() argument must be str, not {}", raw::class_name(data))));
    };
    let contents = str::bytes(text);
    if mode.newline == Newline::Crlf && contents.contains(&b'\n') {
        let translated: Vec<u8> = contents
            .iter()
            .flat_map(|b| if *b == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(b) })
            .copied()
            .collect();
        write_encoded(file, Value::object(str::from_wtf8(&translated)))?;
    } else if mode.encoding == "utf-8" && !has_surrogates(contents) {
        write_bytes(file, contents)?;
    } else {
        write_encoded(file, Value::object(text))?;
    }
    Ok(Value::int(str::chars(text) as i64))
}

fn writelines(object: Value, lines: Value) -> PyResult {
    open_receiver(object)?;
    let iterator = raw::iter(lines)?;
    while let Some(line) = raw::next(iterator)? {
        write(object, line)?;
    }
    Ok(NONE)
}

/// The limit of a read: `None` for no limit.
fn limit(value: Option<&Value>) -> PyResult<Option<usize>> {
    match value {
        None | Some(&NONE) => Ok(None),
        Some(&v) => Ok(match index(v)? {
            Int::Small(n) => usize::try_from(n).ok(),
            Int::Big(_) => None,
        }),
    }
}

/// Bytes that were read, as the file's kind of object.
fn result(file: &File, mut data: Vec<u8>) -> PyResult {
    let Some(mode) = &file.text else { return Ok(bytes::new(&data)) };
    if mode.newline == Newline::Translate && data.contains(&b'\r') {
        data = translate(&data);
    }
    if mode.encoding == "utf-8"
        && let Ok(text) = std::str::from_utf8(&data)
    {
        return Ok(str::value(text));
    }
    let data = bytes::new(&data);
    raw::call_method(data, "decode", &[str::value(&mode.encoding), str::value(&mode.errors)])
}

/// `\r\n` and `\r` as `\n`.
fn translate(data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    for (i, &byte) in data.iter().enumerate() {
        match byte {
            b'\r' => out.push(b'\n'),
            b'\n' if i > 0 && data[i - 1] == b'\r' => {}
            _ => out.push(byte),
        }
    }
    out
}

fn read(args: &[Value]) -> PyResult {
    let file = open_for("read of", args[0])?;
    check_reads(file)?;
    let limit = limit(args.get(1))?;
    let data = match (&file.text, limit) {
        (Some(mode), Some(chars)) => read_chars(file, mode, chars)?,
        _ => stream::with(file.stream, |s| s.read(limit)).map_err(|e| error::exception(&e, None))?,
    };
    result(file, data)
}

/// The bytes of so many characters; fewer at the end of the file.
fn read_chars(file: &File, mode: &TextMode, chars: usize) -> PyResult<Vec<u8>> {
    let mut data = Vec::new();
    let is_start = |b: &&u8| mode.encoding != "utf-8" || **b & 0xC0 != 0x80;
    loop {
        let have = data.iter().filter(is_start).count();
        let partial =
            mode.encoding == "utf-8" && std::str::from_utf8(&data).is_err_and(|e| e.error_len().is_none());
        let split_line = mode.newline == Newline::Translate && data.last() == Some(&b'\r');
        if have >= chars && !partial && !split_line {
            return Ok(data);
        }
        let wanted = chars.saturating_sub(have).max(1);
        let more =
            stream::with(file.stream, |s| s.read(Some(wanted))).map_err(|e| error::exception(&e, None))?;
        if more.is_empty() {
            return Ok(data);
        }
        if split_line && more[0] != b'\n' {
            // The line ended at `\r` alone: what follows belongs to the next read.
            let back = more.len() as i64;
            stream::with(file.stream, |s| s.seek(SeekFrom::Current(-back)))
                .map_err(|e| error::exception(&e, None))?;
            *data.last_mut().expect("it ends in \\r") = b'\n';
            continue;
        }
        data.extend(more);
        if mode.newline == Newline::Translate && data.len() > 1 && data.contains(&b'\r') {
            let ends_open = data.last() == Some(&b'\r');
            data = translate(&data);
            if ends_open {
                *data.last_mut().expect("it is not empty") = b'\r';
            }
        }
    }
}

/// A line's bytes; empty at the end.
fn line_bytes(file: &File, limit: Option<usize>) -> PyResult<Vec<u8>> {
    let universal =
        file.text.as_ref().is_some_and(|t| matches!(t.newline, Newline::Translate | Newline::Universal));
    stream::with(file.stream, |s| s.read_line(universal, limit)).map_err(|e| error::exception(&e, None))
}

fn readline(args: &[Value]) -> PyResult {
    let file = open_for("readline of", args[0])?;
    check_reads(file)?;
    let data = line_bytes(file, limit(args.get(1))?)?;
    result(file, data)
}

fn readlines(args: &[Value]) -> PyResult {
    let file = open_receiver(args[0])?;
    check_reads(file)?;
    let limit = limit(args.get(1))?.filter(|&n| n > 0);
    let lines = list::new();
    let mut total = 0;
    while limit.is_none_or(|limit| total < limit) {
        let data = line_bytes(file, None)?;
        if data.is_empty() {
            break;
        }
        total += data.len();
        list::append(lines, result(file, data)?);
    }
    Ok(Value::object(lines))
}

fn next(object: Value) -> PyResult {
    let file = open_receiver(object)?;
    check_reads(file)?;
    let data = line_bytes(file, None)?;
    if data.is_empty() {
        return Err(crate::builtins::iterators::stop_iteration());
    }
    result(file, data)
}

fn iter(object: Value) -> PyResult {
    open_receiver(object)?;
    Ok(object)
}

fn flush(object: Value) -> PyResult {
    let file = open_for("flush of", object)?;
    stream::with(file.stream, |s| s.flush()).map_err(|e| error::exception(&e, None))?;
    Ok(NONE)
}

fn close(object: Value) -> PyResult {
    let file = receiver(object)?;
    stream::with(file.stream, |s| s.close()).map_err(|e| error::exception(&e, None))?;
    Ok(NONE)
}

fn seek(args: &[Value]) -> PyResult {
    let file = open_for("seek of", args[0])?;
    let offset = cast::index_i64(args[1])?;
    let whence = args.get(2).map_or(Ok(0), |&w| cast::index_i64(w))?;
    if file.text.is_some() && whence != 0 && offset != 0 {
        let from = if whence == 1 { "cur" } else { "end" };
        return Err(unsupported(&format!("can't do nonzero {from}-relative seeks")));
    }
    let to = match whence {
        0 if offset < 0 => return Err(value_error(format!("negative seek position {offset}"))),
        0 => SeekFrom::Start(offset as u64),
        1 => SeekFrom::Current(offset),
        2 => SeekFrom::End(offset),
        _ => return Err(value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let at = stream::with(file.stream, |s| s.seek(to)).map_err(|e| error::exception(&e, None))?;
    Ok(Value::int(at as i64))
}

fn tell(object: Value) -> PyResult {
    let file = open_receiver(object)?;
    let at = stream::with(file.stream, |s| s.position()).map_err(|e| error::exception(&e, None))?;
    Ok(Value::int(at as i64))
}

fn truncate(args: &[Value]) -> PyResult {
    let file = open_receiver(args[0])?;
    check_writes(file)?;
    let size = limit(args.get(1))?.map(|n| n as u64);
    let size = stream::with(file.stream, |s| s.truncate(size)).map_err(|e| error::exception(&e, None))?;
    Ok(Value::int(size as i64))
}

fn fileno(object: Value) -> PyResult {
    let file = open_receiver(object)?;
    Ok(Value::int(stream::with(file.stream, |s| s.descriptor()).into()))
}

fn isatty(object: Value) -> PyResult {
    let file = open_receiver(object)?;
    Ok(boolean(stream::with(file.stream, |s| s.is_terminal())))
}

fn readable(object: Value) -> PyResult {
    Ok(boolean(open_receiver(object)?.reads))
}

fn writable(object: Value) -> PyResult {
    Ok(boolean(open_receiver(object)?.writes))
}

fn seekable(object: Value) -> PyResult {
    let file = open_receiver(object)?;
    Ok(boolean(stream::with(file.stream, |s| s.seek(SeekFrom::Current(0))).is_ok()))
}

fn enter(object: Value) -> PyResult {
    open_receiver(object)?;
    Ok(object)
}

fn exit(args: &[Value]) -> PyResult {
    close(args[0])
}

/// `reconfigure(**options)`: line buffering and flushing need no change here.
fn reconfigure(args: crate::object::native::Args<'_>) -> PyResult {
    flush(args.values[0])
}

fn repr(object: Value) -> PyResult {
    let file = receiver(object)?;
    let name = crate::object::repr::repr(file.name)?;
    let name = str::as_str(name);
    let class = raw::class_name(object);
    Ok(str::value(&match &file.text {
        Some(text) => format!("<_io.{class} name={name} mode='{}' encoding='{}'>", file.mode, text.encoding),
        None => format!("<_io.{class} name={name}>"),
    }))
}

fn name(object: Value) -> PyResult {
    Ok(receiver(object)?.name)
}

fn mode(object: Value) -> PyResult {
    Ok(str::value(&receiver(object)?.mode))
}

fn closed(object: Value) -> PyResult {
    Ok(boolean(stream::with(receiver(object)?.stream, |s| s.is_closed())))
}

fn encoding(object: Value) -> PyResult {
    Ok(receiver(object)?.text.as_ref().map_or(NONE, |t| str::value(&t.encoding)))
}

fn errors(object: Value) -> PyResult {
    Ok(receiver(object)?.text.as_ref().map_or(NONE, |t| str::value(&t.errors)))
}

/// `file.buffer`: the same stream, for bytes.
fn buffer(object: Value) -> PyResult {
    let file = receiver(object)?;
    Ok(new(File {
        stream: file.stream,
        owns: false,
        name: file.name,
        mode: file.mode.clone(),
        reads: file.reads,
        writes: file.writes,
        text: None,
    }))
}

natives! {
    static METHODS;
    "write" Two(write) [Any];
    "writelines" Two(writelines) [Any];
    "read" Slice(read) 1..2 [Any];
    "read1" Slice(read) 1..2 [Any];
    "readinto" Two(readinto) [Any];
    "line_buffering" One(line_buffering) [Reads, getter];
    "readline" Slice(readline) 1..2 [Any];
    "readlines" Slice(readlines) 1..2 [Any];
    "flush" One(flush) [Any];
    "close" One(close) [Any];
    "seek" Slice(seek) 2..3 [Any];
    "tell" One(tell) [Any];
    "truncate" Slice(truncate) 1..2 [Any];
    "fileno" One(fileno) [Any];
    "isatty" One(isatty) [Any];
    "readable" One(readable) [Any];
    "writable" One(writable) [Any];
    "seekable" One(seekable) [Any];
    "reconfigure" Full(reconfigure) [Any];
    "__enter__" One(enter) [Any];
    "__exit__" Slice(exit) 1..4 [Any];
    "__iter__" One(iter) [Any];
    "__next__" One(next) [Any];
    "__repr__" One(repr) [Any];
    "name" One(name) [Reads, getter];
    "mode" One(mode) [Reads, getter];
    "closed" One(closed) [Any, getter];
    "encoding" One(encoding) [Reads, getter];
    "errors" One(errors) [Reads, getter];
    "buffer" One(buffer) [Reads, getter];
}

natives! {
    static TEXT;
    "__new__" Full(super::open::text_wrapper) 1..255 [Any, static];
    "__init__" Full(nothing) 1..255 [Reads];
}

fn nothing(_: crate::object::native::Args<'_>) -> PyResult {
    Ok(NONE)
}

/// The method tables of the file classes.
pub static CLASSES: &[ClassTable] = &[
    ClassTable { class: Builtin::TextFile, methods: METHODS },
    ClassTable { class: Builtin::TextFile, methods: TEXT },
    ClassTable { class: Builtin::BufferedReader, methods: METHODS },
    ClassTable { class: Builtin::BufferedWriter, methods: METHODS },
    ClassTable { class: Builtin::BufferedRandom, methods: METHODS },
];

/// The file object over a standard stream.
pub fn standard(stream: StreamId, name: &str, reads: bool) -> Value {
    let errors = if stream == stream::STDERR { "backslashreplace" } else { "strict" };
    new(File {
        stream,
        owns: false,
        name: str::value(name),
        mode: if reads { "r" } else { "w" }.to_owned(),
        reads,
        writes: !reads,
        text: Some(TextMode {
            encoding: "utf-8".to_owned(),
            errors: errors.to_owned(),
            newline: if reads { Newline::Translate } else { Newline::Plain },
        }),
    })
}
