//! A module without the bodies of its functions, which are compiled when they are first called.
//!
//! The bodies are taken out between the lexer and the parser: a placeholder stands for each. A function inside of another stays
//! in its body, so what is taken out sees only its own variables, those of the module, and the names of the classes around it.
//! Left in are: what uses `super` or `__class__`, which makes a variable in the class; what stands in a class or has itself type
//! parameters; bodies on the line of their `def`. For texts that are known to compile: nobody looks for mistakes in a body before it runs.
//! Neighbours: `parser` (`parse_outline`), `compile::deferred`.

use super::lexer::Tokens;
use super::token::{T, Token};

/// A function whose body was taken out.
#[derive(Clone, Debug)]
pub struct Skipped {
    /// Where its placeholder stands, and nothing else.
    pub mark: u32,
    /// Where its `def` or `async def` begins.
    pub start: u32,
    /// Where its body ends.
    pub end: u32,
    /// The classes around it, outermost first.
    pub classes: Vec<String>,
    /// The attributes of its first parameter that it seems to set.
    pub attributes: Vec<String>,
}

/// A class whose body is being read.
struct Around {
    name: String,
    /// How many blocks are open in its body.
    level: usize,
    has_type_params: bool,
}

struct Outliner<'a> {
    text: &'a str,
    tokens: &'a [Token],
    out: Vec<Token>,
    skipped: Vec<Skipped>,
    classes: Vec<Around>,
    level: usize,
}

/// The tokens without the bodies of functions.
pub fn outline(text: &str, tokens: Tokens) -> (Tokens, Vec<Skipped>) {
    let mut outliner = Outliner {
        text,
        tokens: &tokens.list,
        out: Vec::with_capacity(tokens.list.len() / 2),
        skipped: Vec::new(),
        classes: Vec::new(),
        level: 0,
    };
    outliner.all();
    let (list, skipped) = (outliner.out, outliner.skipped);
    (Tokens { list, ..tokens }, skipped)
}

impl Outliner<'_> {
    fn all(&mut self) {
        let mut at = 0;
        let mut begins = true;
        while let Some(&token) = self.tokens.get(at) {
            if begins && let Some(next) = self.function(at) {
                at = next;
                continue;
            }
            match token.kind {
                T::Indent => self.level += 1,
                T::Dedent => {
                    self.level -= 1;
                    self.classes.retain(|class| class.level <= self.level);
                }
                T::Class if begins => self.class(at),
                _ => {}
            }
            self.out.push(token);
            begins = matches!(token.kind, T::Newline | T::Indent | T::Dedent);
            at += 1;
        }
    }

    fn kind(&self, at: usize) -> T {
        self.tokens.get(at).map_or(T::End, |token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &self.text[token.start as usize..token.end as usize])
    }

    /// A class begins: what its body is.
    fn class(&mut self, at: usize) {
        if self.block(at).is_some() {
            let (name, level) = (self.word(at + 1).to_owned(), self.level + 1);
            let has_type_params = self.kind(at + 2) == T::LBracket;
            self.classes.push(Around { name, level, has_type_params });
        }
    }

    /// The first token of the block that the statement at `at` has, if it stands on lines of its own.
    fn block(&self, at: usize) -> Option<usize> {
        let mut strings = 0;
        let colon = (at..self.tokens.len()).find(|&i| {
            match self.kind(i) {
                T::FStringStart => strings += 1,
                T::FStringEnd => strings -= 1,
                _ => {}
            }
            self.kind(i) == T::Colon && strings == 0 && self.tokens[i].depth == self.tokens[at].depth
        })?;
        (self.kind(colon + 1) == T::Newline && self.kind(colon + 2) == T::Indent).then_some(colon + 3)
    }

    /// The token that ends the block whose first token is at `at`.
    fn end_of(&self, at: usize) -> usize {
        let mut open = 1;
        let mut end = at;
        loop {
            match self.kind(end) {
                T::Indent => open += 1,
                T::Dedent => open -= 1,
                T::End | T::Error => open = 0,
                _ => {}
            }
            if open == 0 {
                return end;
            }
            end += 1;
        }
    }

    /// Reads the function that begins at `at`, if one does; gives the token after it.
    fn function(&mut self, at: usize) -> Option<usize> {
        let def = if self.kind(at) == T::Async { at + 1 } else { at };
        if self.kind(def) != T::Def {
            return None;
        }
        let body = self.block(def)?;
        let end = self.end_of(body);
        let tokens = self.tokens;
        if self.is_left_in(def, body, end) {
            self.out.extend_from_slice(&tokens[at..=end]);
            return Some(end + 1);
        }
        self.out.extend_from_slice(&tokens[at..body]);
        let (first, last) = (tokens[body], tokens[end - 1]);
        // The definition is to end where it ends with its body.
        let real = tokens[..end].iter().rfind(|t| !matches!(t.kind, T::Newline | T::Indent | T::Dedent));
        let placeholder = Token { kind: T::Pass, end: real.map_or(first.end, |t| t.end), ..first };
        self.out.extend([placeholder, Token { kind: T::Newline, ..last }, tokens[end]]);
        self.skipped.push(Skipped {
            mark: first.start,
            start: tokens[at].start,
            end: last.end,
            classes: self.classes.iter().map(|class| class.name.clone()).collect(),
            attributes: self.attributes(self.word(def + 3), body, end),
        });
        Some(end + 1)
    }

    fn is_left_in(&self, def: usize, body: usize, end: usize) -> bool {
        let needs_cell =
            |at: usize| self.kind(at) == T::Name && matches!(self.word(at), "super" | "__class__");
        self.kind(end) != T::Dedent
            || self.kind(def + 2) == T::LBracket
            || self.classes.iter().any(|class| class.has_type_params)
            || (!self.classes.is_empty() && (body..end).any(needs_cell))
    }

    /// The attributes of `parameter` after which an assignment goes on.
    fn attributes(&self, parameter: &str, body: usize, end: usize) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if self.classes.is_empty() {
            return found;
        }
        for at in body..end.saturating_sub(3) {
            let is_attribute = self.tokens[at].depth == 0
                && self.kind(at + 1) == T::Dot
                && self.kind(at + 2) == T::Name
                && self.kind(at) == T::Name
                && self.word(at) == parameter;
            if is_attribute && matches!(self.kind(at + 3), T::Assign | T::Comma | T::Colon) {
                let name = self.word(at + 2);
                if !found.iter().any(|f| f == name) {
                    found.push(name.to_owned());
                }
            }
        }
        found
    }
}
