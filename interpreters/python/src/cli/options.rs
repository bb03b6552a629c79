//! The command line: one table of options, which parses arguments and the environment variable and prints the help.
//!
//! Invariant: what the table does not know is an error with exit code 2, as CPython's. Options stop at the program (a file,
//! `-c command` or `-`); what follows belongs to the program.
//! Neighbours: `cli` (acts on the result).

use std::fmt::Write;

/// Where the program comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Program {
    /// Standard input.
    #[default]
    Stdin,
    /// The argument of `-c`.
    Command(String),
    /// A file.
    File(String),
    /// The argument of `-m`: a module, or a package with a module `__main__`.
    Module(String),
}

impl Program {
    /// Whether an option names it, which then ends the options.
    fn is_argument(&self) -> bool {
        matches!(self, Program::Command(_) | Program::Module(_))
    }
}

/// What runs hot code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Jit {
    /// The interpreter alone.
    Off,
    /// The interpreter and compiled code.
    #[default]
    On,
    /// As `On`, compiling in place, which makes runs repeatable.
    Sync,
}

/// What the process is to do instead of running a program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Information {
    /// `-V`.
    Version,
    /// `-h`.
    Help,
}

/// The command line, taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Print something and leave.
    pub information: Option<Information>,
    /// The program.
    pub program: Program,
    /// `sys.argv[1:]`.
    pub arguments: Vec<String>,
    /// `--jit`.
    pub jit: Jit,
    /// `--jit-param`: names and values.
    pub jit_parameters: Vec<(String, String)>,
    /// `--jit-log`: the file.
    pub jit_log: Option<String>,
    /// `--jit-stats`.
    pub jit_stats: bool,
    /// `--dump-bytecode`.
    pub dump_bytecode: bool,
    /// `--heap-limit`, in bytes.
    pub heap_limit: Option<usize>,
    /// `--heap-stress`: collect at every n-th allocation.
    pub heap_stress: Option<u32>,
    /// `-u`.
    pub unbuffered: bool,
}

/// What an option does with its argument (empty if it takes none).
type Apply = fn(&mut Options, &str) -> Result<(), String>;

/// One row of the table.
struct Row {
    names: &'static [&'static str],
    /// The name of its argument in the help; empty if it takes none.
    argument: &'static str,
    help: &'static str,
    apply: Apply,
}

const ROWS: &[Row] = &[
    Row {
        names: &["-c"],
        argument: "cmd",
        help: "run the argument as a program (ends the options)",
        apply: command,
    },
    Row {
        names: &["-m"],
        argument: "mod",
        help: "run a module as a program (ends the options)",
        apply: module,
    },
    Row { names: &["-h", "-?", "--help"], argument: "", help: "print this help and exit", apply: help },
    Row { names: &["-V", "--version"], argument: "", help: "print the version and exit", apply: version },
    Row { names: &["-u"], argument: "", help: "do not buffer standard output and error", apply: unbuffered },
    Row {
        names: &["--jit"],
        argument: "off|on|sync",
        help: "compile hot code: never, yes, in place",
        apply: jit,
    },
    Row {
        names: &["--jit-param"],
        argument: "name=value",
        help: "set a parameter of the JIT",
        apply: jit_param,
    },
    Row {
        names: &["--jit-log"],
        argument: "FILE",
        help: "write what the JIT does to a file",
        apply: jit_log,
    },
    Row {
        names: &["--jit-stats"],
        argument: "",
        help: "print statistics at exit (stderr)",
        apply: jit_stats,
    },
    Row {
        names: &["--dump-bytecode"],
        argument: "",
        help: "print the bytecode, do not run",
        apply: dump_bytecode,
    },
    Row {
        names: &["--heap-limit"],
        argument: "BYTES",
        help: "most memory for objects (suffixes K, M, G)",
        apply: heap_limit,
    },
    Row {
        names: &["--heap-stress"],
        argument: "N",
        help: "collect at every N-th allocation",
        apply: heap_stress,
    },
    Row { names: &["-X"], argument: "opt", help: "ignored, for compatibility", apply: ignored },
    Row { names: &["-W"], argument: "arg", help: "ignored, for compatibility", apply: ignored },
    Row {
        names: &["-b", "-B", "-d", "-E", "-I", "-P", "-q", "-s", "-S"],
        argument: "",
        help: "ignored, for compatibility",
        apply: ignored,
    },
];

