//! The module `time`.
//!
//! Clocks are read through C's interface, since Rust's does not tell the processor's time nor the local time zone.
#![allow(unsafe_code)]

use super::ModuleTable;
use crate::object::cast::{self, index_i64, to_f64};
use crate::object::error::{overflow_error, type_error, value_error};
use crate::object::layouts::Tuple;
use crate::object::{NONE, PyResult, str, tuple};
use crate::{natives, prelude, raw};
use metajit::heap::Value;
use std::ffi::{CStr, CString};

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "time", functions: FUNCTIONS, fill };

fn fill(set: &mut dyn FnMut(&str, Value)) {
    for (name, id) in CLOCKS {
        set(name, Value::int((*id).into()));
    }
    let zone = |month: i32| local(&[(2026 - 1970) * 31_556_952 + i64::from(month) * 2_629_746]);
    let (winter, summer) = (zone(0), zone(6));
    set("timezone", Value::int(-winter.tm_gmtoff));
    set("altzone", Value::int(-summer.tm_gmtoff));
    set("daylight", Value::int((winter.tm_gmtoff != summer.tm_gmtoff).into()));
    set("tzname", tuple::value(&[str::value(&zone_name(&winter)), str::value(&zone_name(&summer))]));
}

const CLOCKS: &[(&str, libc::clockid_t)] = &[
    ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
    ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
    ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
    ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
];

unsafe extern "C" {
    /// Reads the time zone from the environment.
    safe fn tzset();
}

/// A clock's reading in nanoseconds.
fn read(clock: libc::clockid_t) -> i64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: writes to the structure.
    unsafe { libc::clock_gettime(clock, &raw mut now) };
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

/// Two functions for each clock: seconds as a float, nanoseconds as an int.
macro_rules! clocks {
    ($($seconds:ident $nanoseconds:ident $clock:ident;)*) => { $(
        fn $seconds() -> PyResult {
            Ok(Value::float(read(libc::$clock) as f64 / 1e9))
        }
        fn $nanoseconds() -> PyResult {
            Ok(Value::int(read(libc::$clock)))
        }
    )* };
}

clocks! {
    time time_ns CLOCK_REALTIME;
    monotonic monotonic_ns CLOCK_MONOTONIC;
    process_time process_time_ns CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns CLOCK_THREAD_CPUTIME_ID;
}

fn clock_of(id: Value) -> PyResult<libc::clockid_t> {
    let id = index_i64(id)?;
    match CLOCKS.iter().find(|(_, known)| i64::from(*known) == id) {
        Some(&(_, clock)) => Ok(clock),
        None => {
            let error = std::io::Error::from_raw_os_error(libc::EINVAL);
            Err(super::io::error::exception(&error, None))
        }
    }
}

fn clock_gettime(id: Value) -> PyResult {
    Ok(Value::float(read(clock_of(id)?) as f64 / 1e9))
}

fn clock_gettime_ns(id: Value) -> PyResult {
    Ok(Value::int(read(clock_of(id)?)))
}

fn sleep(seconds: Value) -> PyResult {
    let seconds = match seconds.as_float() {
        Some(seconds) if seconds.is_nan() => return Err(value_error("Invalid value NaN (not a number)")),
        Some(seconds) => seconds,
        None => cast::index(seconds)?.to_f64().unwrap_or(f64::INFINITY),
    };
    if seconds < 0.0 {
        return Err(value_error("sleep length must be non-negative"));
    }
    if seconds > 9.2e9 {
        return Err(overflow_error("timestamp too large to convert to C PyTime_t"));
    }
    let end = read(libc::CLOCK_MONOTONIC) + (seconds * 1e9) as i64;
    loop {
        crate::interrupt::check()?;
        let left = end - read(libc::CLOCK_MONOTONIC);
        if left <= 0 {
            return Ok(NONE);
        }
        let wait = libc::timespec { tv_sec: left / 1_000_000_000, tv_nsec: left % 1_000_000_000 };
        // SAFETY: reads one structure. Unlike the standard library's sleep, it ends at a signal.
        unsafe { libc::nanosleep(&raw const wait, std::ptr::null_mut()) };
    }
}

fn empty() -> libc::tm {
    // SAFETY: all-zero bits are a valid `tm`, with a null zone name.
    unsafe { std::mem::zeroed() }
}

/// The local time at `[seconds]` since 1970.
fn local(seconds: &[i64; 1]) -> libc::tm {
    let mut out = empty();
    // SAFETY: reads one number, writes one structure.
    unsafe {
        tzset();
        libc::localtime_r(seconds.as_ptr(), &raw mut out);
    }
    out
}

fn utc(seconds: i64) -> libc::tm {
    let mut out = empty();
    // SAFETY: as in `local`.
    unsafe { libc::gmtime_r(&raw const seconds, &raw mut out) };
    out
}

fn zone_name(time: &libc::tm) -> String {
    if time.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library's zone names live for ever.
    unsafe { CStr::from_ptr(time.tm_zone) }.to_string_lossy().into_owned()
}

/// A `time.struct_time`.
fn record(time: &libc::tm) -> PyResult {
    let fields = [
        time.tm_year + 1900,
        time.tm_mon + 1,
        time.tm_mday,
        time.tm_hour,
        time.tm_min,
        time.tm_sec,
        (time.tm_wday + 6) % 7,
        time.tm_yday + 1,
        time.tm_isdst,
    ];
    let mut values = [NONE; 11];
    for (value, field) in values.iter_mut().zip(fields) {
        *value = Value::int(field.into());
    }
    values[9] = str::value(&zone_name(time));
    values[10] = Value::int(time.tm_gmtoff);
    prelude::call(prelude::File::Records, "struct_time", &[tuple::value(&values)])
}

