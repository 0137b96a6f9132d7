//! The points of a figure as comma-separated text, with all digits, so that anyone can draw it again.

use std::fmt::Write as _;

/// A table that is being written; every row has as many fields as the head.
#[derive(Debug)]
pub(crate) struct Csv {
    text: String,
    columns: usize,
}

/// One field of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Field<'a> {
    Words(&'a str),
    Number(f64),
    Count(u64),
    Nothing,
}

impl Csv {
    pub(crate) fn new(head: &[&str]) -> Self {
        let names: Vec<String> = head.iter().map(|name| quoted(name)).collect();
        Self { text: format!("{}\n", names.join(",")), columns: head.len() }
    }

    pub(crate) fn row(&mut self, fields: &[Field<'_>]) {
        assert_eq!(fields.len(), self.columns, "a row of a figure's points has the fields of its head");
        for (i, field) in fields.iter().enumerate() {
            if i > 0 {
                self.text.push(',');
            }
            match field {
                Field::Words(words) => self.text.push_str(&quoted(words)),
                Field::Number(value) => {
                    let _ = write!(self.text, "{value}");
                }
                Field::Count(value) => {
                    let _ = write!(self.text, "{value}");
                }
                Field::Nothing => {}
            }
        }
        self.text.push('\n');
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

fn quoted(words: &str) -> String {
    if words.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", words.replace('"', "\"\""))
    } else {
        words.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_where_needed() {
        let mut csv = Csv::new(&["arm", "value", "n", "note"]);
        csv.row(&[Field::Words("a, \"b\""), Field::Number(0.1), Field::Count(4), Field::Nothing]);
        assert_eq!(csv.finish(), "arm,value,n,note\n\"a, \"\"b\"\"\",0.1,4,\n");
    }
}
