//! The builtin classes: one table of their names and bases, and the class of any value.
//!
//! Neighbours: `layouts` (an object's layout gives its builtin class), `interp::attribute` (lookups).

use super::layouts::{self as l, Instance};
use super::native::Native;
use metajit::heap::{self, FLOAT_BOX, INT_BOX, LayoutId, Ref, Value};

macro_rules! builtin_classes {
    ($($name:ident $text:literal ($($base:ident),*) $(: $layout:path)?;)*) => {
        /// A builtin class that exists from the start.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        #[allow(missing_docs)]
        pub enum Builtin { $($name),* }

        impl Builtin {
            /// All builtin classes; a class comes after its bases.
            pub const ALL: &'static [Builtin] = &[$(Builtin::$name),*];
            /// `__name__`.
            pub const fn name(self) -> &'static str {
                match self { $(Builtin::$name => $text),* }
            }
            /// `__bases__`.
            pub const fn bases(self) -> &'static [Builtin] {
                match self { $(Builtin::$name => &[$(Builtin::$base),*]),* }
            }
            /// The layout whose objects are direct instances of the class, if that decides it.
            pub fn layout(self) -> Option<LayoutId> {
                match self { $(Builtin::$name => { let id: Option<LayoutId> = None; $(let id = { let _ = id; Some(<$layout>::ID) };)? id })* }
            }
        }
    };
}

builtin_classes! {
    Object "object" ();
    Type "type" (Object): l::Class;
    NoneType "NoneType" (Object);
    NotImplementedType "NotImplementedType" (Object);
    Ellipsis "ellipsis" (Object);
    Int "int" (Object): l::BigInt;
    Bool "bool" (Int);
    Float "float" (Object);
    Complex "complex" (Object): l::Complex;
    Str "str" (Object): l::Str;
    Bytes "bytes" (Object): l::PyBytes;
    ByteArray "bytearray" (Object): l::ByteArray;
    MemoryView "memoryview" (Object): l::MemoryView;
    FloatStore "float_store" (Object): l::FloatStore;
    IntStore "int_store" (Object): l::IntStore;
    Tuple "tuple" (Object): l::Tuple;
    List "list" (Object): l::List;
    Dict "dict" (Object): l::Dict;
    Set "set" (Object);
    FrozenSet "frozenset" (Object);
    Range "range" (Object): l::Range;
    Slice "slice" (Object): l::Slice;
    Cell "cell" (Object): l::Cell;
    Function "function" (Object): l::Function;
    BuiltinFunction "builtin_function_or_method" (Object): l::Builtin;
    Method "method" (Object): l::BoundMethod;
    Code "code" (Object): l::CodeObject;
    Generator "generator" (Object): l::Generator;
    Coroutine "coroutine" (Object);
    CoroutineWrapper "coroutine_wrapper" (Object): l::CoroutineWrapper;
    AsyncGenerator "async_generator" (Object);
    AsyncStep "async_generator_asend" (Object): l::AsyncStep;
    AsyncYield "async_generator_wrapped_value" (Object): l::AsyncYield;
    Module "module" (Object): l::Module;
    Property "property" (Object): l::Property;
    StaticMethod "staticmethod" (Object): l::StaticMethod;
    ClassMethod "classmethod" (Object): l::ClassMethod;
    Member "member_descriptor" (Object): l::Member;
    Super "super" (Object): l::Super;
    Traceback "traceback" (Object): l::Traceback;
    FrameView "frame" (Object): l::FrameView;
    SeqIter "sequence_iterator" (Object): l::SeqIter;
    RangeIter "range_iterator" (Object): l::RangeIter;
    DictIter "dict_iterator" (Object): l::DictIter;
    StrIter "str_iterator" (Object): l::StrIter;
    Enumerate "enumerate" (Object): l::Enumerate;
    Zip "zip" (Object): l::Zip;
    Map "map" (Object): l::Map;
    Filter "filter" (Object): l::Filter;
    Reversed "reversed" (Object): l::Reversed;
    CallIter "callable_iterator" (Object): l::CallIter;
    DictKeys "dict_keys" (Object);
    DictValues "dict_values" (Object);
    DictItems "dict_items" (Object);
    MappingProxy "mappingproxy" (Object): l::MappingProxy;
    GenericAlias "GenericAlias" (Object): l::GenericAlias;
    UnionType "UnionType" (Object): l::UnionType;
    TextFile "TextIOWrapper" (Object);
    BufferedReader "BufferedReader" (Object);
    BufferedWriter "BufferedWriter" (Object);
    BufferedRandom "BufferedRandom" (Object);
    SimpleNamespace "SimpleNamespace" (Object);

    BaseException "BaseException" (Object);
    BaseExceptionGroup "BaseExceptionGroup" (BaseException);
    SystemExit "SystemExit" (BaseException);
    KeyboardInterrupt "KeyboardInterrupt" (BaseException);
    GeneratorExit "GeneratorExit" (BaseException);
    Exception "Exception" (BaseException);
    ExceptionGroup "ExceptionGroup" (BaseExceptionGroup, Exception);
    StopIteration "StopIteration" (Exception);
    StopAsyncIteration "StopAsyncIteration" (Exception);
    ArithmeticError "ArithmeticError" (Exception);
    FloatingPointError "FloatingPointError" (ArithmeticError);
    OverflowError "OverflowError" (ArithmeticError);
    ZeroDivisionError "ZeroDivisionError" (ArithmeticError);
    AssertionError "AssertionError" (Exception);
    AttributeError "AttributeError" (Exception);
    BufferError "BufferError" (Exception);
    EOFError "EOFError" (Exception);
    ImportError "ImportError" (Exception);
    ModuleNotFoundError "ModuleNotFoundError" (ImportError);
    LookupError "LookupError" (Exception);
    IndexError "IndexError" (LookupError);
    KeyError "KeyError" (LookupError);
    MemoryError "MemoryError" (Exception);
    NameError "NameError" (Exception);
    UnboundLocalError "UnboundLocalError" (NameError);
    OSError "OSError" (Exception);
    BlockingIOError "BlockingIOError" (OSError);
    ChildProcessError "ChildProcessError" (OSError);
    ConnectionError "ConnectionError" (OSError);
    BrokenPipeError "BrokenPipeError" (ConnectionError);
    ConnectionAbortedError "ConnectionAbortedError" (ConnectionError);
    ConnectionRefusedError "ConnectionRefusedError" (ConnectionError);
    ConnectionResetError "ConnectionResetError" (ConnectionError);
    FileExistsError "FileExistsError" (OSError);
    FileNotFoundError "FileNotFoundError" (OSError);
    InterruptedError "InterruptedError" (OSError);
    IsADirectoryError "IsADirectoryError" (OSError);
    NotADirectoryError "NotADirectoryError" (OSError);
    PermissionError "PermissionError" (OSError);
    ProcessLookupError "ProcessLookupError" (OSError);
    TimeoutError "TimeoutError" (OSError);
    ReferenceError "ReferenceError" (Exception);
    RuntimeError "RuntimeError" (Exception);
    NotImplementedError "NotImplementedError" (RuntimeError);
    RecursionError "RecursionError" (RuntimeError);
    SyntaxError "SyntaxError" (Exception);
    IndentationError "IndentationError" (SyntaxError);
    TabError "TabError" (IndentationError);
    SystemError "SystemError" (Exception);
    TypeError "TypeError" (Exception);
    ValueError "ValueError" (Exception);
    UnicodeError "UnicodeError" (ValueError);
    UnicodeDecodeError "UnicodeDecodeError" (UnicodeError);
    UnicodeEncodeError "UnicodeEncodeError" (UnicodeError);
    UnicodeTranslateError "UnicodeTranslateError" (UnicodeError);
    Warning "Warning" (Exception);
    BytesWarning "BytesWarning" (Warning);
    DeprecationWarning "DeprecationWarning" (Warning);
    EncodingWarning "EncodingWarning" (Warning);
    FutureWarning "FutureWarning" (Warning);
    ImportWarning "ImportWarning" (Warning);
    PendingDeprecationWarning "PendingDeprecationWarning" (Warning);
    ResourceWarning "ResourceWarning" (Warning);
    RuntimeWarning "RuntimeWarning" (Warning);
    SyntaxWarning "SyntaxWarning" (Warning);
    UnicodeWarning "UnicodeWarning" (Warning);
    UserWarning "UserWarning" (Warning);
}

