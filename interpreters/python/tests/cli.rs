//! The `metapy` command from outside: options, exit codes, signals, and input that no program should crash on.

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn metapy() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metapy"));
    command.env_remove("METAPY").stdin(Stdio::null());
    command
}

/// Runs to the end, or kills what takes longer than a minute.
fn output(command: &mut Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The program may end without reading.
        let _ = stdin.write_all(&input);
    });
    let (sender, receiver) = std::sync::mpsc::channel();
    let id = child.id();
    std::thread::spawn(move || {
        let _ = sender.send(child.wait_with_output());
    });
    let result = receiver.recv_timeout(Duration::from_secs(60));
    let Ok(output) = result else {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("{command:?} does not end");
    };
    writer.join().expect("writing does not panic");
    output.expect("the command is ours")
}

#[track_caller]
fn check(arguments: &[&str], input: &str, code: i32, out: &str, err: &str) {
    let result = output(metapy().args(arguments), input.as_bytes());
    let (found_out, found_err) =
        (String::from_utf8_lossy(&result.stdout), String::from_utf8_lossy(&result.stderr));
    assert_eq!(found_out, out, "stdout of {arguments:?}; stderr: {found_err}");
    assert!(
        found_err.contains(err) && found_err.is_empty() == err.is_empty(),
        "stderr of {arguments:?}: {found_err}"
    );
    assert_eq!(result.status.code(), Some(code), "exit code of {arguments:?}; stderr: {found_err}");
}

/// Runs a program that ends with an uncaught exception, which the last line of standard error names.
#[track_caller]
fn check_raises(arguments: &[&str], program: &[u8], last_line: &str) {
    let result = output(metapy().args(arguments).arg("-"), program);
    let err = String::from_utf8_lossy(&result.stderr);
    let last = err.lines().last().unwrap_or_default();
    assert!(last.starts_with(last_line), "{last_line:?} expected, stderr ends with {last:?}");
    assert_eq!(result.status.code(), Some(1), "{err}");
}

#[test]
fn programs_come_from_three_places() {
    check(&["-c", "import sys; print(sys.argv)", "a", "-b"], "", 0, "['-c', 'a', '-b']\n", "");
    check(&[], "print(1)\n", 0, "1\n", "");
    check(&["-", "x"], "import sys; print(sys.argv)\n", 0, "['-', 'x']\n", "");
}

