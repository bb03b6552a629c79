//! The command `template [option] ... FILE`.

use metajit::command::{self, Settings};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match command(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("template: {message}");
            ExitCode::FAILURE
        }
    }
}

fn command(words: &[String]) -> Result<(), String> {
    let mut settings = Settings::default();
    let [file] = command::parse(&mut settings, words)? else {
        return Err(format!("usage: template [option] ... FILE\n{}", command::help::<Settings>()));
    };
    settings.configure()?;
    let source = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let program = template::compile(&source).map_err(|message| format!("{file}: {message}"))?;
    template::start(settings.heap());
    let (output, error) = template::run(program);
    print!("{output}");
    settings.report();
    match error {
        None => Ok(()),
        Some(_) => Err(format!("{file}: a number is too large")),
    }
}
