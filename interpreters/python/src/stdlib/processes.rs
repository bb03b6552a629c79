//! The module `_processes`: starting other programs, waiting for them, and signals, under `_posixsubprocess`, `posix` and `_signal`.
#![allow(unsafe_code)]

use super::ModuleTable;
use super::io::{error, stream};
use crate::interrupt::{self, Disposition};
use crate::natives;
use crate::object::cast::{self, c_int};
use crate::object::error::{type_error, value_error};
use crate::object::{NONE, PyResult, bytes, str, tuple};
use crate::raw;
use metajit::heap::Value;
use std::ffi::{CString, c_char};

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_processes", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

fn c_string(value: Value) -> PyResult<CString> {
    let contents = match cast::str_of(value) {
        Some(text) => str::bytes(text).to_vec(),
        None => bytes::expect(value)?.to_vec(),
    };
    CString::new(contents).map_err(|_| value_error("embedded null byte"))
}

fn c_strings(values: Value) -> PyResult<Vec<CString>> {
    let values = tuple::from_iterable(values)?;
    tuple::items(values).iter().map(|&value| c_string(value)).collect()
}

/// Pointers to strings and a null one, as C wants them.
fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
}

/// What the new process does before it becomes the other program.
struct Child<'a> {
    programs: &'a [CString],
    args: &'a [*const c_char],
    env: Option<&'a [*const c_char]>,
    folder: Option<&'a CString>,
    /// Descriptors for 0, 1 and 2, -1 to keep them.
    standard: [i32; 3],
    /// Closed beyond 2, but for these, sorted.
    close: bool,
    kept: &'a [i32],
    new_session: bool,
    /// Where an error is reported.
    report: i32,
}

impl Child<'_> {
    /// Runs in the new process, and only makes system calls: there is no memory manager in it any more.
    fn run(&self) -> ! {
        // SAFETY: only system calls that are safe after a fork, on strings and arrays that the parent made before it.
        unsafe {
            if self.prepare() {
                for program in self.programs {
                    match self.env {
                        Some(env) => libc::execve(program.as_ptr(), self.args.as_ptr(), env.as_ptr()),
                        None => libc::execv(program.as_ptr(), self.args.as_ptr()),
                    };
                    let number = *libc::__errno_location();
                    if number != libc::ENOENT && number != libc::ENOTDIR {
                        break;
                    }
                }
            }
            let mut text = *b"OSError:00:";
            let number = *libc::__errno_location();
            text[8] = b"0123456789ABCDEF"[(number >> 4 & 15) as usize];
            text[9] = b"0123456789ABCDEF"[(number & 15) as usize];
            libc::write(self.report, text.as_ptr().cast(), text.len());
            libc::_exit(255)
        }
    }

    /// Descriptors, folder, session; false after an error.
    ///
    /// # Safety
    /// Only in a new process.
    unsafe fn prepare(&self) -> bool {
        // SAFETY: system calls on numbers, and on a string that ends with a null byte.
        unsafe {
            let mut standard = self.standard;
            // A descriptor that would be overwritten before it is used moves out of the way.
            for (target, fd) in standard.iter_mut().enumerate() {
                if (0..target as i32).contains(fd) {
                    *fd = libc::dup(*fd);
                }
            }
            for (target, &fd) in (0..).zip(&standard) {
                if fd == target {
                    libc::fcntl(fd, libc::F_SETFD, 0);
                } else if fd >= 0 && libc::dup2(fd, target) < 0 {
                    return false;
                }
            }
            if self.close {
                let mut from = 3;
                for &kept in self.kept.iter().chain(std::slice::from_ref(&i32::MAX)) {
                    let to = (kept - 1).min(65_535);
                    (from..=to).for_each(|fd| {
                        libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
                    });
                    from = kept.saturating_add(1);
                }
            }
            if self.new_session {
                libc::setsid();
            }
            self.folder.is_none_or(|folder| libc::chdir(folder.as_ptr()) == 0)
        }
    }
}

/// `start(programs, args, env, folder, standard, close, kept, new_session, report)`: the process id.
fn start(args: &[Value]) -> PyResult {
    let (programs, arguments) = (c_strings(args[0])?, c_strings(args[1])?);
    let env = if args[2] == NONE { None } else { Some(c_strings(args[2])?) };
    let folder = if args[3] == NONE { None } else { Some(c_string(args[3])?) };
    let numbers = |value: Value| -> PyResult<Vec<i32>> {
        let values = tuple::from_iterable(value)?;
        tuple::items(values).iter().map(|&v| c_int(v)).collect()
    };
    let Ok(standard) = numbers(args[4])?.try_into() else {
        return Err(type_error("three numbers are required"));
    };
    let mut kept = numbers(args[6])?;
    kept.sort_unstable();
    let env = env.as_deref().map(pointers);
    let child = Child {
        programs: &programs,
        args: &pointers(&arguments),
        env: env.as_deref(),
        folder: folder.as_ref(),
        standard,
        close: raw::truth(args[5])?,
        kept: &kept,
        new_session: raw::truth(args[7])?,
        report: c_int(args[8])?,
    };
    stream::flush_all();
    // SAFETY: the child runs `Child::run` and nothing else.
    match unsafe { libc::fork() } {
        0 => child.run(),
        -1 => Err(error::exception(&std::io::Error::last_os_error(), None)),
        pid => Ok(Value::int(pid.into())),
    }
}

/// `waitpid(pid, options)`: process id and status.
fn waitpid(pid: Value, options: Value) -> PyResult {
    let (pid, options) = (c_int(pid)?, c_int(options)?);
    let mut status = 0;
    loop {
        // SAFETY: writes one number.
        let found = unsafe { libc::waitpid(pid, &raw mut status, options) };
        if found >= 0 {
            return Ok(tuple::value(&[Value::int(found.into()), Value::int(status.into())]));
        }
        let problem = std::io::Error::last_os_error();
        if problem.kind() != std::io::ErrorKind::Interrupted {
            return Err(error::exception(&problem, None));
        }
        interrupt::check()?;
    }
}

/// `handle(signal, disposition)`: 0 for the system's default, 1 to ignore it, 2 to note it.
fn handle(signal: Value, disposition: Value) -> PyResult {
    let disposition = match c_int(disposition)? {
        0 => Disposition::Default,
        1 => Disposition::Ignore,
        _ => Disposition::Note,
    };
    interrupt::set(c_int(signal)?, disposition).map_err(|e| error::exception(&e, None))?;
    Ok(NONE)
}

/// `wake(fd)`: each signal is written there from now on; the descriptor before.
fn wake(fd: Value) -> PyResult {
    Ok(Value::int(interrupt::set_wake(c_int(fd)?).into()))
}

fn alarm(seconds: Value) -> PyResult {
    let seconds = c_int(seconds)?.max(0).unsigned_abs();
    // SAFETY: no memory is involved.
    Ok(Value::int(unsafe { libc::alarm(seconds) }.into()))
}

natives! {
    static FUNCTIONS;
    "handle" Two(handle) [Any];
    "wake" One(wake) [Any];
    "alarm" One(alarm) [Any];
    "start" Slice(start) 9..9 [Any];
    "waitpid" Two(waitpid) [Any];
}
