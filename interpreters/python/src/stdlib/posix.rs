//! The module `_posix`: system calls on plain values, under the module `posix`, which is written in Python.
//!
//! Paths are str or bytes; an error names the path as it was given.
#![allow(unsafe_code)]

use super::ModuleTable;
use super::io::error;
use crate::natives;
use crate::object::cast::{self, c_int, index_i64, to_f64};
use crate::object::error::{type_error, value_error};
use crate::object::{NONE, PyResult, boolean, bytes, dict, list, str, tuple};
use crate::raw;
use metajit::heap::Value;
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_posix", functions: FUNCTIONS, fill };

fn fill(set: &mut dyn FnMut(&str, Value)) {
    let environment = dict::new();
    for (name, value) in std::env::vars_os() {
        let value = bytes::new(&value.into_vec());
        let _ = dict::set(environment, bytes::new(&name.into_vec()), value);
    }
    set("environ", Value::object(environment));
    for &(name, value) in CONSTANTS {
        set(name, Value::int(value.into()));
    }
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

const CONSTANTS: &[(&str, libc::c_int)] = constants! {
    F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_APPEND O_CREAT O_EXCL O_TRUNC O_NONBLOCK O_CLOEXEC O_SYNC O_DIRECTORY
    O_NOFOLLOW WNOHANG RTLD_LAZY RTLD_NOW
};

/// Bytes of a path argument.
fn path(value: Value) -> PyResult<Vec<u8>> {
    let value = match raw::lookup_special(value, "__fspath__") {
        Some(method) => raw::call(method, &[value])?,
        None => value,
    };
    if let Some(text) = cast::str_of(value) {
        return Ok(str::bytes(text).to_vec());
    }
    match bytes::of(value) {
        Some(data) => Ok(bytes::contents(data).to_vec()),
        None => {
            let class = raw::class_name(value);
            Err(type_error(format!("expected str, bytes or os.PathLike object, not {class}")))
        }
    }
}

/// What an error calls a file: path-like objects by their path.
fn shown(file: Value) -> Value {
    match raw::lookup_special(file, "__fspath__") {
        Some(method) => raw::call(method, &[file]).unwrap_or(file),
        None => file,
    }
}

fn c_path(value: Value) -> PyResult<CString> {
    CString::new(path(value)?).map_err(|_| value_error("embedded null byte"))
}

/// The result of a call that gives -1 on failure.
fn done(result: i64, file: Option<Value>) -> PyResult {
    if result == -1 {
        return Err(error::exception(&std::io::Error::last_os_error(), file.map(shown)));
    }
    Ok(Value::int(result))
}

fn io<T>(result: std::io::Result<T>, file: Value) -> PyResult<T> {
    result.map_err(|e| error::exception(&e, Some(shown(file))))
}

fn getcwd() -> PyResult {
    let here = std::env::current_dir().map_err(|e| error::exception(&e, None))?;
    Ok(Value::object(str::from_wtf8(here.as_os_str().as_bytes())))
}

fn chdir(to: Value) -> PyResult {
    io(std::env::set_current_dir(OsStr::from_bytes(&path(to)?)), to)?;
    Ok(NONE)
}

/// The names in a folder, of the argument's type.
fn listdir(folder: Value) -> PyResult {
    let names = list::new();
    let as_bytes = bytes::of(folder).is_some();
    for entry in io(std::fs::read_dir(OsStr::from_bytes(&path(folder)?)), folder)? {
        let name = io(entry, folder)?.file_name();
        let name = name.as_bytes();
        list::append(names, if as_bytes { bytes::new(name) } else { Value::object(str::from_wtf8(name)) });
    }
    Ok(Value::object(names))
}

fn stat_values(m: &std::fs::Metadata) -> Value {
    let nanoseconds = |s: i64, n: i64| s * 1_000_000_000 + n;
    let time = |s: i64, n: i64| Value::float(s as f64 + n as f64 * 1e-9);
    let int = |i: u64| Value::int(i as i64);
    tuple::value(&[
        int(m.mode().into()),
        int(m.ino()),
        int(m.dev()),
        int(m.nlink()),
        int(m.uid().into()),
        int(m.gid().into()),
        int(m.size()),
        Value::int(m.atime()),
        Value::int(m.mtime()),
        Value::int(m.ctime()),
        time(m.atime(), m.atime_nsec()),
        time(m.mtime(), m.mtime_nsec()),
        time(m.ctime(), m.ctime_nsec()),
        Value::int(nanoseconds(m.atime(), m.atime_nsec())),
        Value::int(nanoseconds(m.mtime(), m.mtime_nsec())),
        Value::int(nanoseconds(m.ctime(), m.ctime_nsec())),
        int(m.blksize()),
        int(m.blocks()),
        int(m.rdev()),
    ])
}

/// The fields of `stat_result` for a path or descriptor.
fn stat(file: Value, follow: Value) -> PyResult {
    let metadata = match file.as_int() {
        Some(fd) => std::fs::metadata(format!("/proc/self/fd/{fd}")),
        None => {
            let path = path(file)?;
            let path = Path::new(OsStr::from_bytes(&path));
            if raw::truth(follow)? { std::fs::metadata(path) } else { std::fs::symlink_metadata(path) }
        }
    };
    Ok(stat_values(&io(metadata, file)?))
}

macro_rules! path_calls {
    ($($(#[$doc:meta])* $function:ident $call:ident ($($more:ident: $type:ty),*);)*) => { $(
        $(#[$doc])*
        fn $function(args: &[Value]) -> PyResult {
            let file = c_path(args[0])?;
            let mut rest = args[1..].iter();
            $(let $more = match rest.next() { Some(&v) => c_int(v)?, None => 0o777 } as $type;)*
            let _ = rest.next();
            // SAFETY: the path ends with a null byte.
            done(unsafe { libc::$call(file.as_ptr() $(, $more)*) }.into(), Some(args[0]))?;
            Ok(NONE)
        }
    )* };
}

path_calls! {
    mkdir mkdir (mode: libc::mode_t);
    rmdir rmdir ();
    unlink unlink ();
    chmod chmod (mode: libc::mode_t);
}

fn rename(from: Value, to: Value) -> PyResult {
    let result = std::fs::rename(OsStr::from_bytes(&path(from)?), OsStr::from_bytes(&path(to)?));
    io(result, from)?;
    Ok(NONE)
}

fn link(from: Value, to: Value) -> PyResult {
    io(std::fs::hard_link(OsStr::from_bytes(&path(from)?), OsStr::from_bytes(&path(to)?)), from)?;
    Ok(NONE)
}

fn symlink(args: &[Value]) -> PyResult {
    let (from, to) = (path(args[0])?, path(args[1])?);
    io(std::os::unix::fs::symlink(OsStr::from_bytes(&from), OsStr::from_bytes(&to)), args[0])?;
    Ok(NONE)
}

fn readlink(file: Value) -> PyResult {
    let target = io(std::fs::read_link(OsStr::from_bytes(&path(file)?)), file)?;
    Ok(Value::object(str::from_wtf8(target.as_os_str().as_bytes())))
}

fn access(file: Value, mode: Value) -> PyResult {
    let (file, mode) = (c_path(file)?, c_int(mode)?);
    // SAFETY: the path ends with a null byte.
    Ok(boolean(unsafe { libc::access(file.as_ptr(), mode) } == 0))
}

fn open(args: &[Value]) -> PyResult {
    let (file, flags) = (c_path(args[0])?, c_int(args[1])?);
    let mode = args.get(2).map_or(Ok(0o777), |&m| c_int(m))?;
    // SAFETY: the path ends with a null byte.
    done(unsafe { libc::open(file.as_ptr(), flags | libc::O_CLOEXEC, mode) }.into(), Some(args[0]))
}

fn close(fd: Value) -> PyResult {
    let fd = c_int(fd)?;
    // SAFETY: no memory is involved; who holds the descriptor is the program's business.
    done(unsafe { libc::close(fd) }.into(), None)?;
    Ok(NONE)
}

fn read(fd: Value, count: Value) -> PyResult {
    let (fd, count) = (c_int(fd)?, index_i64(count)?.clamp(0, 1 << 30) as usize);
    let mut buffer = vec![0u8; count];
    // SAFETY: writes at most the buffer's length.
    let got = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), count) } as i64;
    done(got, None)?;
    Ok(bytes::new(&buffer[..got as usize]))
}

