//! The command line of an interpreter: one table of options, which parses arguments and prints the help.
//!
//! A language's command has options of its own ([`Options::ROWS`]) and those that every command on the framework has
//! ([`Settings`]): what runs hot code, the log, statistics, the heap. Both are rows of one form.
//! Invariant: what neither table knows is an error, which the command reports as wrong usage.
//! Neighbours: `driver` and `heap` (what the settings set).

use crate::driver::{self, Mode};
use crate::heap::{self, HeapOptions};
use crate::output;
use std::fmt::Write;
use std::process::ExitCode;

/// One option of a command; `T` is what the options are gathered in.
pub struct Row<T> {
    /// Its names: `-x`, `--long`.
    pub names: &'static [&'static str],
    /// The name of its argument in the help; empty if it takes none.
    pub argument: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Takes note of it, with its argument (empty if it takes none); an error is a message for a person.
    pub apply: fn(&mut T, &str) -> Result<(), String>,
}

/// A command without options of its own.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name, for messages.
    pub name: &'static str,
    /// Its first line of help.
    pub usage: &'static str,
    /// The exit code for words that it does not understand.
    pub wrong_usage: u8,
}

impl Command {
    /// What `main` does: takes the words apart, sets the driver up, runs a program with the settings and the words that are
    /// no options, writes its output and what was asked for about the run. `run` gives the exit code, or one with a message.
    pub fn main(&self, run: impl FnOnce(&Settings, &[String]) -> Result<u8, (u8, String)>) -> ExitCode {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let result = self.run(&words, run);
        output::flush();
        ExitCode::from(result.unwrap_or_else(|(code, message)| {
            eprintln!("{message}");
            code
        }))
    }
    fn run(
        &self,
        words: &[String],
        run: impl FnOnce(&Settings, &[String]) -> Result<u8, (u8, String)>,
    ) -> Result<u8, (u8, String)> {
        let mut settings = Settings::default();
        let arguments = parse(&mut settings, words).map_err(|message| self.wrong(&message))?;
        settings.configure().map_err(|message| self.wrong(&message))?;
        if settings.help {
            output::print(format!("{}\n{}", self.usage, help::<Settings>()).as_bytes());
            return Ok(0);
        }
        let result = run(&settings, arguments);
        output::flush();
        settings.report();
        result
    }
    /// The error of words that the command does not understand.
    pub fn wrong(&self, message: &str) -> (u8, String) {
        (self.wrong_usage, format!("{}: {message}\n{}", self.name, self.usage))
    }
}

/// The options of a command.
pub trait Options: Sized + 'static {
    /// The command's own options, in the order of the help.
    const ROWS: &'static [Row<Self>];
    /// Where the framework's options go.
    fn settings(&mut self) -> &mut Settings;
    /// Whether what has been read ends the options: all further words are arguments.
    fn is_complete(&self) -> bool {
        false
    }
}

/// What runs hot code, what is reported about it, and bounds of the heap.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// `--help`: print [`help`] and leave.
    pub help: bool,
    /// `--jit`.
    pub jit: Mode,
    /// `--jit-param`: names and values.
    pub jit_parameters: Vec<(String, String)>,
    /// `--jit-log`: the file.
    pub jit_log: Option<String>,
    /// `--jit-stats`.
    pub jit_stats: bool,
    /// `--heap-limit`, in bytes.
    pub heap_limit: Option<usize>,
    /// `--heap-stress`: collect at every n-th allocation.
    pub heap_stress: Option<u32>,
}

/// A command may have no options of its own.
impl Options for Settings {
    const ROWS: &'static [Row<Settings>] = &[];
    fn settings(&mut self) -> &mut Settings {
        self
    }
}

const SETTINGS: &[Row<Settings>] = &[
    Row {
        names: &["-h", "-?", "--help"],
        argument: "",
        help: "print this help and exit",
        apply: |settings, _| {
            settings.help = true;
            Ok(())
        },
    },
    Row {
        names: &["--jit"],
        argument: "off|on|sync",
        help: "compile hot code: never, yes, in place",
        apply: |settings, mode| {
            settings.jit = match mode {
                "off" => Mode::Off,
                "on" => Mode::On,
                "sync" => Mode::Sync,
                _ => return Err(format!("argument of --jit must be off, on or sync, not '{mode}'")),
            };
            Ok(())
        },
    },
    Row {
        names: &["--jit-param"],
        argument: "name=value",
        help: "set a parameter of the JIT",
        apply: |settings, pair| {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| format!("argument of --jit-param must be name=value, not '{pair}'"))?;
            settings.jit_parameters.push((name.trim().to_owned(), value.trim().to_owned()));
            Ok(())
        },
    },
    Row {
        names: &["--jit-log"],
        argument: "FILE",
        help: "write what the JIT does to a file",
        apply: |settings, file| {
            settings.jit_log = Some(file.to_owned());
            Ok(())
        },
    },
    Row {
        names: &["--jit-stats"],
        argument: "",
        help: "print statistics at exit (stderr)",
        apply: |settings, _| {
            settings.jit_stats = true;
            Ok(())
        },
    },
    Row {
        names: &["--heap-limit"],
        argument: "BYTES",
        help: "most memory for objects (suffixes K, M, G)",
        apply: |settings, bytes| {
            settings.heap_limit = Some(parse_bytes(bytes).ok_or_else(|| {
                format!("argument of --heap-limit must be a number of bytes, not '{bytes}'")
            })?);
            Ok(())
        },
    },
    Row {
        names: &["--heap-stress"],
        argument: "N",
        help: "collect at every N-th allocation",
        apply: |settings, every| {
            let number = every.parse::<u32>().ok().filter(|&n| n > 0);
            settings.heap_stress = Some(number.ok_or_else(|| {
                format!("argument of --heap-stress must be a positive number, not '{every}'")
            })?);
            Ok(())
        },
    },
];

