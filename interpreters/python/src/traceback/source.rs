//! Source lines for tracebacks: files are read when a traceback needs them, and forgotten afterwards.
//!
//! Invariant: a file that cannot be read or decoded has no lines; a traceback without its lines is still a traceback.

use crate::syntax;
use std::collections::HashMap;

/// The files read so far.
#[derive(Default, Debug)]
pub struct Sources {
    files: HashMap<String, Option<String>>,
}

impl Sources {
    /// A line (from 1) of a file, without its line break.
    pub fn line(&mut self, file: &str, line: u32) -> Option<&str> {
        let index = (line as usize).checked_sub(1)?;
        self.text(file)?.split('\n').nth(index)
    }

    fn text(&mut self, file: &str) -> Option<&str> {
        self.files.entry(file.to_owned()).or_insert_with(|| read(file)).as_deref()
    }
}

/// Names in angle brackets (`<string>`, `<stdin>`) are no files.
fn read(file: &str) -> Option<String> {
    if file.starts_with('<') {
        return None;
    }
    match crate::stdlib::library::source_of(file) {
        Some(bytes) => syntax::source::decode(bytes, None).ok(),
        None => syntax::source::decode(&std::fs::read(file).ok()?, None).ok(),
    }
}
