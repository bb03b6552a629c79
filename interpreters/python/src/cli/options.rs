//! The command line: the table of Python's own options; arguments and the environment variable, the help.
//!
//! Invariant: what the table does not know is an error with exit code 2, as CPython's. Options stop at the program (a file,
//! `-c command` or `-`); what follows belongs to the program.
//! Neighbours: `cli` (acts on the result).

use metajit::command::{self, Row, Settings};

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

/// The command line, taken apart.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// `-V`: print the version and leave.
    pub version: bool,
    /// The program.
    pub program: Program,
    /// `sys.argv[1:]`.
    pub arguments: Vec<String>,
    /// `--dump-bytecode`.
    pub dump_bytecode: bool,
    /// `-u`.
    pub unbuffered: bool,
    /// What every command on the framework has.
    pub settings: Settings,
}

const ROWS: &[Row<Options>] = &[
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
    Row { names: &["-V", "--version"], argument: "", help: "print the version and exit", apply: version },
    Row { names: &["-u"], argument: "", help: "do not buffer standard output and error", apply: unbuffered },
    Row {
        names: &["--dump-bytecode"],
        argument: "",
        help: "print the bytecode, do not run",
        apply: dump_bytecode,
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

fn version(options: &mut Options, _: &str) -> Result<(), String> {
    options.version = true;
    Ok(())
}

fn unbuffered(options: &mut Options, _: &str) -> Result<(), String> {
    options.unbuffered = true;
    Ok(())
}

fn dump_bytecode(options: &mut Options, _: &str) -> Result<(), String> {
    options.dump_bytecode = true;
    Ok(())
}

fn ignored(_: &mut Options, _: &str) -> Result<(), String> {
    Ok(())
}

impl command::Options for Options {
    const ROWS: &'static [Row<Options>] = ROWS;
    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }
    fn is_complete(&self) -> bool {
        self.program.is_argument()
    }
}

/// Parses the environment variable's words and then the arguments that follow the command's name.
///
/// # Errors
/// A message for a person.
pub fn parse(environment: &str, arguments: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let words: Vec<String> = environment.split_whitespace().map(str::to_owned).collect();
    let rest = command::parse(&mut options, &words)?;
    if let Some(word) = rest.first() {
        return Err(format!("METAPY holds '{word}', which is no option"));
    }
    if options.program != Program::Stdin {
        return Err("METAPY may not name a program".to_owned());
    }
    let rest = command::parse(&mut options, arguments)?;
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

/// The line that says how the command is called.
pub fn usage(command: &str) -> String {
    format!("usage: {command} [option] ... [-c cmd | file | -] [arg] ...\n")
}

/// The text of `-h`.
pub fn help_text(command: &str) -> String {
    let mut text = usage(command);
    text.push_str("Options (also in the environment variable METAPY):\n");
    text.push_str(&command::help::<Options>());
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
    use metajit::driver::Mode;

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
        check("", "--jit off", |o| o.settings.jit = Mode::Off);
        check("", "--jit=sync --jit-stats", |o| {
            o.settings.jit = Mode::Sync;
            o.settings.jit_stats = true;
        });
        check("", "--heap-limit 2M", |o| o.settings.heap_limit = Some(2 << 20));
        check("", "--jit-param threshold=1", |o| {
            o.settings.jit_parameters = vec![("threshold".into(), "1".into())];
        });
        check("--jit off", "-c 1", |o| {
            o.settings.jit = Mode::Off;
            o.program = Program::Command("1".into());
        });
        check("--jit off", "--jit on", |o| o.settings.jit = Mode::On);
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
