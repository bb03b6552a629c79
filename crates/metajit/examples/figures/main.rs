//! What compiled code of the test language costs, against C and by itself: `figures [programs [NAME]|compiling|exits|region]`.
//!
//! Without an argument all four tables are printed. `programs` needs a C compiler, `cc`; the environment variable `METAJIT`
//! sets parameters for it (`log_code=1`), and `METAJIT_LOG` names a file for the log.

mod clock;
#[path = "../../tests/common/mod.rs"]
mod common;
mod compiling;
mod exits;
mod programs;
mod region;
mod twins;

use common::check;
use common::lang::{Function, program};
use metajit::driver::{self, Statistics};
use std::time::Duration;

fn main() {
    let wanted = std::env::args().nth(1);
    let tables: [(&str, fn()); 4] = [
        ("programs", twins::table),
        ("compiling", compiling::table),
        ("exits", exits::table),
        ("region", region::table),
    ];
    if let Some(name) = &wanted
        && tables.iter().all(|(table, _)| table != name)
    {
        eprintln!("usage: figures [programs [NAME]|compiling|exits|region]");
        std::process::exit(2);
    }
    if let Some(path) = std::env::var_os("METAJIT_LOG") {
        driver::log_to(Box::new(std::fs::File::create(path).expect("the log can be written")));
    }
    let _heap = check::exclusive();
    for (name, table) in tables {
        if wanted.as_ref().is_none_or(|wanted| wanted == name) {
            table();
            println!();
        }
    }
    driver::finish_log();
}

/// Runs a main function from scratch with the JIT; gives the time that it took and what the driver counted.
fn run(functions: Vec<Function>, argument: i64, parameters: &str) -> (Duration, Statistics) {
    driver::testing::reset();
    driver::set_mode(driver::Mode::Sync);
    driver::configure(parameters).expect("the parameters exist");
    let program = program(functions);
    let start = clock::now();
    check::run(program, &[argument]);
    (clock::now() - start, driver::statistics())
}

/// The geometric mean.
fn mean(ratios: &[f64]) -> f64 {
    (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp()
}
