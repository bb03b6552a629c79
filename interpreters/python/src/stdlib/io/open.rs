//! `open`, and `io.TextIOWrapper` around a file of bytes.
//!
//! A descriptor that a program hands over belongs to the file from then on, unless it says otherwise.
#![allow(unsafe_code)]

use super::error;
use super::file::{self, File, Newline, TextMode};
use super::mode::Mode;
use super::stream::{self, Buffering, Stream};
use crate::builtins::arguments::{given, or};
use crate::natives;
use crate::object::cast::{self, bind};
use crate::object::class::Builtin;
use crate::object::error::{exception, not_implemented, type_error, value_error};
use crate::object::layouts::PyBytes;
use crate::object::native::Args;
use crate::object::{PyResult, bytes, str};
use crate::raw;
use metajit::heap::Value;
use std::ffi::OsStr;
use std::os::fd::{BorrowedFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

const PARAMETERS: [&str; 8] =
    ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"];

fn open(args: Args<'_>) -> PyResult {
    let [name, mode, buffering, encoding, errors, newline, closefd, opener] =
        bind("open", args, PARAMETERS, 1)?;
    if given(opener).is_some() {
        return Err(not_implemented("open(): 'opener' is not supported"));
    }
    let mode_text = match cast::str_of(or(mode, str::value("r"))) {
        Some(text) => str::as_str(text).to_owned(),
        None => {
            let class = raw::class_name(mode);
            return Err(type_error(format!("open() argument 'mode' must be str, not {class}")));
        }
    };
    let mode = Mode::parse(&mode_text).map_err(value_error)?;
    let buffering = given(buffering).map_or(Ok(-1), cast::index_i64)?;
    let text = if mode.binary {
        for (value, what) in [(encoding, "an encoding"), (errors, "an errors"), (newline, "a newline")] {
            if given(value).is_some() {
                return Err(value_error(format!("binary mode doesn't take {what} argument")));
            }
        }
        None
    } else {
        Some(text_mode(encoding, errors, newline)?)
    };
    if buffering == 0 && !mode.binary {
        return Err(value_error("can't have unbuffered text I/O"));
    }
    // Another file object may hold what is to be read; CPython would have closed it when it was last used.
    stream::flush_all();
    let file = open_file(name, mode, closefd.is_null() || raw::truth(closefd)?)?;
    let buffering = match buffering {
        0 => Buffering::None,
        1 => Buffering::Line,
        _ => Buffering::Full,
    };
    Ok(file::new(File {
        stream: stream::register(Stream::new(file, buffering)),
        owns: true,
        name,
        mode: mode_text,
        reads: mode.reads(),
        writes: mode.writes(),
        text,
    }))
}

/// The file of a descriptor: it itself if the file is to close it, else a copy.
fn from_descriptor(fd: i32, owns: bool) -> std::io::Result<std::fs::File> {
    // SAFETY: no memory is involved.
    if fd < 0 || unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Err(std::io::Error::from_raw_os_error(libc::EBADF));
    }
    if owns {
        // SAFETY: the descriptor is open, and the program gives it up.
        return Ok(unsafe { std::fs::File::from_raw_fd(fd) });
    }
    // SAFETY: the descriptor is open for as long as the copy is being made.
    unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned().map(std::fs::File::from)
}

fn open_file(name: Value, mode: Mode, closes: bool) -> PyResult<std::fs::File> {
    if cast::int_of(name).is_some() {
        return from_descriptor(cast::c_int(name)?, closes).map_err(|e| error::exception(&e, None));
    }
    if !closes {
        return Err(value_error("Cannot use closefd=False with file name"));
    }
    let path = path_of(name)?;
    let result = mode.options().open(&path).and_then(|file| {
        // The system opens a directory for reading, and refuses to read it.
        if file.metadata()?.is_dir() {
            Err(std::io::Error::from_raw_os_error(libc::EISDIR))
        } else {
            Ok(file)
        }
    });
    result.map_err(|e| error::exception(&e, Some(name)))
}

/// The path that a str, bytes or path-like object names.
pub fn path_of(name: Value) -> PyResult<PathBuf> {
    if let Some(text) = cast::str_of(name) {
        return path_from(str::bytes(text));
    }
    if let Some(data) = cast::to_layout(name, PyBytes::ID) {
        return path_from(bytes::contents(data));
    }
    match raw::call_special(name, "__fspath__", &[]) {
        Some(path) => path_of(path?),
        None => {
            let class = raw::class_name(name);
            Err(type_error(format!("expected str, bytes or os.PathLike object, not {class}")))
        }
    }
}

fn path_from(name: &[u8]) -> PyResult<PathBuf> {
    if name.contains(&0) {
        return Err(value_error("embedded null byte"));
    }
    Ok(PathBuf::from(OsStr::from_bytes(name)))
}

/// The codecs that files know by themselves, under their names in `encoding`.
fn normalize_encoding(name: &str) -> PyResult<String> {
    let plain = name.to_ascii_lowercase().replace('_', "-");
    Ok(match plain.as_str() {
        // The locale's encoding is always this one.
        "utf8" | "utf-8" | "locale" => "utf-8",
        "ascii" | "us-ascii" => "ascii",
        "latin1" | "latin-1" | "iso-8859-1" | "iso8859-1" => "latin-1",
        "utf-8-sig" | "utf-16" | "utf-16-le" | "utf-16-be" | "utf-32" | "utf-32-le" | "utf-32-be" => &plain,
        _ => return Err(exception(Builtin::LookupError, format!("unknown encoding: {name}"))),
    }
    .to_owned())
}

fn text_mode(encoding: Value, errors: Value, newline: Value) -> PyResult<TextMode> {
    let text = |value: Value, name: &str, default: &str| match given(value) {
        None => Ok(default.to_owned()),
        Some(v) => cast::str_of(v).map(|s| str::as_str(s).to_owned()).ok_or_else(|| {
            type_error(format!("open() argument '{name}' must be str or None, not {}", raw::class_name(v)))
        }),
    };
    let newline = match given(newline) {
        None => Newline::Translate,
        Some(v) => match cast::str_of(v).map(str::as_str) {
            Some("") => Newline::Universal,
            Some("\n") => Newline::Plain,
            Some("\r\n") => Newline::Crlf,
            Some("\r") => return Err(not_implemented("open(): newline='\\r' is not supported")),
            Some(other) => return Err(value_error(format!("illegal newline value: {other}"))),
            None => {
                let class = raw::class_name(v);
                return Err(type_error(format!(
                    "open() argument 'newline' must be str or None, not {class}"
                )));
            }
        },
    };
    let encoding = normalize_encoding(&text(encoding, "encoding", "utf-8")?)?;
    Ok(TextMode { encoding, errors: text(errors, "errors", "strict")?, newline })
}

/// `io.TextIOWrapper(buffer, encoding, errors, newline, …)`: the stream now belongs to the new object.
pub fn text_wrapper(args: Args<'_>) -> PyResult {
    const NAMES: [&str; 7] =
        ["", "buffer", "encoding", "errors", "newline", "line_buffering", "write_through"];
    let [_, buffer, encoding, errors, newline, ..] = bind("TextIOWrapper", args, NAMES, 2)?;
    file::as_text(buffer, text_mode(encoding, errors, newline)?)
}

natives! {
    pub static FUNCTIONS;
    "open" Full(open) [Any];
}