/// A positive number of bytes, with a suffix or without.
fn parse_bytes(text: &str) -> Option<usize> {
    let (digits, shift) = match text.as_bytes().last()? {
        b'K' | b'k' => (&text[..text.len() - 1], 10),
        b'M' | b'm' => (&text[..text.len() - 1], 20),
        b'G' | b'g' => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    digits.parse::<usize>().ok()?.checked_mul(1 << shift).filter(|&n| n > 0)
}

impl Settings {
    /// Sets the driver up, before anything runs.
    ///
    /// # Errors
    /// A message for a person.
    pub fn configure(&self) -> Result<(), String> {
        driver::set_mode(self.jit);
        for (name, value) in &self.jit_parameters {
            driver::configure(&format!("{name}={value}")).map_err(|error| error.to_string())?;
        }
        if let Some(path) = &self.jit_log {
            let file = std::fs::File::create(path)
                .map_err(|error| format!("can't write the log '{path}': {error}"))?;
            driver::log_to(Box::new(std::io::BufWriter::new(file)));
        }
        Ok(())
    }

    /// The heap that was asked for; the language adds its layouts.
    pub fn heap(&self) -> HeapOptions {
        HeapOptions { limit: self.heap_limit, collect_every: self.heap_stress, ..HeapOptions::default() }
    }

    /// Writes what was asked for, at the end.
    pub fn report(&self) {
        if self.jit_log.is_some() {
            driver::finish_log();
        }
        if self.jit_stats {
            let heap = heap::stats();
            eprint!("{}", driver::statistics().text());
            eprintln!("collections (young)    {}", heap.young_collections);
            eprintln!("collections (whole)    {}", heap.whole_collections);
            eprintln!("collecting (ms)        {:.3}", heap.collecting.as_secs_f64() * 1e3);
            eprintln!("heap used (bytes)      {}", heap.used_bytes);
        }
    }
}

/// Applies options up to the first word that is none; gives the words that are left.
///
/// # Errors
/// A message for a person.
pub fn parse<'a, T: Options>(options: &mut T, mut words: &'a [String]) -> Result<&'a [String], String> {
    while let Some((word, rest)) = words.split_first() {
        if !is_option(word) {
            break;
        }
        words = rest;
        if word == "--" {
            break;
        }
        if word.starts_with("--") {
            long_option(options, word, &mut words)?;
        } else {
            short_options(options, &word[1..], &mut words)?;
        }
        if options.is_complete() {
            break;
        }
    }
    Ok(words)
}

/// The lines of the help that describe a command's options: its own, then the framework's.
pub fn help<T: Options>() -> String {
    let mut text = String::new();
    lines(T::ROWS, &mut text);
    lines(SETTINGS, &mut text);
    text
}

fn lines<T>(rows: &[Row<T>], text: &mut String) {
    for row in rows {
        let mut names = row.names.join(", ");
        if !row.argument.is_empty() {
            let _ = write!(names, " {}", row.argument);
        }
        let _ = writeln!(text, "{names:<22} : {}", row.help);
    }
}

/// An option of either table.
enum Found<T: Options> {
    Own(&'static Row<T>),
    Common(&'static Row<Settings>),
}

impl<T: Options> Found<T> {
    fn called(name: &str) -> Option<Found<T>> {
        let own = T::ROWS.iter().find(|row| row.names.contains(&name)).map(Found::Own);
        own.or_else(|| SETTINGS.iter().find(|row| row.names.contains(&name)).map(Found::Common))
    }
    fn takes_argument(&self) -> bool {
        !match self {
            Found::Own(row) => row.argument.is_empty(),
            Found::Common(row) => row.argument.is_empty(),
        }
    }
    fn apply(&self, options: &mut T, argument: &str) -> Result<(), String> {
        match self {
            Found::Own(row) => (row.apply)(options, argument),
            Found::Common(row) => (row.apply)(options.settings(), argument),
        }
    }
    fn apply_to_next(&self, options: &mut T, name: &str, words: &mut &[String]) -> Result<(), String> {
        let Some((value, rest)) = words.split_first() else {
            return Err(format!("Argument expected for the {name} option"));
        };
        *words = rest;
        self.apply(options, value)
    }
}

/// Whether an argument begins an option.
fn is_option(argument: &str) -> bool {
    argument.len() > 1 && argument.starts_with('-')
}

/// `--name`, `--name value` or `--name=value`.
fn long_option<T: Options>(options: &mut T, word: &str, words: &mut &[String]) -> Result<(), String> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let Some(found) = Found::<T>::called(name) else { return Err(format!("unknown option {word}")) };
    match (found.takes_argument(), value) {
        (false, None) => found.apply(options, ""),
        (false, Some(_)) => Err(format!("option {name} takes no argument")),
        (true, Some(value)) => found.apply(options, value),
        (true, None) => found.apply_to_next(options, name, words),
    }
}

/// `-abc`: each letter is an option; one that takes an argument takes the rest of the word or the next word.
fn short_options<T: Options>(options: &mut T, letters: &str, words: &mut &[String]) -> Result<(), String> {
    for (i, letter) in letters.char_indices() {
        let name = format!("-{letter}");
        let Some(found) = Found::<T>::called(&name) else { return Err(format!("Unknown option: {name}")) };
        if !found.takes_argument() {
            found.apply(options, "")?;
            continue;
        }
        let attached = &letters[i + letter.len_utf8()..];
        return if attached.is_empty() {
            found.apply_to_next(options, &name, words)
        } else {
            found.apply(options, attached)
        };
    }
    Ok(())
}