fn command(options: &mut Options, text: &str) -> Result<(), String> {
    options.program = Program::Command(text.to_owned());
    Ok(())
}

fn module(options: &mut Options, name: &str) -> Result<(), String> {
    options.program = Program::Module(name.to_owned());
    Ok(())
}

fn help(options: &mut Options, _: &str) -> Result<(), String> {
    options.information = Some(Information::Help);
    Ok(())
}

fn version(options: &mut Options, _: &str) -> Result<(), String> {
    options.information.get_or_insert(Information::Version);
    Ok(())
}

fn unbuffered(options: &mut Options, _: &str) -> Result<(), String> {
    options.unbuffered = true;
    Ok(())
}

fn jit(options: &mut Options, mode: &str) -> Result<(), String> {
    options.jit = match mode {
        "off" => Jit::Off,
        "on" => Jit::On,
        "sync" => Jit::Sync,
        _ => return Err(format!("argument of --jit must be off, on or sync, not '{mode}'")),
    };
    Ok(())
}

fn jit_param(options: &mut Options, pair: &str) -> Result<(), String> {
    let (name, value) = pair
        .split_once('=')
        .ok_or_else(|| format!("argument of --jit-param must be name=value, not '{pair}'"))?;
    options.jit_parameters.push((name.trim().to_owned(), value.trim().to_owned()));
    Ok(())
}

fn jit_log(options: &mut Options, file: &str) -> Result<(), String> {
    options.jit_log = Some(file.to_owned());
    Ok(())
}

fn jit_stats(options: &mut Options, _: &str) -> Result<(), String> {
    options.jit_stats = true;
    Ok(())
}

fn dump_bytecode(options: &mut Options, _: &str) -> Result<(), String> {
    options.dump_bytecode = true;
    Ok(())
}

fn heap_limit(options: &mut Options, bytes: &str) -> Result<(), String> {
    let (digits, shift) = match bytes.as_bytes().last() {
        Some(b'K' | b'k') => (&bytes[..bytes.len() - 1], 10),
        Some(b'M' | b'm') => (&bytes[..bytes.len() - 1], 20),
        Some(b'G' | b'g') => (&bytes[..bytes.len() - 1], 30),
        _ => (bytes, 0),
    };
    let number = digits.parse::<usize>().ok().and_then(|n| n.checked_mul(1 << shift));
    let number = number.filter(|&n| n > 0);
    options.heap_limit = Some(
        number.ok_or_else(|| format!("argument of --heap-limit must be a number of bytes, not '{bytes}'"))?,
    );
    Ok(())
}

fn heap_stress(options: &mut Options, every: &str) -> Result<(), String> {
    let number = every.parse::<u32>().ok().filter(|&n| n > 0);
    options.heap_stress = Some(
        number
            .ok_or_else(|| format!("argument of --heap-stress must be a positive number, not '{every}'"))?,
    );
    Ok(())
}

fn ignored(_: &mut Options, _: &str) -> Result<(), String> {
    Ok(())
}

fn row(name: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.names.contains(&name))
}

/// Whether an argument begins an option.
fn is_option(argument: &str) -> bool {
    argument.len() > 1 && argument.starts_with('-')
}

/// Parses the environment variable's words and then the arguments that follow the command's name.
///
/// # Errors
/// A message for a person.
pub fn parse(environment: &str, arguments: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let words: Vec<String> = environment.split_whitespace().map(str::to_owned).collect();
    let rest = parse_options(&mut options, &words)?;
    if let Some(word) = rest.first() {
        return Err(format!("METAPY holds '{word}', which is no option"));
    }
    if options.program != Program::Stdin {
        return Err("METAPY may not name a program".to_owned());
    }
    let rest = parse_options(&mut options, arguments)?;
    if options.program.is_argument() {
        options.arguments = rest.to_vec();
    } else if let Some((program, arguments)) = rest.split_first() {
        if program != "-" {
            options.program = Program::File(program.clone());
        }
        options.arguments = arguments.to_vec();
    }
    Ok(options)
}

/// Applies options up to the first word that is none (or up to the argument of `-c`); what is left.
fn parse_options<'a>(options: &mut Options, mut words: &'a [String]) -> Result<&'a [String], String> {
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
        if options.program.is_argument() {
            break;
        }
    }
    Ok(words)
}

