//! "Did you mean": the name most like one that was not found.
//!
//! Likeness is an edit distance in which a change of case costs half; too distant names are not suggested.
//! Neighbours: `traceback` (appends the sentence).

use super::{attribute, entries, sequence, str_text};
use crate::object::cast;
use crate::object::class::Builtin;
use crate::object::{NONE, dict};
use crate::{raw, vm};
use metajit::heap::{Ref, Value};

/// Cost of inserting, deleting or replacing a character.
const MOVE: usize = 2;
/// Cost of replacing a letter by the same letter of the other case.
const CASE: usize = 1;
/// Longer names are not compared.
const LONGEST: usize = 40;
/// With more candidates nothing is suggested.
const MOST: usize = 750;

/// The sentence to append to the message of an exception, if any.
pub(super) fn suggestion(exception: Value) -> Option<String> {
    if raw::is_builtin_instance(exception, Builtin::NameError) {
        return for_name(exception);
    }
    let (object, name) = if raw::is_builtin_instance(exception, Builtin::AttributeError) {
        (attribute(exception, "obj")?, name_in(exception, "name")?)
    } else if raw::is_builtin_instance(exception, Builtin::ImportError) {
        let module = name_in(exception, "name")?;
        (crate::import::loaded(&module)?, name_in(exception, "name_from")?)
    } else {
        return None;
    };
    let names = raw::call(dict::get_str(vm::builtins(), raw::intern("dir"))?, &[object]).ok()?;
    let found = best(&name, sequence(names)?.iter().filter_map(|&n| cast::str_of(n)).map(str_text))?;
    Some(format!(". Did you mean: '{found}'?"))
}

fn name_in(exception: Value, attribute_name: &str) -> Option<String> {
    attribute(exception, attribute_name).filter(|&v| v != NONE).and_then(cast::str_of).map(str_text)
}

/// A variable's name: like one of the function's, of the module's or of the builtins; or a module's that was not imported.
fn for_name(exception: Value) -> Option<String> {
    let name = name_in(exception, "name")?;
    let innermost = *entries(attribute(exception, "__traceback__")?).last()?;
    let found = best(&name, innermost.code.data.varnames.iter().cloned())
        .or_else(|| best(&name, keys(innermost.code.globals)))
        .or_else(|| best(&name, keys(vm::builtins())));
    let is_module = MODULES.split_ascii_whitespace().any(|module| module == name);
    match (found, is_module) {
        (Some(found), false) => Some(format!(". Did you mean: '{found}'?")),
        (Some(found), true) => {
            Some(format!(". Did you mean: '{found}'? Or did you forget to import '{name}'?"))
        }
        (None, true) => Some(format!(". Did you forget to import '{name}'?")),
        (None, false) => None,
    }
}

fn keys(namespace: Ref) -> impl Iterator<Item = String> {
    dict::iter(namespace).filter_map(|(key, _)| cast::str_of(key)).map(str_text)
}

/// The candidate most like `name`, the first of equals.
fn best(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let candidates: Vec<String> = candidates.collect();
    if candidates.len() >= MOST {
        return None;
    }
    let mut best = None;
    let mut least = usize::MAX;
    for candidate in candidates.iter().filter(|&c| c != name) {
        let allowed = ((name.chars().count() + candidate.chars().count() + 3) * MOVE / 6).min(least - 1);
        let distance = distance(name, candidate);
        if distance <= allowed && distance < least {
            (best, least) = (Some(candidate), distance);
            if least == 0 {
                break;
            }
        }
    }
    best.cloned()
}

/// The edit distance; `usize::MAX` for names that are too long.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let same_start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same_start..], &b[same_start..]);
    let same_end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - same_end], &b[..b.len() - same_end]);
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).map(|j| j * MOVE).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = (i + 1) * MOVE;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + replacement(*x, *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + MOVE).min(diagonal + MOVE);
        }
    }
    row[b.len()]
}

fn replacement(x: char, y: char) -> usize {
    if x == y {
        0
    } else if x.to_lowercase().eq(y.to_lowercase()) {
        CASE
    } else {
        MOVE
    }
}

/// The modules of the standard library that programs import by these names.
const MODULES: &str = "abc argparse array ast asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cgi \
    cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg csv \
    ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl \
    filecmp fileinput fnmatch fractions ftplib functools gc getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac \
    html http imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math \
    mimetypes mmap modulefinder multiprocessing netrc numbers operator optparse os pathlib pdb pickle pickletools pkgutil \
    platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc queue quopri random re \
    readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket \
    socketserver sqlite3 ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog tabnanny tarfile \
    tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle \
    types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile \
    zipimport zlib zoneinfo";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, candidates: &str, expect: Option<&str>) {
        assert_eq!(best(name, candidates.split(' ').map(str::to_owned)).as_deref(), expect, "{name}");
    }

    #[test]
    fn likeness() {
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("abc", "Abc"), 1);
        assert_eq!(distance("kitten", "sitting"), 6);
        assert_eq!(distance("blech", ""), 10);
    }

    #[test]
    fn suggestions() {
        check("lenght", "length other", Some("length"));
        check("prnt", "print input", Some("print"));
        check("xyz", "abc", None);
    }
}
