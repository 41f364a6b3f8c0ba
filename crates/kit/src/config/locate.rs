//! Where in a TOML text a byte is.

use toml::de::{DeTable, DeValue};

/// The line of the byte at `offset`, from 1.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// The dotted key whose name or value holds the byte at `offset`.
pub(super) fn key_at(text: &str, offset: usize) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let mut path = Vec::new();
    descend(table.get_ref(), offset, &mut path);
    (!path.is_empty()).then(|| path.join("."))
}

fn descend(table: &DeTable<'_>, offset: usize, path: &mut Vec<String>) {
    // The span of a [section] is its header alone, so its entries are asked as well.
    for (name, value) in table {
        let here = name.span().contains(&offset) || value.span().contains(&offset);
        let depth = path.len();
        path.push(name.get_ref().to_string());
        if let DeValue::Table(inner) = value.get_ref() {
            descend(inner, offset, path);
        }
        if here || path.len() > depth + 1 {
            return;
        }
        path.truncate(depth);
    }
}