/// `--name`, `--name value` or `--name=value`.
fn long_option(options: &mut Options, word: &str, words: &mut &[String]) -> Result<(), String> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    };
    let Some(row) = row(name) else { return Err(format!("unknown option {word}")) };
    match (row.argument.is_empty(), value) {
        (true, None) => (row.apply)(options, ""),
        (true, Some(_)) => Err(format!("option {name} takes no argument")),
        (false, Some(value)) => (row.apply)(options, value),
        (false, None) => apply_to_next(options, row, name, words),
    }
}

/// `-abc`: each letter is an option; one that takes an argument takes the rest of the word or the next word.
fn short_options(options: &mut Options, letters: &str, words: &mut &[String]) -> Result<(), String> {
    for (i, letter) in letters.char_indices() {
        let name = format!("-{letter}");
        let Some(row) = row(&name) else { return Err(format!("Unknown option: {name}")) };
        if row.argument.is_empty() {
            (row.apply)(options, "")?;
            continue;
        }
        let attached = &letters[i + letter.len_utf8()..];
        return if attached.is_empty() {
            apply_to_next(options, row, &name, words)
        } else {
            (row.apply)(options, attached)
        };
    }
    Ok(())
}

fn apply_to_next(options: &mut Options, row: &Row, name: &str, words: &mut &[String]) -> Result<(), String> {
    let Some((value, rest)) = words.split_first() else {
        return Err(format!("Argument expected for the {name} option"));
    };
    *words = rest;
    (row.apply)(options, value)
}

/// The line that says how the command is called.
pub fn usage(command: &str) -> String {
    format!("usage: {command} [option] ... [-c cmd | file | -] [arg] ...\n")
}

/// The text of `-h`.
pub fn help_text(command: &str) -> String {
    let mut text = usage(command);
    text.push_str("Options (also in the environment variable METAPY):\n");
    for row in ROWS {
        let mut names = row.names.join(", ");
        if !row.argument.is_empty() {
            let _ = write!(names, " {}", row.argument);
        }
        let _ = writeln!(text, "{names:<22} : {}", row.help);
    }
    text.push_str(
        "Arguments:\n\
         file                   : program read from a file\n\
         -                      : program read from stdin (default)\n\
         arg ...                : arguments passed to the program in sys.argv[1:]\n",
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(environment: &str, line: &str, expect: impl Fn(&mut Options)) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let mut expected = Options::default();
        expect(&mut expected);
        assert_eq!(parse(environment, &words), Ok(expected), "{environment} | {line}");
    }

    fn check_error(line: &str, message: &str) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        assert_eq!(parse("", &words), Err(message.to_owned()), "{line}");
    }

    #[test]
    fn programs() {
        check("", "", |_| {});
        check("", "-", |_| {});
        check("", "- a -b", |o| o.arguments = vec!["a".into(), "-b".into()]);
        check("", "x.py --jit off", |o| {
            o.program = Program::File("x.py".into());
            o.arguments = vec!["--jit".into(), "off".into()];
        });
        check("", "-c pass -x", |o| {
            o.program = Program::Command("pass".into());
            o.arguments = vec!["-x".into()];
        });
        check("", "-cpass", |o| o.program = Program::Command("pass".into()));
    }

    #[test]
    fn long_options() {
        check("", "--jit off", |o| o.jit = Jit::Off);
        check("", "--jit=sync --jit-stats", |o| {
            o.jit = Jit::Sync;
            o.jit_stats = true;
        });
        check("", "--heap-limit 2M", |o| o.heap_limit = Some(2 << 20));
        check("", "--jit-param threshold=1", |o| {
            o.jit_parameters = vec![("threshold".into(), "1".into())];
        });
        check("--jit off", "-c 1", |o| {
            o.jit = Jit::Off;
            o.program = Program::Command("1".into());
        });
        check("--jit off", "--jit on", |o| o.jit = Jit::On);
    }

    #[test]
    fn errors() {
        check_error("--foo", "unknown option --foo");
        check_error("-y", "Unknown option: -y");
        check_error("-c", "Argument expected for the -c option");
        check_error("--jit", "Argument expected for the --jit option");
        check_error("--jit maybe", "argument of --jit must be off, on or sync, not 'maybe'");
        assert!(parse("x.py", &[]).is_err());
        assert!(parse("-c 1", &[]).is_err());
    }
}
