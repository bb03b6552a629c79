//! Buffers in which text is put together before its string object is made.
//!
//! A thread keeps a few spare buffers, so that making a short text costs no allocation beside the object. Buffers may be
//! alive at the same time (formatting runs user code, which formats): each takes a spare one or starts empty.
//! Neighbours: everything that makes strings piece by piece.

use super::from_wtf8;
use metajit::heap::Ref;
use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

/// A larger buffer is given back to the allocator.
const KEPT: usize = 1 << 16;
/// Most spare buffers.
const SPARE_BUFFERS: usize = 4;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// A growing byte buffer.
pub struct Scratch(Vec<u8>);

impl Scratch {
    /// An empty buffer.
    #[inline]
    pub fn new() -> Scratch {
        Scratch(SPARE.with_borrow_mut(Vec::pop).unwrap_or_default())
    }
    /// The string with these contents, which are well-formed generalised UTF-8.
    #[inline]
    pub fn into_str(self) -> Ref {
        from_wtf8(&self.0)
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Scratch::new()
    }
}

impl Deref for Scratch {
    type Target = Vec<u8>;
    #[inline(always)]
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Scratch {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

impl Drop for Scratch {
    #[inline]
    fn drop(&mut self) {
        if self.0.capacity() <= KEPT {
            self.0.clear();
            let buffer = std::mem::take(&mut self.0);
            // A thread that ends has no spare buffers any more.
            let _ = SPARE.try_with(|spare| {
                let mut spare = spare.borrow_mut();
                if spare.len() < SPARE_BUFFERS {
                    spare.push(buffer);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_that_live_together_are_apart() {
        let mut outer = Scratch::new();
        outer.extend(b"outer");
        let mut inner = Scratch::new();
        inner.extend(b"inner");
        assert_eq!(&outer[..], b"outer");
        drop(inner);
        assert_eq!(&outer[..], b"outer");
        drop(outer);
        assert!(Scratch::new().is_empty());
    }
}