fn write(fd: Value, data: Value) -> PyResult {
    let (fd, data) = (c_int(fd)?, bytes::expect(data)?);
    // SAFETY: reads the slice, which nothing changes meanwhile.
    done(unsafe { libc::write(fd, data.as_ptr().cast(), data.len()) } as i64, None)
}

fn lseek(fd: Value, to: Value, whence: Value) -> PyResult {
    let (fd, to, whence) = (c_int(fd)?, index_i64(to)?, c_int(whence)?);
    // SAFETY: no memory is involved.
    done(unsafe { libc::lseek(fd, to, whence) }, None)
}

fn isatty(fd: Value) -> PyResult {
    let fd = c_int(fd)?;
    // SAFETY: no memory is involved.
    Ok(boolean(unsafe { libc::isatty(fd) } == 1))
}

fn pipe() -> PyResult {
    let mut ends = [0; 2];
    // SAFETY: writes two numbers.
    done(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) }.into(), None)?;
    Ok(tuple::value(&[Value::int(ends[0].into()), Value::int(ends[1].into())]))
}

fn getpid() -> PyResult {
    Ok(Value::int(std::process::id().into()))
}

fn getppid() -> PyResult {
    Ok(Value::int(std::os::unix::process::parent_id().into()))
}

macro_rules! ids {
    ($($name:ident)*) => { $(
        fn $name() -> PyResult {
            // SAFETY: reads a number of the process.
            Ok(Value::int(unsafe { libc::$name() }.into()))
        }
    )* };
}

