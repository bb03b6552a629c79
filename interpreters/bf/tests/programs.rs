//! Whole programs through the command, compared with their expected output.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn bf(source: &str, input: &str) -> Output {
    let file = std::env::temp_dir().join(format!("metajit-bf-{}-{:p}.bf", std::process::id(), source));
    std::fs::write(&file, source).expect("the temporary folder is writable");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bf"))
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bf starts");
    child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("bf reads its input");
    let output = child.wait_with_output().expect("bf ends");
    let _ = std::fs::remove_file(&file);
    output
}

#[track_caller]
fn check(source: &str, input: &str, expect: &str) {
    let output = bf(source, input);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        expect,
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success());
}

#[test]
fn a_loop_multiplies() {
    check("++++++++[>++++++++<-]>+.", "", "A");
}

#[test]
fn input_is_copied_to_its_end() {
    check(",[.,]", "hello", "hello");
}

#[test]
fn nested_loops_get_hot() {
    // 40 * 40 * 40 steps, then 64000 mod 256 = 0, plus 66.
    let forty = "+".repeat(40);
    let source = format!("{forty}[>{forty}[>{forty}[>+<-]<-]<-]>>>>{}.", "+".repeat(66))
        .replace("<-]<-]<-]>>>>", "<-]<-]<-]>>>");
    check(&source, "", "B");
}

#[test]
fn cells_wrap_around() {
    check("-[>+<-]>.", "", "\u{fffd}");
}

#[test]
fn leaving_the_tape_is_an_error() {
    let output = bf("+[<+]", "");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("left the tape"));
}

#[test]
fn a_lone_bracket_is_refused() {
    let output = bf("[", "");
    assert_eq!(output.status.code(), Some(2));
}
