//! How an analysis tells its result: rows to stdout, the answer and its caveats, JSON, or a folder with a page.

use super::cargo::folder::{self, Contents};
use super::cargo::numbers::{cell, separated, shown};
use crate::failure::Failure;
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use vesicle_report::Article;
use vesicle_report::article::Words;

/// Where a result goes.
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

/// One cell of a result table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number; nothing where it is none.
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Self::Number(value as f64)
    }
}

impl From<Option<f64>> for Cell {
    fn from(value: Option<f64>) -> Self {
        Self::Number(value.unwrap_or(f64::NAN))
    }
}

impl Cell {
    /// As it stands in a file: infinity is a word there, what is no number is empty.
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) if value.is_infinite() => {
                if *value > 0.0 { "inf" } else { "-inf" }.to_owned()
            }
            Self::Number(value) => cell(*value),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Number(value) if value.is_infinite() => json!(self.text()),
            Self::Number(value) => json!(value),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) if value.is_infinite() => vesicle_report::figure::text::number(*value),
            // Counts of genes stand whole.
            Self::Number(value) if value.fract() == 0.0 && value.abs() < 10_000.0 => value.to_string(),
            Self::Number(value) => shown(*value),
        }
    }
}

/// A table of a result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Column heads.
    pub head: Vec<String>,
    /// Rows, each as long as the head.
    pub rows: Vec<Vec<Cell>>,
}

/// Column heads.
pub fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

impl Rows {
    /// For a page; at most `most` rows.
    pub fn words(&self, most: usize) -> Words {
        let numeric = |k: usize| self.rows.iter().any(|row| matches!(row[k], Cell::Number(_)));
        Words {
            head: self.head.clone(),
            numeric: (0..self.head.len()).map(numeric).collect(),
            rows: self.rows.iter().take(most).map(|row| row.iter().map(Cell::shown).collect()).collect(),
        }
    }

    fn plain(&self) -> (Vec<String>, Vec<Vec<String>>) {
        (self.head.clone(), self.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect())
    }

    /// As the bytes of a tab-separated file.
    fn separated(&self) -> Vec<u8> {
        let (head, rows) = self.plain();
        separated(&head, &rows, '\t').into_bytes()
    }

    /// As JSON objects.
    pub fn json(&self) -> Vec<Value> {
        let object = |row: &Vec<Cell>| {
            let fields = self.head.iter().zip(row).map(|(name, cell)| (name.clone(), cell.json()));
            Value::Object(fields.collect::<Map<_, _>>())
        };
        self.rows.iter().map(object).collect()
    }
}

/// What an analysis has to tell.
pub struct Told {
    /// Name of its table.
    pub name: &'static str,
    /// The answer, the most important line first.
    pub answer: Vec<String>,
    /// What a reader should know before believing it.
    pub notes: Vec<String>,
    /// What determines the result.
    pub manifest: Value,
    /// The table.
    pub rows: Rows,
    /// More for machines, beside the rows.
    pub more: Vec<(&'static str, Value)>,
    /// More tables of the folder, by file name.
    pub beside: Vec<(&'static str, Rows)>,
    /// The page.
    pub page: Article,
}

/// Tells a result.
///
/// # Errors
/// A folder that is refused or cannot be written.
pub fn tell(arguments: &OutArguments, told: &Told) -> Result<(), Failure> {
    let (head, rows) = told.rows.plain();
    let json = || {
        let mut all = Map::new();
        all.insert("answer".to_owned(), json!(told.answer));
        all.insert("notes".to_owned(), json!(told.notes));
        all.insert("manifest".to_owned(), told.manifest.clone());
        all.insert("rows".to_owned(), Value::Array(told.rows.json()));
        all.extend(told.more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        Value::Object(all)
    };
    let contents = Contents {
        manifest: told.manifest.clone(),
        name: told.name,
        head,
        rows,
        results: Vec::new(),
        measured: told.beside.iter().map(|(name, rows)| (*name, rows.separated())).collect(),
        page: told.page.clone(),
    };
    deliver(arguments, &told.notes, &told.answer, &contents, json)
}

/// Notes to stderr; then the folder, JSON or the table, with the answer where it does not stand in the way.
///
/// # Errors
/// A folder that is refused or cannot be written.
pub fn deliver(
    arguments: &OutArguments,
    notes: &[String],
    answer: &[String],
    contents: &Contents,
    json: impl FnOnce() -> Value,
) -> Result<(), Failure> {
    notes.iter().for_each(|note| crate::shown::message(note));
    if let Some(out) = &arguments.out {
        crate::shown::message(&format!(
            "written to {}",
            folder::write(out, contents, arguments.force)?.display()
        ));
    }
    if arguments.json {
        crate::shown::line(&serde_json::to_string_pretty(&json()).unwrap_or_default());
    } else if arguments.out.is_some() {
        answer.iter().for_each(|line| crate::shown::line(line));
    } else {
        answer.iter().for_each(|line| crate::shown::message(line));
        crate::shown::line(separated(&contents.head, &contents.rows, '\t').trim_end());
    }
    Ok(())
}