ids! { getuid geteuid getgid getegid }

fn urandom(count: Value) -> PyResult {
    use std::io::Read;
    let count = index_i64(count)?;
    let Ok(count) = usize::try_from(count) else { return Err(value_error("negative argument not allowed")) };
    let mut buffer = vec![0u8; count];
    let result = std::fs::File::open("/dev/urandom").and_then(|mut f| f.read_exact(&mut buffer));
    result.map_err(|e| error::exception(&e, None))?;
    Ok(bytes::new(&buffer))
}

fn strerror(number: Value) -> PyResult {
    Ok(str::value(&error::message(&std::io::Error::from_raw_os_error(c_int(number)?))))
}

fn cpu_count() -> PyResult {
    Ok(std::thread::available_parallelism().map_or(NONE, |n| Value::int(n.get() as i64)))
}

fn kill(pid: Value, signal: Value) -> PyResult {
    let (pid, signal) = (c_int(pid)?, c_int(signal)?);
    // A signal to this process goes to this thread, so that it has come when the call returns.
    // SAFETY: no memory is involved.
    let result = unsafe {
        if pid == libc::getpid() && signal != 0 { libc::raise(signal) } else { libc::kill(pid, signal) }
    };
    done(result.into(), None)?;
    crate::interrupt::check()?;
    Ok(NONE)
}

fn exit(code: Value) -> PyResult {
    std::process::exit(c_int(code)?)
}

fn umask(mask: Value) -> PyResult {
    let mask = c_int(mask)? as libc::mode_t;
    // SAFETY: no memory is involved.
    Ok(Value::int(unsafe { libc::umask(mask) }.into()))
}

