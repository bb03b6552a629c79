//! Runs random programs of the test language, each in one of the settings and under random stress: `fuzz START COUNT [ITERATIONS]`.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{check, generate};

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let (start, count) = (numbers.first().copied().unwrap_or(0), numbers.get(1).copied().unwrap_or(100));
    let iterations = numbers.get(2).copied().unwrap_or(300) as i64;
    let _heap = check::exclusive();
    let mut failures = 0;
    for seed in start..start + count {
        if let Err(difference) = check::compare_some(seed, || generate::generate(seed), &[iterations]) {
            println!("seed {seed}: {difference}");
            failures += 1;
            if failures == 10 {
                break;
            }
        }
    }
    check::TOTALS.with_borrow(|totals| totals.iter().for_each(|(name, n)| println!("{name:24} {n}")));
    println!("{failures} of {count} programs from {start} differ");
    if failures > 0 {
        std::process::exit(1);
    }
}
