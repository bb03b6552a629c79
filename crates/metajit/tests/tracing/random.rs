//! Random programs behave the same with the JIT off and in all settings.
//!
//! A bounded number here; `cargo run --release -p metajit --example fuzz -- START COUNT` runs more.

use crate::common::{check, generate};

#[test]
fn random_programs_run_the_same() {
    let _heap = check::exclusive();
    for seed in 0..120 {
        if let Err(difference) = check::compare(|| generate::generate(seed), &[200]) {
            panic!("seed {seed}: {difference}");
        }
    }
}
