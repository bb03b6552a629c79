//! Prints the syntax trees of files as `ast` shows them, one node a line, for comparing them with CPython's.

use metapy::syntax::{Field, LineIndex, Mode, Node, generic, parse, source};

fn main() {
    for path in std::env::args().skip(1) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let Ok(text) = source::decode(&bytes, Some(&path)) else { continue };
        let Ok(tree) = parse(&text, Mode::Module) else { continue };
        println!("= {path}");
        show(&generic(&tree, &LineIndex::new(&text)));
    }
}

fn show(node: &Node) {
    let mut line = node.class.name.to_owned();
    if let Some(p) = node.position {
        line.push_str(&format!(" {}:{}-{}:{}", p.line, p.col, p.end_line, p.end_col));
    }
    for (name, field) in node.class.fields.iter().zip(&node.fields) {
        line.push_str(&format!(" {}={}", name.trim_end_matches(['?', '*']), brief(field)));
    }
    println!("{line}");
    node.fields.iter().for_each(show_inside);
}

fn brief(field: &Field) -> String {
    match field {
        Field::Absent => "None".to_owned(),
        Field::Node(n) => n.class.name.to_owned(),
        Field::List(l) => format!("[{}]", l.iter().map(brief).collect::<Vec<_>>().join(",")),
        Field::Text(t) => t.clone(),
        Field::Int(i) => i.to_string(),
        Field::Value(_) => "value".to_owned(),
    }
}

fn show_inside(field: &Field) {
    match field {
        Field::Node(n) => show(n),
        Field::List(l) => l.iter().for_each(show_inside),
        _ => {}
    }
}
