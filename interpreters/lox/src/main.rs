//! The command `lox [option] ... [file]`: runs a file, or reads lines and runs each.

use metajit::command::{Command, Settings};
use metajit::output;
use std::process::ExitCode;

const LOX: Command = Command { name: "lox", usage: "Usage: lox [option] ... [path]", wrong_usage: 64 };
const UNREADABLE: u8 = 74;

fn main() -> ExitCode {
    LOX.main(command)
}

/// Gives the exit code. An error is an exit code and a message.
fn command(settings: &Settings, files: &[String]) -> Result<u8, (u8, String)> {
    match files {
        [] => {
            lox::start(settings.heap());
            converse();
            Ok(0)
        }
        [file] => {
            let source = std::fs::read(file);
            let source = source.map_err(|_| (UNREADABLE, format!("Could not open file \"{file}\".")))?;
            lox::start(settings.heap());
            Ok(run(&String::from_utf8_lossy(&source), file))
        }
        _ => Err(LOX.wrong("more than one file")),
    }
}

/// Runs a program; gives its exit code.
fn run(source: &str, file: &str) -> u8 {
    let end = lox::run(source, file);
    output::flush();
    for line in end.messages {
        eprintln!("{line}");
    }
    end.code
}

/// Runs each line as it comes.
fn converse() {
    let mut lines = std::io::stdin().lines();
    loop {
        output::print(b"> ");
        output::flush();
        let Some(Ok(line)) = lines.next() else { return output::print(b"\n") };
        run(&line, "stdin");
    }
}
