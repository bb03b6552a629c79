//! The instruction table: every bytecode with its operands, their roles and its meaning, one row each.
//!
//! Invariant: an operand's role says exactly how the instruction touches registers; liveness, the check for
//! unbound locals and printing rely on nothing else. An instruction reads all its `Use`s before it writes a
//! `Def`, so one register may be both.
//!
//! Roles: `Def` writes a register, `Use` reads one, `UseDef` does both; `Uses(n)` reads the run of n
//! registers that starts there, `Defs(n)` writes it, `UsesDefs(n, m)` reads n and then writes m. `To` is a
//! jump target, `Name` indexes the names, `Konst` the constants, `Int` is an immediate, `Count` a number,
//! `Byte` a small flag. `NULL` is the value of an unbound register.

/// A register of the current frame.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reg(pub u16);

/// Index into [`CodeData::names`](super::CodeData::names).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NameId(pub u32);

/// Index into [`CodeData::consts`](super::CodeData::consts).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ConstId(pub u32);

/// A program counter: index of an instruction in its code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Target(pub u32);

/// Dense index of a loop in its code, `0..CodeData::loops`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LoopId(pub u32);

/// An integer immediate.
pub type Imm = i32;

/// How an instruction touches a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// The register's value is read.
    Read,
    /// The register is overwritten.
    Write,
}

impl Reg {
    /// The register `n` places further on.
    #[must_use]
    pub fn plus(self, n: u16) -> Reg {
        Reg(self.0 + n)
    }

