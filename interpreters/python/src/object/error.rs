//! Making exceptions from Rust: one function per exception class that the runtime raises.
//!
//! Each takes a message and gives the exception object, to be returned as `Err`.

use super::class::Builtin;
use metajit::heap::Value;
use std::fmt::Display;

/// An exception of a builtin class with one string argument.
pub fn exception(class: Builtin, message: impl Display) -> Value {
    super::exception::with_message(class, &message.to_string())
}

/// An exception of a builtin class with these arguments.
#[cold]
pub fn exception_with(class: Builtin, args: &[Value]) -> Value {
    let class = crate::raw::builtin_class(class);
    if args.len() > 2 {
        // The constructor gives such exceptions attributes.
        return crate::raw::call(Value::object(class), args).unwrap_or_else(|exception| exception);
    }
    super::exception::new(class, super::tuple::value(args))
}

/// `KeyError(key)`.
#[cold]
pub fn key_error(key: Value) -> Value {
    exception_with(Builtin::KeyError, &[key])
}

macro_rules! errors {
    ($($name:ident $class:ident;)*) => { $(
        #[doc = concat!("`", stringify!($class), "(message)`.")]
        #[cold]
        pub fn $name(message: impl Display) -> Value {
            exception(Builtin::$class, message)
        }
    )* };
}

errors! {
    type_error TypeError;
    value_error ValueError;
    index_error IndexError;
    attribute_error AttributeError;
    name_error NameError;
    unbound_local UnboundLocalError;
    runtime_error RuntimeError;
    recursion_error RecursionError;
    zero_division ZeroDivisionError;
    overflow_error OverflowError;
    memory_error MemoryError;
    import_error ImportError;
    module_not_found ModuleNotFoundError;
    not_implemented NotImplementedError;
    lookup_error LookupError;
    assertion_error AssertionError;
    os_error OSError;
    system_error SystemError;
    buffer_error BufferError;
}
