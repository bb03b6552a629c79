//! Runs a program in several ways and compares what can be observed.

use super::generate::Random;
use super::lang::{
    ELSEWHERE, Function, Generator, LAYOUTS, Lang, Node, OUT, PROGRAM, Pair, Program, program, reset,
};
use metajit::driver;
use metajit::frame::Frame;
use metajit::heap::{self, Floats, Ref, Value, Values};
use metajit::mode::Mode;
use metajit::run::Run;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// One way of running.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Parameters, as for `driver::configure`.
    pub parameters: &'static str,
    /// Collect at every n-th allocation.
    pub collect_every: Option<u32>,
}

/// With the JIT off, and then everything recorded at once in different ways.
pub const SETTINGS: &[Setting] = &[
    Setting {
        parameters: "threshold=1,function_threshold=1000000,bridge_threshold=1,coarse=1,merge_passes=0,merge_limit=300",
        collect_every: None,
    },
    Setting {
        parameters: "threshold=3,function_threshold=1000000,bridge_threshold=2,coarse=0,merge_passes=0,merge_limit=800",
        collect_every: None,
    },
    Setting {
        parameters: "threshold=2,function_threshold=3,bridge_threshold=4,coarse=1,inline_recursion=1,merge_passes=1",
        collect_every: None,
    },
    Setting {
        parameters: "threshold=5,function_threshold=2,bridge_threshold=1000000,coarse=1",
        collect_every: Some(37),
    },
    Setting {
        parameters: "threshold=7,function_threshold=9,bridge_threshold=5,coarse=1,inline_depth=1,merge_passes=0",
        collect_every: Some(101),
    },
    Setting {
        parameters: "threshold=1,function_threshold=1,bridge_threshold=2,coarse=0,inline_depth=1,merge_passes=0",
        collect_every: Some(61),
    },
];

/// What a random setting is put together from: each parameter with its choices.
const CHOICES: &[(&str, &[u64])] = &[
    ("threshold", &[1, 2, 5]),
    ("function_threshold", &[1, 3, 9, 1_000_000]),
    ("bridge_threshold", &[1, 1, 2, 5]),
    ("coarse", &[0, 1]),
    ("inline_depth", &[1, 3, 10]),
    ("inline_recursion", &[1, 2]),
    ("unroll", &[1, 3]),
    ("versions", &[1, 2, 4]),
    ("merge_passes", &[0, 0, 1, 1_000_000]),
    ("merge_limit", &[300, 800, 6000]),
    ("trace_limit", &[60, 400, 6000, 6000]),
    ("bridges", &[2, 20, 200]),
    ("code_limit", &[4096, 40_000, 1 << 26, 1 << 26]),
    ("fail_guards", &[0, 0, 1, 3]),
    ("break_regions", &[0, 0, 5, 60]),
    ("free_regions", &[0, 0, 5, 60]),
    ("delay_results", &[0, 0, 2, 20]),
    ("region_compile_ms", &[0, 1, 2000, 2000]),
    ("snapshot_words", &[8, 30, 2048, 2048]),
    ("record_limit", &[200, 100_000]),
    ("background", &[0, 0, 0, 1, 40]),
    ("background_first", &[0, 100]),
    ("background_merges", &[0, 1]),
    ("promotions", &[1, 3, 8]),
    ("place_bridges", &[2, 40]),
];

impl Setting {
    /// Everything that makes life hard, in a combination that the seed chooses.
    pub fn random(seed: u64) -> Setting {
        let mut random = Random::new(seed ^ 0x5e77);
        let mut chosen = |choices: &[u64]| choices[random.below(choices.len())];
        let parameters: Vec<String> =
            CHOICES.iter().map(|(name, choices)| format!("{name}={}", chosen(choices))).collect();
        let parameters = format!("{},seed={seed}", parameters.join(","));
        let collect_every = match chosen(&[0, 0, 0, 11, 101]) {
            0 => None,
            n => Some(n as u32),
        };
        Setting { parameters: parameters.leak(), collect_every }
    }
}

/// What can be observed of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Observed {
    /// The result: what was returned or raised, with every object it reaches.
    pub result: String,
    /// What was printed.
    pub out: Vec<i64>,
}

thread_local! {
    /// What the driver has done in all runs so far, by name.
    pub static TOTALS: RefCell<BTreeMap<&'static str, u64>> = const { RefCell::new(BTreeMap::new()) };
}

fn add_up() {
    let statistics = driver::statistics();
    TOTALS.with_borrow_mut(|totals| {
        for (name, n) in statistics.entries().into_iter().chain(statistics.abort_counts()) {
            *totals.entry(name).or_default() += n;
        }
    });
}

/// The right to use the heap with the test language's layouts.
pub fn exclusive() -> heap::testing::Exclusive {
    heap::testing::exclusive(LAYOUTS)
}

