//! How a target command tells what it found: folder, JSON or a table on stdout; notes on stderr.

use crate::commands::cargo::folder::{self, Contents};
use crate::commands::cargo::numbers::separated;
use crate::failure::Failure;
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use vesicle_report::Article;

/// Where the result goes.
#[derive(Clone, Debug, Args)]
pub struct OutArguments {
    /// Write table, manifest, figures and page to a folder [default: the table to standard output]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace a finished folder
    #[arg(long)]
    pub force: bool,
    /// Print answer, notes, manifest and rows as JSON
    #[arg(long)]
    pub json: bool,
}

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
    pub fn tell(self, arguments: &OutArguments) -> Result<(), Failure> {
        self.notes.iter().for_each(|line| eprintln!("{line}"));
        let head: Vec<String> = self.head.iter().map(|h| (*h).to_owned()).collect();
        let json = arguments.json.then(|| self.json());
        let plain = separated(&head, &self.rows, '\t');
        if let Some(out) = &arguments.out {
            let contents = Contents {
                manifest: self.manifest,
                name: self.name,
                head,
                rows: self.rows,
                results: Vec::new(),
                measured: Vec::new(),
                page: self.page,
            };
            eprintln!("written to {}", folder::write(out, &contents, arguments.force)?.display());
        }
        if let Some(json) = json {
            crate::shown::line(&serde_json::to_string_pretty(&json).unwrap_or_default());
        } else if arguments.out.is_some() {
            self.answer.iter().for_each(|line| crate::shown::line(line));
        } else {
            self.answer.iter().for_each(|line| eprintln!("{line}"));
            crate::shown::line(plain.trim_end());
        }
        Ok(())
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