    /// The register's number as an array index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The Rust type that holds an operand of a role.
macro_rules! operand_type {
    (Def) => {
        Reg
    };
    (Use) => {
        Reg
    };
    (UseDef) => {
        Reg
    };
    (Uses) => {
        Reg
    };
    (Defs) => {
        Reg
    };
    (UsesDefs) => {
        Reg
    };
    (To) => {
        Target
    };
    (Name) => {
        NameId
    };
    (Konst) => {
        ConstId
    };
    (Loop) => {
        LoopId
    };
    (Int) => {
        Imm
    };
    (Count) => {
        u16
    };
    (Byte) => {
        u8
    };
}

/// Reports the register accesses of one operand, reads before writes being the caller's business.
macro_rules! visit_registers {
    (Def, $r:ident, $f:ident) => {
        $f(Access::Write, $r)
    };
    (Use, $r:ident, $f:ident) => {
        $f(Access::Read, $r)
    };
    (UseDef, $r:ident, $f:ident) => {{
        $f(Access::Read, $r);
        $f(Access::Write, $r)
    }};
    (Uses($n:expr), $r:ident, $f:ident) => {
        for i in 0..($n as u16) {
            $f(Access::Read, $r.plus(i))
        }
    };
    (Defs($n:expr), $r:ident, $f:ident) => {
        for i in 0..($n as u16) {
            $f(Access::Write, $r.plus(i))
        }
    };
    (UsesDefs($n:expr, $m:expr), $r:ident, $f:ident) => {{
        for i in 0..($n as u16) {
            $f(Access::Read, $r.plus(i))
        }
        for i in 0..($m as u16) {
            $f(Access::Write, $r.plus(i))
        }
    }};
    ($other:ident, $r:ident, $f:ident) => {
        let _ = $r;
    };
}

/// Hands a jump target to a closure.
macro_rules! visit_target {
    (To, $t:ident, $f:ident) => {
        $f($t)
    };
    ($other:ident, $t:ident, $f:ident) => {
        let _ = $t;
    };
}

/// Shows one operand to an [`OperandVisitor`](super::print::OperandVisitor).
macro_rules! show_operand {
    (Def, $x:ident, $v:ident) => {
        $v.register($x)
    };
    (Use, $x:ident, $v:ident) => {
        $v.register($x)
    };
    (UseDef, $x:ident, $v:ident) => {
        $v.register($x)
    };
    (Uses($n:expr), $x:ident, $v:ident) => {
        $v.run($x, $n as u16)
    };
    (Defs($n:expr), $x:ident, $v:ident) => {
        $v.run($x, $n as u16)
    };
    (UsesDefs($n:expr, $m:expr), $x:ident, $v:ident) => {
        $v.run($x, $n as u16)
    };
    (To, $x:ident, $v:ident) => {
        $v.target($x)
    };
    (Name, $x:ident, $v:ident) => {
        $v.name($x)
    };
    (Konst, $x:ident, $v:ident) => {
        $v.constant($x)
    };
    (Loop, $x:ident, $v:ident) => {
        $v.number(i64::from($x.0))
    };
    (Int, $x:ident, $v:ident) => {
        $v.number(i64::from($x))
    };
    (Count, $x:ident, $v:ident) => {
        $v.number(i64::from($x))
    };
    (Byte, $x:ident, $v:ident) => {
        $v.number(i64::from($x))
    };
}

/// Whether a table row carries `Ends`.
macro_rules! has_ends {
    () => { false };
    (Ends $($rest:ident)*) => { true };
    ($other:ident $($rest:ident)*) => { has_ends!($($rest)*) };
}

/// Whether a table row carries `Quiet`.
macro_rules! has_quiet {
    () => { false };
    (Quiet $($rest:ident)*) => { true };
    ($other:ident $($rest:ident)*) => { has_quiet!($($rest)*) };
}

macro_rules! opcodes {
    ($(
        $(#[$doc:meta])*
        $op:ident $text:literal { $($field:ident : $role:ident $(($($len:expr),+))?),* } $($property:ident)*;
    )*) => {
        /// One instruction with its operands.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Op {
            $( $(#[$doc])* $op { $(#[allow(missing_docs)] $field: operand_type!($role)),* }, )*
        }

        impl Op {
            /// The instruction's name in dumps.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $( Op::$op { .. } => $text, )* }
            }

            /// Calls `f` for every register access, operand by operand.
            #[allow(unused_mut, unused_variables)]
            pub fn registers(self, mut f: impl FnMut(Access, Reg)) {
                match self { $( Op::$op { $($field),* } => { $( visit_registers!($role $(($($len),+))?, $field, f); )* } )* }
            }

            /// The jump target, if the instruction has one.
            #[must_use]
            #[allow(unused_mut, unused_variables)]
            pub fn target(self) -> Option<Target> {
                let mut found = None;
                let mut f = |t| found = Some(t);
                match self { $( Op::$op { $($field),* } => { $( visit_target!($role, $field, f); )* } )* }
                found
            }

            /// The jump target, to be patched.
            #[allow(unused_mut, unused_variables)]
            pub fn target_mut(&mut self) -> Option<&mut Target> {
                let mut found: Option<&mut Target> = None;
                let mut f = |t| found = Some(t);
                match self { $( Op::$op { $($field),* } => { $( visit_target!($role, $field, f); )* } )* }
                found
            }

            /// Control never goes on to the next instruction.
            #[must_use]
            pub fn ends_block(self) -> bool {
                match self { $( Op::$op { .. } => has_ends!($($property)*), )* }
            }

            /// The instruction can never raise.
            #[must_use]
            pub fn is_quiet(self) -> bool {
                match self { $( Op::$op { .. } => has_quiet!($($property)*), )* }
            }

            /// Shows the operands in order to a printer.
            #[allow(unused_variables)]
            pub(super) fn show(self, v: &mut impl super::print::OperandVisitor) {
                match self { $( Op::$op { $($field),* } => { $( show_operand!($role $(($($len),+))?, $field, v); )* } )* }
            }
        }
    };
}

opcodes! {

    // Constants and moves
    /// `d = consts[c]`.
    LoadConst "load_const" { d: Def, c: Konst } Quiet;
    /// `d = imm`.
    LoadInt "load_int" { d: Def, imm: Int } Quiet;
    /// `d = None`.
    LoadNone "load_none" { d: Def } Quiet;
    /// `d = True`.
    LoadTrue "load_true" { d: Def } Quiet;
    /// `d = False`.
    LoadFalse "load_false" { d: Def } Quiet;
    /// `d = NULL`: the register becomes unbound (`del` of a local; an absent operand).
    LoadNull "load_null" { d: Def } Quiet;
    /// `d = s`; `s` may be NULL.
    Move "move" { d: Def, s: Use } Quiet;
    /// Raises UnboundLocalError for the local variable `name` if `r` is NULL.
    CheckBound "check_bound" { r: Use, name: Name };

    // Variables outside registers
    /// `d = globals[name]`, else `builtins[name]`, else NameError.
    LoadGlobal "load_global" { d: Def, name: Name };
    /// `globals[name] = v`.
    StoreGlobal "store_global" { name: Name, v: Use };
    /// `del globals[name]`, NameError if absent.
    DeleteGlobal "delete_global" { name: Name };
    /// `d` = the name in the frame's namespace (class body, module, exec), else as `LoadGlobal`.
    LoadName "load_name" { d: Def, name: Name };
    /// Binds the name in the frame's namespace.
    StoreName "store_name" { name: Name, v: Use };
    /// Unbinds the name in the frame's namespace, NameError if absent.
    DeleteName "delete_name" { name: Name };
    /// `d` = a new cell that holds `v` (NULL: an empty cell).
    MakeCell "make_cell" { d: Def, v: Use } Quiet;
    /// `d` = what the cell holds; if it is empty UnboundLocalError, or NameError when `cell` is a free
    /// variable's register.
    LoadDeref "load_deref" { d: Def, cell: Use, name: Name };
    /// The cell now holds `v`.
    StoreDeref "store_deref" { cell: Use, v: Use } Quiet;
    /// Empties the cell; an error as in `LoadDeref` if it is empty already.
    DeleteDeref "delete_deref" { cell: Use, name: Name };
    /// In a class body: `d` = the name in the frame's namespace, else what the cell holds.
    LoadClassDeref "load_class_deref" { d: Def, cell: Use, name: Name };
    /// `d` = `dict[name]` of the real dict or mapping in `dict`, else as `LoadGlobal` (annotations in class
    /// bodies).
    LoadFromDict "load_from_dict" { d: Def, dict: Use, name: Name };
    /// `d` = the frame's namespace (class bodies).
    LoadLocals "load_locals" { d: Def } Quiet;

    // Arithmetic
    /// `d = a + b`.
    Add "add" { d: Def, a: Use, b: Use };
    /// `d = a - b`.
    Sub "sub" { d: Def, a: Use, b: Use };
    /// `d = a * b`.
    Mul "mul" { d: Def, a: Use, b: Use };
    /// `d = a @ b`.
    MatMul "mat_mul" { d: Def, a: Use, b: Use };
    /// `d = a / b`.
    Div "div" { d: Def, a: Use, b: Use };
    /// `d = a // b`.
    FloorDiv "floor_div" { d: Def, a: Use, b: Use };
    /// `d = a % b`.
    Mod "mod" { d: Def, a: Use, b: Use };
    /// `d = a ** b`.
    Pow "pow" { d: Def, a: Use, b: Use };
    /// `d = a << b`.
    LShift "l_shift" { d: Def, a: Use, b: Use };
    /// `d = a >> b`.
    RShift "r_shift" { d: Def, a: Use, b: Use };
    /// `d = a & b`.
    And "and" { d: Def, a: Use, b: Use };
    /// `d = a | b`.
    Or "or" { d: Def, a: Use, b: Use };
    /// `d = a ^ b`.
    Xor "xor" { d: Def, a: Use, b: Use };
    /// `d = (a += b)`: the in-place method first.
    IAdd "i_add" { d: Def, a: Use, b: Use };
    /// `d = (a -= b)`: the in-place method first.
    ISub "i_sub" { d: Def, a: Use, b: Use };
    /// `d = (a *= b)`: the in-place method first.
    IMul "i_mul" { d: Def, a: Use, b: Use };
    /// `d = (a @= b)`: the in-place method first.
    IMatMul "i_mat_mul" { d: Def, a: Use, b: Use };
    /// `d = (a /= b)`: the in-place method first.
    IDiv "i_div" { d: Def, a: Use, b: Use };
    /// `d = (a //= b)`: the in-place method first.
    IFloorDiv "i_floor_div" { d: Def, a: Use, b: Use };
    /// `d = (a %= b)`: the in-place method first.
    IMod "i_mod" { d: Def, a: Use, b: Use };
    /// `d = (a **= b)`: the in-place method first.
    IPow "i_pow" { d: Def, a: Use, b: Use };
    /// `d = (a <<= b)`: the in-place method first.
    ILShift "i_l_shift" { d: Def, a: Use, b: Use };
    /// `d = (a >>= b)`: the in-place method first.
    IRShift "i_r_shift" { d: Def, a: Use, b: Use };
    /// `d = (a &= b)`: the in-place method first.
    IAnd "i_and" { d: Def, a: Use, b: Use };
    /// `d = (a |= b)`: the in-place method first.
    IOr "i_or" { d: Def, a: Use, b: Use };
    /// `d = (a ^= b)`: the in-place method first.
    IXor "i_xor" { d: Def, a: Use, b: Use };
    /// `d = a + imm`.
    AddInt "add_int" { d: Def, a: Use, imm: Int };
    /// `d = a - imm`.
    SubInt "sub_int" { d: Def, a: Use, imm: Int };
    /// `d = a * imm`.
    MulInt "mul_int" { d: Def, a: Use, imm: Int };
    /// `d = a // imm`.
    FloorDivInt "floor_div_int" { d: Def, a: Use, imm: Int };
    /// `d = a % imm`.
    ModInt "mod_int" { d: Def, a: Use, imm: Int };
    /// `d = a << imm`.
    LShiftInt "l_shift_int" { d: Def, a: Use, imm: Int };
    /// `d = a >> imm`.
    RShiftInt "r_shift_int" { d: Def, a: Use, imm: Int };
    /// `d = a & imm`.
    AndInt "and_int" { d: Def, a: Use, imm: Int };
    /// `d = a | imm`.
    OrInt "or_int" { d: Def, a: Use, imm: Int };
    /// `d = a ^ imm`.
    XorInt "xor_int" { d: Def, a: Use, imm: Int };
    /// `d = (a += imm)`: the in-place method first.
    IAddInt "i_add_int" { d: Def, a: Use, imm: Int };
    /// `d = (a -= imm)`: the in-place method first.
    ISubInt "i_sub_int" { d: Def, a: Use, imm: Int };
    /// `d = (a *= imm)`: the in-place method first.
    IMulInt "i_mul_int" { d: Def, a: Use, imm: Int };
    /// `d = (a //= imm)`: the in-place method first.
    IFloorDivInt "i_floor_div_int" { d: Def, a: Use, imm: Int };
    /// `d = (a %= imm)`: the in-place method first.
    IModInt "i_mod_int" { d: Def, a: Use, imm: Int };
    /// `d = (a <<= imm)`: the in-place method first.
    ILShiftInt "i_l_shift_int" { d: Def, a: Use, imm: Int };
    /// `d = (a >>= imm)`: the in-place method first.
    IRShiftInt "i_r_shift_int" { d: Def, a: Use, imm: Int };
    /// `d = (a &= imm)`: the in-place method first.
    IAndInt "i_and_int" { d: Def, a: Use, imm: Int };
    /// `d = (a |= imm)`: the in-place method first.
    IOrInt "i_or_int" { d: Def, a: Use, imm: Int };
    /// `d = (a ^= imm)`: the in-place method first.
    IXorInt "i_xor_int" { d: Def, a: Use, imm: Int };
    /// `d = -a`.
    Neg "neg" { d: Def, a: Use };
    /// `d = +a`.
    Pos "pos" { d: Def, a: Use };
    /// `d = ~a`.
    Invert "invert" { d: Def, a: Use };
    /// `d = not a`.
    Not "not" { d: Def, a: Use };

    // Comparison
    /// `d = a < b`.
    Lt "lt" { d: Def, a: Use, b: Use };
    /// `d = a <= b`.
    Le "le" { d: Def, a: Use, b: Use };
    /// `d = a == b`.
    Eq "eq" { d: Def, a: Use, b: Use };
    /// `d = a != b`.
    Ne "ne" { d: Def, a: Use, b: Use };
    /// `d = a > b`.
    Gt "gt" { d: Def, a: Use, b: Use };
    /// `d = a >= b`.
    Ge "ge" { d: Def, a: Use, b: Use };
    /// `d = a < imm`.
    LtInt "lt_int" { d: Def, a: Use, imm: Int };
    /// `d = a <= imm`.
    LeInt "le_int" { d: Def, a: Use, imm: Int };
    /// `d = a == imm`.
    EqInt "eq_int" { d: Def, a: Use, imm: Int };
    /// `d = a != imm`.
    NeInt "ne_int" { d: Def, a: Use, imm: Int };
    /// `d = a > imm`.
    GtInt "gt_int" { d: Def, a: Use, imm: Int };
    /// `d = a >= imm`.
    GeInt "ge_int" { d: Def, a: Use, imm: Int };
    /// `d = a is b`.
    Is "is" { d: Def, a: Use, b: Use } Quiet;
    /// `d = a is not b`.
    IsNot "is_not" { d: Def, a: Use, b: Use } Quiet;
    /// `d = a in b`.
    In "in" { d: Def, a: Use, b: Use };
    /// `d = a not in b`.
    NotIn "not_in" { d: Def, a: Use, b: Use };

    // Control flow
    /// Goes to `to`.
    Jump "jump" { to: To } Ends Quiet;
    /// Goes to `to` if `a` is true.
    JumpIfTrue "jump_if_true" { a: Use, to: To };
    /// Goes to `to` if `a` is false.
    JumpIfFalse "jump_if_false" { a: Use, to: To };
    /// Goes to `to` if `a < b` is true.
    JumpIfLt "jump_if_lt" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a <= b` is true.
    JumpIfLe "jump_if_le" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a == b` is true.
    JumpIfEq "jump_if_eq" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a != b` is true.
    JumpIfNe "jump_if_ne" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a > b` is true.
    JumpIfGt "jump_if_gt" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a >= b` is true.
    JumpIfGe "jump_if_ge" { a: Use, b: Use, to: To };
    /// Goes to `to` unless `a < b` is true.
    JumpIfNotLt "jump_if_not_lt" { a: Use, b: Use, to: To };
    /// Goes to `to` unless `a <= b` is true.
    JumpIfNotLe "jump_if_not_le" { a: Use, b: Use, to: To };
    /// Goes to `to` unless `a == b` is true.
    JumpIfNotEq "jump_if_not_eq" { a: Use, b: Use, to: To };
    /// Goes to `to` unless `a != b` is true.
    JumpIfNotNe "jump_if_not_ne" { a: Use, b: Use, to: To };
    /// Goes to `to` unless `a > b` is true.
    JumpIfNotGt "jump_if_not_gt" { a: Use, b: Use, to: To };
    /// Goes to `to` unless `a >= b` is true.
    JumpIfNotGe "jump_if_not_ge" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a < imm` is true.
    JumpIfLtInt "jump_if_lt_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` if `a <= imm` is true.
    JumpIfLeInt "jump_if_le_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` if `a == imm` is true.
    JumpIfEqInt "jump_if_eq_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` if `a != imm` is true.
    JumpIfNeInt "jump_if_ne_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` if `a > imm` is true.
    JumpIfGtInt "jump_if_gt_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` if `a >= imm` is true.
    JumpIfGeInt "jump_if_ge_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` unless `a < imm` is true.
    JumpIfNotLtInt "jump_if_not_lt_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` unless `a <= imm` is true.
    JumpIfNotLeInt "jump_if_not_le_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` unless `a == imm` is true.
    JumpIfNotEqInt "jump_if_not_eq_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` unless `a != imm` is true.
    JumpIfNotNeInt "jump_if_not_ne_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` unless `a > imm` is true.
    JumpIfNotGtInt "jump_if_not_gt_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` unless `a >= imm` is true.
    JumpIfNotGeInt "jump_if_not_ge_int" { a: Use, imm: Int, to: To };
    /// Goes to `to` if `a is b`.
    JumpIfIs "jump_if_is" { a: Use, b: Use, to: To } Quiet;
    /// Goes to `to` if `a is not b`.
    JumpIfIsNot "jump_if_is_not" { a: Use, b: Use, to: To } Quiet;
    /// Goes to `to` if `a is None`.
    JumpIfNone "jump_if_none" { a: Use, to: To } Quiet;
    /// Goes to `to` if `a is not None`.
    JumpIfNotNone "jump_if_not_none" { a: Use, to: To } Quiet;
    /// Goes to `to` if `a in b`.
    JumpIfIn "jump_if_in" { a: Use, b: Use, to: To };
    /// Goes to `to` if `a not in b`.
    JumpIfNotIn "jump_if_not_in" { a: Use, b: Use, to: To };
    /// The header of loop `index`: every iteration passes it once. Here interrupts are raised; does nothing else.
    LoopHeader "loop_header" { index: Loop };
    /// `d = iter(s)`.
    GetIter "get_iter" { d: Def, s: Use };
    /// `d = next(it)` and goes to `to` (the loop's head); falls through, `d` untouched, when `it` is
    /// exhausted.
    ForIter "for_iter" { d: Def, it: Use, to: To };
    /// Leaves the frame with `s`.
    Return "return" { s: Use } Ends Quiet;

    // Calls
    /// `d = base(…)`: the callee in `base`, `argc` positional arguments after it. The run is dead
    /// afterwards.
    Call "call" { d: Def, base: Uses(argc + 1), argc: Count };
    /// As `Call`; the last `len(consts[names])` of the `argc` arguments are keyword arguments with these
    /// names.
    CallKw "call_kw" { d: Def, base: Uses(argc + 1), argc: Count, names: Konst };
    /// After `LoadMethod`: callee in `base`, self or NULL in `base+1`, `argc` arguments (self not counted)
    /// from `base+2`.
    CallMethod "call_method" { d: Def, base: Uses(argc + 2), argc: Count };
    /// As `CallMethod`, the last arguments being keyword arguments.
    CallMethodKw "call_method_kw" { d: Def, base: Uses(argc + 2), argc: Count, names: Konst };
    /// `d = base(*(base+1), **(base+2))`: `base+1` is any iterable, `base+2` a dict or NULL.
    CallEx "call_ex" { d: Def, base: Uses(3) };
    /// `base` = attribute `name` of `obj`; if it is a plain method, `base` = the function and `base+1` =
    /// `obj`, else `base+1` = NULL.
    LoadMethod "load_method" { base: Defs(2), obj: Use, name: Name };
    /// `d = base(base+1, base+2).name`; when `base` is the builtin `super`, without making the super
    /// object.
    LoadSuperAttr "load_super_attr" { d: Def, base: Uses(3), name: Name };
    /// As `LoadSuperAttr`, with the results of `LoadMethod` in `base` and `base+1`.
    LoadSuperMethod "load_super_method" { base: UsesDefs(3, 2), name: Name };
    /// `super()` without arguments: `d = base(base+1, base+2)` if `base` is the builtin `super`, else `d =
    /// base()`.
    CallSuper "call_super" { d: Def, base: Uses(3) };
    /// `d` = a function of `consts[code]`; from `base` on, for each bit set in `flags`, in this order: 1
    /// defaults tuple, 2 keyword-only defaults dict, 4 annotations tuple (name, value, …), 8 closure tuple
    /// of cells.
    MakeFunction "make_function" { d: Def, code: Konst, base: Uses(flags.count_ones()), flags: Byte };
    /// `d = builtins.__build_class__`; it is then called with (body function, name, *bases, **keywords).
    LoadBuildClass "load_build_class" { d: Def };

    // Attributes and subscripts
    /// `d = obj.name`.
    LoadAttr "load_attr" { d: Def, obj: Use, name: Name };
    /// `obj.name = v`.
    StoreAttr "store_attr" { obj: Use, name: Name, v: Use };
    /// `del obj.name`.
    DeleteAttr "delete_attr" { obj: Use, name: Name };
    /// `d = obj[key]`.
    Subscr "subscr" { d: Def, obj: Use, key: Use };
    /// `d = obj[imm]`.
    SubscrInt "subscr_int" { d: Def, obj: Use, imm: Int };
    /// `obj[key] = v`.
    StoreSubscr "store_subscr" { obj: Use, key: Use, v: Use };
    /// `del obj[key]`.
    DeleteSubscr "delete_subscr" { obj: Use, key: Use };
    /// `d = obj[base:base+1]`.
    SubscrSlice "subscr_slice" { d: Def, obj: Use, base: Uses(2) };
    /// `obj[base:base+1] = v`.
    StoreSlice "store_slice" { obj: Use, base: Uses(2), v: Use };
    /// `d = slice(base, base+1, base+2)`.
    BuildSlice "build_slice" { d: Def, base: Uses(3) } Quiet;

    // Building and taking apart
    /// `d` = the tuple of `n` registers from `base`.
    BuildTuple "build_tuple" { d: Def, base: Uses(n), n: Count } Quiet;
    /// `d` = the list of `n` registers from `base`.
    BuildList "build_list" { d: Def, base: Uses(n), n: Count } Quiet;
    /// `d` = the set of `n` registers from `base`.
    BuildSet "build_set" { d: Def, base: Uses(n), n: Count };
    /// `d` = the dict of `n` pairs (key, value) from `base`.
    BuildMap "build_map" { d: Def, base: Uses(2 * n), n: Count };
    /// Appends `v` to the list (always a real list).
    ListAppend "list_append" { list: Use, v: Use } Quiet;
    /// Adds `v` to the set.
    SetAdd "set_add" { set: Use, v: Use };
    /// `map[k] = v` on a real dict.
    MapAdd "map_add" { map: Use, k: Use, v: Use };
    /// Appends every item of the iterable `v`.
    ListExtend "list_extend" { list: Use, v: Use };
    /// Adds every item of the iterable `v`.
    SetUpdate "set_update" { set: Use, v: Use };
    /// `{**v}`: merges the mapping `v`; TypeError if it is none.
    DictUpdate "dict_update" { map: Use, v: Use };
    /// `func(**v)`: as `DictUpdate`, but a key that is there already is a TypeError naming `func`.
    DictMerge "dict_merge" { map: Use, v: Use, func: Use };
    /// `d = tuple(s)` of a real list.
    ListToTuple "list_to_tuple" { d: Def, s: Use } Quiet;
    /// The `n` items of `s` into the run at `base`; ValueError if there are more or fewer.
    UnpackSequence "unpack_sequence" { base: Defs(n), n: Count, s: Use };
    /// `a, b = s`.
    Unpack2 "unpack2" { a: Def, b: Def, s: Use };
    /// `a, b, c = s`.
    Unpack3 "unpack3" { a: Def, b: Def, c: Def, s: Use };
    /// The first `before` items, the list of the rest, the last `after` items of `s`, into the run at
    /// `base`.
    UnpackEx "unpack_ex" { base: Defs(before + after + 1), before: Byte, after: Byte, s: Use };
    /// `d = format(v)` after the conversion: 0 none, else the byte `s`, `r` or `a`.
    FormatValue "format_value" { d: Def, v: Use, conversion: Byte };
    /// `d = format(v, spec)` after the conversion.
    FormatSpec "format_spec" { d: Def, v: Use, spec: Use, conversion: Byte };
    /// `d` = the concatenation of `n` strings from `base`.
    BuildString "build_string" { d: Def, base: Uses(n), n: Count };

    // Exceptions and context managers
    /// `prev` = the exception being handled (None if none); `exc` becomes the one being handled.
    PushExc "push_exc" { prev: Def, exc: Use } Quiet;
    /// `prev`, saved by `PushExc`, is again the exception being handled.
    PopExc "pop_exc" { prev: Use } Quiet;
    /// Goes to `to` unless `exc` is an instance of `ty` (a class or tuple of classes; TypeError otherwise).
    JumpIfNoMatch "jump_if_no_match" { exc: Use, ty: Use, to: To };
    /// `raise exc`: a class is instantiated; `__context__` is set from the exception being handled.
    Raise "raise" { exc: Use } Ends;
    /// `raise exc from cause`.
    RaiseFrom "raise_from" { exc: Use, cause: Use } Ends;
    /// `raise`: the exception being handled again, RuntimeError if there is none.
    RaiseBare "raise_bare" {  } Ends;
    /// Goes on propagating `exc` as it is: no context, no further traceback entry for this line.
    Reraise "reraise" { exc: Use } Ends;
    /// `d = AssertionError`, whatever the builtins say.
    LoadAssertionError "load_assertion_error" { d: Def } Quiet;
    /// `exit` = bound `__exit__` of `mgr`; `d` = the result of its `__enter__()`.
    BeforeWith "before_with" { exit: Def, d: Def, mgr: Use };
    /// `d = exit(None, None, None)`.
    WithExit "with_exit" { d: Def, exit: Use };
    /// `d = exit(type(exc), exc, exc.__traceback__)`.
    WithExcept "with_except" { d: Def, exit: Use, exc: Use };
    /// `exit` = bound `__aexit__` of `mgr`; `d` = the result of its `__aenter__()`, to be awaited.
    BeforeAsyncWith "before_async_with" { exit: Def, d: Def, mgr: Use };
    /// `except*`: splits `exc` by `ty`: `d` = the matching part or None, `rest` = the other part or None.
    CheckEgMatch "check_eg_match" { rest: Def, d: Def, exc: Use, ty: Use };
    /// `except*`: `d` = the exception to raise from those collected in `list`, or None.
    PrepReraiseStar "prep_reraise_star" { d: Def, orig: Use, list: Use };

    // Generators and coroutines
    /// Suspends with `v`; `d` = the value sent in on resumption.
    Yield "yield" { d: Def, v: Use };
    /// Sends `v` to the iterator `it`. If that yields, suspends *at this instruction* with the value
    /// yielded; resumption puts the value sent into `v` and runs it again. When `it` is exhausted, `d` =
    /// its result. While suspended here, throw() and close() go to `it`.
    YieldFrom "yield_from" { d: Def, it: Use, v: UseDef };
    /// `d` = `s` if it is a generator (or a coroutine, inside one), else `iter(s)`.
    GetYieldFromIter "get_yield_from_iter" { d: Def, s: Use };
    /// `d` = what `await s` iterates over.
    GetAwaitable "get_awaitable" { d: Def, s: Use };
    /// `d = s.__aiter__()`.
    GetAiter "get_aiter" { d: Def, s: Use };
    /// `d` = what awaiting `s.__anext__()` iterates over.
    GetAnext "get_anext" { d: Def, s: Use };
    /// Raises `exc` again unless it is a StopAsyncIteration.
    EndAsyncFor "end_async_for" { exc: Use };
    /// `d` = `v`, marked as yielded by the async generator itself.
    AsyncGenWrap "async_gen_wrap" { d: Def, v: Use } Quiet;

    // Type parameters (PEP 695)
    /// `d` = a new type parameter `name`. `kind`: 0 TypeVar, 1 TypeVar with the function `bound` that
    /// evaluates its bound, 2 the same for constraints, 3 ParamSpec, 4 TypeVarTuple (`bound` NULL if unused).
    MakeTypeParam "make_type_param" { d: Def, name: Name, bound: Use, kind: Byte };
    /// `d` = `typing.Generic` subscripted with the tuple `params` (type variable tuples unpacked).
    GenericBase "generic_base" { d: Def, params: Use };
    /// `d` = the type alias `name` with the tuple `params` (or NULL) and the function `value` that evaluates
    /// it.
    MakeTypeAlias "make_type_alias" { d: Def, name: Name, params: Use, value: Use };

    // Modules
    /// `d = __import__(name, globals, locals, consts[fromlist], level)`.
    ImportName "import_name" { d: Def, name: Name, fromlist: Konst, level: Byte };
    /// `d = module.name`, else the submodule in sys.modules, else ImportError.
    ImportFrom "import_from" { d: Def, module: Use, name: Name };
    /// Binds all public names of the module in the frame's namespace.
    ImportStar "import_star" { module: Use };
    /// Makes sure that the frame's namespace has `__annotations__`.
    SetupAnnotations "setup_annotations" {  };
    /// Calls `sys.displayhook(v)` (interactive mode).
    PrintExpr "print_expr" { v: Use };

    // Pattern matching
    /// `d` = whether `s` is a sequence for patterns.
    MatchSequence "match_sequence" { d: Def, s: Use } Quiet;
    /// `d` = whether `s` is a mapping for patterns.
    MatchMapping "match_mapping" { d: Def, s: Use } Quiet;
    /// `d = len(s)`.
    GetLen "get_len" { d: Def, s: Use };
    /// `d` = the tuple of values of the tuple `keys` in the mapping `s`, or None if one is missing.
    MatchKeys "match_keys" { d: Def, s: Use, keys: Use };
    /// `cls` is a class, `cls+1` a tuple of attribute names: `d` = the tuple of `npos` positional
    /// attributes and then the named ones of `s`, or None if `s` does not match.
    MatchClass "match_class" { d: Def, s: Use, cls: Uses(2), npos: Count };
    /// `d` = a dict of the mapping `s` without the tuple `keys`.
    CopyMapWithout "copy_map_without" { d: Def, s: Use, keys: Use };
}