/// Sets an environment variable of this process, which programs started later inherit.
fn putenv(name: Value, value: Value) -> PyResult {
    let (name, value) = (c_path(name)?, c_path(value)?);
    // SAFETY: the C library copies both; no other thread of this process reads the environment.
    done(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }.into(), None)?;
    Ok(NONE)
}

fn unsetenv(name: Value) -> PyResult {
    let name = c_path(name)?;
    // SAFETY: as in `putenv`.
    done(unsafe { libc::unsetenv(name.as_ptr()) }.into(), None)?;
    Ok(NONE)
}

fn system(command: Value) -> PyResult {
    super::io::stream::flush_all();
    let command = c_path(command)?;
    // SAFETY: the command ends with a null byte.
    done(unsafe { libc::system(command.as_ptr()) }.into(), None)
}

/// Sets the times of a file, in seconds.
fn utime(file: Value, accessed: Value, modified: Value) -> PyResult {
    let time = |v: Value| {
        to_f64(v).map(|t| libc::timeval { tv_sec: t.floor() as i64, tv_usec: ((t - t.floor()) * 1e6) as i64 })
    };
    let (name, times) = (c_path(file)?, [time(accessed)?, time(modified)?]);
    // SAFETY: reads two structures and a path that ends with a null byte.
    done(unsafe { libc::utimes(name.as_ptr(), times.as_ptr()) }.into(), Some(file))?;
    Ok(NONE)
}

/// Columns and lines of a terminal.
fn terminal_size(fd: Value) -> PyResult {
    let fd = c_int(fd)?;
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: writes one structure.
    done(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size) }.into(), None)?;
    Ok(tuple::value(&[Value::int(size.ws_col.into()), Value::int(size.ws_row.into())]))
}

fn uname() -> PyResult {
    // SAFETY: all-zero bytes are valid, and the call fills in strings that end with null bytes.
    let (names, result) = unsafe {
        let mut names: libc::utsname = std::mem::zeroed();
        let result = libc::uname(&raw mut names);
        (names, result)
    };
    done(result.into(), None)?;
    let fields: [*const libc::c_char; 5] = [
        names.sysname.as_ptr(),
        names.nodename.as_ptr(),
        names.release.as_ptr(),
        names.version.as_ptr(),
        names.machine.as_ptr(),
    ];
    // SAFETY: the strings end with null bytes and live as long as `names`.
    let texts = fields.map(|field| str::value(&unsafe { CStr::from_ptr(field) }.to_string_lossy()));
    Ok(tuple::value(&texts))
}

/// User, system, children's user and system, and elapsed time in seconds.
fn times() -> PyResult {
    // SAFETY: all-zero bytes are valid, and the call fills them in; the other reads a number.
    let (times, ticks, per_second) = unsafe {
        let mut times: libc::tms = std::mem::zeroed();
        let ticks = libc::times(&raw mut times);
        (times, ticks, libc::sysconf(libc::_SC_CLK_TCK))
    };
    let seconds = |ticks: libc::clock_t| Value::float(ticks as f64 / per_second as f64);
    Ok(tuple::value(&[
        seconds(times.tms_utime),
        seconds(times.tms_stime),
        seconds(times.tms_cutime),
        seconds(times.tms_cstime),
        seconds(ticks),
    ]))
}

/// `poll(pairs, timeout)`: which of the pairs of a descriptor and events have some of them, within so many milliseconds (-1: ever).
fn poll(pairs: Value, timeout: Value) -> PyResult {
    let timeout = index_i64(timeout)?.clamp(-1, i32::MAX.into()) as i32;
    let pairs = tuple::from_iterable(pairs)?;
    let mut waiting = Vec::new();
    for &pair in tuple::items(pairs) {
        let pair = tuple::from_iterable(pair)?;
        let &[fd, events] = tuple::items(pair) else { return Err(type_error("pairs are required")) };
        waiting.push(libc::pollfd { fd: c_int(fd)?, events: c_int(events)? as i16, revents: 0 });
    }
    // SAFETY: reads and writes so many structures.
    let count = unsafe { libc::poll(waiting.as_mut_ptr(), waiting.len() as libc::nfds_t, timeout) };
    done(count.into(), None)?;
    let ready = list::new();
    for w in waiting.iter().filter(|w| w.revents != 0) {
        list::append(ready, tuple::value(&[Value::int(w.fd.into()), Value::int(w.revents.into())]));
    }
    Ok(Value::object(ready))
}

