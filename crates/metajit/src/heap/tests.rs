//! The heap as a whole: collections under stress, barriers, roots, weak references, limits.

use super::testing::exclusive;
use super::*;
use std::cell::Cell;
use std::hint::black_box;
use std::rc::Rc;

crate::layouts! {
    /// The layouts of these tests.
    pub static LAYOUTS;
    /// A node of a binary tree.
    Node { LEFT: Ref, RIGHT: Value, DEPTH: i64 immutable }
    /// Raw words and values side by side.
    Mixed { COUNT: i64, NEXT: Value, RATIO: f64 } [Value]
}

#[inline(never)]
fn tree(depth: i64) -> Ref {
    let node = alloc(Node::ID, 0);
    init(node, Node::DEPTH, depth);
    if depth > 0 {
        let left = tree(depth - 1);
        set(node, Node::LEFT, left);
        set(node, Node::RIGHT, Value::object(tree(depth - 1)));
    }
    node
}

/// Counts the nodes and checks each.
fn count(node: Ref, depth: i64) -> usize {
    assert_eq!(layout_of(node), Node::ID);
    assert_eq!(get(node, Node::DEPTH), depth);
    if depth == 0 {
        return 1;
    }
    1 + count(get(node, Node::LEFT), depth - 1) + count(get(node, Node::RIGHT).as_ref().unwrap(), depth - 1)
}

/// Overwrites what deeper calls left on the native stack, so that no stale pointer keeps an object.
#[inline(never)]
fn scrub_stack() {
    black_box([0usize; 4096]);
}

/// Allocates over what the last collection freed, so that an object that was wrongly freed is noticed.
fn reuse_free_memory() {
    for _ in 0..1000 {
        black_box(tree(4));
    }
}

/// Runs `f` deep enough that nothing of it stays on the stack that is scanned later.
#[inline(never)]
fn aside<T>(f: impl FnOnce() -> T) -> T {
    let pad = black_box([0usize; 512]);
    let result = f();
    black_box(&pad);
    result
}

#[test]
fn trees_survive_collection_at_every_allocation() {
    let _heap = exclusive(LAYOUTS);
    set_collect_every(Some(1));
    let root = tree(6);
    assert_eq!(count(root, 6), 127);
    set_collect_every(Some(7));
    for _ in 0..10 {
        assert_eq!(count(tree(5), 5), 63);
    }
    assert_eq!(count(root, 6), 127);
    assert!(stats().young_collections > 10 && stats().whole_collections > 10);
}

#[test]
fn much_garbage_is_collected() {
    let _heap = exclusive(LAYOUTS);
    let kept = tree(10);
    let before = stats();
    for _ in 0..2_000_000 {
        black_box(alloc(Node::ID, 0));
    }
    let after = stats();
    assert!(after.young_collections > before.young_collections);
    assert!(after.used_bytes < 64 << 20, "{after:?}");
    assert_eq!(count(kept, 10), 2047);
}

#[test]
fn an_old_object_keeps_a_young_one() {
    let _heap = exclusive(LAYOUTS);
    let old = alloc(Mixed::ID, 3);
    collect();
    aside(|| {
        set(old, Mixed::NEXT, Value::object(tree(2)));
        set_item(old, Mixed::TAIL, 1, Value::object(tree(3)));
    });
    scrub_stack();
    collect_young();
    reuse_free_memory();
    collect_young();
    assert_eq!(count(get(old, Mixed::NEXT).as_ref().unwrap(), 2), 7);
    assert_eq!(count(item(old, Mixed::TAIL, 1).as_ref().unwrap(), 3), 15);
}

#[test]
fn copying_into_an_old_array_is_remembered() {
    let _heap = exclusive(LAYOUTS);
    let old = alloc(VALUES, 100);
    collect();
    aside(|| {
        let young = alloc_values(&[Value::object(tree(1)), Value::int(5), Value::object(tree(2))]);
        copy_items(old, Values::TAIL, 50, young, Values::TAIL, 0, 3);
        fill_items(old, Values::TAIL, 0, 10, Value::object(tree(0)));
    });
    scrub_stack();
    collect_young();
    reuse_free_memory();
    assert_eq!(count(item(old, Values::TAIL, 50).as_ref().unwrap(), 1), 3);
    assert_eq!(item(old, Values::TAIL, 51).as_int(), Some(5));
    assert_eq!(count(item(old, Values::TAIL, 52).as_ref().unwrap(), 2), 7);
    assert_eq!(count(item(old, Values::TAIL, 9).as_ref().unwrap(), 0), 1);
}