/// Runs a program's main function.
pub fn run(program: Program, arguments: &[i64]) -> Observed {
    reset();
    let stack = heap::vm_stack();
    let frame = Frame::<Run>::at(stack.base());
    stack.set_top(frame.above(program[0].slots).base());
    for (i, &k) in arguments.iter().enumerate() {
        frame.set(i as u32, Value::int(k).into());
    }
    PROGRAM.set(Some(program));
    let result = Run::call_frame::<Lang>(&program[0], frame, 0);
    let result = match result {
        Ok(value) => format!("returned {}", describe(value)),
        Err(exception) => format!("raised {}", describe(exception)),
    };
    Observed { result, out: OUT.take() }
}

/// Runs without the JIT.
pub fn run_plain(make: impl Fn() -> Vec<Function>, arguments: &[i64]) -> Observed {
    reset();
    driver::testing::reset();
    driver::set_mode(driver::Mode::Off);
    run(program(make()), arguments)
}

/// Runs with the JIT, from scratch.
pub fn run_jit(make: impl Fn() -> Vec<Function>, arguments: &[i64], setting: Setting) -> Observed {
    reset();
    driver::testing::reset();
    driver::set_mode(driver::Mode::Sync);
    driver::configure(setting.parameters).expect("parameters exist");
    driver::configure("verify=1").expect("parameters exist");
    // In the background if the parameters do not say that nothing is.
    driver::set_mode(if setting.parameters.contains("background=") {
        driver::Mode::On
    } else {
        driver::Mode::Sync
    });
    heap::set_collect_every(setting.collect_every);
    let observed = run(program(make()), arguments);
    heap::set_collect_every(None);
    add_up();
    observed
}

/// Runs in all settings; says which differs and how.
pub fn compare(make: impl Fn() -> Vec<Function>, arguments: &[i64]) -> Result<(), String> {
    compare_in(SETTINGS.iter(), make, arguments)
}

/// Runs in one of the settings and in a random one; `seed` chooses both. In the same time, more programs find more.
pub fn compare_some(seed: u64, make: impl Fn() -> Vec<Function>, arguments: &[i64]) -> Result<(), String> {
    ELSEWHERE.set(seed.is_multiple_of(8));
    let settings = [SETTINGS[seed as usize % SETTINGS.len()], Setting::random(seed)];
    compare_in(settings.iter(), make, arguments)
}

fn compare_in<'a>(
    settings: impl Iterator<Item = &'a Setting>,
    make: impl Fn() -> Vec<Function>,
    arguments: &[i64],
) -> Result<(), String> {
    let plain = run_plain(&make, arguments);
    for setting in settings {
        let observed = run_jit(&make, arguments, *setting);
        if observed != plain {
            let at = plain.out.iter().zip(&observed.out).position(|(a, b)| a != b);
            return Err(format!(
                "{setting:?}\nplain: {} ({} printed)\njit:   {} ({} printed), first difference in the output: {at:?}",
                plain.result,
                plain.out.len(),
                observed.result,
                observed.out.len(),
            ));
        }
    }
    Ok(())
}

/// A value with everything it reaches, objects numbered in order of discovery.
pub fn describe(value: Value) -> String {
    let mut objects: Vec<Ref> = Vec::new();
    let mut numbers: HashMap<u64, usize> = HashMap::new();
    let mut out = String::new();
    let mut word = |value: Value, objects: &mut Vec<Ref>| -> String {
        if let Some(i) = value.as_int() {
            return i.to_string();
        }
        if let Some(f) = value.as_float() {
            return format!("{:x}f", f.to_bits());
        }
        let Some(object) = value.as_ref() else {
            return if value.is_null() { "null".to_owned() } else { "nil".to_owned() };
        };
        let number = *numbers.entry(object.bits()).or_insert_with(|| {
            objects.push(object);
            objects.len() - 1
        });
        format!("#{number}")
    };
    let _ = write!(out, "{}", word(value, &mut objects));
    let mut done = 0;
    while done < objects.len() && done < 200 {
        let object = objects[done];
        let layout = heap::layout_of(object);
        let mut parts = Vec::new();
        if layout == Node::ID {
            for field in [Node::A, Node::B, Node::C, Node::D] {
                parts.push(word(heap::get(object, field), &mut objects));
            }
            parts.push(heap::get(object, Node::N).to_string());
            parts.push(heap::get(object, Node::X).to_string());
            let next = heap::get(object, Node::NEXT);
            parts.push(if next.is_null() { "-".to_owned() } else { word(Value::object(next), &mut objects) });
        } else if layout == Pair::ID {
            parts.push(word(heap::get(object, Pair::FIRST), &mut objects));
            parts.push(word(heap::get(object, Pair::SECOND), &mut objects));
        } else if layout == Values::ID {
            for &value in heap::values(object) {
                parts.push(word(value, &mut objects));
            }
        } else if layout == Floats::ID {
            parts.extend(heap::floats(object).iter().map(|number| format!("{:x}f", number.to_bits())));
        } else if layout == Generator::ID {
            parts.push(heap::get(object, Generator::STATE).to_string());
        }
        let _ = write!(out, " #{done}=({})", parts.join(" "));
        done += 1;
    }
    out
}
