//! Random programs of the test language behave the same with the JIT off and in all settings.
//!
//! A bounded number here; `cargo run --release -p metajit --example fuzz -- START COUNT` runs more.

mod common;

use common::{check, generate};

#[test]
fn random_programs_run_the_same() {
    let _heap = check::exclusive();
    for seed in 0..150 {
        if let Err(difference) = check::compare(|| generate::generate(seed), &[300]) {
            panic!("seed {seed}: {difference}");
        }
    }
}
