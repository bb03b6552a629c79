//! Compiles loops, breaks what they rely on and drops their code, over and over: `soak [LOOPS] [PICTURE.svg]`.
//!
//! Each program is a loop with a bridge and an inlined function, and relies on a global. Half of the programs break that
//! assumption while they run, the others are dropped with their code. Time and memory must stay the same from the first
//! thousand to the last; the example fails where they grow by half.
#![allow(unsafe_code)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::check;
use common::counting::counting;
use common::lang::{Function, Op::*, PROGRAM, program};
use metajit::driver;
use std::fmt::Write;
use std::time::Instant;

/// Loops between two measurements.
const STEP: usize = 1000;

/// What was measured after some loops.
#[derive(Clone, Copy)]
struct Sample {
    loops: usize,
    /// Microseconds for each program of the step.
    micros: f64,
    /// MiB of resident memory.
    resident: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let loops = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(100_000);
    let _heap = check::exclusive();
    driver::set_mode(driver::Mode::Sync);
    driver::configure("threshold=2,bridge_threshold=3,merge_passes=0,function_threshold=1000000")
        .expect("parameters exist");
    let samples: Vec<Sample> = (0..loops / STEP).map(step).collect();
    let statistics = driver::statistics();
    print!("{}", statistics.text());
    if let Some(path) = arguments.get(1) {
        std::fs::write(path, picture(&samples)).expect("the picture can be written");
    }
    let half = samples.len() / 2;
    let mean = |part: &[Sample], of: Column| part.iter().map(of).sum::<f64>() / part.len() as f64;
    for (name, of) in [("µs", (|s| s.micros) as Column), ("MiB", |s| s.resident)] {
        let (early, late) = (mean(&samples[..half], of), mean(&samples[half..], of));
        println!("{name}: {early:.1} in the first half, {late:.1} in the second");
        assert!(late < 1.5 * early, "it grows");
    }
    assert!(statistics.loops as usize >= loops, "not every program was compiled");
    assert!(statistics.live_bytes < 1 << 20, "code is left");
}

/// Runs a thousand programs.
fn step(number: usize) -> Sample {
    let began = Instant::now();
    (0..STEP).for_each(|i| run(number * STEP + i));
    let micros = began.elapsed().as_secs_f64() * 1e6 / STEP as f64;
    let sample = Sample { loops: (number + 1) * STEP, micros, resident: resident() };
    if number % 10 == 9 {
        println!("{} loops: {:.0} µs each, {:.1} MiB", sample.loops, sample.micros, sample.resident);
    }
    sample
}

/// Makes a program, runs it, and drops it.
fn run(number: usize) {
    let last = if number.is_multiple_of(2) { SetGlobal { a: 1 } } else { Nop };
    let body = [
        Global { d: 3 },
        Add { d: 2, a: 2, b: 3 },
        Move { d: 16, s: 1 },
        Call { d: 4, f: 1, base: 16, n: 1 },
        JumpEqual { a: 4, k: 1, to: 6 },
        Jump { to: 7 },
        AddInt { d: 2, a: 2, k: 100 },
        JumpEqual { a: 1, k: 50, to: 9 },
        Jump { to: 10 },
        last,
    ];
    let masked = vec![AndInt { d: 0, a: 0, k: 3 }, Return { a: 0 }];
    let functions = vec![counting(&[], &body), Function::new("masked", 2, true, masked)];
    let program = program(functions);
    check::run(program, &[60]);
    PROGRAM.set(None);
    let program: *const [Function] = program;
    // SAFETY: `program` has leaked the box; nothing runs in it any more, and its cells take compiled code along.
    drop(unsafe { Box::from_raw(program.cast_mut()) });
}

/// MiB of memory that the process has, by the system's account.
fn resident() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = statm.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or(0.0);
    pages * 4096.0 / (1024.0 * 1024.0)
}

/// One of the figures of a sample.
type Column = fn(&Sample) -> f64;

/// Both curves, each from zero to twice its mean.
fn picture(samples: &[Sample]) -> String {
    let (width, height) = (640.0, 240.0);
    let last = samples.last().map_or(1, |s| s.loops) as f64;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"-60 -30 {} {}\" font-family=\"sans-serif\" font-size=\"12\">",
        width + 120.0,
        height + 80.0
    );
    let _ = writeln!(svg, "<rect width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"#999\"/>");
    let micros: Column = |s| s.micros;
    let curves = [("µs a program", "#c33", 20.0, micros), ("MiB resident", "#36c", 40.0, |s| s.resident)];
    for (name, colour, y, of) in curves {
        let mean = samples.iter().map(of).sum::<f64>() / samples.len().max(1) as f64;
        let point = |s: &Sample| {
            let (x, y) = (s.loops as f64 / last, (of(s) / (2.0 * mean)).min(1.0));
            format!("{:.1},{:.1}", x * width, height - y * height)
        };
        let points: Vec<String> = samples.iter().map(point).collect();
        let points = points.join(" ");
        let _ = writeln!(svg, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"12\" y=\"{y}\" fill=\"{colour}\">{name}: mean {mean:.0}, full height {:.0}</text>",
            2.0 * mean
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"0\" y=\"{}\">0</text><text x=\"{width}\" y=\"{}\" text-anchor=\"end\">{last:.0} loops compiled, broken and dropped</text>",
        height + 20.0,
        height + 20.0
    );
    svg.push_str("</svg>\n");
    svg
}