#[test]
fn large_arrays() {
    let _heap = exclusive(LAYOUTS);
    let array = alloc(VALUES, 1_000_000);
    assert!(values(array).iter().all(|v| v.is_null()));
    for i in 0..1000 {
        set_item(array, Values::TAIL, i * 1000, Value::object(tree(1)));
    }
    collect_young();
    for _ in 0..50 {
        black_box(alloc(BYTES, 1 << 20));
    }
    collect();
    for i in 0..1000 {
        assert_eq!(count(item(array, Values::TAIL, i * 1000).as_ref().unwrap(), 1), 3);
    }
    assert_eq!(len(array), 1_000_000);
    let text = alloc_bytes(&[7; 100_001]);
    collect();
    assert_eq!(bytes(text).len(), 100_001);
    assert!(bytes(text).iter().all(|&b| b == 7));
}

#[test]
fn a_pointer_into_the_middle_keeps_the_whole() {
    let _heap = exclusive(LAYOUTS);
    for length in [40, 10_000, 3_000_000] {
        let tail = aside(|| &bytes(alloc_bytes(&vec![9; length]))[length / 2..]);
        scrub_stack();
        collect();
        for _ in 0..100 {
            black_box(alloc_bytes(&vec![1; length]));
        }
        assert!(tail.iter().all(|&b| b == 9));
    }
}

#[test]
fn numbers_box_where_they_must() {
    let _heap = exclusive(LAYOUTS);
    set_collect_every(Some(1));
    for i in [i64::MAX, i64::MIN, i64::MAX / 2 + 1, i64::MIN / 2 - 1] {
        let value = Value::int(i);
        assert!(value.is_ref() && value.has_layout(INT_BOX));
        collect();
        assert_eq!((value.as_int(), value.as_float()), (Some(i), None));
    }
    for f in
        [-0.0, f64::INFINITY, f64::NAN, 1e300, 1e-300, f64::MIN_POSITIVE, 5e-324, f64::from_bits(3 << 60)]
    {
        let value = Value::float(f);
        assert!(value.is_ref() && value.has_layout(FLOAT_BOX), "{f}");
        collect();
        assert_eq!(value.as_float().map(f64::to_bits), Some(f.to_bits()));
        assert_eq!(value.as_int(), None);
    }
    assert_eq!(Value::from_bits(rt_box_int(i64::MIN)).as_int(), Some(i64::MIN));
}

#[test]
fn the_vm_stack_sets_ranges_and_callbacks_are_roots() {
    let _heap = exclusive(LAYOUTS);
    let hidden = Rc::new(Cell::new(0u64));
    let set = RootSet::new();
    let buffer: Box<[Cell<u64>]> = vec![Cell::new(0); 4].into();
    let range = RootRange::new(buffer.as_ptr().cast(), 4);
    aside(|| {
        let stack = vm_stack();
        stack.write(0, Value::object(tree(3)));
        stack.set_top(stack.base().wrapping_add(1));
        set.add(tree(4));
        buffer[2].set(tree(5).bits());
        hidden.set(tree(2).bits());
    });
    let bits = hidden.get();
    let callback = RootCallback::new(move |visit| visit(Value::from_bits(bits)));
    for collection in [collect, collect_young, collect] {
        scrub_stack();
        collection();
        reuse_free_memory();
    }
    assert_eq!(count(vm_stack().read(0).as_ref().unwrap(), 3), 15);
    assert_eq!(count(Ref::from_bits(buffer[2].get()), 5), 63);
    assert_eq!(count(Ref::from_bits(hidden.get()), 2), 7);
    assert_eq!(set.len(), 1);
    drop((range, callback));
}

#[test]
fn arrays_in_rust_memory_are_roots() {
    let _heap = exclusive(LAYOUTS);
    let mut kept = RootVec::new();
    let other = RootVec::with_capacity(1);
    set_collect_every(Some(3));
    aside(|| (0..20).for_each(|i| kept.push(Value::object(tree(i % 3)))));
    drop(other);
    let plain: Vec<u64> = aside(|| (0..5).map(|_| tree(2).bits()).take(0).collect());
    assert!(plain.is_empty());
    let copy = aside(|| {
        set_collect_every(Some(1));
        alloc_values(&kept)
    });
    kept.clear();
    set_collect_every(None);
    scrub_stack();
    collect();
    reuse_free_memory();
    for (i, tree) in values(copy).iter().enumerate() {
        let depth = i as i64 % 3;
        assert_eq!(count(tree.as_ref().unwrap(), depth), (2 << depth) - 1);
    }
}

/// A graph of arrays changed at random, beside the same graph in Rust's memory.
struct Model {
    random: fastrand::Rng,
    /// The arrays that the slots of the VM stack hold, by number.
    roots: [Option<u64>; 8],
    /// Which arrays each array holds.
    arrays: std::collections::HashMap<u64, Vec<Option<u64>>>,
    next: u64,
}

