//! The symbol table: which scopes a program has and what every name in them means.
//!
//! Two passes: `collect.rs` walks the tree and notes in each scope how its names are used; [`resolve`] then
//! decides from the outside in whether a name is local, a cell, free or global. List, set and dict
//! comprehensions are scopes of their own here, but run inside the frame of the enclosing code (PEP 709), so
//! reading a variable of that code from one does not make the variable a cell.
//!
//! Invariant: after resolving, every name mentioned in a scope has a [`Binding`] there.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::syntax::{Fault, Span};

/// Index of a scope in the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ScopeId(pub u32);

/// What kind of code a scope belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// The type parameters of a generic function, class or type alias: a function called at once (PEP 695).
    TypeParams,
    /// A generator expression: a function of its own.
    Generator,
    /// A list, set or dict comprehension, inlined into the enclosing code.
    Comprehension,
}

impl ScopeKind {
    /// Whether the scope's variables can be seen from functions nested in it.
    #[must_use]
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// What a name means in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A variable of this scope alone.
    Local,
    /// A variable of this scope that nested functions use.
    Cell,
    /// A variable of an enclosing scope.
    Free,
    /// Declared with `global`.
    GlobalExplicit,
    /// Bound nowhere, or at module level.
    GlobalImplicit,
}

/// The hidden variable of a class body that holds its namespace.
pub const CLASS_DICT: &str = "__classdict__";

/// The scopes that type parameters bring along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lazy {
    Bound,
    Alias,
    Generic,
}

impl Lazy {
    /// Where something cannot be used, in CPython's words.
    #[must_use]
    pub fn place(self) -> &'static str {
        match self {
            Lazy::Bound => "a TypeVar bound",
            Lazy::Alias => "a type alias",
            Lazy::Generic => "the definition of a generic",
        }
    }
}

/// How a scope uses a name.
#[derive(Clone, Debug, Default)]
pub struct Symbol {
    pub used: bool,
    pub assigned: bool,
    pub parameter: bool,
    pub global: bool,
    pub nonlocal: bool,
    pub annotated: bool,
    /// A `for` target of a comprehension.
    pub iteration: bool,
    /// The target of a `:=`, so that evaluating an expression may rebind it.
    pub walrus: bool,
    /// Where a `global` or `nonlocal` statement declared it.
    pub declared_at: Span,
    pub binding: Option<Binding>,
}

/// One scope with its names.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    /// The name of the class, for mangling in it and below.
    pub private: Option<String>,
    pub children: Vec<ScopeId>,
    pub parent: Option<ScopeId>,
    /// The names in order of first mention.
    pub order: Vec<String>,
    pub symbols: FxHashMap<String, Symbol>,
    pub is_async: bool,
    pub has_yield: bool,
    /// Where the first `yield` stands.
    pub yield_at: Span,
    /// A comprehension or generator expression with `async for` or `await` in it.
    pub has_await: bool,
    /// For the scopes of PEP 695, what they are: they allow no `yield`, `await` or `:=`.
    pub lazy: Option<Lazy>,
    /// A class some method of which uses `__class__`.
    pub needs_class_cell: bool,
    /// A class with type parameters or aliases in it, which see its namespace.
    pub needs_class_dict: bool,
    /// A scope of PEP 695 in a class body: the class whose namespace it sees.
    pub sees_class: Option<ScopeId>,
    /// Variables of enclosing scopes that this scope's code only passes on to inner functions.
    pub passed_through: Vec<String>,
}

impl Scope {
    /// A scope without names.
    #[must_use]
    pub fn new(kind: ScopeKind, parent: Option<ScopeId>, private: Option<String>) -> Scope {
        Scope {
            kind,
            private,
            children: Vec::new(),
            parent,
            order: Vec::new(),
            symbols: FxHashMap::default(),
            is_async: false,
            has_yield: false,
            yield_at: Span::default(),
            has_await: false,
            lazy: None,
            needs_class_cell: false,
            needs_class_dict: false,
            sees_class: None,
            passed_through: Vec::new(),
        }
    }

    /// The entry of `name`, made if there is none.
    pub fn symbol(&mut self, name: &str) -> &mut Symbol {
        if !self.symbols.contains_key(name) {
            self.order.push(name.to_owned());
            self.symbols.insert(name.to_owned(), Symbol::default());
        }
        self.symbols.get_mut(name).expect("the entry was just made")
    }

    /// What `name` means here, if it is mentioned.
    #[must_use]
    pub fn binding(&self, name: &str) -> Option<Binding> {
        self.symbols.get(name)?.binding
    }

    /// The names with a binding, in order of first mention.
    pub fn bound_as(&self, binding: Binding) -> impl Iterator<Item = &String> {
        self.order.iter().filter(move |n| self.symbols[*n].binding == Some(binding))
    }
}

/// All scopes of a program.
#[derive(Debug, Default)]
pub struct SymbolTable {
    pub scopes: Vec<Scope>,
    /// Scopes by the address of the tree node that opens them; the tree does not move while it is compiled.
    pub by_node: FxHashMap<usize, ScopeId>,
}

impl SymbolTable {
    /// The scope that a tree node opens.
    #[must_use]
    pub fn scope_of<T>(&self, node: &T) -> ScopeId {
        self.by_node[&node_key(node)]
    }

    /// The scope with an index.
    #[must_use]
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }
}

/// What identifies a tree node while its tree is alive.
#[must_use]
pub fn node_key<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

