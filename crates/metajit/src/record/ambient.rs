//! Which recorder is current.
//!
//! Recordings nest: a helper called while recording may run the interpreter, whose loops may get hot. So the
//! current recorder is replaced for the time of a nested recording and put back afterwards. Invariant: it is
//! never borrowed while code of the interpreter or of a helper runs.

use super::Recorder;
use std::cell::RefCell;

thread_local! {
    static CURRENT: RefCell<Option<Box<Recorder>>> = const { RefCell::new(None) };
}

/// Does something with the current recorder.
pub(super) fn with<R>(f: impl FnOnce(&mut Recorder) -> R) -> R {
    CURRENT.with_borrow_mut(|current| {
        f(current.as_mut().expect("a frame runs in Record mode without a recorder"))
    })
}

/// A recorder that is current for as long as this lives; the former one waits.
#[derive(Debug)]
pub(crate) struct Installed {
    former: Option<Box<Recorder>>,
}

impl Installed {
    /// Makes a recorder current.
    pub(crate) fn new(recorder: Box<Recorder>) -> Installed {
        Installed { former: CURRENT.replace(Some(recorder)) }
    }
    /// Gives the recorder back.
    pub(crate) fn finish(self) -> Box<Recorder> {
        CURRENT.take().expect("installed in `new`")
    }
}

impl Drop for Installed {
    fn drop(&mut self) {
        CURRENT.set(self.former.take());
    }
}
