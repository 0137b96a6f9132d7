//! How a target command tells what it found: folder, JSON or a table on stdout; notes on stderr.

use crate::commands::cargo::folder::Contents;
pub use crate::commands::telling::OutArguments;
use crate::commands::telling::deliver;
use crate::failure::Failure;
use serde_json::{Map, Value, json};
use vesicle_report::Article;

/// A result ready to be told.
pub struct Told {
    /// Name of the table, without ending.
    pub name: &'static str,
    /// What was found, the most important line first.
    pub answer: Vec<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
    /// What determines the result.
    pub manifest: Value,
    /// Column heads.
    pub head: Vec<&'static str>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// Columns that are words even where they look like numbers.
    pub words: &'static [&'static str],
    /// The page.
    pub page: Article,
}

impl Told {
    /// Tells it.
    ///
    /// # Errors
    /// A refused folder, or what cannot be written.
    pub fn tell(&self, arguments: &OutArguments) -> Result<(), Failure> {
        let contents = Contents {
            manifest: self.manifest.clone(),
            name: self.name,
            head: self.head.iter().map(|h| (*h).to_owned()).collect(),
            rows: self.rows.clone(),
            results: Vec::new(),
            measured: Vec::new(),
            page: self.page.clone(),
        };
        deliver(arguments, &self.notes, &self.answer, &contents, || self.json())
    }

    fn json(&self) -> Value {
        let value = |head: &str, text: &String| -> Value {
            if self.words.contains(&head) {
                return json!(text);
            }
            text.parse::<f64>().ok().filter(|v| v.is_finite()).map_or(Value::Null, |v| json!(v))
        };
        let object = |row: &Vec<String>| -> Value {
            let cells = self.head.iter().zip(row).map(|(h, c)| ((*h).to_owned(), value(h, c)));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        json!({
            "answer": self.answer,
            "notes": self.notes,
            "manifest": self.manifest,
            "rows": self.rows.iter().map(object).collect::<Vec<_>>(),
        })
    }
}
