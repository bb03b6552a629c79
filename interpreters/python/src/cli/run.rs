//! Running a program: from its source to its exit code.
//!
//! Standard output is flushed before anything is written about an uncaught exception, and at the end.

use super::End;
use super::options::{Options, Program};
use crate::bytecode::CodeData;
use crate::object::cast;
use crate::object::class::Builtin;
use crate::object::int::big::Int;
use crate::object::layouts::Module;
use crate::object::{NONE, PyResult, repr, str};
use crate::stdlib::io::stream;
use crate::stdlib::sys;
use crate::syntax::{ErrorKind, SyntaxError};
use crate::{builtins, compile, import, raw, traceback, vm};
use metajit::heap::{self, Value};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// A program, read but not compiled.
struct Source {
    text: Vec<u8>,
    /// Its name in tracebacks.
    filename: String,
    /// `__file__`.
    file: Option<String>,
    /// `sys.argv[0]`.
    argument: String,
    /// `sys.path[0]`.
    folder: String,
    /// `__package__`, for a module that `-m` names.
    package: Option<String>,
}

/// Runs the program that the options name.
pub fn run(command: &str, options: &Options) -> End {
    let mut source = match read(&options.program) {
        Ok(source) => source,
        Err(Unreadable { message, code }) => {
            eprintln!("{command}: {message}");
            return End::Code(code);
        }
    };
    if let Err(message) = options.settings.configure() {
        eprintln!("{command}: {message}");
        return End::Code(2);
    }
    if options.unbuffered {
        stream::set_unbuffered();
    }
    vm::start(options.settings.heap());
    builtins::start();
    let mut arguments = vec![source.argument.clone()];
    arguments.extend(options.arguments.iter().cloned());
    let executable =
        std::env::current_exe().map_or_else(|_| command.to_owned(), |p| p.to_string_lossy().into_owned());
    let mut path = vec![source.folder.clone()];
    let folders = std::env::var("PYTHONPATH").unwrap_or_default();
    path.extend(folders.split(':').filter(|folder| !folder.is_empty()).map(|folder| folder.to_owned()));
    sys::set_start(&sys::Start { arguments, path, executable });
    if let Program::Module(name) = &options.program {
        match find_module(name) {
            Ok(Some(found)) => {
                source.text = found.text;
                source.filename.clone_from(&found.filename);
                source.file = Some(found.filename);
                source.package = Some(found.package);
                let arguments =
                    std::iter::once(source.filename.clone()).chain(options.arguments.iter().cloned());
                sys::set_arguments(&arguments.collect::<Vec<_>>());
            }
            Ok(None) => {
                eprintln!("{command}: No module named {name}");
                return End::Code(1);
            }
            Err(exception) => return uncaught(exception),
        }
    }
    let end = match compile::compile_file(&source.text, &source.filename) {
        Ok(code) => match execute(&source, &code, options.dump_bytecode) {
            Ok(()) => finish(0),
            Err(exception) => uncaught(exception),
        },
        Err(report) => rejected(&report),
    };
    options.settings.report();
    end
}

/// The source of the module of that name, or of a package's `__main__`.
fn find_module(name: &str) -> PyResult<Option<import::Found>> {
    match import::find_source(name)? {
        Some(found) if found.is_package => import::find_source(&format!("{name}.__main__")),
        found => Ok(found),
    }
}

/// Why there is no program.
struct Unreadable {
    message: String,
    code: i32,
}

fn read(program: &Program) -> Result<Source, Unreadable> {
    match program {
        Program::Command(text) => Ok(Source {
            text: [text.as_bytes(), b"\n"].concat(),
            filename: "<string>".to_owned(),
            file: None,
            argument: "-c".to_owned(),
            folder: String::new(),
            package: None,
        }),
        Program::Stdin => {
            let mut text = Vec::new();
            let result = std::io::stdin().lock().read_to_end(&mut text);
            result.map_err(|e| Unreadable { message: format!("can't read standard input: {e}"), code: 2 })?;
            Ok(Source {
                text,
                filename: "<stdin>".to_owned(),
                file: None,
                argument: "-".to_owned(),
                folder: String::new(),
                package: None,
            })
        }
        Program::File(name) => read_file(name),
        // Found once modules can be imported.
        Program::Module(_) => {
            let folder = std::env::current_dir().map_or(String::new(), |f| f.to_string_lossy().into_owned());
            Ok(Source {
                text: Vec::new(),
                filename: String::new(),
                file: None,
                argument: "-m".to_owned(),
                folder,
                package: None,
            })
        }
    }
}

