//! The command `template [option] ... FILE`.

use metajit::command::{Command, Settings};
use metajit::output;
use std::process::ExitCode;

const TEMPLATE: Command =
    Command { name: "template", usage: "usage: template [option] ... FILE", wrong_usage: 2 };

fn main() -> ExitCode {
    TEMPLATE.main(command)
}

/// Runs a file; an error is an exit code and a message.
fn command(settings: &Settings, files: &[String]) -> Result<u8, (u8, String)> {
    let [file] = files else { return Err(TEMPLATE.wrong("one file, please")) };
    let failed = |message: String| (1, format!("template: {file}: {message}"));
    let source = std::fs::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    let program = template::compile(&source).map_err(failed)?;
    template::start(settings.heap());
    let (output, error) = template::run(program);
    output::print(output.as_bytes());
    match error {
        None => Ok(0),
        Some(_) => Err(failed("a number is too large".to_owned())),
    }
}
