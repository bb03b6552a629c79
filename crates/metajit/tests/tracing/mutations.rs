//! The random programs notice when a rule of recording is broken.

use crate::common::{check, generate};
use std::panic;

/// Programs that are tried until the broken rule has to show.
const PROGRAMS: u64 = 3000;

/// Whether some program behaves differently (or its replay diverges) with a rule broken.
fn is_noticed(rule: u64) -> bool {
    let parameters =
        format!("threshold=2,function_threshold=1000000,bridge_threshold=3,merge_passes=0,break_rule={rule}");
    let setting = check::Setting { parameters: parameters.leak(), collect_every: None };
    (0..PROGRAMS).any(|seed| {
        let make = || generate::generate(seed);
        let plain = check::run_plain(make, &[120]);
        let broken = panic::catch_unwind(|| check::run_jit(make, &[120], setting));
        broken.is_err() || broken.is_ok_and(|observed| observed != plain)
    })
}

#[test]
fn every_broken_rule_is_noticed() {
    let _heap = check::exclusive();
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let unnoticed: Vec<u64> = (1..=10).filter(|&rule| !is_noticed(rule)).collect();
    panic::set_hook(hook);
    assert!(
        unnoticed.is_empty(),
        "rules {unnoticed:?} can be broken without a difference in {PROGRAMS} programs"
    );
}
