//! Objects and calls in compiled code, with the collector under stress.

use crate::build::{Build, Cell, Machine, get_slot, set_slot};
use metajit::backend::{Backend, RETURN_EXIT};
use metajit::heap::{self, Bytes, Floats, Ints, Ref, Value, Values};
use metajit::helper::{Effects, Helper, set_pending};
use metajit::ir::{End, Opcode};
use metajit::kind::Type;

/// The immediate of an access to the field with that index.
fn field(index: u64) -> u64 {
    u64::from(Cell::ID.bits()) | index << 32
}

const HEAD: u64 = 0;
const NEXT: u64 = 1;
const COUNT: u64 = 2;
const RATIO: u64 = 3;

/// Builds a list of `n` cells in a loop and returns its first; checks what it holds.
fn build_list(machine: &mut Machine, n: i64) {
    let mut build = Build::default();
    let zero = build.int(0);
    let null = build.constant(Type::Ref, 0);
    let params = build.header(&[zero, null]);
    let (i, list) = (params[0], params[1]);
    let at_end = build.snapshot(&[(0, list)]);
    let limit = build.int(n);
    let more = build.pure(Opcode::IntLt, &[i, limit]);
    build.guard(more, true, at_end);
    let cell = build.op(Opcode::Alloc, Some(Type::Ref), &[], u64::from(Cell::ID.bits()));
    build.op(Opcode::Store, None, &[cell, list], field(NEXT));
    build.op(Opcode::Store, None, &[cell, i], field(COUNT));
    let ratio = build.pure(Opcode::IntToFloat, &[i]);
    build.op(Opcode::Store, None, &[cell, ratio], field(RATIO));
    // A second object, stored into the first after a possible collection.
    let array =
        build.op(Opcode::Alloc, Some(Type::Ref), &[], u64::from(metajit::heap::VALUES.bits()) | 3 << 32);
    let word = build.pure(Opcode::BoxRef, &[array]);
    build.op(Opcode::Store, None, &[cell, word], field(HEAD));
    let one = build.int(1);
    let boxed = build.pure(Opcode::BoxInt, &[i]);
    build.op(Opcode::StoreItem, None, &[array, one, boxed], u64::from(metajit::heap::VALUES.bits()));
    let next = build.pure(Opcode::IntAdd, &[i, one]);
    build.close(&[next, cell]);
    let unit = machine.compile(&build.trace);
    machine.run(&unit);
    let mut cell = Ref::from_bits(machine.buffer[0]);
    set_slot(0, Value::object(cell));
    heap::collect();
    for i in (0..n).rev() {
        assert_eq!(heap::get(cell, Cell::COUNT), i);
        assert_eq!(heap::get(cell, Cell::RATIO), i as f64);
        let array = heap::get(cell, Cell::HEAD).as_ref().unwrap();
        assert_eq!(heap::item(array, Values::TAIL, 1).as_int(), Some(i));
        cell = heap::get(cell, Cell::NEXT);
    }
    assert!(cell.is_null());
    machine.backend.free(unit.code);
}

#[test]
fn objects_are_allocated_inline() {
    let mut machine = Machine::new();
    build_list(&mut machine, 100_000);
}

#[test]
fn objects_survive_stress() {
    let mut machine = Machine::new();
    heap::set_collect_every(Some(1));
    build_list(&mut machine, 300);
    heap::set_collect_every(Some(3));
    build_list(&mut machine, 300);
}

/// An old object keeps the young one that compiled code stores into it.
#[test]
fn the_write_barrier_remembers_old_objects() {
    let mut machine = Machine::new();
    for array_length in [4, 5_000] {
        store_into_old_objects(&mut machine, array_length);
    }
}

