//! Measures the heap: start-up, resident memory, allocation, collection, write barrier.
//!
//! `cargo run --release --example heap_figures [young MiB]`. The figures in `docs/decisions` come from here.

use metajit::heap::{self, Heap, HeapOptions, Ref, Value};
use std::hint::black_box;
use std::time::Instant;

metajit::layouts! {
    static LAYOUTS;
    Node { LEFT: Ref, RIGHT: Ref, PAYLOAD: i64 }
}

fn resident_mib() -> f64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).unwrap_or(0.0) / 256.0
}

fn report(what: &str, unit: &str, start: Instant, count: u64) {
    let seconds = start.elapsed().as_secs_f64();
    let stats = heap::stats();
    println!(
        "{what:28} {:7.2} ns/{unit}  total {seconds:6.3} s  collecting {:6.3} s  young {:4} whole {:3}  longest {:7.3} ms  RSS {:6.1} MiB",
        seconds * 1e9 / count as f64,
        stats.collecting.as_secs_f64(),
        stats.young_collections,
        stats.whole_collections,
        stats.longest_pause.as_secs_f64() * 1e3,
        resident_mib(),
    );
}

#[inline(never)]
fn tree(depth: u32) -> Ref {
    let node = heap::alloc(Node::ID, 0);
    if depth > 0 {
        let left = tree(depth - 1);
        heap::set(node, Node::LEFT, left);
        let right = tree(depth - 1);
        heap::set(node, Node::RIGHT, right);
    }
    node
}

#[inline(never)]
fn count(node: Ref) -> u64 {
    if node.is_null() {
        0
    } else {
        1 + count(heap::get(node, Node::LEFT)) + count(heap::get(node, Node::RIGHT))
    }
}

fn main() {
    let young = std::env::args().nth(1).and_then(|mib| mib.parse::<usize>().ok());
    let before = resident_mib();
    let start = Instant::now();
    let options = HeapOptions { layouts: LAYOUTS, ..HeapOptions::default() };
    Heap::init(young.map_or(options, |mib| HeapOptions { young_bytes: mib << 20, ..options }));
    black_box(tree(4));
    println!(
        "start-up {:.3} ms; RSS {before:.1} -> {:.1} MiB",
        start.elapsed().as_secs_f64() * 1e3,
        resident_mib()
    );

    let start = Instant::now();
    heap::collect_young();
    let first = start.elapsed();
    let start = Instant::now();
    (0..100).for_each(|_| heap::collect_young());
    let young = start.elapsed() / 100;
    let start = Instant::now();
    (0..100).for_each(|_| heap::collect());
    println!("empty collections: first {first:?}, then young {young:?}, whole {:?}", start.elapsed() / 100);

    let start = Instant::now();
    for i in 0..50_000_000 {
        let node = heap::alloc(Node::ID, 0);
        heap::init(node, Node::PAYLOAD, i);
        black_box(node);
    }
    report("garbage of 32 bytes", "object", start, 50_000_000);

    let start = Instant::now();
    let kept = tree(20);
    let mut nodes = 0;
    for _ in 0..200 {
        nodes += count(tree(14));
    }
    report("trees beside 2M live nodes", "object", start, nodes + (1 << 21));

    let start = Instant::now();
    heap::collect();
    println!("whole collection of {} live nodes: {:?}", count(kept), start.elapsed());

    let start = Instant::now();
    for _ in 0..100_000_000 {
        heap::set(black_box(kept), Node::LEFT, black_box(heap::get(kept, Node::LEFT)));
    }
    report("store with barrier", "store", start, 100_000_000);

    let start = Instant::now();
    for i in 0..20_000_000u64 {
        black_box(Value::float(1e300 + i as f64));
    }
    report("boxed float", "box", start, 20_000_000);

    let start = Instant::now();
    for _ in 0..1_000_000 {
        black_box(heap::alloc(heap::VALUES, 100));
    }
    report("arrays of 100 values", "array", start, 1_000_000);

    let start = Instant::now();
    for _ in 0..10_000 {
        black_box(heap::alloc(heap::VALUES, 10_000));
    }
    report("arrays of 10,000 values", "array", start, 10_000);
}
