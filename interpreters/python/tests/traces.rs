//! Golden tests of traces: the loops that each `tests/traces/*.py` is compiled to, against the `.txt` file beside it.
//!
//! A trace is as good as its loop, so only loop bodies are kept, in the order of compilation, each under the place of its header.
//! `BLESS=1 cargo test -p metapy --test traces` writes them anew; read what has changed.

use std::path::{Path, PathBuf};
use std::process::Command;

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let entries = std::fs::read_dir(folder).expect("the folder of golden tests is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "py"));
    paths.sort();
    paths
}

/// What the log of a program's run says of its own loops.
fn loops(program: &Path) -> String {
    let name = program.file_name().expect("a file").to_string_lossy().into_owned();
    let log = std::env::temp_dir().join(format!("metapy-traces-{}-{name}.log", std::process::id()));
    let status = Command::new(env!("CARGO_BIN_EXE_metapy"))
        .args(["--jit", "sync", "--jit-log"])
        .arg(&log)
        .arg(&name)
        .current_dir(program.parent().expect("a folder"))
        .env_remove("METAPY")
        .env_remove("METAJIT")
        .status();
    assert!(status.expect("the command runs").success(), "{name} fails");
    let text = std::fs::read_to_string(&log).expect("the log is there");
    let text = text.replace(&*program.with_file_name("").to_string_lossy(), "");
    let _ = std::fs::remove_file(&log);
    let (mut kept, mut inside) = (String::new(), false);
    let mut heading = None;
    for line in text.lines() {
        if line.starts_with("compiled: ") {
            let place = line.find(&name).and_then(|at| line[at..].split(": ").next());
            heading = place.map(|place| format!("{place}\n"));
        } else if line == "loop:" && heading.is_some() {
            kept += &heading.take().unwrap_or_default();
            inside = true;
        } else if line == "end loop" && inside {
            kept += "\n";
            inside = false;
        } else if inside {
            kept += &format!("  {line}\n");
        }
    }
    kept
}

#[test]
fn loops_are_as_recorded() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    for program in programs() {
        let (found, golden) = (loops(&program), program.with_extension("txt"));
        if bless {
            std::fs::write(&golden, found).expect("a writable folder");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != found {
            wrong.push((program, found));
        }
    }
    for (program, found) in &wrong {
        println!("{}:\n{found}", program.display());
    }
    assert!(wrong.is_empty(), "loops differ (BLESS=1 records them)");
}
