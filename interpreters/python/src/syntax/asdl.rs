//! The classes of the `ast` module: Python's abstract grammar as a table.
//!
//! `generic.rs` makes trees of these classes; the runtime's `_ast` module makes the Python classes from the
//! same rows.

/// A class of tree nodes.
#[derive(Clone, Copy, Debug)]
pub struct NodeClass {
    pub name: &'static str,
    /// The class it derives from: a sum type of the grammar, or `AST`.
    pub base: &'static str,
    /// Field names; `?` marks an optional field, `*` a list.
    pub fields: &'static [&'static str],
    /// Whether its nodes have positions.
    pub located: bool,
}

macro_rules! classes {
    ($( $base:ident $located:literal { $( $name:ident ( $($field:literal)* ) )* } )*) => {
        /// All concrete classes, by sum type.
        pub const CLASSES: &[NodeClass] = &[
            $( $( NodeClass {
                name: stringify!($name),
                base: stringify!($base),
                fields: &[$($field),*],
                located: $located,
            }, )* )*
        ];

        /// The sum types: bases of the concrete classes.
        pub const SUMS: &[&str] = &[$(stringify!($base)),*];
    };
}

classes! {
    r#mod false {
        Module("body*" "type_ignores*") Interactive("body*") Expression("body") FunctionType("argtypes*" "returns")
    }
    stmt true {
        FunctionDef("name" "args" "body*" "decorator_list*" "returns?" "type_comment?" "type_params*")
        AsyncFunctionDef("name" "args" "body*" "decorator_list*" "returns?" "type_comment?" "type_params*")
        ClassDef("name" "bases*" "keywords*" "body*" "decorator_list*" "type_params*")
        Return("value?") Delete("targets*") Assign("targets*" "value" "type_comment?")
        TypeAlias("name" "type_params*" "value") AugAssign("target" "op" "value")
        AnnAssign("target" "annotation" "value?" "simple")
        For("target" "iter" "body*" "orelse*" "type_comment?")
        AsyncFor("target" "iter" "body*" "orelse*" "type_comment?")
        While("test" "body*" "orelse*") If("test" "body*" "orelse*")
        With("items*" "body*" "type_comment?") AsyncWith("items*" "body*" "type_comment?")
        Match("subject" "cases*") Raise("exc?" "cause?")
        Try("body*" "handlers*" "orelse*" "finalbody*") TryStar("body*" "handlers*" "orelse*" "finalbody*")
        Assert("test" "msg?") Import("names*") ImportFrom("module?" "names*" "level?")
        Global("names*") Nonlocal("names*") Expr("value") Pass() Break() Continue()
    }
    expr true {
        BoolOp("op" "values*") NamedExpr("target" "value") BinOp("left" "op" "right") UnaryOp("op" "operand")
        Lambda("args" "body") IfExp("test" "body" "orelse") Dict("keys*" "values*") Set("elts*")
        ListComp("elt" "generators*") SetComp("elt" "generators*") DictComp("key" "value" "generators*")
        GeneratorExp("elt" "generators*") Await("value") Yield("value?") YieldFrom("value")
        Compare("left" "ops*" "comparators*") Call("func" "args*" "keywords*")
        FormattedValue("value" "conversion" "format_spec?") JoinedStr("values*") Constant("value" "kind?")
        Attribute("value" "attr" "ctx") Subscript("value" "slice" "ctx") Starred("value" "ctx") Name("id" "ctx")
        List("elts*" "ctx") Tuple("elts*" "ctx") Slice("lower?" "upper?" "step?")
    }
    expr_context false { Load() Store() Del() }
    boolop false { And() Or() }
    operator false {
        Add() Sub() Mult() MatMult() Div() Mod() Pow() LShift() RShift() BitOr() BitXor() BitAnd() FloorDiv()
    }
    unaryop false { Invert() Not() UAdd() USub() }
    cmpop false { Eq() NotEq() Lt() LtE() Gt() GtE() Is() IsNot() In() NotIn() }
    excepthandler true { ExceptHandler("type?" "name?" "body*") }
    pattern true {
        MatchValue("value") MatchSingleton("value") MatchSequence("patterns*")
        MatchMapping("keys*" "patterns*" "rest?") MatchClass("cls" "patterns*" "kwd_attrs*" "kwd_patterns*")
        MatchStar("name?") MatchAs("pattern?" "name?") MatchOr("patterns*")
    }
    type_ignore false { TypeIgnore("lineno" "tag") }
    type_param true { TypeVar("name" "bound?") ParamSpec("name") TypeVarTuple("name") }
    AST false {
        comprehension("target" "iter" "ifs*" "is_async")
        arguments("posonlyargs*" "args*" "vararg?" "kwonlyargs*" "kw_defaults*" "kwarg?" "defaults*")
        withitem("context_expr" "optional_vars?") match_case("pattern" "guard?" "body*")
    }
    // Product types that have positions.
    AST true {
        arg("arg" "annotation?" "type_comment?") keyword("arg?" "value") alias("name" "asname?")
    }
}

/// The class with a name.
#[must_use]
pub fn class(name: &str) -> Option<&'static NodeClass> {
    CLASSES.iter().find(|c| c.name == name)
}