fn read_file(name: &str) -> Result<Source, Unreadable> {
    let path = Path::new(name);
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let shown = absolute.display();
    if path.is_dir() {
        return Err(Unreadable { message: format!("can't find '__main__' module in '{shown}'"), code: 1 });
    }
    let text = std::fs::read(path).map_err(|e| {
        let number = e.raw_os_error().unwrap_or(0);
        let reason = crate::stdlib::io::error::message(&e);
        Unreadable { message: format!("can't open file '{shown}': [Errno {number}] {reason}"), code: 2 }
    })?;
    let real = path.canonicalize().unwrap_or(absolute.clone());
    let folder = real.parent().map_or(String::new(), |p| p.to_string_lossy().into_owned());
    let filename = shown.to_string();
    Ok(Source {
        text,
        file: Some(filename.clone()),
        filename,
        argument: name.to_owned(),
        folder,
        package: None,
    })
}

fn execute(source: &Source, code: &Arc<CodeData>, dump: bool) -> PyResult<()> {
    if dump {
        return print_bytecode(code);
    }
    let main = builtins::main_module(source.file.as_deref());
    if let Some(package) = &source.package {
        crate::stdlib::set(main, "__package__", str::value(package));
    }
    let globals = heap::get(main, Module::DICT);
    raw::run_module(code, globals, Value::object(globals))?;
    Ok(())
}

fn print_bytecode(code: &Arc<CodeData>) -> PyResult<()> {
    let text = code.dump();
    stream::with(stream::STDOUT, |s| s.write(text.as_bytes()))
        .map_err(|e| crate::stdlib::io::error::exception(&e, None))
}

/// Runs what the program registered with `atexit`, if it imported that.
fn run_exit_functions() {
    if let Some(atexit) = crate::import::loaded("atexit") {
        // The function reports the exceptions of those it calls.
        let _ = raw::call_method(atexit, "_run_exitfuncs", &[]);
    }
}

/// Flushes what the program wrote. Standard output that cannot be written is an error of its own: exit code 120.
fn finish(code: i32) -> End {
    run_exit_functions();
    stream::flush_all();
    if let Some(stdout) = sys::attribute("stdout")
        && stdout != NONE
        && !crate::stdlib::io::file::is_plain_text(stdout)
    {
        // A program's own object; its errors are its own business.
        let _ = raw::call_method(stdout, "flush", &[]);
    }
    let result = stream::with(stream::STDOUT, |s| if s.is_closed() { Ok(()) } else { s.flush() });
    let _ = stream::with(stream::STDERR, |s| s.flush());
    match result {
        Ok(()) => End::Code(code),
        Err(error) => {
            let exception = crate::stdlib::io::error::exception(&error, None);
            let text = repr::str_of(exception).map_or("", str::as_str);
            let class = raw::class_name(exception);
            eprintln!(
                "Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>\n{class}: {text}"
            );
            End::Code(120)
        }
    }
}

/// Reports a program that does not compile. What is no text at all is as good as unreadable.
fn rejected(report: &SyntaxError) -> End {
    let end = uncaught(traceback::syntax::exception(report));
    if report.kind == ErrorKind::Encoding && end == End::Code(1) { End::Code(2) } else { end }
}

/// Reports an exception that nothing caught.
fn uncaught(exception: Value) -> End {
    if raw::is_builtin_instance(exception, Builtin::SystemExit) {
        return system_exit(exception);
    }
    let _ = stream::with(stream::STDOUT, |s| s.flush());
    let interrupted = raw::is_builtin_instance(exception, Builtin::KeyboardInterrupt);
    report(exception);
    let end = finish(1);
    if interrupted { End::Interrupted } else { end }
}

/// Hands the exception to `sys.excepthook`, or prints it.
fn report(exception: Value) {
    // The stack may have been used up; what is printed needs some of it.
    vm::set_recursion_limit(vm::recursion_limit() + 200);
    let text = traceback::format_exception(exception);
    let written = match sys::attribute("stderr") {
        Some(stderr) if stderr != NONE => raw::call_method(stderr, "write", &[str::value(&text)]).is_ok(),
        _ => true,
    };
    if !written {
        let _ = stream::with(stream::STDERR, |s| s.write(text.as_bytes()));
    }
}

/// `SystemExit`: its code, or its value printed and 1.
fn system_exit(exception: Value) -> End {
    let code = raw::find_attr(exception, "code").ok().flatten().unwrap_or(NONE);
    if code == NONE {
        return finish(0);
    }
    if let Some(int) = cast::int_of(code) {
        return finish(match int {
            // The system keeps the low byte.
            Int::Small(n) => n as i32 & 0xFF,
            Int::Big(_) => 0xFF,
        });
    }
    let _ = stream::with(stream::STDOUT, |s| s.flush());
    let text = repr::str_of(code).map_or("", str::as_str);
    let _ = stream::with(stream::STDERR, |s| s.write(format!("{text}\n").as_bytes()));
    finish(1)
}
