//! Checks for the authors of interpreters.
//!
//! The strongest test of an interpreter on this framework is differential: the same program has to do the same with the
//! JIT off, on, and under every stress ([`in_all_settings`]). Beside it: what a program's loops have been compiled to
//! ([`traces`]), and making a failing program small ([`shrink`]).
//!
//! A process has one heap; a test holds [`heap::testing::exclusive`] while it uses it.
//! What is run must make its code objects anew each time: the cells in them remember.

use crate::driver::{self, Mode};
use crate::heap;
use std::fmt::Debug;

/// One way of running.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// What it is called in messages.
    pub name: &'static str,
    /// Whether code is compiled.
    pub jit: Mode,
    /// Parameters, as for [`driver::configure`].
    pub parameters: &'static str,
    /// Collect at every n-th allocation.
    pub collect_every: Option<u32>,
}

/// The ways in which [`in_all_settings`] runs; the first is the plain interpreter.
pub const SETTINGS: &[Setting] = &[
    Setting { name: "off", jit: Mode::Off, parameters: "", collect_every: None },
    Setting { name: "on", jit: Mode::Sync, parameters: "verify=1", collect_every: None },
    Setting {
        name: "at once",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=1,function_threshold=1,bridge_threshold=1,merge_passes=0",
        collect_every: None,
    },
    Setting {
        name: "loops at once, a resume point for each bytecode",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=1,function_threshold=1000000,bridge_threshold=2,coarse=0,merge_limit=300",
        collect_every: None,
    },
    Setting {
        name: "nothing inlined twice",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=3,function_threshold=2,bridge_threshold=1,inline_depth=2,inline_recursion=1",
        collect_every: None,
    },
    Setting { name: "collecting, off", jit: Mode::Off, parameters: "", collect_every: Some(3) },
    Setting {
        name: "collecting, at once",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=1,function_threshold=2,bridge_threshold=1",
        collect_every: Some(7),
    },
    Setting {
        name: "every guard fails at first",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=2,function_threshold=3,bridge_threshold=2,fail_guards=2,merge_passes=0",
        collect_every: None,
    },
    Setting {
        name: "code given up at random, small budgets",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=2,function_threshold=2,bridge_threshold=1,break_regions=20,free_regions=20,\
                     code_limit=8000,trace_limit=100,bridges=3",
        collect_every: None,
    },
    Setting {
        name: "code that comes late",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=2,function_threshold=2,bridge_threshold=1,merge_passes=0,delay_results=5",
        collect_every: None,
    },
    Setting {
        name: "in the background",
        jit: Mode::On,
        parameters: "verify=1,threshold=2,function_threshold=2,bridge_threshold=1,background=1,background_merges=1",
        collect_every: None,
    },
];

/// Runs something in one way, with nothing compiled before.
pub fn in_setting<T>(setting: &Setting, run: impl FnOnce() -> T) -> T {
    driver::testing::reset();
    driver::set_mode(setting.jit);
    driver::configure(setting.parameters).expect("the parameters exist");
    heap::set_collect_every(setting.collect_every);
    let result = run();
    heap::set_collect_every(None);
    result
}

/// Runs something in all [`SETTINGS`]; gives what it gave in the plain interpreter.
///
/// # Errors
/// What differed, and in which setting.
pub fn in_all_settings<T: PartialEq + Debug>(run: impl Fn() -> T) -> Result<T, String> {
    let (first, others) = SETTINGS.split_first().expect("the plain interpreter");
    let plain = in_setting(first, &run);
    for setting in others {
        let observed = in_setting(setting, &run);
        if observed != plain {
            return Err(format!(
                "setting {:?}\nthe interpreter alone: {plain:?}\nwith this setting:     {observed:?}",
                setting.name
            ));
        }
    }
    Ok(plain)
}

/// Looks for plain reads: places where the interpreter, while a trace is recorded, looks at something that changes
/// without a heap object, a slot or an assumption. A trace would keep what it saw for ever.
///
/// Every place is recorded several times before it is compiled. Recordings that begin at the same place, and are given
/// the same answers by guards and promotions, must ask for the same operations on the same constants; one line of the
/// result is a place where they did not. What does not change while the program runs is not found, so the program should
/// run its loops often, with its state changing.
pub fn plain_reads(run: impl FnOnce()) -> Vec<String> {
    const SETTING: Setting = Setting {
        name: "plain reads",
        jit: Mode::Sync,
        parameters: "threshold=2,function_threshold=2,bridge_threshold=1,recheck=4",
        collect_every: None,
    };
    in_setting(&SETTING, run);
    driver::testing::plain_reads()
}

