//! The programs against their twins in C, by turns in one run; the best of several rounds.

use crate::programs::cases;
use crate::{mean, run};
use std::path::{Path, PathBuf};
use std::process::Command;

const ROUNDS: usize = 5;

/// Prints the table, or why there is none.
pub fn table() {
    let Some(twins) = compile() else {
        println!("programs: there is no C compiler (cc), or it failed");
        return;
    };
    println!("{:12} {:>12} {:>12} {:>8}   bytes allocated", "", "metajit, ms", "C, ms", "ratio");
    let mut ratios = Vec::new();
    let wanted = std::env::args().nth(2);
    for (i, case) in cases().into_iter().enumerate() {
        if wanted.as_ref().is_some_and(|wanted| wanted != case.name) {
            continue;
        }
        let (mut ours, mut theirs, mut allocated) = (f64::MAX, f64::MAX, 0);
        for _ in 0..ROUNDS {
            theirs = theirs.min(time_of_twin(&twins, case.name, case.argument));
            let before = metajit::heap::stats().allocated_bytes;
            let functions = cases().swap_remove(i).functions;
            let (time, _) = run(functions, case.argument, &std::env::var("METAJIT").unwrap_or_default());
            ours = ours.min(time.as_secs_f64());
            allocated = metajit::heap::stats().allocated_bytes - before;
        }
        let ratio = ours / theirs;
        println!("{:12} {:12.2} {:12.2} {ratio:8.2}   {allocated}", case.name, ours * 1e3, theirs * 1e3);
        ratios.push(ratio);
    }
    println!("{:12} {:>12} {:>12} {:8.2}", "mean", "", "", mean(&ratios));
    let _ = std::fs::remove_file(twins);
}

/// The twins as an executable in the directory for temporary files.
fn compile() -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/figures/twins.c");
    let binary = std::env::temp_dir().join(format!("metajit-twins-{}", std::process::id()));
    let status = Command::new("cc").args(["-O2", "-o"]).arg(&binary).arg(source).status().ok()?;
    status.success().then_some(binary)
}

/// Seconds.
fn time_of_twin(twins: &Path, name: &str, argument: i64) -> f64 {
    let output = Command::new(twins).args([name, &argument.to_string()]).output().expect("the twins run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let nanoseconds = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.expect("a twin prints its time") / 1e9
}
