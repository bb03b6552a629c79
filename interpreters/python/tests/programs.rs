//! Programs and what CPython 3.12 prints for them, run under every setting that must not make a difference.
//!
//! `programs/NAME.py` is a program; `NAME.out`, `NAME.err` and `NAME.code` are its standard output, standard error and exit code
//! (the latter two only where they are not empty and 0), made by `expect.py` with CPython. In `.err`, `$DIR` stands for the folder.
//! `programs/PASS` names the programs that must pass; the list only grows. One that is not in it may fail, and is reported.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The settings: name and arguments.
const SETTINGS: &[(&str, &[&str])] = &[
    ("off", &["--jit", "off"]),
    ("sync", &["--jit", "sync"]),
    (
        "threshold 1",
        &[
            "--jit",
            "sync",
            "--jit-param",
            "threshold=1",
            "--jit-param",
            "function_threshold=1",
            "--jit-param",
            "bridge_threshold=1",
        ],
    ),
    ("stress", &["--jit", "off", "--heap-stress", "97"]),
    ("stress, threshold 1", &["--jit", "sync", "--jit-param", "threshold=1", "--heap-stress", "101"]),
    ("failing guards, freed code", &["--jit", "on", "--jit-param", HARD]),
];

/// Everything is compiled in the background at once, each guard fails once, and regions are given up at random.
const HARD: &str = "background=1,background_first=1,background_merges=1,threshold=2,function_threshold=3,bridge_threshold=2,fail_guards=1,\
                    break_regions=50,free_regions=50";

/// No program takes longer.
const LIMIT: Duration = Duration::from_secs(60);

#[derive(PartialEq, Eq)]
struct Outcome {
    out: String,
    err: String,
    code: i32,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs")
}

/// The programs: those whose expected output is there.
fn programs() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).expect("the folder of programs is there");
    let names = entries.map(|entry| entry.expect("the folder is readable").path());
    let programs = names.filter(|path| path.extension().is_some_and(|e| e == "out"));
    programs.map(|path| path.file_stem().expect("it has a name").to_string_lossy().into_owned()).collect()
}

fn read(name: &str, extension: &str) -> String {
    let path = folder().join(format!("{name}.{extension}"));
    std::fs::read_to_string(path).unwrap_or_default()
}

fn expected(name: &str) -> Outcome {
    let code = read(name, "code").trim().parse().unwrap_or(0);
    Outcome { out: read(name, "out"), err: read(name, "err"), code }
}

fn run(name: &str, settings: &[&str]) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_metapy"));
    command.args(settings).arg(format!("{name}.py")).arg("one").arg("two").current_dir(folder());
    command.env_remove("METAPY").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    let mut pipes = [
        Box::new(child.stdout.take().expect("it is piped")) as Box<dyn std::io::Read + Send>,
        Box::new(child.stderr.take().expect("it is piped")),
    ]
    .into_iter()
    .map(|mut pipe| {
        std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = pipe.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        })
    })
    .collect::<Vec<_>>()
    .into_iter();
    let end = Instant::now() + LIMIT;
    let code = loop {
        if let Some(status) = child.try_wait().expect("the command is ours") {
            break status.code().unwrap_or(-1);
        }
        if Instant::now() > end {
            let _ = child.kill();
            break -2;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let mut text = || pipes.next().expect("there are two").join().expect("reading does not panic");
    let out = text();
    let err = text().replace(&folder().to_string_lossy().into_owned(), "$DIR");
    Outcome { out, err, code }
}

/// The first line in which two texts differ.
fn difference(what: &str, expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let line = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count();
    let at = |text: &str| text.lines().nth(line).unwrap_or("<end>").to_owned();
    Some(format!("{what}, line {}: expected {:?}, found {:?}", line + 1, at(expected), at(found)))
}

/// What is wrong with a program under a setting.
fn check(name: &str, settings: &[&str]) -> Result<(), String> {
    let (expected, found) = (expected(name), run(name, settings));
    let wrong = [
        difference("stdout", &expected.out, &found.out),
        difference("stderr", &expected.err, &found.err),
        (expected.code != found.code)
            .then(|| format!("exit code {} instead of {}", found.code, expected.code)),
    ];
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

fn check_setting(setting: usize) {
    let (title, arguments) = SETTINGS[setting];
    let listed: BTreeSet<String> = read_list();
    let only = std::env::var("PROGRAM").ok();
    let mut failed = Vec::new();
    let mut unlisted = Vec::new();
    for name in programs().iter().filter(|name| only.as_ref().is_none_or(|only| name.contains(only))) {
        match check(name, arguments) {
            Ok(()) if listed.contains(name) => {}
            Ok(()) => unlisted.push(name.clone()),
            Err(why) if listed.contains(name) => failed.push(format!("{name}: {why}")),
            Err(why) => println!("not passing yet: {name}: {why}"),
        }
    }
    if setting == 0 && !unlisted.is_empty() {
        println!("pass and could be listed in PASS: {}", unlisted.join(" "));
    }
    assert!(failed.is_empty(), "under {title}:\n{}", failed.join("\n"));
}

fn read_list() -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder().join("PASS")).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn interpreted() {
    check_setting(0);
}

#[test]
fn compiled_in_place() {
    check_setting(1);
}

#[test]
fn compiled_at_once() {
    check_setting(2);
}

#[test]
fn collecting_all_the_time() {
    check_setting(3);
}

#[test]
fn compiled_at_once_while_collecting() {
    check_setting(4);
}

#[test]
fn compiled_in_the_background_and_given_up_at_random() {
    check_setting(5);
}

#[test]
fn list_names_programs_that_exist() {
    let programs = programs();
    let gone: Vec<String> = read_list().into_iter().filter(|name| !programs.contains(name)).collect();
    assert!(gone.is_empty(), "listed in PASS without expected output: {gone:?}");
}
