//! The method table of `str`.

use super::{case, classify, codec, layout, search, split};
use crate::natives;
use crate::object::class::Builtin;
use crate::object::native::Args;
use crate::object::{PyResult, cast, error, iterators, layouts as l, repr, str, tuple};
use crate::raw;
use metajit::heap::{Ref, Value};

fn receiver(value: Value) -> PyResult<Ref> {
    cast::str_of(value).ok_or_else(|| cast::wrong_receiver(value, "str"))
}

fn new(args: Args<'_>) -> PyResult {
    let (class, rest) = cast::class_and_rest("str", args.values)?;
    let inner = Args { values: rest, names: args.names };
    let [object, encoding, errors] = cast::bind("str", inner, ["object", "encoding", "errors"], 0)?;
    let text = if object.is_null() {
        str::empty()
    } else if encoding.is_null() && errors.is_null() {
        repr::str_of(object)?
    } else {
        decoded(object, encoding, errors)?
    };
    cast::construct(Builtin::Str, class, Value::object(text))
}

/// `str(bytes, encoding, errors)`.
fn decoded(object: Value, encoding: Value, errors: Value) -> PyResult<Ref> {
    let (encoding, errors) = codec::arguments(encoding, errors, "str")?;
    let data = cast::to_layout(object, l::PyBytes::ID).or_else(|| cast::to_layout(object, l::ByteArray::ID));
    let Some(data) = data else {
        return Err(error::type_error(match cast::str_of(object) {
            Some(_) => "decoding str is not supported".to_owned(),
            None => {
                let found = raw::class_name(object);
                format!("decoding to str: need a bytes-like object, {found} found")
            }
        }));
    };
    let result = codec::decode(crate::object::bytes::contents(data), encoding, errors)?;
    Ok(Ref::from_bits(result.bits()))
}

fn encode(args: Args<'_>) -> PyResult {
    let s = receiver(args.values[0])?;
    let rest = Args { values: &args.values[1..], names: args.names };
    let [encoding, errors] = cast::bind("encode", rest, ["encoding", "errors"], 0)?;
    let (encoding, errors) = codec::arguments(encoding, errors, "encode")?;
    codec::encode(s, encoding, errors)
}

fn format(args: Args<'_>) -> PyResult {
    crate::format::template::format(receiver(args.values[0])?, args).map(Value::object)
}

fn format_map(s: Value, mapping: Value) -> PyResult {
    crate::format::template::format_map(receiver(s)?, mapping).map(Value::object)
}

fn iter(s: Value) -> PyResult {
    Ok(iterators::over_str(Value::object(receiver(s)?)))
}

fn to_str(s: Value) -> PyResult {
    Ok(Value::object(receiver(s)?))
}

fn getnewargs(s: Value) -> PyResult {
    Ok(tuple::value(&[Value::object(receiver(s)?)]))
}

fn contains(s: Value, part: Value) -> PyResult {
    crate::object::sequence::contains(Value::object(receiver(s)?), part).map(crate::object::boolean)
}

natives! {
    pub static METHODS;
    "__new__" Full(new) [Any, static];
    "__str__" One(to_str) [Reads];
    "__iter__" One(iter) [Reads];
    "__contains__" Two(contains) [Reads];
    "__getnewargs__" One(getnewargs) [Reads];
    "capitalize" One(case::capitalize) [Reads];
    "casefold" One(case::casefold) [Reads];
    "center" Slice(layout::center) 2..3 [Reads];
    "count" Slice(search::count) 2..4 [Reads];
    "encode" Full(encode) 1..3 [Reads];
    "endswith" Slice(search::endswith) 2..4 [Reads];
    "expandtabs" Full(layout::expandtabs) 1..2 [Reads];
    "find" Slice(search::find) 2..4 [Reads];
    "format" Full(format) 1..255 [Any];
    "format_map" Two(format_map) [Any];
    "index" Slice(search::index) 2..4 [Reads];
    "isalnum" One(classify::isalnum) [Reads];
    "isalpha" One(classify::isalpha) [Reads];
    "isascii" One(classify::isascii) [Reads];
    "isdecimal" One(classify::isdecimal) [Reads];
    "isdigit" One(classify::isdigit) [Reads];
    "isidentifier" One(classify::isidentifier) [Reads];
    "islower" One(classify::islower) [Reads];
    "isnumeric" One(classify::isnumeric) [Reads];
    "isprintable" One(classify::isprintable) [Reads];
    "isspace" One(classify::isspace) [Reads];
    "istitle" One(classify::istitle) [Reads];
    "isupper" One(classify::isupper) [Reads];
    "join" Two(split::join) [Any] intrinsic Join;
    "ljust" Slice(layout::ljust) 2..3 [Reads];
    "lower" One(case::lower) [Reads];
    "lstrip" Slice(split::lstrip) 1..2 [Reads];
    "maketrans" Slice(layout::maketrans) 1..3 [Any, static];
    "partition" Two(split::partition) [Reads];
    "removeprefix" Two(search::removeprefix) [Reads];
    "removesuffix" Two(search::removesuffix) [Reads];
    "replace" Slice(search::replace) 3..4 [Reads];
    "rfind" Slice(search::rfind) 2..4 [Reads];
    "rindex" Slice(search::rindex) 2..4 [Reads];
    "rjust" Slice(layout::rjust) 2..3 [Reads];
    "rpartition" Two(split::rpartition) [Reads];
    "rsplit" Full(split::rsplit) 1..3 [Reads];
    "rstrip" Slice(split::rstrip) 1..2 [Reads];
    "split" Full(split::split) 1..3 [Reads];
    "splitlines" Full(split::splitlines) 1..2 [Reads];
    "startswith" Slice(search::startswith) 2..4 [Reads];
    "strip" Slice(split::strip) 1..2 [Reads];
    "swapcase" One(case::swapcase) [Reads];
    "title" One(case::title) [Reads];
    "translate" Two(layout::translate) [Any];
    "upper" One(case::upper) [Reads];
    "zfill" Two(layout::zfill) [Reads];
}
