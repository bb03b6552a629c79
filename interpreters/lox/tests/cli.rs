//! The command: options, exit codes, the conversation.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn lox(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lox"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("lox starts");
    // It may have ended without reading.
    let _ = child.stdin.take().expect("piped").write_all(input.as_bytes());
    child.wait_with_output().expect("lox ends")
}

/// Runs the command on a file with this text.
fn run(name: &str, options: &[&str], source: &str) -> (Option<i32>, String, String) {
    let file = std::env::temp_dir().join(format!("metajit-lox-{}-{name}.lox", std::process::id()));
    std::fs::write(&file, source).expect("the temporary folder is writable");
    let path = file.to_str().expect("text").to_owned();
    let output = lox(&[options, &[&path]].concat(), "");
    let _ = std::fs::remove_file(&file);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_file_runs() {
    assert_eq!(run("runs", &[], "print 1 + 2;"), (Some(0), "3\n".into(), String::new()));
}

#[test]
fn errors_have_their_exit_codes() {
    let (code, out, err) = run("compile", &[], "print 1;\nprint ;");
    assert_eq!((code, &*out, &*err), (Some(65), "", "[line 2] Error at ';': Expect expression.\n"));
    let (code, out, err) = run("runtime", &[], "print 1;\nprint -nil;");
    assert_eq!((code, &*out, &*err), (Some(70), "1\n", "Operand must be a number.\n[line 2] in script\n"));
    let output = lox(&["/no/such/file.lox"], "");
    assert_eq!(output.status.code(), Some(74));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "Could not open file \"/no/such/file.lox\".\n");
    assert_eq!(lox(&["a", "b"], "").status.code(), Some(64));
    assert_eq!(lox(&["--jit", "perhaps"], "").status.code(), Some(64));
}

#[test]
fn the_options_of_the_jit_work() {
    const LOOP: &str = "var s = 0; for (var i = 0; i < 1000; i = i + 1) s = s + i; print s;";
    for mode in ["off", "on", "sync"] {
        let (code, out, _) = run(mode, &["--jit", mode, "--jit-stats"], LOOP);
        assert_eq!((code, &*out), (Some(0), "499500\n"), "{mode}");
    }
    let log = std::env::temp_dir().join(format!("metajit-lox-{}.log", std::process::id()));
    let path = log.to_str().expect("text").to_owned();
    let options = ["--jit", "sync", "--jit-param", "threshold=2", "--jit-log", &path, "--jit-stats"];
    let (_, out, statistics) = run("logged", &options, LOOP);
    assert_eq!(out, "499500\n");
    assert!(statistics.contains("collections"), "{statistics}");
    let text = std::fs::read_to_string(&log).expect("a log");
    let _ = std::fs::remove_file(&log);
    assert!(text.contains("float_add"), "{text}");
}

#[test]
fn lines_are_run_as_they_come() {
    let input = "var a = 1;\nprint a;\nfun f() { return a; }\na = 2;\nprint f();\nprint nothing;\nprint 1 +;\nprint a;\n";
    let output = lox(&[], input);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "> > 1\n> > > 2\n> > > 2\n> \n");
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "Undefined variable 'nothing'.\n[line 1] in script\n[line 1] Error at ';': Expect expression.\n"
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn memory_has_a_bound() {
    let doubling = "var s = \"x\"; while (true) s = s + s;";
    let list = "class L { init(next) { this.next = next; } } var l; while (true) l = L(l);";
    for (name, source) in [("doubling", doubling), ("list", list)] {
        let (code, _, err) = run(name, &["--heap-limit", "32M"], source);
        assert_eq!((code, &*err), (Some(70), "Out of memory.\n[line 1] in script\n"));
    }
}
