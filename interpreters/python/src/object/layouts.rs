//! The heap layouts of every Python object: one row each.
//!
//! An object's builtin class follows from its layout, except that an `Instance` (an object of a class written
//! in Python, and every exception) names its class in its shape. Instances of a subclass of `int`, `str`,
//! `list`, … are `Instance`s that hold the builtin value in a hidden attribute (see `instance`).
//! Neighbours: one file per type in this folder.

metajit::layouts! {
    /// The layouts of Python's objects.
    pub static LAYOUTS;
    /// A string: UTF-8 (lone surrogates as in WTF-8) in the tail. `chars` counts code points; equal to the
    /// number of bytes for ASCII. `hash` is 0 until computed. `index` maps code points to bytes (Ints array
    /// with the offset of every 64th code point), null until needed.
    Str { HASH: i64, CHARS: i64 immutable, INDEX: Ref } [u8 immutable]
    /// An integer beyond 64 bits: sign (-1 or 1) and magnitude digits, least significant first.
    BigInt { SIGN: i64 immutable } [i64 immutable]
    /// A complex number.
    Complex { REAL: f64 immutable, IMAG: f64 immutable }
    /// An immutable byte string.
    PyBytes { HASH: i64 } [u8 immutable]
    /// A bytearray: a `Bytes` buffer of which the first `len` bytes count.
    ByteArray { BUFFER: Ref, LEN: i64 }
    /// A view of `len` bytes of `object` (bytes or bytearray) from `start` on, as items of a `format` of `struct`; `released` is 1
    /// once it was given up.
    MemoryView { OBJECT: Value immutable, START: i64 immutable, LEN: i64 immutable, FORMAT: i64 immutable, RELEASED: i64 }
    /// The floats of an array: a `Floats` array of which the first `len` elements count.
    FloatStore { ITEMS: Ref, LEN: i64 }
    /// The integers of an array: an `Ints` array of which the first `len` elements count.
    IntStore { ITEMS: Ref, LEN: i64 }
    /// A tuple.
    Tuple {} [Value immutable]
    /// A list: a `Values` array of which the first `len` elements count; the others are NULL.
    List { ITEMS: Ref, LEN: i64 }
    /// A dict: `entries` is a `Values` array of triples (hash as a small int, key, value) in insertion order,
    /// deleted ones with a NULL key; `index` a `Bytes` array used as an open-addressing table of u32
    /// (0 empty, n+2 entry n, 1 deleted). `used` entries are alive, `filled` triples are taken. `version`
    /// changes whenever a key is added or removed. `celled` is 1 for a namespace, whose values are `Cell`s.
    /// `popped` triples were given back without their places in the index.
    Dict {
        ENTRIES: Ref, INDEX: Ref, USED: i64, FILLED: i64, VERSION: i64, CELLED: i64, POPPED: i64
    }
    /// A set or frozenset (by `frozen`): an open-addressing table of pairs (hash as a small int, key) in one
    /// `Values` array. An unused pair is NULL twice, a deleted one has a NULL key. `used` keys are alive, `filled`
    /// pairs are not unused. `version` as in `Dict`. `hash` caches a frozenset's hash; in a set it is where
    /// `pop` looks first. `summary` and `accuracy` are about the keys' hashes (`object::set`).
    Set { ENTRIES: Ref, USED: i64, FILLED: i64, VERSION: i64, FROZEN: i64 immutable, HASH: i64, SUMMARY: i64, ACCURACY: i64 }
    /// `range(start, stop, step)` with its length; all are Python ints.
    Range { START: Value immutable, STOP: Value immutable, STEP: Value immutable, LEN: Value immutable }
    /// A slice.
    Slice { START: Value immutable, STOP: Value immutable, STEP: Value immutable }
    /// A variable shared by closures, or a global variable; NULL when unbound. `watch` is the address of a global's
    /// `Watch`, 0 while nobody relies on its content.
    Cell { CONTENT: Value, WATCH: i64 }
    /// In a class's dict: an attribute that is set again and again.
    ClassVariable { CONTENT: Value }
    /// A function written in Python. `code` is the address of its `Code`. `closure` a tuple of cells or null.
    Function {
        CODE: i64 immutable, DEFAULTS: Value, KWDEFAULTS: Value, CLOSURE: Ref immutable, NAME: Value,
        QUALNAME: Value, DOC: Value, MODULE: Value, DICT: Ref, ANNOTATIONS: Value
    }
    /// A function written in Rust (`def` is the address of its `Native`), possibly bound to `receiver`
    /// (NULL when not). `owner` is the class in whose dict it stands as a method, NULL for a plain function.
    Builtin { DEF: i64 immutable, RECEIVER: Value immutable, OWNER: Value immutable }
    /// A method bound to its receiver.
    BoundMethod { FUNCTION: Value immutable, RECEIVER: Value immutable }
    /// A code object, `code` is the address of its `Code`.
    CodeObject { CODE: i64 immutable }
    /// A suspended frame: generator, coroutine. `pc` is where it goes on: -1 exhausted, -2 running. `inner` and `outer` are
    /// its places in a chain of generators (`interp::chain`). The tail holds its registers.
    Generator { CODE: i64 immutable, PC: i64, NAME: Value, QUALNAME: Value, EXC: Value, INNER: Value, OUTER: Value } [Value]
    /// A step of an asynchronous generator: `kind` and `state` as in `interp::awaiting`; `value` is what is sent or thrown.
    AsyncStep { GENERATOR: Value immutable, VALUE: Value, KIND: i64 immutable, STATE: i64 }
    /// A value yielded by an asynchronous generator itself, and not by what it awaits.
    AsyncYield { VALUE: Value immutable }
    /// What `__await__` of a coroutine gives.
    CoroutineWrapper { COROUTINE: Value immutable }
    /// What the running thread has one of: the exception being handled (None if none), and one on
    /// its way into a generator (NULL if none).
    Thread { HANDLED: Value, THROWN: Value }
    /// A class. `data` is the address of its `ClassData` (layout of instances, method cache, assumption).
    Class { DATA: i64 immutable, NAME: Value, BASES: Value, MRO: Value, DICT: Ref, METACLASS: Value }
    /// An object of a class written in Python. `shape` is the address of its `Shape`; attribute values are in the
    /// tail and, from the tail's length on, in `extra` (a `Values` array or null).
    Instance { SHAPE: i64, EXTRA: Ref } [Value]
    /// A module.
    Module { DICT: Ref, NAME: Value }
    /// `property`.
    Property { GETTER: Value immutable, SETTER: Value immutable, DELETER: Value immutable, DOC: Value, NAME: Value }
    /// `staticmethod`.
    StaticMethod { FUNCTION: Value immutable }
    /// `classmethod`.
    ClassMethod { FUNCTION: Value immutable }
    /// The descriptor of a `__slots__` member: attribute `name` of its instances.
    Member { NAME: Value immutable, OWNER: Value immutable }
    /// `super(owner, receiver)`; `start` is the class whose method resolution order is searched.
    Super { OWNER: Value immutable, RECEIVER: Value immutable, START: Value immutable }
    /// A traceback entry: code address, pc, and the next entry towards where it was raised.
    Traceback { CODE: i64 immutable, PC: i64 immutable, NEXT: Value }
    /// What is known of a frame that ran or runs: its code, where it was, and the mapping of its variables (NULL if not known).
    FrameView { CODE: i64 immutable, PC: i64 immutable, LOCALS: Value immutable }
    /// Iterator over a list, tuple or other sequence by index; `seq` becomes NULL when exhausted.
    SeqIter { SEQ: Value, INDEX: i64 }
    /// Iterator over a range of 64-bit integers: from `current` in steps to `end`, which it reaches exactly.
    RangeIter { CURRENT: i64, STEP: i64 immutable, END: i64 immutable }
    /// Iterator over a dict or dict view (`kind`: 0 keys, 1 values, 2 items; 3 a set): position in its entries.
    /// `used` is the container's size when iteration began.
    DictIter { DICT: Value, KIND: i64 immutable, POS: i64, USED: i64 }
    /// Iterator over a string: position in bytes.
    StrIter { STR: Value, POS: i64 }
    /// `enumerate`.
    Enumerate { ITER: Value immutable, COUNT: Value }
    /// `zip`: the tail holds the iterators.
    Zip { STRICT: i64 immutable } [Value immutable]
    /// `map`: function, then iterators in the tail.
    Map { FUNCTION: Value immutable } [Value immutable]
    /// `filter`.
    Filter { FUNCTION: Value immutable, ITER: Value immutable }
    /// `reversed` of a sequence: next index, -1 when exhausted.
    Reversed { SEQ: Value, INDEX: i64 }
    /// `iter(function, sentinel)`.
    CallIter { FUNCTION: Value, SENTINEL: Value }
    /// `dict.keys()`, `.values()`, `.items()` (`kind` as in `DictIter`).
    DictView { DICT: Value immutable, KIND: i64 immutable }
    /// A read-only view of a class's dict.
    MappingProxy { MAPPING: Value immutable }
    /// A type with parameters, such as `list[int]`; `args` is a tuple.
    GenericAlias { ORIGIN: Value immutable, ARGS: Value immutable }
    /// A union of types, such as `int | None`; `args` is a tuple.
    UnionType { ARGS: Value immutable }
    /// A Rust object behind a Python class written in Rust (files and the like): `payload` is a `Native` box.
    Foreign { CLASS: Value immutable, PAYLOAD: Ref, DICT: Ref }
}
