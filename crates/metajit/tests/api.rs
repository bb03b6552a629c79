//! `docs/api.md` lists the public interface: every public item of a public module, and nothing that is not there.

use std::fs;
use std::path::Path;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
const PAGE: &str = include_str!("../../../docs/api.md");

/// The public modules that are not hidden.
fn modules() -> Vec<String> {
    let root = fs::read_to_string(Path::new(SOURCES).join("lib.rs")).expect("lib.rs");
    let mut hidden = false;
    let mut modules = Vec::new();
    for line in root.lines() {
        if let Some(name) = line.strip_prefix("pub mod ").filter(|_| !hidden) {
            modules.push(name.trim_end_matches(';').to_owned());
        }
        hidden = line == "#[doc(hidden)]";
    }
    modules
}

/// The files of a module.
fn files(module: &str) -> Vec<String> {
    let file = Path::new(SOURCES).join(format!("{module}.rs"));
    if file.exists() {
        return vec![fs::read_to_string(file).expect("a file")];
    }
    let folder = fs::read_dir(Path::new(SOURCES).join(module)).expect("a folder");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.is_file()).map(|path| fs::read_to_string(path).expect("a file")).collect()
}

/// The public items at the top level of a file, without hidden ones.
fn items(text: &str) -> Vec<String> {
    let mut hidden = false;
    let mut items = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("pub ") {
            let head = rest.split(['(', '<', ':', '=', ';', '{']).next().unwrap_or_default();
            let mut words = head.split_whitespace();
            let is_item = !matches!(words.next(), Some("use" | "mod") | None);
            if let Some(name) = words.next_back().filter(|_| is_item && !hidden) {
                items.push(name.to_owned());
            }
        }
        hidden = line == "#[doc(hidden)]" || hidden && line.starts_with('#');
    }
    items
}

#[test]
fn the_page_lists_the_public_interface() {
    let named: Vec<&str> = PAGE.split('`').skip(1).step_by(2).collect();
    let mut known =
        vec!["Mode".to_owned(), "Parameters".to_owned(), "Statistics".to_owned(), "Abort".to_owned()];
    for module in modules() {
        assert!(named.contains(&&*module), "the module `{module}` is not on the page");
        for item in files(&module).iter().flat_map(|text| items(text)) {
            assert!(named.contains(&&*item), "`{module}::{item}` is not on the page");
            known.push(item);
        }
        known.push(module);
    }
    for name in named {
        let apart = name.contains(|c: char| !(c.is_alphanumeric() || c == '_'));
        assert!(
            apart || name == "metajit" || known.iter().any(|item| item == name),
            "`{name}` is not public"
        );
    }
}
