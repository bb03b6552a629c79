//! The system's errors as exceptions: `OSError` or the subclass that the error number stands for.

use crate::object::class::Builtin;
use crate::object::str;
use crate::raw;
use metajit::heap::Value;
use std::io;

/// The subclasses of OSError by error number (PEP 3151).
const CLASSES: &[(i32, Builtin)] = &[
    (libc::EAGAIN, Builtin::BlockingIOError),
    (libc::EALREADY, Builtin::BlockingIOError),
    (libc::EINPROGRESS, Builtin::BlockingIOError),
    (libc::ECHILD, Builtin::ChildProcessError),
    (libc::EPIPE, Builtin::BrokenPipeError),
    (libc::ESHUTDOWN, Builtin::BrokenPipeError),
    (libc::ECONNABORTED, Builtin::ConnectionAbortedError),
    (libc::ECONNREFUSED, Builtin::ConnectionRefusedError),
    (libc::ECONNRESET, Builtin::ConnectionResetError),
    (libc::EEXIST, Builtin::FileExistsError),
    (libc::ENOENT, Builtin::FileNotFoundError),
    (libc::EINTR, Builtin::InterruptedError),
    (libc::EISDIR, Builtin::IsADirectoryError),
    (libc::ENOTDIR, Builtin::NotADirectoryError),
    (libc::EACCES, Builtin::PermissionError),
    (libc::EPERM, Builtin::PermissionError),
    (libc::ESRCH, Builtin::ProcessLookupError),
    (libc::ETIMEDOUT, Builtin::TimeoutError),
];

/// The system's words for an error.
pub fn message(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

/// The exception for an error, naming the file if there is one. A read or write that Ctrl-C broke off is a KeyboardInterrupt.
#[cold]
pub fn exception(error: &io::Error, file: Option<Value>) -> Value {
    if error.kind() == io::ErrorKind::Interrupted
        && let Err(interrupt) = crate::interrupt::check()
    {
        return interrupt;
    }
    let text = str::value(&message(error));
    let Some(number) = error.raw_os_error() else {
        return crate::object::error::exception_with(Builtin::OSError, &[text]);
    };
    let class = CLASSES.iter().find(|(n, _)| *n == number).map_or(Builtin::OSError, |&(_, class)| class);
    let class = Value::object(raw::builtin_class(class));
    let made = match file {
        Some(file) => raw::call(class, &[Value::int(number.into()), text, file]),
        None => raw::call(class, &[Value::int(number.into()), text]),
    };
    made.unwrap_or_else(|error| error)
}