#[test]
fn information() {
    let result = output(metapy().arg("-V"), b"");
    assert!(String::from_utf8_lossy(&result.stdout).starts_with("Python 3.12.1 (metapy "));
    let result = output(metapy().arg("-h"), b"");
    let help = String::from_utf8_lossy(&result.stdout).into_owned();
    for option in
        ["--jit", "--jit-param", "--jit-log", "--jit-stats", "--dump-bytecode", "--heap-limit", "METAPY"]
    {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn wrong_command_lines() {
    check(&["--foo"], "", 2, "", "unknown option --foo\nusage: ");
    check(&["-y"], "", 2, "", "Unknown option: -y\nusage: ");
    check(&["-c"], "", 2, "", "Argument expected for the -c option\nusage: ");
    check(&["--jit", "x"], "", 2, "", "argument of --jit must be off, on or sync");
    check(&["--jit-param", "nonsense=1", "-c", ""], "", 2, "", "nonsense");
    check(
        &["/no/such/file.py"],
        "",
        2,
        "",
        "can't open file '/no/such/file.py': [Errno 2] No such file or directory",
    );
    let result = output(metapy().env("METAPY", "--bar").args(["-c", ""]), b"");
    assert_eq!(result.status.code(), Some(2));
}

#[test]
fn environment_gives_options() {
    let result = output(metapy().env("METAPY", "--jit off --dump-bytecode").args(["-c", "x = 1"]), b"");
    assert!(String::from_utf8_lossy(&result.stdout).contains("code <module>"));
}

#[test]
fn exit_codes() {
    check(&["-c", "raise SystemExit"], "", 0, "", "");
    check(&["-c", "import sys; sys.exit(7)"], "", 7, "", "");
    check(&["-c", "import sys; sys.exit('why')"], "", 1, "", "why\n");
    check(&["-c", "print('out'); 1/0"], "", 1, "out\n", "ZeroDivisionError: division by zero\n");
    check(&["-c", "x ="], "", 1, "", "SyntaxError: invalid syntax\n");
}

#[test]
fn wrong_encodings() {
    let check_undecodable = |program: &[u8], message: &str| {
        let result = output(metapy().arg("-"), program);
        let err = String::from_utf8_lossy(&result.stderr);
        assert_eq!(err.trim_end(), format!("SyntaxError: {message}"));
        assert_eq!(result.status.code(), Some(2), "{err}");
    };
    check_undecodable(
        b"x = '\xff'\n",
        "Non-UTF-8 code starting with '\\xff' in file <stdin> on line 1, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
    );
    check_undecodable(b"# coding: nonsense\nx = 1\n", "encoding problem: nonsense");
    check_undecodable(b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem: iso-8859-1 with BOM");
    check_undecodable(
        b"# coding: utf-8\nx = '\xff'\n",
        "(unicode error) 'utf-8' codec can't decode byte 0xff in position 21: invalid start byte",
    );
    check_raises(&[], b"x = 1\0\n", "SyntaxError: source code");
}

#[test]
fn nesting_without_end() {
    let deep = |open: &str, close: &str| format!("x = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
    check_raises(&[], deep("(", ")").as_bytes(), "SyntaxError: too many nested parentheses");
    check_raises(&[], deep("[", "]").as_bytes(), "SyntaxError: too many nested parentheses");
    for (open, close) in [("-", ""), ("not ", ""), ("lambda: ", ""), ("1+", ""), ("x.", "y")] {
        // CPython runs some of these; what matters is that there is an answer.
        let result = output(metapy().arg("-"), deep(open, close).as_bytes());
        assert!(matches!(result.status.code(), Some(0 | 1)), "{open:?}: {:?}", result.status);
    }
}

#[test]
fn random_bytes() {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let pieces = [
        "(", ")", "[", "def ", "class ", ":", "\n", "    ", "f'{", "'", "\"\"\"", "x", "=", "*", "lambda",
        "1e", "0x", "\\", "#", "\t",
    ];
    for round in 0..40 {
        let length = random() % 300;
        let program: Vec<u8> = if round % 2 == 0 {
            (0..length).map(|_| random() as u8).collect()
        } else {
            (0..length).flat_map(|_| pieces[random() as usize % pieces.len()].bytes()).collect()
        };
        let result = output(metapy().arg("-"), &program);
        let err = String::from_utf8_lossy(&result.stderr);
        let code = result.status.code();
        assert!(matches!(code, Some(0..=2)), "{code:?} for {program:?}\n{err}");
        assert!(
            code == Some(0) || err.lines().last().unwrap_or_default().contains("Error"),
            "{program:?}\n{err}"
        );
    }
}

#[test]
fn recursion_without_end() {
    let message = "RecursionError: maximum recursion depth exceeded";
    for jit in ["off", "sync"] {
        let jit = &["--jit", jit][..];
        check_raises(jit, b"def f(n): return f(n + 1) + 1\nf(0)\n", message);
        check_raises(jit, b"class A:\n  def __repr__(self): return repr(self)\nrepr(A())\n", message);
        check_raises(jit, b"class A:\n  def __getattr__(self, n): return getattr(self, n)\nA().x\n", message);
        check_raises(jit, b"class A:\n  def __eq__(self, o): return self == o\nA() == A()\n", message);
        check_raises(
            jit,
            b"class A:\n  def __lt__(self, o): return sorted([A(), A()])\nsorted([A(), A()])\n",
            message,
        );
    }
    check_raises(&[], b"x = []\nfor i in range(100000): x = [x]\nrepr(x)\n", message);
    check_raises(&[], b"x = y = ()\nfor i in range(100000): x = (x,); y = (y,)\nx == y\n", message);
    check_raises(
        &[],
        b"import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return f(n + 1)\nf(0)\n",
        "RecursionError",
    );
}

#[test]
fn shortage_of_memory() {
    let limit = &["--heap-limit", "200M"][..];
    check_raises(limit, b"x = [0] * 10**9\n", "MemoryError");
    check_raises(limit, b"x = 'ab' * 10**9\n", "MemoryError");
    check_raises(limit, b"x = []\nwhile True: x.append([1] * 100)\n", "MemoryError");
    check_raises(&[], b"x = [0] * 10**18\n", "MemoryError");
    check_raises(&[], b"x = bytearray(10**18)\n", "MemoryError");
    check_raises(limit, b"s = 'ab'\nwhile True: s = f'{s}{s}'\n", "MemoryError");
}

/// A program that catches the error goes on, and is not told a second time.
#[test]
fn shortage_of_memory_is_survived() {
    let program = "
def double():
    s = 'ab'
    while True:
        s += s
def append():
    a = []
    while True:
        a.append([1] * 100)
for f in double, append, double, append:
    try:
        f()
    except MemoryError:
        print(f.__name__)
";
    for jit in ["on", "off"] {
        let arguments = ["--heap-limit", "60M", "--jit", jit, "-c", program];
        check(&arguments, "", 0, "double\nappend\ndouble\nappend\n", "");
    }
}

#[test]
fn large_numbers() {
    check_raises(
        &[],
        b"print(10 ** 10 ** 6)\n",
        "ValueError: Exceeds the limit (4300 digits) for integer string conversion",
    );
    check_raises(
        &[],
        b"int('1' * 5000)\n",
        "ValueError: Exceeds the limit (4300 digits) for integer string conversion",
    );
    check(
        &["-c", "import sys; sys.set_int_max_str_digits(0); print(len(str(10 ** 10 ** 5)))"],
        "",
        0,
        "100001\n",
        "",
    );
}

/// Starts a program that waits, sends SIGINT once it has printed a line, and gives what it printed on standard error.
fn interrupted(arguments: &[&str], program: &str) -> (Option<i32>, Option<i32>, String) {
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::process::ExitStatusExt;
    // Whoever runs the tests may have chosen to ignore the signal, which a program then does, too.
    let mut command = Command::new("env");
    command.arg("--default-signal=INT").arg(metapy().get_program());
    command.args(arguments).args(["-u", "-c", program]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().expect("it is piped"));
    out.read_line(&mut line).expect("it is readable");
    // Long enough for the loop to get hot.
    std::thread::sleep(Duration::from_millis(300));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let end = Instant::now() + Duration::from_secs(20);
    let status = loop {
        if let Some(status) = child.try_wait().expect("the command is ours") {
            break status;
        }
        if Instant::now() > end {
            let _ = child.kill();
            panic!("{program:?} does not react to SIGINT");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let mut err = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut err).expect("it is readable");
    (status.code(), status.signal(), err)
}

#[test]
fn ctrl_c() {
    for jit in ["off", "sync"] {
        for program in [
            "print('x')\nwhile True: pass",
            "print('x')\ni = 0\nwhile True: i += 1",
            "def f():\n  i = 0\n  while True: i += 1\nprint('x')\nf()",
            "import time\nprint('x')\ntime.sleep(100)",
        ] {
            let (code, signal, err) = interrupted(&["--jit", jit], program);
            assert!(err.ends_with("KeyboardInterrupt\n"), "{jit} {program:?}: {err}");
            assert_eq!((code, signal), (None, Some(libc::SIGINT)), "{jit} {program:?}");
        }
    }
    let caught = "print('x')\ntry:\n  while True: pass\nexcept KeyboardInterrupt:\n  raise SystemExit(3)";
    assert_eq!(interrupted(&[], caught).0, Some(3));
}

#[test]
fn closed_pipe() {
    let mut command = metapy();
    command.args(["-c", "for i in range(10**6): print(i)"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    drop(child.stdout.take());
    let result = child.wait_with_output().expect("the command is ours");
    let err = String::from_utf8_lossy(&result.stderr);
    assert!(err.contains("BrokenPipeError: [Errno 32] Broken pipe"), "{err}");
    assert!(matches!(result.status.code(), Some(1 | 120)), "{:?}", result.status);
}
