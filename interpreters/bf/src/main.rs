//! The command `bf [option] ... FILE`; its options are those of every command on the framework.

use metajit::command::{Command, Settings};
use metajit::heap::Heap;
use std::process::ExitCode;

const BF: Command = Command { name: "bf", usage: "usage: bf [option] ... FILE", wrong_usage: 2 };

fn main() -> ExitCode {
    BF.main(command)
}

/// Runs a file; an error is an exit code and a message.
fn command(settings: &Settings, files: &[String]) -> Result<u8, (u8, String)> {
    let [file] = files else { return Err(BF.wrong("one file, please")) };
    let failed = |code, message: String| (code, format!("bf: {file}: {message}"));
    let source = std::fs::read(file).map_err(|error| failed(2, error.to_string()))?;
    let program = bf::program::compile(&source)
        .map_err(|unbalanced| failed(2, format!("bracket without its partner at byte {}", unbalanced.0)))?;
    Heap::init(settings.heap());
    let result = bf::execute(Box::leak(Box::new(program)));
    result.map(|()| 0).map_err(|_| failed(1, "the pointer has left the tape".to_owned()))
}