/// The seconds of an optional argument, now if it is not given.
fn seconds(args: &[Value]) -> PyResult<i64> {
    match args.first() {
        None | Some(&NONE) => Ok(read(libc::CLOCK_REALTIME).div_euclid(1_000_000_000)),
        Some(&value) => Ok(to_f64(value)?.floor() as i64),
    }
}

fn gmtime(args: &[Value]) -> PyResult {
    record(&utc(seconds(args)?))
}

fn localtime(args: &[Value]) -> PyResult {
    record(&local(&[seconds(args)?]))
}

/// The nine numbers of a time tuple.
fn time_of(value: Value) -> PyResult<libc::tm> {
    let Some(fields) = cast::to_layout(value, Tuple::ID).map(tuple::items).filter(|f| f.len() >= 9) else {
        return Err(type_error("Tuple or struct_time argument required"));
    };
    let field = |i: usize| cast::c_int(fields[i]);
    let mut time = empty();
    time.tm_year = field(0)? - 1900;
    time.tm_mon = field(1)? - 1;
    time.tm_mday = field(2)?;
    time.tm_hour = field(3)?;
    time.tm_min = field(4)?;
    time.tm_sec = field(5)?;
    time.tm_wday = (field(6)? + 1) % 7;
    time.tm_yday = field(7)? - 1;
    time.tm_isdst = field(8)?;
    Ok(time)
}

fn mktime(value: Value) -> PyResult {
    let mut time = time_of(value)?;
    // SAFETY: reads and normalises one structure.
    let seconds = unsafe { libc::mktime(&raw mut time) };
    if seconds == -1 && time.tm_wday == -1 {
        return Err(overflow_error("mktime argument out of range"));
    }
    Ok(Value::float(seconds as f64))
}

fn time_or_now(args: &[Value]) -> PyResult<libc::tm> {
    args.first().map_or_else(|| Ok(local(&[seconds(&[])?])), |&value| time_of(value))
}

fn text(time: &libc::tm, format: &str) -> PyResult {
    let Ok(format) = CString::new(format) else { return Err(value_error("embedded null character")) };
    if format.is_empty() {
        return Ok(str::value(""));
    }
    let mut out = vec![0u8; 256 + 64 * format.as_bytes().len()];
    // SAFETY: writes at most the buffer's length; the format ends with a null byte; the structure is complete.
    let written = unsafe { libc::strftime(out.as_mut_ptr().cast(), out.len(), format.as_ptr(), time) };
    out.truncate(written);
    Ok(str::value(&String::from_utf8_lossy(&out)))
}

fn strftime(args: &[Value]) -> PyResult {
    let Some(format) = cast::str_of(args[0]) else {
        return Err(type_error(format!(
            "strftime() argument 1 must be str, not {}",
            raw::class_name(args[0])
        )));
    };
    text(&time_or_now(&args[1..])?, str::as_str(format))
}

const CTIME: &str = "%a %b %e %H:%M:%S %Y";

fn asctime(args: &[Value]) -> PyResult {
    text(&time_or_now(args)?, CTIME)
}

fn ctime(args: &[Value]) -> PyResult {
    text(&local(&[seconds(args)?]), CTIME)
}

fn py_tzset() -> PyResult {
    tzset();
    Ok(NONE)
}

/// `struct_time` is made when it is first asked for.
fn getattr(name: Value) -> PyResult {
    match cast::str_of(name).map(str::as_str) {
        Some("struct_time") => prelude::get(prelude::File::Records, "struct_time"),
        name => Err(crate::builtins::objects::no_module_attribute("time", name.unwrap_or_default())),
    }
}

fn get_clock_info(name: Value) -> PyResult {
    prelude::call(prelude::File::Records, "clock_info", &[name])
}

natives! {
    static FUNCTIONS;
    "get_clock_info" One(get_clock_info) [Any];
    "__getattr__" One(getattr) [Any];
    "time" Zero(time) [Any];
    "time_ns" Zero(time_ns) [Any];
    "monotonic" Zero(monotonic) [Any];
    "monotonic_ns" Zero(monotonic_ns) [Any];
    "perf_counter" Zero(monotonic) [Any];
    "perf_counter_ns" Zero(monotonic_ns) [Any];
    "process_time" Zero(process_time) [Any];
    "process_time_ns" Zero(process_time_ns) [Any];
    "thread_time" Zero(thread_time) [Any];
    "thread_time_ns" Zero(thread_time_ns) [Any];
    "clock_gettime" One(clock_gettime) [Any];
    "clock_gettime_ns" One(clock_gettime_ns) [Any];
    "sleep" One(sleep) [Any];
    "gmtime" Slice(gmtime) 0..1 [Any];
    "localtime" Slice(localtime) 0..1 [Any];
    "mktime" One(mktime) [Any];
    "strftime" Slice(strftime) 1..2 [Any];
    "asctime" Slice(asctime) 0..1 [Any];
    "ctime" Slice(ctime) 0..1 [Any];
    "tzset" Zero(py_tzset) [Any];
}
