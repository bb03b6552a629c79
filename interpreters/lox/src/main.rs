//! The command `lox [option] ... [file]`: runs a file, or reads lines and runs each.

use lox::{End, world};
use metajit::command::{self, Options as _, Row, Settings};
use std::io::{BufRead, Write};
use std::process::ExitCode;

#[derive(Default)]
struct Options {
    help: bool,
    settings: Settings,
}

impl command::Options for Options {
    const ROWS: &'static [Row<Options>] = &[Row {
        names: &["-h", "--help"],
        argument: "",
        help: "print this help and exit",
        apply: |options, _| {
            options.help = true;
            Ok(())
        },
    }];
    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }
}

const WRONG_USAGE: u8 = 64;
const UNREADABLE: u8 = 74;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut options = Options::default();
    let files = match command::parse(&mut options, &words).and_then(|files| {
        options.settings().configure()?;
        Ok(files)
    }) {
        Ok(files) => files,
        Err(message) => return wrong_usage(&message),
    };
    if options.help {
        print!("Usage: lox [option] ... [path]\n{}", command::help::<Options>());
        return ExitCode::SUCCESS;
    }
    let code = match files {
        [] => {
            lox::start(options.settings.heap());
            converse();
            0
        }
        [file] => {
            let Ok(source) = std::fs::read(file) else {
                eprintln!("Could not open file \"{file}\".");
                return ExitCode::from(UNREADABLE);
            };
            lox::start(options.settings.heap());
            run(&String::from_utf8_lossy(&source), file).code()
        }
        _ => return wrong_usage("more than one file"),
    };
    options.settings.report();
    ExitCode::from(code)
}

fn wrong_usage(message: &str) -> ExitCode {
    eprintln!("lox: {message}\nUsage: lox [option] ... [path]");
    ExitCode::from(WRONG_USAGE)
}

fn run(source: &str, file: &str) -> End {
    let end = lox::run(source, file);
    world::flush();
    for line in end.messages() {
        eprintln!("{line}");
    }
    end
}

/// Runs each line as it comes.
fn converse() {
    let mut lines = std::io::stdin().lock().lines();
    loop {
        print!("> ");
        let _ = std::io::stdout().flush();
        let Some(Ok(line)) = lines.next() else {
            println!();
            return;
        };
        run(&line, "stdin");
    }
}