/// The builtin class that a value's form or layout names. For an `Instance` this is the class its layout stands
/// for and not the one it belongs to: see `class_of`.
pub fn builtin_of(value: Value) -> Option<Builtin> {
    if value.is_small_int() {
        return Some(Builtin::Int);
    }
    if value.is_immediate_float() {
        return Some(Builtin::Float);
    }
    let Some(object) = value.as_ref() else {
        return match value {
            super::NONE => Some(Builtin::NoneType),
            super::FALSE | super::TRUE => Some(Builtin::Bool),
            super::NOT_IMPLEMENTED => Some(Builtin::NotImplementedType),
            super::ELLIPSIS => Some(Builtin::Ellipsis),
            _ => None,
        };
    };
    builtin_of_object(object)
}

fn builtin_of_object(object: Ref) -> Option<Builtin> {
    let layout = heap::layout_of(object);
    if layout == INT_BOX {
        return Some(Builtin::Int);
    }
    if layout == FLOAT_BOX {
        return Some(Builtin::Float);
    }
    if layout == l::Set::ID {
        let frozen = heap::get(object, l::Set::FROZEN) != 0;
        return Some(if frozen { Builtin::FrozenSet } else { Builtin::Set });
    }
    if layout == l::DictView::ID {
        return Some(match heap::get(object, l::DictView::KIND) {
            0 => Builtin::DictKeys,
            1 => Builtin::DictValues,
            _ => Builtin::DictItems,
        });
    }
    if layout == Instance::ID || layout == l::Foreign::ID {
        return None;
    }
    if layout == l::Generator::ID {
        return Some(super::generator::class_of(object));
    }
    Builtin::ALL.iter().copied().find(|class| class.layout() == Some(layout))
}

/// A builtin class with the natives that fill its dict.
pub struct ClassTable {
    /// The class.
    pub class: Builtin,
    /// Its methods.
    pub methods: &'static [Native],
}
