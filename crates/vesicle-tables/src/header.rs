//! Column names compared as people mean them: case, blanks, marks and look-alike letters do not count.

use crate::cells::{Cells, Row};

/// The name without case, blanks and punctuation; Cyrillic `т` and `с` are the Latin letters they look like.
pub(crate) fn key(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'т' | 'ₜ' => Some('t'),
            'с' => Some('c'),
            '+' | '#' | '%' => Some(c),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// Most columns of a table; a damaged line can hold millions.
pub(crate) const WIDEST: usize = 65_536;

/// A header row by keys.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    keys: Vec<String>,
}

impl Header {
    pub(crate) fn of(row: Row<'_>) -> Self {
        Self { keys: row.cells().take(WIDEST).map(|cell| key(cell.text)).collect() }
    }

    /// The column under the first of the names that is present.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.keys.iter().position(|k| k == name))
    }

    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.find(names).is_some()
    }

    /// Whether every name is present.
    pub(crate) fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(&[name]))
    }
}

/// The first of the leading rows that a test accepts as header, and what the test made of it.
pub(crate) fn find_row<T>(
    cells: &Cells,
    within: usize,
    test: impl Fn(&Header) -> Option<T>,
) -> Option<(usize, T)> {
    (0..cells.n_rows().min(within)).find_map(|at| test(&Header::of(cells.row(at))).map(|found| (at, found)))
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn latin_and_cyrillic_names_are_one() {
        assert_eq!(key("Cт"), "ct");
        assert_eq!(key("Ct"), key(" C_T "));
        assert_ne!(key("Ct Mean"), key("Ct"));
        assert_ne!(key("ΔCт"), "ct");
        assert_eq!(key("# "), "#");
    }
}
