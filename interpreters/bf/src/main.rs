//! The command `bf [option] ... FILE`; its options are those of every command on the framework.

use metajit::command::{self, Settings};
use metajit::heap::Heap;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let Err((code, message)) = command(&words) else { return ExitCode::SUCCESS };
    eprintln!("bf: {message}");
    ExitCode::from(code)
}

/// Runs the command; an error is an exit code and a message.
fn command(words: &[String]) -> Result<(), (u8, String)> {
    let wrong = |message| (2, message);
    let mut settings = Settings::default();
    let [file] = command::parse(&mut settings, words).map_err(wrong)? else {
        return Err((2, format!("usage: bf [option] ... FILE\n{}", command::help::<Settings>())));
    };
    settings.configure().map_err(wrong)?;
    let source = std::fs::read(file).map_err(|error| (2, format!("{file}: {error}")))?;
    let program = bf::program::compile(&source)
        .map_err(|unbalanced| (2, format!("{file}: bracket without its partner at byte {}", unbalanced.0)))?;
    Heap::init(settings.heap());
    let result = bf::execute(Box::leak(Box::new(program)));
    settings.report();
    result.map_err(|_| (1, format!("{file}: the pointer has left the tape")))
}
