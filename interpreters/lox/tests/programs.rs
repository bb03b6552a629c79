//! Every rule of the language: the programs in `programs/`, in all modes and under every stress.
//!
//! A file holds many programs, each after a line `// case: name`; the file beside it says how each ends: its exit code,
//! its output (`|`) and its messages (`!`), which are those of clox.

use metajit::testing;
use metajit::{heap, output};

/// What can be observed of a run, written as in the files.
fn observe(source: &str) -> String {
    lox::restart();
    let (end, output) = output::capture(|| lox::run(source, "case.lox"));
    let output = String::from_utf8(output).expect("text");
    let mut text = format!("exit: {}\n", end.code);
    output.lines().for_each(|line| text += &format!("| {line}\n"));
    let messages = end.messages.iter().flat_map(|message| message.split('\n'));
    messages.for_each(|line| text += &format!("! {line}\n"));
    text
}

/// The cases of a file: names with what follows.
fn cases<'a>(text: &'a str, mark: &str) -> Vec<(&'a str, &'a str)> {
    let parts = text.split(mark).skip(1);
    parts.map(|part| part.split_once('\n').expect("a name on a line")).collect()
}

fn check(programs: &str, expected: &str) {
    let _heap = heap::testing::exclusive(lox::LAYOUTS);
    let (programs, expected) = (cases(programs, "// case: "), cases(expected, "case: "));
    assert_eq!(programs.len(), expected.len());
    for ((name, source), (expected_name, expect)) in programs.into_iter().zip(expected) {
        assert_eq!(name, expected_name);
        match testing::in_all_settings(|| observe(source)) {
            Ok(observed) => assert_eq!(observed.trim_end(), expect.trim_end(), "case {name}"),
            Err(difference) => panic!("case {name}: {difference}"),
        }
    }
}

macro_rules! files {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            check(
                include_str!(concat!("programs/", stringify!($name), ".lox")),
                include_str!(concat!("programs/", stringify!($name), ".expect")),
            );
        }
    )* };
}
files! { values variables control functions classes work }

#[test]
fn numbers_look_as_in_c() {
    let _heap = heap::testing::exclusive(lox::LAYOUTS);
    for (x, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-2.5, "-2.5"),
        (123456.0, "123456"),
        (1234567.0, "1.23457e+06"),
        (999999.5, "1e+06"),
        (0.0001, "0.0001"),
        (0.00001, "1e-05"),
        (1.41421999, "1.41422"),
        (1e100, "1e+100"),
        (f64::INFINITY, "inf"),
    ] {
        assert_eq!(lox::show(heap::Value::float(x)), text.as_bytes());
    }
}

#[test]
fn nothing_that_changes_is_read_plainly() {
    let _heap = heap::testing::exclusive(lox::LAYOUTS);
    let files = [
        include_str!("programs/values.lox"),
        include_str!("programs/variables.lox"),
        include_str!("programs/control.lox"),
        include_str!("programs/functions.lox"),
        include_str!("programs/classes.lox"),
        include_str!("programs/work.lox"),
    ];
    for (name, source) in files.into_iter().flat_map(|file| cases(file, "// case: ")) {
        let found = testing::plain_reads(|| _ = observe(source));
        assert!(found.is_empty(), "case {name}: {found:#?}");
    }
}

/// The trace of the only loop of a program.
fn only_trace(source: &str) -> testing::CompiledTrace {
    let _heap = heap::testing::exclusive(lox::LAYOUTS);
    let mut traces = testing::traces(|| _ = observe(source));
    assert_eq!(traces.len(), 1, "{traces:#?}");
    traces.pop().expect("one")
}

#[test]
fn a_loop_of_numbers_is_arithmetic() {
    let trace = only_trace(
        "fun f(n) { var s = 0; for (var i = 0; i < n; i = i + 1) s = s + i * 2; return s; } f(500);",
    );
    assert_eq!((trace.count("box_float"), trace.count("unbox_float"), trace.count("load_item")), (0, 0, 0));
    assert_eq!(trace.count("float_add"), 2, "{}", trace.text);
}