fn store_into_old_objects(machine: &mut Machine, array_length: usize) {
    let old = heap::alloc(Cell::ID, 0);
    set_slot(0, Value::object(old));
    let array = heap::alloc(heap::VALUES, array_length);
    set_slot(1, Value::object(array));
    heap::collect();
    let mut build = Build::default();
    let words = [build.slot(0), build.slot(1)];
    let [object, array_name] = words.map(|w| build.pure(Opcode::UnboxRef, &[w]));
    let young = build.op(Opcode::Alloc, Some(Type::Ref), &[], u64::from(Cell::ID.bits()));
    let seven = build.int(7);
    build.op(Opcode::Store, None, &[young, seven], field(COUNT));
    build.op(Opcode::Store, None, &[object, young], field(NEXT));
    let other = build.op(Opcode::Alloc, Some(Type::Ref), &[], u64::from(Cell::ID.bits()));
    build.op(Opcode::Store, None, &[other, seven], field(COUNT));
    let word = build.pure(Opcode::BoxRef, &[other]);
    let index = build.input(Type::Int);
    build.op(Opcode::StoreItem, None, &[array_name, index, word], u64::from(heap::VALUES.bits()));
    build.exit(&[]);
    machine.once(&build.trace, &[2]);
    for _ in 0..3 {
        heap::collect_young();
        for _ in 0..300_000 {
            heap::alloc(Cell::ID, 0);
        }
    }
    let young = heap::get(old, Cell::NEXT);
    assert_eq!(heap::get(young, Cell::COUNT), 7);
    let other = heap::item(array, Values::TAIL, 2).as_ref().unwrap();
    assert_eq!(heap::get(other, Cell::COUNT), 7);
}

#[test]
fn elements_of_every_kind() {
    let mut machine = Machine::new();
    let arrays = [
        (heap::alloc_bytes(&[1, 200, 255]), heap::BYTES, Type::Int, 77),
        (heap::alloc(heap::INTS, 3), heap::INTS, Type::Int, -5i64 as u64),
        (heap::alloc(heap::FLOATS, 3), heap::FLOATS, Type::Float, 2.5f64.to_bits()),
        (heap::alloc(heap::VALUES, 3), heap::VALUES, Type::Value, Value::int(9).bits()),
    ];
    heap::set_item(arrays[1].0, Ints::TAIL, 1, -1);
    heap::set_item(arrays[2].0, Floats::TAIL, 1, -1.5);
    heap::set_item(arrays[3].0, Values::TAIL, 1, Value::int(-1));
    let before = [200, -1i64 as u64, (-1.5f64).to_bits(), Value::int(-1).bits()];
    for ((array, layout, ty, stored), before) in arrays.into_iter().zip(before) {
        for index_is_constant in [false, true] {
            let mut build = Build::default();
            let object = build.input(Type::Ref);
            let index = build.input(Type::Int);
            let fixed = build.int(1);
            let at = if index_is_constant { fixed } else { index };
            let data = u64::from(layout.bits());
            let old = build.op(Opcode::LoadItem, Some(ty), &[object, at], data);
            let new = build.constant(ty, stored);
            build.op(Opcode::StoreItem, None, &[object, at, new], data);
            let loaded = build.op(Opcode::LoadItem, Some(ty), &[object, at], data);
            build.op(Opcode::StoreItem, None, &[object, at, old], data);
            build.exit(&[old, loaded]);
            machine.once(&build.trace, &[array.bits(), 1]);
            assert_eq!(machine.buffer[..2], [before, stored], "{layout:?}");
        }
    }
    assert_eq!(heap::items(arrays_first(), Bytes::TAIL).len(), 0);
}

fn arrays_first() -> Ref {
    heap::alloc_bytes(&[])
}

extern "C" fn mixed(i: i64, f: f64, flag: i64, object: u64, word: u64, g: f64, j: i64, k: i64) -> f64 {
    assert_eq!((flag, object, word), (1, 64, Value::int(3).bits()));
    i as f64 + f * 10.0 + g * 100.0 + (j - k) as f64 * 1000.0
}

extern "C" fn is_even(i: i64) -> i64 {
    (i % 2 == 0) as i64
}

extern "C" fn positive_or_raise(i: i64) -> i64 {
    if i < 0 {
        set_pending(Value::int(i));
        return 0;
    }
    i * 2
}

const fn helper(
    name: &'static str,
    params: &'static [Type],
    result: Type,
    raises: bool,
    address: fn() -> *const u8,
) -> Helper {
    Helper { name, params, result, effects: Effects::Any, raises, address, conditional: false, callee: None }
}