/// The free names of a scope, seen from the one around it.
#[derive(Default)]
struct FreeNames {
    /// Used by code that runs in a frame of its own: the variable must be a cell.
    captured: FxHashSet<String>,
    /// Used by an inlined comprehension, in the frame of the enclosing code.
    direct: FxHashSet<String>,
}

/// Decides the binding of every name in the table.
///
/// # Errors
/// A `nonlocal` declaration without a variable to refer to.
pub fn resolve(table: &mut SymbolTable) -> Result<(), Fault> {
    resolve_scope(table, ScopeId(0), &Visible::default()).map(|_| ())
}

/// The variables that inner functions can see, and whether each is a type parameter.
type Visible = FxHashMap<String, bool>;

fn resolve_scope(table: &mut SymbolTable, id: ScopeId, enclosing: &Visible) -> Result<FreeNames, Fault> {
    let mut visible = enclosing.clone();
    hide_class_names(table, id, &mut visible);
    let mut free = classify(&mut table.scopes[id.0 as usize], &mut visible)?;
    let scope = &table.scopes[id.0 as usize];
    let kind = scope.kind;
    if kind.is_function_like() {
        let parameters = kind == ScopeKind::TypeParams;
        visible.extend(scope.bound_as(Binding::Local).map(|n| (n.clone(), parameters)));
    } else if kind == ScopeKind::Class {
        visible.insert("__class__".to_owned(), false);
        visible.insert(CLASS_DICT.to_owned(), false);
    }
    for child in scope.children.clone() {
        let inlined = table.scope(child).kind == ScopeKind::Comprehension;
        let found = resolve_scope(table, child, &visible)?;
        let scope = &mut table.scopes[id.0 as usize];
        for name in found.captured {
            note_captured(scope, name, &mut free);
        }
        for name in found.direct {
            note_direct(scope, name, inlined, &mut free);
        }
    }
    Ok(free)
}

/// What a class body binds is found in its namespace first, whatever an enclosing function calls so.
fn hide_class_names(table: &SymbolTable, id: ScopeId, visible: &mut Visible) {
    let Some(class) = table.scope(id).sees_class else { return };
    for (name, symbol) in &table.scope(class).symbols {
        if (symbol.assigned || symbol.global) && !symbol.nonlocal {
            visible.remove(name);
        }
    }
}

/// Gives each name of a scope its binding as far as the scope alone decides it.
fn classify(scope: &mut Scope, visible: &mut Visible) -> Result<FreeNames, Fault> {
    let mut free = FreeNames::default();
    let inlined = scope.kind == ScopeKind::Comprehension;
    for name in &scope.order {
        let symbol = scope.symbols.get_mut(name).expect("every ordered name has an entry");
        let binding = if symbol.global {
            Binding::GlobalExplicit
        } else if symbol.nonlocal {
            let message = match visible.get(name) {
                None => format!("no binding for nonlocal '{name}' found"),
                Some(true) => format!("nonlocal binding not allowed for type parameter '{name}'"),
                Some(false) => String::new(),
            };
            if !message.is_empty() {
                return Err(Fault::syntax(message, symbol.declared_at));
            }
            Binding::Free
        } else if symbol.assigned || symbol.parameter {
            Binding::Local
        } else if visible.contains_key(name) {
            Binding::Free
        } else {
            Binding::GlobalImplicit
        };
        symbol.binding = Some(binding);
        match binding {
            Binding::Free if inlined => drop(free.direct.insert(name.clone())),
            Binding::Free => drop(free.captured.insert(name.clone())),
            Binding::GlobalExplicit => drop(visible.remove(name)),
            _ => {}
        }
    }
    Ok(free)
}

/// An inner function uses `name`: either it is this scope's variable, which becomes a cell, or it is passed
/// on.
fn note_captured(scope: &mut Scope, name: String, free: &mut FreeNames) {
    if is_class_variable(scope, &name) {
        return;
    }
    if scope.kind.is_function_like()
        && let Some(symbol) = scope.symbols.get_mut(&name)
        && matches!(symbol.binding, Some(Binding::Local | Binding::Cell))
    {
        symbol.binding = Some(Binding::Cell);
        return;
    }
    pass_on(scope, &name);
    free.captured.insert(name);
}

/// An inlined comprehension uses `name` in this scope's own frame.
fn note_direct(scope: &mut Scope, name: String, inlined: bool, free: &mut FreeNames) {
    debug_assert!(inlined, "only inlined comprehensions have direct names");
    if is_class_variable(scope, &name) {
        return;
    }
    if scope.kind.is_function_like() && matches!(scope.binding(&name), Some(Binding::Local | Binding::Cell)) {
        return;
    }
    if scope.kind == ScopeKind::Comprehension {
        free.direct.insert(name);
        return;
    }
    pass_on(scope, &name);
    free.captured.insert(name);
}

/// A class body's own variables that functions in it can reach.
fn is_class_variable(scope: &mut Scope, name: &str) -> bool {
    if scope.kind != ScopeKind::Class {
        return false;
    }
    match name {
        "__class__" => scope.needs_class_cell = true,
        CLASS_DICT => scope.needs_class_dict = true,
        _ => return false,
    }
    true
}

/// Makes `name` a free variable of the scope's code, although the scope itself may mean something else by it.
fn pass_on(scope: &mut Scope, name: &str) {
    if scope.binding(name) != Some(Binding::Free) && !scope.passed_through.iter().any(|n| n == name) {
        scope.passed_through.push(name.to_owned());
    }
}
