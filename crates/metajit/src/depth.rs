//! How many frames are active: the limit of recursion, kept by interpreter and compiled code alike.
//!
//! The interpreter counts where it enters and leaves a frame ([`FrameCount`]); compiled code counts the frames that it
//! runs in the same words, whose addresses [`Language::depth`](crate::language::Language::depth) gives.
#![allow(unsafe_code)]

use std::cell::Cell;

/// Counts the frames that are active, and says how many may be.
///
/// ```
/// use metajit::depth::FrameCount;
///
/// thread_local! {
///     static FRAMES: FrameCount = const { FrameCount::new(1000) };
/// }
/// let words = FRAMES.with(FrameCount::depth);
/// assert!(FRAMES.with(FrameCount::enter));
/// assert!(!words.has_room(999));
/// FRAMES.with(FrameCount::leave);
/// ```
#[derive(Debug)]
pub struct FrameCount {
    active: Cell<u32>,
    most: Cell<u32>,
}

impl FrameCount {
    /// No frames, of at most so many.
    pub const fn new(most: u32) -> FrameCount {
        FrameCount { active: Cell::new(0), most: Cell::new(most) }
    }
    /// Counts a frame, unless there are as many as may be.
    #[inline(always)]
    pub fn enter(&self) -> bool {
        let active = self.active.get();
        let may = active < self.most.get();
        self.active.set(active + u32::from(may));
        may
    }
    /// A frame has ended.
    #[inline(always)]
    pub fn leave(&self) {
        self.active.set(self.active.get() - 1);
    }
    /// Takes all back.
    pub fn clear(&self) {
        self.active.set(0);
    }
    /// The addresses of the words. It stays where it is while its thread runs, as a constant thread-local without a
    /// destructor does.
    pub fn depth(&self) -> Depth {
        Depth { active: self.active.as_ptr() as usize, most: self.most.as_ptr() as usize }
    }
}

/// Addresses of two words of 32 bits that stay where they are while their thread runs.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// How many frames are active.
    pub active: usize,
    /// How many may be.
    pub most: usize,
}

impl Depth {
    /// Whether so many more frames may be active.
    #[inline(always)]
    pub fn has_room(self, frames: u32) -> bool {
        // SAFETY: both are addresses of words of this thread, which nobody borrows.
        unsafe { *(self.active as *const u32) + frames < *(self.most as *const u32) }
    }
    /// Counts frames that compiled code runs, or takes them back.
    #[inline(always)]
    pub fn add(self, frames: i32) {
        let active = self.active as *mut u32;
        // SAFETY: as for `has_room`.
        unsafe { *active = (*active).wrapping_add_signed(frames) }
    }
}
