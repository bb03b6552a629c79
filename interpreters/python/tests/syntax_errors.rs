//! Syntax errors against CPython's: `syntax_errors.txt` holds what `syntax_errors.py` recorded there.

use metapy::compile::compile_module;
use metapy::syntax::ErrorKind;

/// What our front end says about a program, in the format of the recording.
fn report(source: &str) -> String {
    match compile_module(source, "<string>") {
        Ok(_) => "OK".to_owned(),
        Err(e) => format!("{:?}|{}|{}|{}|{}|{}", e.kind, e.line, e.col, e.end_line, e.end_col, e.message),
    }
}

#[test]
fn errors_are_those_of_cpython() {
    let mut lines = include_str!("syntax_errors.txt").lines();
    let mut wrong = Vec::new();
    while let (Some(program), Some(expected)) = (lines.next(), lines.next()) {
        let source = program.replace("\\n", "\n").replace("\\t", "\t");
        let ours = report(&source);
        if ours != expected.trim_start() {
            wrong.push(format!("{program}\n  CPython: {}\n  ours:    {ours}", expected.trim_start()));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A program that is nested too deeply gets an error of the right kind, and the stack survives.
#[test]
fn deep_nesting_is_an_error() {
    let n = 100_000;
    let cases = [
        ("(".repeat(n), ErrorKind::Syntax),
        (format!("{}1{}", "(".repeat(n), ")".repeat(n)), ErrorKind::Syntax),
        (format!("{}1", "-".repeat(n)), ErrorKind::Recursion),
        (format!("{}1", "not ".repeat(n)), ErrorKind::Recursion),
        (format!("1{}", "+1".repeat(n)), ErrorKind::Recursion),
        (format!("x{}", ".x".repeat(n)), ErrorKind::Recursion),
        (format!("x{}", "()".repeat(n)), ErrorKind::Recursion),
        (format!("1{}", "**1".repeat(n)), ErrorKind::Memory),
        (format!("{}1", "lambda:".repeat(n)), ErrorKind::Memory),
        (format!("{}1", "a if b else ".repeat(n)), ErrorKind::Memory),
        (format!("if a: b\n{}", "elif a: b\n".repeat(n)), ErrorKind::Memory),
        ((0..n).map(|i| format!("{}if a:\n", " ".repeat(i.min(300)))).collect(), ErrorKind::Indentation),
    ];
    for (source, kind) in cases {
        let error = compile_module(&source, "<string>").expect_err("too deep");
        assert_eq!(error.kind, kind, "{}…: {}", &source[..20], error.message);
    }
}

#[test]
fn long_programs_are_fine() {
    let n = 3_000;
    let cases = [
        format!("x = [{}]", "1, a, ".repeat(n)),
        format!("x = a{}", " and a".repeat(n)),
        format!("x = a{}", " < a".repeat(n)),
        format!("f({})", "a, ".repeat(n)),
        format!("x = {}", "'a' ".repeat(n)),
        format!("x = a{}", " + a".repeat(800)),
        "x = 1\n".repeat(n),
        format!("if a: b\n{}", "elif a: b\n".repeat(2_000)),
    ];
    for source in cases {
        compile_module(&source, "<string>").expect("a valid program");
    }
}

/// Programs damaged at random are compiled or refused, never more.
#[test]
fn damaged_programs_do_no_harm() {
    let seeds: Vec<&str> = include_str!("syntax_errors.txt").lines().step_by(2).collect();
    let pieces = [
        "(", ")", "[", "]", "{", "}", "'", "\"", "f'", "{x", "\\", "\n", "\n ", ":", "=", "é", "\u{0}", "*",
        "lambda ", "0",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    for _ in 0..20_000 {
        let mut source = String::new();
        for _ in 0..=random(3) {
            source.push_str(&seeds[random(seeds.len())].replace("\\n", "\n"));
            source.push_str(pieces[random(pieces.len())]);
        }
        let mut chars: Vec<char> = source.chars().collect();
        for _ in 0..random(4) {
            let at = random(chars.len());
            match random(3) {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, pieces[random(pieces.len())].chars().next().unwrap_or(' ')),
                _ => chars.swap(at, 0),
            }
            if chars.is_empty() {
                break;
            }
        }
        let source: String = chars.into_iter().collect();
        if let Ok(code) = compile_module(&source, "<string>") {
            let _ = code.live(0);
        }
    }
}

/// What `codeop` relies on: source that may go on is told from source that is wrong (recorded from CPython).
#[test]
fn incomplete_input_is_recognised() {
    use metapy::compile::{Options, compile_with};
    use metapy::syntax::Mode;
    let options = Options { allow_incomplete: true, ..Options::new(Mode::Interactive) };
    let cases = [
        ("if x:\n", true),
        ("(1,\n", true),
        ("x = '''abc\n", true),
        ("x = 1 + \\\n", true),
        ("def f():\n", true),
        ("def f():\n  x\n", false),
        ("x = 'abc\n", false),
        ("x = = 1\n", false),
        ("x = 1 +\n", false),
        ("try:\n  pass\n", true),
        ("@a\n", true),
        ("class C:\n", true),
        ("f(a b\n", false),
    ];
    for (source, incomplete) in cases {
        let said =
            matches!(compile_with(source, "<stdin>", &options), Err(e) if e.message == "incomplete input");
        assert_eq!(said, incomplete, "{source:?}");
    }
}

/// The tree as the `ast` module shows it has the fields of its classes.
#[test]
fn trees_have_the_fields_of_their_classes() {
    use metapy::syntax::{Field, LineIndex, Mode, Node, generic, parse};
    fn check(node: &Node) {
        assert_eq!(node.class.fields.len(), node.fields.len(), "{}", node.class.name);
        assert_eq!(node.class.located, node.position.is_some(), "{}", node.class.name);
        node.fields.iter().for_each(inside);
    }
    fn inside(field: &Field) {
        match field {
            Field::Node(n) => check(n),
            Field::List(l) => l.iter().for_each(inside),
            _ => {}
        }
    }
    for entry in std::fs::read_dir("tests/bytecode").expect("the folder of golden tests is there") {
        let path = entry.expect("a readable entry").path();
        if path.extension().is_some_and(|e| e == "py") {
            let text = std::fs::read_to_string(path).expect("a readable program");
            let tree = parse(&text, Mode::Module).expect("a valid program");
            check(&generic(&tree, &LineIndex::new(&text)));
        }
    }
}