impl Model {
    /// A new array: its number, then as many empty slots as there are random ones.
    fn make(&mut self) -> (u64, Ref) {
        let slots = match self.random.u32(..100) {
            0 => self.random.usize(2000..5000),
            1..5 => self.random.usize(30..500),
            _ => self.random.usize(..6),
        };
        let array = alloc(VALUES, 1 + slots);
        init_item(array, Values::TAIL, 0, Value::int(self.next as i64));
        self.arrays.insert(self.next, vec![None; slots]);
        self.next += 1;
        (self.next - 1, array)
    }

    /// Walks at random from a root to an array.
    fn pick(&mut self) -> Option<(u64, Ref)> {
        let root = self.random.usize(..self.roots.len());
        let mut at = (self.roots[root]?, vm_stack().read(root).as_ref().unwrap());
        for _ in 0..self.random.u32(..8) {
            let slots = &self.arrays[&at.0];
            if slots.is_empty() {
                break;
            }
            let slot = self.random.usize(..slots.len());
            match slots[slot] {
                Some(number) => at = (number, item(at.1, Values::TAIL, 1 + slot).as_ref().unwrap()),
                None => break,
            }
        }
        Some(at)
    }

    fn step(&mut self) {
        let root = self.random.usize(..self.roots.len());
        let chosen = match self.random.u32(..10) {
            0..5 => Some(self.make()),
            5..9 => self.pick(),
            _ => None,
        };
        let (number, value) = match chosen {
            Some((number, array)) => (Some(number), Value::object(array)),
            None => (None, Value::NULL),
        };
        let into = if self.random.u32(..6) == 0 { None } else { self.pick() };
        match into {
            Some((holder, array)) if !self.arrays[&holder].is_empty() => {
                let slots = self.arrays.get_mut(&holder).unwrap();
                let slot = self.random.usize(..slots.len());
                slots[slot] = number;
                set_item(array, Values::TAIL, 1 + slot, value);
            }
            _ => {
                self.roots[root] = number;
                vm_stack().write(root, value);
            }
        }
    }

    /// Compares everything that is reachable, and forgets the rest.
    fn check(&mut self) {
        let mut seen = std::collections::HashMap::new();
        let mut work: Vec<(u64, Ref)> = (0..self.roots.len())
            .filter_map(|i| Some((self.roots[i]?, vm_stack().read(i).as_ref().unwrap())))
            .collect();
        while let Some((number, array)) = work.pop() {
            if let Some(known) = seen.insert(number, array) {
                assert_eq!(known, array);
                continue;
            }
            let slots = &self.arrays[&number];
            assert_eq!((layout_of(array), len(array)), (VALUES, 1 + slots.len()));
            assert_eq!(item(array, Values::TAIL, 0).as_int(), Some(number as i64));
            for (slot, held) in slots.iter().enumerate() {
                let value = item(array, Values::TAIL, 1 + slot);
                assert_eq!(held.is_some(), value.is_ref());
                work.extend(held.map(|number| (number, value.as_ref().unwrap())));
            }
        }
        self.arrays.retain(|number, _| seen.contains_key(number));
    }
}

#[test]
fn a_random_graph_stays_what_it_is() {
    let _heap = exclusive(LAYOUTS);
    for (seed, every) in [(1, Some(1)), (2, Some(3)), (3, Some(20)), (4, Some(100)), (5, None), (6, None)] {
        let random = fastrand::Rng::with_seed(seed);
        let mut model = Model { random, roots: [None; 8], arrays: Default::default(), next: 0 };
        (0..8).for_each(|i| vm_stack().write(i, Value::NULL));
        vm_stack().set_top(vm_stack().base().wrapping_add(8));
        set_collect_every(every);
        let steps = 3_000 * every.map_or(20, |n| n.min(8));
        for step in 0..steps {
            model.step();
            if step % 500 == 0 {
                model.check();
            }
        }
        model.check();
    }
}

#[test]
fn waiting_threads_keep_what_is_on_their_stacks() {
    let _heap = exclusive(LAYOUTS);
    let on_native_stack = tree(5);
    vm_stack().write(0, aside(|| Value::object(tree(4))));
    vm_stack().set_top(vm_stack().base().wrapping_add(1));
    let base = vm_stack().base();
    leave(|| {
        // The lock that decides who uses the heap: this thread waits for the other's end.
        let other = std::thread::spawn(|| {
            attach_current_thread();
            vm_stack().write(0, Value::object(tree(3)));
            vm_stack().set_top(vm_stack().base().wrapping_add(1));
            scrub_stack();
            for _ in 0..3 {
                collect();
                reuse_free_memory();
            }
            count(vm_stack().read(0).as_ref().unwrap(), 3)
        });
        assert_eq!(other.join().unwrap(), 15);
    });
    assert_eq!(vm_stack().base(), base);
    collect();
    assert_eq!(count(on_native_stack, 5), 63);
    assert_eq!(count(vm_stack().read(0).as_ref().unwrap(), 4), 31);
}

