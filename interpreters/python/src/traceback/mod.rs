//! Uncaught exceptions as CPython prints them: traceback, chained exceptions, groups, notes, suggestions.
//!
//! Frames of the prelude (builtins written in Python) are left out. Nothing here raises: what cannot be found out or fails is
//! left out or replaced, as CPython does.
//! Files: `carets` (marks under a line), `source` (lines of files), `syntax` (SyntaxErrors), `suggest` ("Did you mean").

mod carets;
mod source;
mod suggest;
pub mod syntax;

use crate::address;
use crate::bytecode::Position;
use crate::code::Code;
use crate::object::cast;
use crate::object::class::Builtin;
use crate::object::layouts::{self as l, Traceback};
use crate::object::{NONE, TRUE, list, repr, str, tuple};
use crate::raw;
use metajit::heap::{self, Ref, Value};
use source::Sources;
use std::fmt::Write;

/// Equal lines in a row that are shown before they are only counted.
const REPEATED_LINES: usize = 3;
/// Exceptions of a group that are shown.
const GROUP_WIDTH: usize = 15;
/// Groups within groups that are shown.
const GROUP_DEPTH: usize = 10;

/// The text for an uncaught exception.
pub fn format_exception(exception: Value) -> String {
    let mut printer =
        Printer { out: String::new(), sources: Sources::default(), depth: 0, need_close: false };
    printer.chain(exception);
    printer.out
}

/// One line of a traceback.
#[derive(Clone, Copy)]
struct Entry {
    code: &'static Code,
    position: Position,
}

/// The entries of a traceback, outermost first.
fn entries(traceback: Value) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut at = traceback;
    while at.has_layout(Traceback::ID) {
        let entry = at.as_ref().expect("a traceback is an object");
        let code = address::code(heap::get(entry, Traceback::CODE));
        let pc = heap::get(entry, Traceback::PC) as usize;
        if !crate::prelude::is_prelude(&code.data.filename) {
            entries.push(Entry { code, position: code.data.positions.get(pc).copied().unwrap_or_default() });
        }
        at = heap::get(entry, Traceback::NEXT);
    }
    entries
}

/// The text being made.
struct Printer {
    out: String,
    sources: Sources,
    /// Groups around what is printed, each of which indents it; at least 1 inside of a group.
    depth: usize,
    /// The box of the last member of the innermost group is still to be closed.
    need_close: bool,
}

/// How an exception is tied to the one printed after it.
#[derive(Clone, Copy)]
enum Link {
    Cause,
    Context,
}

