//! The modules written in Python that are part of the executable: their sources, found by dotted name.
//!
//! `lib/` holds CPython's own modules, unchanged; `own` the ones of this project, which stand in for modules that CPython has in C.
//! Both are compiled when first imported, so that what is not imported costs nothing but place in the file.
//! Neighbours: `import` (asks here after the folders of `sys.path`), `build.rs` (makes the table of `lib/`).

/// A module's source.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Its dotted name.
    pub name: &'static str,
    /// Whether it is a package.
    pub package: bool,
    /// Its text.
    pub text: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The folder that `__file__` of these modules names; it does not exist.
pub const FOLDER: &str = "/usr/local/lib/python3.12";

impl Source {
    /// What stands for the file's name in tracebacks. A module that stands in for one in C shows no frames there, as that has none.
    pub fn filename(&self) -> String {
        if is_own(self.name) {
            return format!("<prelude {}>", self.name);
        }
        let path = self.name.replace('.', "/");
        if self.package { format!("{FOLDER}/{path}/__init__.py") } else { format!("{FOLDER}/{path}.py") }
    }
}

macro_rules! own {
    ($($name:literal)*) => {
        /// The modules of this project, sorted.
        static OWN: &[Source] = &[$(Source { name: $name, package: false, text: include_bytes!(concat!($name, ".py")) }),*];
    };
}

own! {
    "_abc"
    "_ast"
    "_blake2"
    "_codecs"
    "_collections"
    "_contextvars"
    "_csv"
    "_digests"
    "_io"
    "_json"
    "_md5"
    "_operator"
    "_posixsubprocess"
    "_random"
    "_sha1"
    "_sha2"
    "_sha3"
    "_signal"
    "_socket"
    "_sre"
    "_string"
    "_struct"
    "_thread"
    "_tokenize"
    "_typing"
    "_weakref"
    "array"
    "atexit"
    "binascii"
    "gc"
    "importlib"
    "importlib.abc"
    "importlib.machinery"
    "importlib.util"
    "itertools"
    "posix"
    "select"
    "unicodedata"
}

/// Whether a module is one that stands in for a module in C.
fn is_own(name: &str) -> bool {
    find_in(OWN, name).is_some()
}

fn find_in(table: &'static [Source], name: &str) -> Option<&'static Source> {
    table.binary_search_by(|source| source.name.cmp(name)).ok().map(|at| &table[at])
}

/// A module that stands in for one in C. It comes before the folders of `sys.path`, as a module in C would.
pub fn find_own(name: &str) -> Option<&'static Source> {
    find_in(OWN, name)
}

/// A module of CPython's library.
pub fn find(name: &str) -> Option<&'static Source> {
    find_in(LIBRARY, name)
}

/// The source that a file name of [`Source::filename`] stands for, for the lines that tracebacks show.
pub fn source_of(filename: &str) -> Option<&'static [u8]> {
    let path = filename.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".py")?;
    let name = path.strip_suffix("/__init__").unwrap_or(path).replace('/', ".");
    find(&name).map(|source| source.text)
}

/// The addresses from the first text of CPython's library to the end of the last one.
pub fn extent() -> std::ops::Range<usize> {
    let texts = || LIBRARY.iter().map(|source| source.text.as_ptr_range());
    let start = texts().map(|text| text.start as usize).min();
    let end = texts().map(|text| text.end as usize).max();
    start.unwrap_or(0)..end.unwrap_or(0)
}

/// The names of the modules that need no file, sorted: `sys.builtin_module_names`.
pub fn builtin_names() -> Vec<&'static str> {
    let own = OWN.iter().map(|source| source.name).filter(|name| !name.contains('.'));
    let mut names: Vec<&str> = super::names().chain(own).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytecode::{CodeData, Const};
    use crate::compile::{compile_file, deferred};
    use std::sync::Arc;

    #[test]
    fn tables_are_sorted() {
        assert!(OWN.is_sorted_by_key(|source| source.name));
        assert!(LIBRARY.is_sorted_by_key(|source| source.name));
    }

    /// Everything about a code but the code in it.
    fn shown(code: &CodeData) -> String {
        let consts: Vec<&Const> = code.consts.iter().filter(|c| !matches!(c, Const::Code(_))).collect();
        let all = CodeData { consts: Vec::new(), liveness: Default::default(), ..code.clone() };
        format!("{all:?} {consts:?}")
    }

    fn check(whole: &Arc<CodeData>, outlined: &Arc<CodeData>, deferred_bodies: &mut usize) {
        let made = match &outlined.deferred {
            Some(_) => {
                *deferred_bodies += 1;
                deferred::body_of(outlined)
            }
            None => outlined.clone(),
        };
        let (a, b) = (shown(whole), shown(&made));
        if a != b {
            let at = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
            let part = |text: &str| text.chars().skip(at.saturating_sub(200)).take(400).collect::<String>();
            panic!("{} of {}:\n{}\n{}", whole.qualname, whole.filename, part(&a), part(&b));
        }
        let inner = |code: &Arc<CodeData>| -> Vec<Arc<CodeData>> {
            let codes = code.consts.iter();
            codes.filter_map(|c| if let Const::Code(code) = c { Some(code.clone()) } else { None }).collect()
        };
        for (a, b) in inner(whole).iter().zip(&inner(&made)) {
            check(a, b, deferred_bodies);
        }
    }

    #[test]
    fn bodies_compiled_later_are_the_same() {
        let mut count = 0;
        for source in OWN.iter().chain(LIBRARY) {
            let name = source.filename();
            let whole = compile_file(source.text, &name).expect("the library compiles");
            let outlined = deferred::compile_library(source.text, &name).expect("so does its outline");
            check(&whole, &outlined, &mut count);
        }
        assert!(count > 1000, "only {count} bodies were left for later");
    }
}
