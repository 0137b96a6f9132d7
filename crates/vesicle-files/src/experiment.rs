//! An experiment file: TOML into what was said, with the place of every key and value.

use std::path::Path as FilePath;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};
use vesicle_base::{Place, Problem};
use vesicle_experiment::path::Path;
use vesicle_experiment::said::{Literal, Said, SaidEntry};

/// Reads an experiment file.
///
/// # Errors
/// All mistakes of the TOML at once, or the one reason why the file cannot be read.
pub fn read(path: &FilePath) -> Result<Said, Vec<Problem>> {
    let text =
        crate::bounded::text(path, crate::bounded::EXPERIMENT_BYTES).map_err(|problem| vec![problem])?;
    parse(&path.display().to_string(), &text)
}

/// Reads the text of an experiment file.
///
/// # Errors
/// All mistakes of the TOML at once.
pub fn parse(file: &str, text: &str) -> Result<Said, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors.iter().map(|error| syntax_problem(file, text, error)).collect());
    }
    let mut reader = Reader { file, text, entries: Vec::new() };
    reader.table(&Path::default(), table.get_ref());
    Ok(Said { file: file.to_owned(), entries: reader.entries })
}

fn syntax_problem(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let offset = error.span().map_or(0, |span| span.start);
    let line = text[..floor(text, offset)].rfind('\n').map_or(0, |at| at + 1);
    let found = text[line..].lines().next().unwrap_or("nothing");
    Problem::new(format!("not TOML: {}", error.message()))
        .at(&Place::of_offset(file, text, offset))
        .expected("TOML 1.0: `key = \"value\"`")
        .found(format!("`{}`", found.trim()))
}

fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    entries: Vec<SaidEntry>,
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        Place::of_offset(self.file, self.text, offset)
    }

    fn table(&mut self, at: &Path, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = at.join(key.get_ref());
            self.value(&path, key.span().start, value);
        }
    }

    fn value(&mut self, path: &Path, key_offset: usize, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) if !table.is_empty() => self.table(path, table),
            DeValue::Array(items) if is_array_of_tables(items) => {
                for (nth, item) in items.iter().enumerate() {
                    self.value(&path.join(&nth.to_string()), item.span().start, item);
                }
            }
            _ => {
                let entry = SaidEntry {
                    path: path.clone(),
                    literal: self.literal(value),
                    key_place: self.place(key_offset),
                    place: self.inner_place(value),
                };
                self.entries.push(entry);
            }
        }
    }

    /// Place of a value; for a string, of its first character inside the quotes.
    fn inner_place(&self, value: &Spanned<DeValue<'_>>) -> Place {
        let start = value.span().start;
        let quoted = matches!(value.get_ref(), DeValue::String(_));
        self.place(start + usize::from(quoted))
    }

    fn literal(&self, value: &Spanned<DeValue<'_>>) -> Literal {
        match value.get_ref() {
            DeValue::String(text) => Literal::Text(text.to_string()),
            DeValue::Boolean(flag) => Literal::Flag(*flag),
            DeValue::Integer(number) => {
                let parsed = i64::from_str_radix(number.as_str(), number.radix());
                Literal::Number(parsed.map_or(f64::NAN, |n| n as f64), number.as_str().to_owned())
            }
            DeValue::Float(number) => {
                Literal::Number(number.as_str().parse().unwrap_or(f64::NAN), number.as_str().to_owned())
            }
            DeValue::Datetime(date) => Literal::Date(date.to_string()),
            DeValue::Array(items) => {
                Literal::List(items.iter().map(|item| (self.literal(item), self.inner_place(item))).collect())
            }
            DeValue::Table(_) => Literal::EmptyTable,
        }
    }
}

fn is_array_of_tables(items: &DeArray<'_>) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(item.get_ref(), DeValue::Table(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_come_in_order_with_their_places() {
        let said =
            parse("a.toml", "[z]\nb = \"1 h\"\na = 2\n[arm]\nsaline = {}\n[[e]]\nx = [\"p\"]\n").unwrap();
        let shown: Vec<String> = said
            .entries
            .iter()
            .map(|e| format!("{} {} {}:{}", e.path, e.literal.shown(), e.place.line, e.place.column))
            .collect();
        assert_eq!(shown, ["z.b `1 h` 2:6", "z.a `2` 3:5", "arm.saline `{}` 5:10", "e.0.x [`p`] 7:5"]);
    }

    #[test]
    fn all_slips_of_the_syntax_are_told_at_once() {
        let problems = parse("a.toml", "a = \nb = [1\nc = 3\nd = = 4\n").unwrap_err();
        assert!(problems.len() >= 2, "{problems:?}");
        assert!(problems.iter().all(|p| p.place.is_some()));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,80}") {
            let _ = parse("a.toml", &text);
        }

        #[test]
        fn no_mangled_file_panics(at in 0_usize..60, byte in 0_u8..128) {
            let mut bytes = b"[cell.a]\nstart = \"250 /mm^2 at random\"\nb = { c = [1, 2.5] }\n".to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = parse("a.toml", &String::from_utf8(bytes).unwrap());
        }
    }
}