/// Two connected sockets.
fn socketpair(family: Value, kind: Value, protocol: Value) -> PyResult {
    let (family, kind, protocol) = (c_int(family)?, c_int(kind)?, c_int(protocol)?);
    let mut ends = [0; 2];
    // SAFETY: writes two numbers.
    let result = unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, protocol, ends.as_mut_ptr()) };
    done(result.into(), None)?;
    Ok(tuple::value(&[Value::int(ends[0].into()), Value::int(ends[1].into())]))
}

fn get_blocking(fd: Value) -> PyResult {
    let fd = c_int(fd)?;
    // SAFETY: no memory is involved.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    done(flags.into(), None)?;
    Ok(boolean(flags & libc::O_NONBLOCK == 0))
}

fn set_blocking(fd: Value, blocking: Value) -> PyResult {
    let (number, blocking) = (c_int(fd)?, raw::truth(blocking)?);
    // SAFETY: no memory is involved.
    let result = unsafe {
        let flags = libc::fcntl(number, libc::F_GETFL) & !libc::O_NONBLOCK;
        libc::fcntl(number, libc::F_SETFL, if blocking { flags } else { flags | libc::O_NONBLOCK })
    };
    done(result.into(), None)?;
    Ok(NONE)
}

natives! {
    static FUNCTIONS;
    "poll" Two(poll) [Any];
    "socketpair" Three(socketpair) [Any];
    "get_blocking" One(get_blocking) [Any];
    "set_blocking" Two(set_blocking) [Any];
    "getcwd" Zero(getcwd) [Any];
    "chdir" One(chdir) [Any];
    "listdir" One(listdir) [Any];
    "stat" Two(stat) [Any];
    "mkdir" Slice(mkdir) 1..2 [Any];
    "rmdir" Slice(rmdir) 1..1 [Any];
    "unlink" Slice(unlink) 1..1 [Any];
    "chmod" Slice(chmod) 2..2 [Any];
    "rename" Two(rename) [Any];
    "link" Two(link) [Any];
    "symlink" Slice(symlink) 2..3 [Any];
    "readlink" One(readlink) [Any];
    "access" Two(access) [Any];
    "open" Slice(open) 2..3 [Any];
    "close" One(close) [Any];
    "read" Two(read) [Any];
    "write" Two(write) [Any];
    "lseek" Three(lseek) [Any];
    "isatty" One(isatty) [Any];
    "pipe" Zero(pipe) [Any];
    "getpid" Zero(getpid) [Any];
    "getppid" Zero(getppid) [Any];
    "getuid" Zero(getuid) [Any];
    "geteuid" Zero(geteuid) [Any];
    "getgid" Zero(getgid) [Any];
    "getegid" Zero(getegid) [Any];
    "urandom" One(urandom) [Any];
    "strerror" One(strerror) [Any];
    "cpu_count" Zero(cpu_count) [Any];
    "kill" Two(kill) [Any];
    "_exit" One(exit) [Any];
    "umask" One(umask) [Any];
    "putenv" Two(putenv) [Any];
    "unsetenv" One(unsetenv) [Any];
    "system" One(system) [Any];
    "set_times" Three(utime) [Any];
    "terminal_size" One(terminal_size) [Any];
    "uname" Zero(uname) [Any];
    "times" Zero(times) [Any];
}
