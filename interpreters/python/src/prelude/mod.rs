//! The prelude: builtins that are written in Python, so that traces go through them.
//!
//! Each file is compiled when something of it is first needed. Its frames do not show in tracebacks.

use crate::builtins::code::builtin_globals;
use crate::object::{PyResult, dict};
use crate::raw;
use metajit::heap::{self, Ref, Value};

/// A file of the prelude.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum File {
    /// `sum`, `any`, `all`, `min`, `max`, …
    Iterables,
    /// How objects are taken apart for copying and pickling.
    Objects,
    /// Tuples with named fields, and the ones of `sys` and `time`.
    Records,
}

impl File {
    const ALL: [File; 3] = [File::Iterables, File::Objects, File::Records];

    fn name(self) -> &'static str {
        match self {
            File::Iterables => "<prelude iterables>",
            File::Objects => "<prelude objects>",
            File::Records => "<prelude records>",
        }
    }

    fn source(self) -> &'static str {
        match self {
            File::Iterables => include_str!("iterables.py"),
            File::Objects => include_str!("objects.py"),
            File::Records => include_str!("records.py"),
        }
    }
}

/// Whether a file name is one of the prelude's.
pub fn is_prelude(filename: &str) -> bool {
    filename.starts_with("<prelude ")
}

thread_local! {
    static LOADED: std::cell::Cell<[Ref; File::ALL.len()]> = const { std::cell::Cell::new([Ref::NULL; File::ALL.len()]) };
}

/// The namespace of a file, which is compiled and run now if it has not been.
fn namespace(file: File) -> PyResult<Ref> {
    let mut loaded = LOADED.get();
    let place = file as usize;
    if loaded[place].is_null() {
        let code = crate::compile::compile_module(file.source(), file.name())
            .map_err(|report| crate::traceback::syntax::exception(&report))?;
        let globals = builtin_globals(file.name());
        raw::run_module(&code, globals, Value::object(globals))?;
        loaded[place] = heap::permanent(globals);
        LOADED.set(loaded);
    }
    Ok(loaded[place])
}

/// What the prelude defines under a name.
///
/// # Errors
/// What running the file raises, which only shortage of memory or stack makes happen.
pub fn get(file: File, name: &str) -> PyResult {
    let namespace = namespace(file)?;
    Ok(dict::get_str(namespace, raw::intern(name)).expect("the prelude defines what is asked for"))
}

/// Calls a function of the prelude.
///
/// # Errors
/// What it raises.
pub fn call(file: File, name: &str, args: &[Value]) -> PyResult {
    raw::call(get(file, name)?, args)
}
