//! Numbers as cells of a table: full precision, and nothing where there is none.

/// A number with every digit that it needs; empty where it is none.
pub fn cell(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

/// A number for a person; a dash where it is none.
pub fn shown(value: f64) -> String {
    if value.is_finite() { vesicle_report::figure::text::number(value) } else { "–".to_owned() }
}

/// Rows as separated text with one head row; what holds the separator, a quote or a line end is quoted.
pub fn separated(head: &[String], rows: &[Vec<String>], separator: char) -> String {
    let quoted = |cell: &String| {
        if cell.contains([separator, '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let mut out = String::new();
    for row in std::iter::once(head).chain(rows.iter().map(Vec::as_slice)) {
        let cells: Vec<String> = row.iter().map(quoted).collect();
        out.push_str(&cells.join(&separator.to_string()));
        out.push('\n');
    }
    out
}
