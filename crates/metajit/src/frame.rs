//! Frames: slots on the VM-owned stack, and the cells that count and enter compiled code.
//!
//! A frame is a window of `slots()` tagged words. In `Run` mode it is plain memory; while recording, the
//! recorder keeps the name of each slot's value, and compiled code keeps slots in registers. So slots are
//! reached only through [`Frame::get`] and [`Frame::set`].
//! Neighbours: `mode`, `language`, `heap::roots` (which scans the stack).
#![allow(unsafe_code)]

use crate::backend::CodeCell;
use crate::heap::Value;
use crate::helper::Helper;
use crate::mode::Mode;
use crate::staged::Val;
use std::cell::{Cell, OnceCell};
use std::marker::PhantomData;

/// A window of slots on the VM stack.
#[derive(Debug)]
pub struct Frame<M: Mode> {
    base: *mut Value,
    mode: PhantomData<fn() -> M>,
}

impl<M: Mode> Clone for Frame<M> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<M: Mode> Copy for Frame<M> {}

impl<M: Mode> Frame<M> {
    /// The frame whose slot 0 is at `base`, which lies on the VM stack with room for the frame's slots.
    #[inline(always)]
    pub fn at(base: *mut Value) -> Self {
        Frame { base, mode: PhantomData }
    }
    /// Address of slot 0.
    #[inline(always)]
    pub fn base(self) -> *mut Value {
        self.base
    }
    /// The frame that begins `slots` slots further up: where a callee's frame goes.
    #[inline(always)]
    pub fn above(self, slots: u32) -> Self {
        Frame::at(self.base.wrapping_add(slots as usize))
    }
    /// The same window seen from another mode.
    #[inline(always)]
    pub fn cast<N: Mode>(self) -> Frame<N> {
        Frame::at(self.base)
    }
    /// The value in a slot.
    #[inline(always)]
    pub fn get(self, slot: impl Into<u32>) -> Val<M> {
        Val::new(M::slot(self, slot.into()))
    }
    /// Puts a value into a slot.
    #[inline(always)]
    pub fn set(self, slot: impl Into<u32>, value: Val<M>) {
        M::set_slot(self, slot.into(), value.inner())
    }
    /// The word in memory, whatever the mode.
    #[inline(always)]
    pub(crate) fn read(self, slot: u32) -> Value {
        // SAFETY: a frame is created with room for its code's slots, and bytecode names only those.
        unsafe { *self.base.add(slot as usize) }
    }
    /// Writes the word in memory, whatever the mode.
    #[inline(always)]
    pub(crate) fn write(self, slot: u32, value: Value) {
        // SAFETY: as for `read`.
        unsafe { *self.base.add(slot as usize) = value }
    }
}

/// What a frame does after its loop header has been announced.
pub enum LoopAction<M: Mode> {
    /// Execute the loop's next iteration here.
    Continue,
    /// Go on at another bytecode of this frame.
    Goto(usize),
    /// The frame has returned this value.
    Return(M::Of<Value>),
    /// The frame has raised this exception.
    Raise(M::Of<Value>),
    /// Return at once and go on in `Run` mode.
    Switch(M::Switch),
}

/// The counter and the compiled code of one loop header.
#[derive(Debug, Default)]
pub struct LoopCell {
    /// Headers passed until the driver is asked; zero asks at every pass (code is there, or nobody has asked yet).
    pub(crate) fuel: Cell<u32>,
    /// Index of the compiled region that starts here, plus one; zero for none.
    pub(crate) region: Cell<u32>,
    /// How often recording here was given up.
    pub(crate) aborts: Cell<u32>,
    /// When counting began, in milliseconds of the driver's clock; zero before.
    pub(crate) since: Cell<u32>,
    /// The region's entry, for compiled code that jumps here.
    code: CodeCell,
    /// The loop compiled for another kind of state at its header, once that has been met.
    next: OnceCell<Box<LoopCell>>,
    /// What the interpreter knows this version of a loop by; `None` for the first version, which it knows by itself.
    first: Option<&'static LoopCell>,
}

