//! Calls that compiled code makes by itself: of functions at their entry, with arguments in registers.
//!
//! In the trace such a call is that of a helper which stands for the function. Its operands are where the callee's frame
//! is and the values of the slots that are passed in registers; the other slots are stored before. What it does beyond
//! calling (looking for code, room and a request to leave; finishing a frame that has left its code) the backend adds.
//! Neighbours: `calls` (decides what is called), `backend::cranelift::functions`, `driver::finish_function`.

use super::Recorder;
use super::calls::Pair;
use crate::backend::REGISTER_ARGS;
use crate::driver;
use crate::heap::Value;
use crate::helper::{Callee, Effects, Helper};
use crate::ir::OpRef;
use crate::kind::Type;
use crate::language::{Code, Language, register_args};

/// The operands of a call: see [`Helper::CALLEE_PLACE`].
static PARAMS: [Type; Helper::CALLEE_PLACE + REGISTER_ARGS] = {
    let mut params = [Type::Value; Helper::CALLEE_PLACE + REGISTER_ARGS];
    let mut i = 0;
    while i < Helper::CALLEE_PLACE {
        params[i] = Type::Int;
        i += 1;
    }
    params
};

/// What stands for a function in traces.
pub(super) fn helper<L: Language>(code: &'static L::Code) -> &'static Helper {
    let cell = code.entry();
    if let Some(helper) = cell.helper.get() {
        return helper;
    }
    // It lives as long as the code, of which there is no end.
    let helper: &'static Helper = Box::leak(Box::new(Helper {
        name: Box::leak(format!("frame({})", code.describe(0).replace(' ', "_")).into_boxed_str()),
        params: &PARAMS[..Helper::CALLEE_PLACE + register_args(code)],
        result: Type::Value,
        effects: Effects::Any,
        raises: true,
        conditional: false,
        address: || unreachable!("functions have no shim"),
        callee: Some(Callee {
            code: std::ptr::from_ref(code) as usize,
            direct: cell.direct(),
            finish: || driver::finish_function::<L> as *const () as *const u8,
            depth: L::depth(),
        }),
    }));
    cell.helper.set(Some(helper));
    helper
}

impl Recorder {
    /// The names of what is passed in registers; `None` if the call is not one at the entry, or somebody has left a slot
    /// unwritten.
    pub(super) fn register_arguments(
        &mut self,
        code: &'static dyn Code,
        base: *mut Value,
        pc: usize,
    ) -> Option<Vec<OpRef>> {
        if pc != 0 {
            return None;
        }
        let args = register_args(code);
        let named = self.named_slots(self.index(base, 0), args as u32);
        (named.len() == args).then(|| named.into_iter().map(|(_, op)| op).collect())
    }

    /// Writes the call of a function at its entry, which has been made, into the trace.
    pub(super) fn record_function_call(
        &mut self,
        helper: &'static Helper,
        args: &[OpRef],
        base: *mut Value,
        result: Result<Value, Value>,
    ) -> Pair<Value> {
        let index = self.index(base, 0);
        let end = self.frames[0].code.slots();
        debug_assert!(index >= end, "a callee's frame lies above its caller's");
        let inlined = self.frames.len() as i64 - 1;
        let place = [i64::from(index), i64::from(end), inlined].map(|k| (Type::Int, self.constant(k), 0));
        let args = args.iter().map(|&op| (Type::Value, op, 0));
        let operands: Vec<(Type, OpRef, u64)> = place.into_iter().chain(args).collect();
        let pair = self.record_call(helper, &operands, result);
        // The callee has overwritten its window.
        self.forget_above(index);
        pair
    }
}