#[test]
fn objects_that_do_not_live_on_are_not_made() {
    let class = "class V { init(x, y) { this.x = x; this.y = y; } plus(o) { return V(this.x + o.x, this.y + o.y); } }";
    let trace = only_trace(&format!(
        "{class} fun f(n) {{ var v = V(0, 0); for (var i = 0; i < n; i = i + 1) v = v.plus(V(1, i)); return v.x; }} f(500);"
    ));
    assert_eq!((trace.count("alloc"), trace.count("call")), (0, 0), "{}", trace.text);
}

#[test]
fn a_method_is_found_while_recording() {
    let trace = only_trace(
        "class A { get() { return this.v; } } fun f(n) { var a = A(); a.v = 1; var s = 0; for (var i = 0; i < n; i = i + 1) s = s + a.get(); return s; } f(500);",
    );
    assert_eq!(
        (trace.count("load"), trace.count("call"), trace.count("load_item")),
        (0, 0, 0),
        "{}",
        trace.text
    );
}

/// What a program is rejected with.
#[track_caller]
fn check_rejected(source: &str, message: &str) {
    let _heap = heap::testing::exclusive(lox::LAYOUTS);
    assert_eq!(observe(source), format!("exit: 65\n! {message}\n"));
}

fn numbered(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect()
}

#[test]
fn a_function_has_256_constants() {
    let body = numbered(255, |i| format!("{i}.5;"));
    check_rejected(
        &format!("fun f() {{ {body} 1; 2; }}"),
        "[line 1] Error at '2': Too many constants in one chunk.",
    );
}

#[test]
fn a_function_has_256_locals() {
    let body = numbered(255, |i| format!("var v{i};"));
    check_rejected(
        &format!("fun f() {{ {body} var oops; }}"),
        "[line 1] Error at 'oops': Too many local variables in function.",
    );
}

#[test]
fn a_function_captures_256_variables() {
    let outer = numbered(200, |i| format!("var a{i};"));
    let inner = numbered(57, |i| format!("var b{i};"));
    let uses = numbered(200, |i| format!("a{i};")) + &numbered(57, |i| format!("b{i};"));
    check_rejected(
        &format!("fun f() {{ {outer} fun g() {{ {inner} fun h() {{ {uses} }} }} }}"),
        "[line 1] Error at 'b56': Too many closure variables in function.",
    );
}

#[test]
fn a_call_has_255_arguments() {
    let arguments = numbered(256, |i| if i == 0 { "nil".to_owned() } else { ",nil".to_owned() });
    check_rejected(
        &format!("f({arguments});"),
        "[line 1] Error at 'nil': Can't have more than 255 arguments.",
    );
    let parameters = numbered(256, |i| if i == 0 { "p".to_owned() } else { format!(",p{i}") });
    check_rejected(
        &format!("fun f({parameters}) {{}}"),
        "[line 1] Error at 'p255': Can't have more than 255 parameters.",
    );
}

#[test]
fn jumps_have_two_bytes() {
    let body = numbered(32767, |_| "nil;".to_owned());
    check_rejected(&format!("while (true) {{ {body} }}"), "[line 1] Error at '}': Loop body too large.");
    let more = format!("{body} nil;");
    check_rejected(&format!("if (true) {{ {more} }}"), "[line 1] Error at '}': Too much code to jump over.");
}

#[test]
fn nesting_has_a_bound() {
    for (open, close) in [("(", ")"), ("!", ""), ("{", "}"), ("if (nil) ", ""), ("-(", ")")] {
        let source = format!("{}nil{};", open.repeat(20_000), close.repeat(20_000));
        let _heap = heap::testing::exclusive(lox::LAYOUTS);
        let observed = observe(&source);
        assert!(observed.contains("Too much nesting."), "{open}: {observed}");
    }
    // What is parsed one after the other is not nested.
    for (first, more, code) in [("nil", "==nil", 0), ("f", "()", 70), ("f", " or f", 65), ("f", ".f", 65)] {
        let source = format!("{first}{};", more.repeat(20_000));
        let _heap = heap::testing::exclusive(lox::LAYOUTS);
        let observed = observe(&source);
        assert!(observed.contains(&format!("exit: {code}")), "{more}: {observed}");
    }
}