/// The counter and the compiled code of one function's entry.
///
/// Compiled code has the same entry for the interpreter and for compiled callers, which pass arguments in registers.
#[derive(Debug, Default)]
pub struct EntryCell {
    cell: LoopCell,
    /// What compiled callers call: the code, or something that says that there is none. Null before somebody is
    /// compiled that calls it.
    direct: CodeCell,
    /// What traces call it by, made when it is first needed.
    pub(crate) helper: Cell<Option<&'static Helper>>,
}

impl EntryCell {
    /// A cell that asks the driver at its first pass, which sets the threshold.
    pub const fn new() -> Self {
        EntryCell { cell: LoopCell::new(), direct: CodeCell::new(), helper: Cell::new(None) }
    }
    /// What compiled callers call.
    pub(crate) fn direct(&self) -> &CodeCell {
        &self.direct
    }
}

impl Drop for EntryCell {
    fn drop(&mut self) {
        // Compiled callers name the function by this cell.
        crate::driver::forget(std::ptr::from_ref(&self.direct) as usize, None);
    }
}

impl Drop for LoopCell {
    /// The code object that the cell belongs to is gone: so is all compiled code that knows of it. Nothing that runs comes to
    /// that code any more; this is for its owner to see to.
    fn drop(&mut self) {
        crate::driver::forget(std::ptr::from_ref(self) as usize, self.region.get().checked_sub(1));
    }
}

impl std::ops::Deref for EntryCell {
    type Target = LoopCell;
    fn deref(&self) -> &LoopCell {
        &self.cell
    }
}

impl LoopCell {
    /// Where [`LoopCell::code`] lies, for compiled code.
    pub(crate) const CODE_OFFSET: usize = std::mem::offset_of!(LoopCell, code);

    /// A cell that asks the driver at its first pass, which sets the threshold.
    pub const fn new() -> Self {
        LoopCell::version(None)
    }
    const fn version(first: Option<&'static LoopCell>) -> Self {
        LoopCell {
            fuel: Cell::new(0),
            region: Cell::new(0),
            aborts: Cell::new(0),
            since: Cell::new(0),
            code: CodeCell::new(),
            next: OnceCell::new(),
            first,
        }
    }
    /// Whether this is a version of the loop that the interpreter knows by `cell`.
    pub(crate) fn is_version_of(&self, cell: &LoopCell) -> bool {
        std::ptr::eq(self.first.unwrap_or(self), cell)
    }
    /// Which version of its loop it is, from 1 on.
    pub(crate) fn number(&self) -> u64 {
        let first = self.first.unwrap_or(self);
        let versions = std::iter::successors(Some(first), |cell| cell.next.get().map(|next| &**next));
        versions.take_while(|&cell| !std::ptr::eq(cell, self)).count() as u64 + 1
    }
    /// Where a state goes that does not fit this version: to the next one, from the last of `most` back to the first.
    pub(crate) fn next_version(&'static self, most: u64) -> &'static LoopCell {
        let first = self.first.unwrap_or(self);
        if self.number() >= most {
            return first;
        }
        self.next.get_or_init(|| Box::new(LoopCell::version(Some(first))))
    }
    /// Leads compiled code that ends by jumping to this header. Null makes it leave for the interpreter.
    pub fn code(&self) -> &CodeCell {
        &self.code
    }
    /// Counts one pass; true when the driver is to be asked, which has to [refill](LoopCell::refill) the cell.
    #[inline(always)]
    pub(crate) fn tick(&self) -> bool {
        // Written before it is looked at: one subtraction in memory, whose carry is the answer.
        let (left, empty) = self.fuel.get().overflowing_sub(1);
        self.fuel.set(left);
        empty
    }
    /// Makes good for the subtraction of a pass that found nothing left.
    #[inline(always)]
    pub(crate) fn refill(&self) {
        self.fuel.set(0);
    }
}
