//! The `metapy` command: options, the program, its end.
//!
//! The program runs on a thread with a large stack, of which only what is used takes memory. Exit codes are CPython's: 0, 1 after an
//! uncaught exception, 2 for a wrong command line and for a file that cannot be read, what `SystemExit` says, and death by SIGINT after
//! an uncaught KeyboardInterrupt. A file that cannot be decoded counts as one that cannot be read; CPython ends with 1.
//! Files: `options` (the command line), `run` (the program).

pub mod options;
mod run;

use std::convert::Infallible;
use std::io::Write;

/// Bytes of address space for the interpreter's native stack.
const STACK_BYTES: usize = 512 << 20;

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// With an exit code.
    Code(i32),
    /// By Ctrl-C.
    Interrupted,
}

/// Runs the command.
pub fn main() -> ! {
    crate::memory::configure();
    let mut arguments = std::env::args_os().map(|a| a.to_string_lossy().into_owned());
    let command = arguments.next().unwrap_or_else(|| "metapy".to_owned());
    let arguments: Vec<String> = arguments.collect();
    let environment = std::env::var("METAPY").unwrap_or_default();
    let options = match options::parse(&environment, &arguments) {
        Ok(options) => options,
        Err(message) => wrong_usage(&command, &message),
    };
    if options.settings.help {
        print(&options::help_text(&command));
    }
    if options.version {
        print(&format!("Python {}\n", crate::stdlib::sys::VERSION));
    }
    on_large_stack(move || match run::run(&command, &options) {
        End::Code(code) => std::process::exit(code),
        End::Interrupted => crate::interrupt::die(),
    })
}

/// Prints a text on standard output and ends.
fn print(text: &str) -> ! {
    let result = std::io::stdout().write_all(text.as_bytes());
    std::process::exit(i32::from(result.is_err()));
}

/// Complains about the command line and ends.
fn wrong_usage(command: &str, message: &str) -> ! {
    eprint!("{message}\n{}Try `{command} -h' for more information.\n", options::usage(command));
    std::process::exit(2);
}

/// Runs `work`, which ends the process, on a thread of its own. Signals go to that thread, so that they break off
/// what it waits for.
fn on_large_stack(work: impl FnOnce() -> Infallible + Send + 'static) -> ! {
    crate::interrupt::install();
    let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK_BYTES).spawn(work);
    match thread {
        Ok(thread) => {
            crate::interrupt::block_here();
            match thread.join() {
                Ok(never) => match never {},
                Err(_) => std::process::exit(134),
            }
        }
        Err(error) => {
            eprintln!("metapy: no memory for a stack: {error}");
            std::process::exit(1)
        }
    }
}
