//! The instructions of compiled regular expressions, as `re._constants` numbers them.
//!
//! Neighbours: `matcher` (runs them), `charset` (sets of characters).

macro_rules! codes {
    ($($name:ident)*) => { codes!(@ 0u32; $($name)*); };
    (@ $n:expr; $name:ident $($rest:ident)*) => {
        pub const $name: u32 = $n;
        codes!(@ $n + 1; $($rest)*);
    };
    (@ $n:expr;) => {};
}

/// Instructions.
#[allow(dead_code)]
pub mod op {
    codes! {
        FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS IN INFO
        JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN MIN_REPEAT_ONE
        ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
        GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE GROUPREF_UNI_IGNORE IN_UNI_IGNORE
        LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
    }
}

/// Positions, the operand of `AT`.
pub mod at {
    codes! {
        BEGINNING BEGINNING_LINE BEGINNING_STRING BOUNDARY NON_BOUNDARY END END_LINE END_STRING LOC_BOUNDARY LOC_NON_BOUNDARY
        UNI_BOUNDARY UNI_NON_BOUNDARY
    }
}

/// No upper bound of a repetition.
pub const MAXREPEAT: u32 = u32::MAX;
/// Flags of `INFO`: the pattern begins with literal characters, is nothing else, or begins with one of a set.
pub const INFO_PREFIX: u32 = 1;
pub const INFO_CHARSET: u32 = 4;