#[test]
fn the_collector_can_be_stopped_for_a_fork() {
    let _heap = exclusive(LAYOUTS);
    let kept = tree(5);
    assert_eq!(with_collector_stopped(|| 7), 7);
    collect();
    reuse_free_memory();
    assert_eq!(count(kept, 5), 63);
}

#[test]
fn weak_references_are_cleared_when_their_object_dies() {
    let _heap = exclusive(LAYOUTS);
    let kept = tree(1);
    let (live, dead) = aside(|| (weak_new(kept, Value::NULL), weak_new(tree(2), Value::int(7))));
    scrub_stack();
    collect();
    assert_eq!(weak_get(live), Some(kept));
    assert_eq!(weak_get(dead), None);
    assert!(has_queued());
    assert_eq!(take_cleared_weak(), Some(dead));
    assert_eq!(weak_notify(dead), Value::int(7));
    assert_eq!(take_cleared_weak(), None);
    assert_eq!(count(kept, 1), 3);
}

#[test]
fn dead_objects_are_finalised_once() {
    let _heap = exclusive(LAYOUTS);
    let kept = tree(2);
    finalize_later(kept);
    let weak = aside(|| {
        let dying = tree(3);
        finalize_later(dying);
        weak_new(dying, Value::NULL)
    });
    scrub_stack();
    collect_young();
    assert_eq!(weak_get(weak), None);
    aside(|| {
        let again = take_finalizable().expect("the tree died");
        collect();
        assert_eq!(count(again, 3), 15);
    });
    scrub_stack();
    collect();
    assert_eq!(take_finalizable(), None);
    assert_eq!(count(kept, 2), 7);
}

/// A Rust object that keeps a value and tells when it is dropped.
struct Keeper {
    value: Value,
    dropped: Rc<Cell<u32>>,
}

impl NativeObject for Keeper {
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.value);
    }

    fn external_bytes(&self) -> usize {
        1000
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.dropped.set(self.dropped.get() + 1);
    }
}

#[test]
fn rust_objects_keep_values_and_are_dropped() {
    let _heap = exclusive(LAYOUTS);
    let dropped = Rc::new(Cell::new(0));
    let kept = aside(|| {
        alloc_native(Box::new(Keeper { value: Value::object(tree(3)), dropped: dropped.clone() }));
        alloc_native(Box::new(Keeper { value: Value::object(tree(3)), dropped: dropped.clone() }))
    });
    scrub_stack();
    collect();
    assert_eq!(dropped.get(), 1);
    aside(|| with_native_mut(kept, |keeper: &mut Keeper| keeper.value = Value::NULL).unwrap());
    aside(|| {
        let young = Value::object(tree(4));
        with_native_mut(kept, |keeper: &mut Keeper| keeper.value = young).unwrap();
    });
    scrub_stack();
    collect_young();
    reuse_free_memory();
    let keeper = native::<Keeper>(kept).unwrap();
    assert_eq!(count(keeper.value.as_ref().unwrap(), 4), 31);
    assert_eq!(dropped.get(), 1);
}

#[test]
fn the_limit_refuses_large_requests_and_reports_exhaustion() {
    let _heap = exclusive(LAYOUTS);
    collect();
    set_limit(Some(used_bytes() + (32 << 20)));
    assert_eq!(try_alloc(VALUES, 1_000_000_000), Err(OutOfMemory));
    assert_eq!(try_alloc(BYTES, usize::MAX), Err(OutOfMemory));
    assert!(try_alloc(VALUES, 1000).is_ok());
    assert!(!exhausted());
    let head = alloc(Node::ID, 0);
    let mut last = head;
    let mut nodes = 0;
    while !exhausted() {
        let next = alloc(Node::ID, 0);
        set(last, Node::LEFT, next);
        last = next;
        nodes += 1;
        assert!(nodes < 10_000_000, "the limit is never noticed: {:?}", stats());
    }
    assert!(nodes > 500_000, "{nodes}");
    black_box(head);
    assert!(take_exhausted() && !exhausted());
    collect();
    assert!(exhausted());
    set_limit(None);
    assert!(!exhausted());
}

#[test]
fn words_on_the_native_stack_are_found() {
    let _heap = exclusive(LAYOUTS);
    let words = black_box([0x1234_5678usize, 0x7777_0000]);
    let ranges = [0x7777_0000..0x7777_0001, 0x1000_0000..0x1234_5678, 0x1234_5678..0x1234_5679];
    let found = native_stack_points_into(&ranges);
    black_box(&words);
    assert_eq!((found[0], found[2]), (true, true));
}