impl Printer {
    /// Writes one line, with the margin that groups give it.
    fn line(&mut self, text: &str) {
        self.margin("|");
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn margin(&mut self, margin: &str) {
        if self.depth > 0 {
            let _ = write!(self.out, "{:indent$}{margin} ", "", indent = self.indent());
        }
    }

    fn indent(&self) -> usize {
        2 * self.depth
    }

    /// The exception and those it is chained to, which come first.
    fn chain(&mut self, exception: Value) {
        let mut links = Vec::new();
        let mut seen = vec![exception];
        let mut at = exception;
        while let Some((next, link)) = linked(at) {
            if seen.contains(&next) {
                break;
            }
            seen.push(next);
            links.push(link);
            at = next;
        }
        for (i, &exception) in seen.iter().enumerate().rev() {
            self.single(exception);
            let Some(link) = i.checked_sub(1).map(|i| links[i]) else { continue };
            let sentence = match link {
                Link::Cause => "The above exception was the direct cause of the following exception:",
                Link::Context => "During handling of the above exception, another exception occurred:",
            };
            self.line("");
            self.line(sentence);
            self.line("");
        }
    }

    /// One exception without those it is chained to.
    fn single(&mut self, exception: Value) {
        let traceback = attribute(exception, "__traceback__").filter(|&t| t != NONE);
        let members = group_members(exception);
        let is_outermost = members.is_some() && self.depth == 0;
        self.depth += usize::from(is_outermost);
        if let Some(traceback) = traceback {
            let header = if members.is_some() { "Exception Group Traceback" } else { "Traceback" };
            self.margin(if is_outermost { "+" } else { "|" });
            let _ = writeln!(self.out, "{header} (most recent call last):");
            self.traceback(&entries(traceback));
        }
        for line in message_lines(exception) {
            self.line(&line);
        }
        self.notes(exception);
        if let Some(members) = members {
            self.members(members);
        }
        self.depth -= usize::from(is_outermost);
    }

    fn traceback(&mut self, entries: &[Entry]) {
        let mut i = 0;
        while i < entries.len() {
            let same = |e: &&Entry| {
                std::ptr::eq(e.code, entries[i].code) && e.position.line == entries[i].position.line
            };
            let count = entries[i..].iter().take_while(same).count();
            for entry in &entries[i..i + count.min(REPEATED_LINES)] {
                self.entry(entry);
            }
            if let Some(more @ 1..) = count.checked_sub(REPEATED_LINES) {
                let plural = if more == 1 { "" } else { "s" };
                self.line(&format!("  [Previous line repeated {more} more time{plural}]"));
            }
            i += count;
        }
    }

    fn entry(&mut self, entry: &Entry) {
        let data = &entry.code.data;
        let Entry { position, .. } = *entry;
        self.line(&format!("  File \"{}\", line {}, in {}", data.filename, position.line, data.name));
        let Some(line) = self.sources.line(&data.filename, position.line).map(str::to_owned) else { return };
        let shown = line.trim_start_matches([' ', '\t', '\x0c']);
        self.line(&format!("    {shown}"));
        if let Some(marks) = carets::underline(&line, position) {
            self.line(&marks);
        }
    }

    fn notes(&mut self, exception: Value) {
        let Some(notes) = attribute(exception, "__notes__") else { return };
        let Some(notes) = sequence(notes) else {
            let text = text_of(repr::repr(notes), "<__notes__ repr() failed>");
            self.line(&text);
            return;
        };
        for i in 0..notes.len() {
            let text = match cast::str_of(notes[i]) {
                Some(text) => str_text(text),
                None => text_of(repr::str_of(notes[i]), "<note str() failed>"),
            };
            text.split('\n').for_each(|line| self.line(line));
        }
    }

    /// The members of a group, each in a box of its own. A group that is the last member closes the box of its own last member,
    /// and with it this one's.
    fn members(&mut self, members: Value) {
        let members = sequence(members).unwrap_or(&[]);
        if self.depth > GROUP_DEPTH {
            self.line(&format!("... (max_group_depth is {GROUP_DEPTH})"));
            return;
        }
        let boxes = members.len().min(GROUP_WIDTH + 1);
        self.need_close = false;
        for (i, &member) in members[..boxes].iter().enumerate() {
            let is_last = i + 1 == boxes;
            self.need_close |= is_last;
            let title = if i < GROUP_WIDTH { (i + 1).to_string() } else { "...".to_owned() };
            let corner = if i == 0 { "+-" } else { "  " };
            let _ = writeln!(
                self.out,
                "{:indent$}{corner}+---------------- {title} ----------------",
                "",
                indent = self.indent()
            );
            self.depth += 1;
            if i == GROUP_WIDTH {
                let rest = members.len() - i;
                let plural = if rest > 1 { "s" } else { "" };
                self.line(&format!("and {rest} more exception{plural}"));
            } else {
                self.chain(member);
            }
            if is_last && self.need_close {
                let _ = writeln!(
                    self.out,
                    "{:indent$}+------------------------------------",
                    "",
                    indent = self.indent()
                );
                self.need_close = false;
            }
            self.depth -= 1;
        }
    }
}

/// The exception that `exception` came from, if it is to be shown.
fn linked(exception: Value) -> Option<(Value, Link)> {
    let is_exception = |v: &Value| raw::is_builtin_instance(*v, Builtin::BaseException);
    if let Some(cause) = attribute(exception, "__cause__").filter(is_exception) {
        return Some((cause, Link::Cause));
    }
    if attribute(exception, "__suppress_context__") == Some(TRUE) {
        return None;
    }
    attribute(exception, "__context__").filter(is_exception).map(|context| (context, Link::Context))
}

/// An attribute; `None` where there is none or getting it fails.
fn attribute(object: Value, name: &str) -> Option<Value> {
    raw::find_attr(object, name).ok().flatten()
}

/// The members of an exception group.
fn group_members(exception: Value) -> Option<Value> {
    if !raw::is_builtin_instance(exception, Builtin::BaseExceptionGroup) {
        return None;
    }
    attribute(exception, "exceptions")
}

/// The items of a list or tuple.
fn sequence<'a>(value: Value) -> Option<&'a [Value]> {
    if let Some(items) = cast::to_layout(value, l::List::ID) {
        return Some(list::items(items));
    }
    cast::to_layout(value, l::Tuple::ID).map(tuple::items)
}

/// A string's text; lone surrogates print as escapes, as standard error does it.
fn str_text(text: Ref) -> String {
    let bytes = str::bytes(text);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => {
            let mut out = String::new();
            for code in str::code_points(text) {
                match char::from_u32(code) {
                    Some(c) => out.push(c),
                    None => {
                        let _ = write!(out, "\\u{code:04x}");
                    }
                }
            }
            out
        }
    }
}

fn text_of(text: Result<Ref, Value>, failed: &str) -> String {
    text.map_or_else(|_| failed.to_owned(), str_text)
}

/// The lines that name the exception's class and say what it says; those before it show a SyntaxError's place.
fn message_lines(exception: Value) -> Vec<String> {
    let mut lines = Vec::new();
    let mut message = None;
    if raw::is_builtin_instance(exception, Builtin::SyntaxError)
        && let Some(shown) = syntax::display(exception)
    {
        lines = shown.lines;
        message = Some(shown.message);
    }
    let message = message.unwrap_or_else(|| text_of(repr::str_of(exception), "<exception str() failed>"));
    let name = class_text(exception);
    let suggestion = suggest::suggestion(exception).unwrap_or_default();
    let all = if message.is_empty() {
        format!("{name}{suggestion}")
    } else {
        format!("{name}: {message}{suggestion}")
    };
    lines.extend(all.split('\n').map(str::to_owned));
    lines
}

/// The class as tracebacks name it: with its module, unless that is a builtin one or `__main__`.
fn class_text(exception: Value) -> String {
    let class = Value::object(raw::class_of(exception));
    let text = |name: &str| attribute(class, name).and_then(cast::str_of).map(str_text);
    let name = text("__qualname__").unwrap_or_else(|| "<unknown>".to_owned());
    match text("__module__") {
        Some(module) if module != "builtins" && module != "__main__" => format!("{module}.{name}"),
        Some(_) => name,
        None => format!("<unknown>.{name}"),
    }
}
