//! `import` statements.

use super::super::token::T;
use super::{P, Parser};
use crate::syntax::ast::{self, Alias, Identifier, Stmt};

impl Parser<'_> {
    pub(super) fn import(&mut self) -> P<Stmt> {
        let start = self.expect(T::Import)?.start;
        let mut names = Vec::new();
        loop {
            let from = self.start();
            let name = self.dotted_name()?;
            let asname = self.as_name()?;
            names.push(Alias { range: self.range(from), name, asname });
            if !self.eat(T::Comma) {
                break;
            }
        }
        Ok(Stmt::Import(ast::StmtImport { range: self.range(start), names }))
    }

    fn dotted_name(&mut self) -> P<Identifier> {
        let mut name = String::from(self.identifier()?);
        while self.eat(T::Dot) {
            name.push('.');
            name.push_str(&self.identifier()?);
        }
        Ok(Identifier::new(name))
    }

    fn as_name(&mut self) -> P<Option<Identifier>> {
        if self.eat(T::As) { self.identifier().map(Some) } else { Ok(None) }
    }

    pub(super) fn import_from(&mut self) -> P<Stmt> {
        let start = self.expect(T::From)?.start;
        let mut level = 0;
        loop {
            match self.kind() {
                T::Dot => level += 1,
                T::Ellipsis => level += 3,
                _ => break,
            }
            self.bump();
        }
        let module = if level > 0 && self.is(T::Import) { None } else { Some(self.dotted_name()?) };
        self.expect(T::Import)?;
        let names = self.import_names()?;
        let level = Some(ast::Int::new(level));
        Ok(Stmt::ImportFrom(ast::StmtImportFrom { range: self.range(start), module, names, level }))
    }

    fn import_names(&mut self) -> P<Vec<Alias>> {
        let star = self.start();
        if self.eat(T::Star) {
            return Ok(vec![Alias { range: self.range(star), name: Identifier::new("*"), asname: None }]);
        }
        let parenthesized = self.eat(T::LParen);
        let mut names = Vec::new();
        loop {
            let from = self.start();
            let name = self.identifier()?;
            let asname = self.as_name()?;
            names.push(Alias { range: self.range(from), name, asname });
            if !self.eat(T::Comma) {
                break;
            }
            if parenthesized && self.is(T::RParen) {
                break;
            }
            if !parenthesized && self.is(T::Newline) {
                return self.fault_here("trailing comma not allowed without surrounding parentheses");
            }
        }
        if parenthesized {
            self.expect(T::RParen)?;
        }
        Ok(names)
    }
}