/// Makes a failing program small: takes away lines, then smaller pieces, for as long as it still fails.
///
/// `fails` says whether a program still has the failure that is looked for; it has to answer the same whenever it is
/// asked the same, and should be false for what is no program. The result fails, and no line or character of it can be
/// taken away by itself, nor (once it is small) two that belong together, such as brackets.
pub fn shrink(program: &str, fails: impl Fn(&str) -> bool) -> String {
    assert!(fails(program), "a program to be made small has to fail");
    let lines: Vec<&str> = program.split_inclusive('\n').collect();
    let lines = smallest(lines, &|lines| fails(&lines.concat()));
    let text = lines.concat();
    // Words and what stands between them, then characters.
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words: Vec<&str> = Vec::new();
    let mut start = 0;
    for (at, pair) in text.char_indices().zip(text.chars().skip(1)) {
        let (end, (before, after)) = (at.0 + at.1.len_utf8(), (at.1, pair));
        if !(is_word(before) && is_word(after)) {
            words.push(&text[start..end]);
            start = end;
        }
    }
    words.push(&text[start..]);
    let text = smallest(words, &|words| fails(&words.concat())).concat();
    let characters: Vec<String> = text.chars().map(String::from).collect();
    let fails = |characters: &[String]| fails(&characters.concat());
    let mut characters = smallest(characters, &fails);
    while characters.len() <= PAIRS && without_a_pair(&mut characters, &fails) {
        characters = smallest(characters, &fails);
    }
    characters.concat()
}

/// Most pieces of which pairs are taken away.
const PAIRS: usize = 120;

/// Takes away two pieces at once, if that still fails.
fn without_a_pair<T: Clone>(pieces: &mut Vec<T>, fails: &dyn Fn(&[T]) -> bool) -> bool {
    for i in 0..pieces.len() {
        for j in i + 1..pieces.len() {
            let mut rest = pieces.clone();
            rest.remove(j);
            rest.remove(i);
            if fails(&rest) {
                *pieces = rest;
                return true;
            }
        }
    }
    false
}

/// A part of some pieces that still fails, and of which no piece can be left out.
fn smallest<T: Clone>(mut pieces: Vec<T>, fails: &dyn Fn(&[T]) -> bool) -> Vec<T> {
    let mut size = pieces.len().div_ceil(2);
    while size > 0 {
        let before = pieces.len();
        let mut at = 0;
        while at < pieces.len() {
            let mut rest = pieces.clone();
            rest.drain(at..(at + size).min(pieces.len()));
            if fails(&rest) {
                pieces = rest;
            } else {
                at += size;
            }
        }
        // Larger pieces may go now that others have gone; single ones are tried until none goes.
        if size > 1 {
            size = size.div_ceil(2).min(size - 1);
        } else if pieces.len() == before {
            size = 0;
        }
    }
    pieces
}

/// What one loop, function or bridge was compiled to.
#[derive(Clone, Debug)]
pub struct CompiledTrace {
    /// Where it begins, as [`Code::describe`](crate::language::Code::describe) names it.
    pub position: String,
    /// The trace as text, one operation a line; `docs/guide` says how to read it.
    pub text: String,
}

impl CompiledTrace {
    /// The operations of a loop's body, in order, without what their operands are; of the whole trace, if it is no loop.
    pub fn body(&self) -> Vec<&str> {
        let whole = self.text.split_once("\nloop:\n").map_or(&*self.text, |(_, body)| body);
        let operations = whole.lines().take_while(|line| !line.starts_with("end") && !line.starts_with('@'));
        let name = |line: &str| -> usize { line.find(" = ").map_or(0, |at| at + 3) };
        operations.filter_map(|line| line[name(line)..].split([' ', ':']).next()).collect()
    }
    /// How often an operation stands in the [body](CompiledTrace::body).
    pub fn count(&self, operation: &str) -> usize {
        self.body().iter().filter(|&&name| name == operation).count()
    }
}

/// Runs something with loops and functions compiled early, and gives what was compiled, in order.
pub fn traces(run: impl FnOnce()) -> Vec<CompiledTrace> {
    const SETTING: Setting = Setting {
        name: "traces",
        jit: Mode::Sync,
        parameters: "verify=1,threshold=3,function_threshold=1000000,bridge_threshold=10",
        collect_every: None,
    };
    let log = Shared::default();
    in_setting(&SETTING, || {
        driver::log_to(Box::new(log.clone()));
        run();
        driver::finish_log();
        driver::testing::stop_log();
    });
    let text = String::from_utf8(std::mem::take(&mut *log.0.borrow_mut())).expect("the log is text");
    let begin = |line: &str| line.starts_with("compiled: ");
    let mut found: Vec<CompiledTrace> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if begin(line) {
            let position = line.split_once(", ").map_or("", |(_, rest)| rest);
            let position = position.rsplit_once(": ").map_or(position, |(position, _)| position);
            found.push(CompiledTrace { position: position.to_owned(), text: String::new() });
            inside = true;
        } else if line.is_empty() {
            inside = false;
        } else if inside && let Some(trace) = found.last_mut() {
            trace.text += line;
            trace.text.push('\n');
        }
    }
    found
}

/// A log that is read afterwards.
#[derive(Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::shrink;

    #[test]
    fn programs_shrink_to_what_fails() {
        let program = "let a = 1;\nlet b = 2;\nfail(a, other);\nprint(b);\n";
        assert_eq!(shrink(program, |text| text.contains("fail") && text.contains(";\n")), "fail;\n");
    }

    #[test]
    fn what_is_needed_together_stays() {
        let needs =
            |text: &str| text.matches('(').count() == text.matches(')').count() && text.contains("x(");
        assert_eq!(shrink("aaa((bb)x(ccc)(dd))\nee()\n", needs), "x()");
    }
}