static MIXED: Helper = helper(
    "mixed",
    &[Type::Int, Type::Float, Type::Bool, Type::Ref, Type::Value, Type::Float, Type::Int, Type::Int],
    Type::Float,
    false,
    || mixed as *const () as *const u8,
);
static IS_EVEN: Helper =
    helper("is_even", &[Type::Int], Type::Bool, false, || is_even as *const () as *const u8);
static POSITIVE: Helper = helper("positive_or_raise", &[Type::Int], Type::Int, true, || {
    positive_or_raise as *const () as *const u8
});

#[test]
fn helpers_take_and_give_every_type() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    let types =
        [Type::Int, Type::Float, Type::Bool, Type::Ref, Type::Value, Type::Float, Type::Int, Type::Int];
    let inputs: Vec<_> = types.into_iter().map(|ty| build.input(ty)).collect();
    let result = build.call(&MIXED, &inputs);
    let even = build.call(&IS_EVEN, &[inputs[0]]);
    let odd = build.pure(Opcode::BoolNot, &[even]);
    build.exit(&[result, odd, inputs[1], inputs[7]]);
    let words = [5, 2.0f64.to_bits(), 1, 64, Value::int(3).bits(), 3.0f64.to_bits(), 7, 4].map(|w: u64| w);
    let unit = machine.compile(&build.trace);
    machine.buffer[..8].copy_from_slice(&words);
    machine.run(&unit);
    let found = |name| {
        let place = unit.exits[0].values.iter().position(|v| v.0 == name).unwrap();
        machine.buffer[place]
    };
    assert_eq!(f64::from_bits(found(result)), 5.0 + 20.0 + 300.0 + 3000.0);
    assert_eq!(found(odd), 1);
    assert_eq!(found(inputs[1]), words[1]);
    assert_eq!(found(inputs[7]), words[7]);
}

#[test]
fn a_raised_exception_is_seen_and_cleared() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    let x = build.input(Type::Int);
    let result = build.call(&POSITIVE, &[x]);
    let pending = build.op(Opcode::Pending, Some(Type::Value), &[], 0);
    let none = build.constant(Type::Value, Value::NULL.bits());
    let fine = build.pure(Opcode::ValueEq, &[pending, none]);
    let raised = build.snapshot(&[(0, pending)]);
    build.guard(fine, true, raised);
    build.trace.end = End::Return(result);
    let first = machine.next_exit;
    let unit = machine.compile(&build.trace);
    machine.buffer[0] = 21;
    assert_eq!(machine.run(&unit), RETURN_EXIT);
    assert_eq!(Value::from_bits(machine.buffer[0]).as_int(), Some(42));
    machine.buffer[0] = -3i64 as u64;
    assert_eq!(machine.run(&unit), first);
    assert_eq!(Value::from_bits(machine.buffer[0]).as_int(), Some(-3));

    let mut clear = Build::default();
    clear.op(Opcode::ClearPending, None, &[], 0);
    let pending = clear.op(Opcode::Pending, Some(Type::Value), &[], 0);
    clear.exit(&[pending]);
    machine.once(&clear.trace, &[]);
    assert_eq!(machine.buffer[0], 0);
    assert_eq!(set_pending(Value::NULL), Value::NULL);
}

#[test]
fn slots_of_a_called_frame_are_written_boxed() {
    let mut machine = Machine::new();
    let mut build = Build::default();
    let (i, f) = (build.input(Type::Int), build.input(Type::Float));
    build.op(Opcode::StoreSlot, None, &[i], 10);
    build.op(Opcode::StoreSlot, None, &[f], 11);
    let address = build.op(Opcode::SlotAddress, Some(Type::Int), &[], 10);
    build.exit(&[address]);
    machine.once(&build.trace, &[i64::MIN as u64, 1e300f64.to_bits()]);
    assert_eq!(get_slot(10).as_int(), Some(i64::MIN));
    assert_eq!(get_slot(11).as_float(), Some(1e300));
    assert_eq!(machine.buffer[0], heap::vm_stack().base().wrapping_add(10) as u64);
}
