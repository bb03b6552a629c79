//! Words outside of slots and objects that the collector must see for a while.
//!
//! They lie on a small stack that is registered as a root once; what does not fit there gets a root of its own.
//! Invariant: what was created last is dropped first (recordings nest).

use crate::heap::RootRange;
use std::cell::RefCell;

/// Words of the shared stack.
const WORDS: usize = 4096;

struct Shared {
    words: Box<[u64]>,
    top: usize,
    _range: RootRange,
}

impl Shared {
    fn new() -> Shared {
        let words = vec![0; WORDS].into_boxed_slice();
        let range = RootRange::new(words.as_ptr(), WORDS);
        Shared { words, top: 0, _range: range }
    }
}

thread_local! {
    static SHARED: RefCell<Shared> = RefCell::new(Shared::new());
}

/// A number of words that the collector sees for as long as this lives.
#[derive(Debug)]
pub(crate) struct Rooted {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Nothing,
    Shared { start: usize, len: usize },
    Own { words: Box<[u64]>, _range: RootRange },
}

impl Rooted {
    /// `len` words, all zero.
    pub(crate) fn new(len: usize) -> Rooted {
        if len == 0 {
            return Rooted { place: Place::Nothing };
        }
        let place = SHARED.with_borrow_mut(|shared| {
            let start = shared.top;
            (start + len <= WORDS).then(|| {
                shared.top += len;
                Place::Shared { start, len }
            })
        });
        Rooted {
            place: place.unwrap_or_else(|| {
                let words = vec![0; len].into_boxed_slice();
                let range = RootRange::new(words.as_ptr(), len);
                Place::Own { words, _range: range }
            }),
        }
    }
    /// Writes a word.
    pub(crate) fn set(&mut self, index: usize, bits: u64) {
        match &mut self.place {
            Place::Shared { start, len } => {
                assert!(index < *len);
                SHARED.with_borrow_mut(|shared| shared.words[*start + index] = bits);
            }
            Place::Own { words, .. } => words[index] = bits,
            Place::Nothing => unreachable!("there are no words"),
        }
    }
}

impl Drop for Rooted {
    fn drop(&mut self) {
        if let Place::Shared { start, len } = self.place {
            SHARED.with_borrow_mut(|shared| {
                debug_assert!(shared.top == start + len, "dropped out of order");
                shared.words[start..start + len].fill(0);
                shared.top = start;
            });
        }
    }
}
