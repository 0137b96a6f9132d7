//! What an experiment file said, before anything is made of it: paths, literals, places, in the order of the file.

use crate::path::Path;
use vesicle_base::Place;

/// A value as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A string.
    Text(String),
    /// A number, with its text.
    Number(f64, String),
    /// true or false.
    Flag(bool),
    /// A list of literals with their places.
    List(Vec<(Literal, Place)>),
    /// A table without keys.
    EmptyTable,
    /// A date or time, which no key takes.
    Date(String),
}

impl Literal {
    /// What kind of thing it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(..) => "a bare number",
            Self::Flag(_) => "true or false",
            Self::List(_) => "a list",
            Self::EmptyTable => "an empty table",
            Self::Date(_) => "a date",
        }
    }

    /// The literal as a short text, for messages.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(_, text) | Self::Date(text) => format!("`{text}`"),
            Self::Flag(flag) => format!("`{flag}`"),
            Self::List(items) => {
                let inner: Vec<String> = items.iter().map(|(item, _)| item.shown()).collect();
                format!("[{}]", inner.join(", "))
            }
            Self::EmptyTable => "`{}`".to_owned(),
        }
    }
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct SaidEntry {
    /// Where in the tree.
    pub path: Path,
    /// What was written.
    pub literal: Literal,
    /// Place of the key.
    pub key_place: Place,
    /// Place of the value; inside a string, the place of its first character.
    pub place: Place,
}

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// The file as the user named it.
    pub file: String,
    /// Keys with values, in order of the file.
    pub entries: Vec<SaidEntry>,
}

#[cfg(test)]
impl Said {
    /// A file of one line for each path and text; an empty text stands for an empty table.
    pub(crate) fn of(lines: &[(&str, &str)]) -> Self {
        let place = Place { file: "x.toml".to_owned(), line: 1, column: 1 };
        let entry = |(path, text): &(&str, &str)| SaidEntry {
            path: Path::of(path.split('.')),
            literal: if text.is_empty() { Literal::EmptyTable } else { Literal::Text((*text).to_owned()) },
            key_place: place.clone(),
            place: place.clone(),
        };
        Self { file: "x.toml".to_owned(), entries: lines.iter().map(entry).collect() }
    }
}
