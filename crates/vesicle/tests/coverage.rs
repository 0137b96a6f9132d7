//! `docs/coverage.toml`: every home that a row names exists, and the page of the book shows every row.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::path::{Path, PathBuf};
use std::process::Command;
use toml::{Table, Value};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text<'a>(item: &'a Value, key: &str) -> &'a str {
    item.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn items() -> Vec<Value> {
    let table: Table = include_str!("../../../docs/coverage.toml").parse().unwrap();
    table["item"].as_array().unwrap().clone()
}

/// Whether `vesicle COMMAND` is a command.
fn is_command(command: &str) -> bool {
    let words = command.split(' ').chain(["--help"]);
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(words).output().unwrap().status.success()
}

/// Whether an experiment declares an arm, a mechanism or a claim of this name.
fn declares(experiment: &Table, part: &str) -> bool {
    let named = |section: &str| {
        experiment.get(section).and_then(Value::as_table).is_some_and(|table| table.contains_key(part))
    };
    let blocks = experiment.get("evidence").and_then(Value::as_array).into_iter().flatten();
    let claims = blocks.filter_map(|block| block.get("test").and_then(Value::as_array)).flatten();
    named("arm")
        || named("mechanism")
        || named("outcome")
        || claims.filter_map(Value::as_str).any(|claim| claim == part)
}

#[test]
fn every_row_names_something_that_exists() {
    let mut wrong = Vec::new();
    for item in &items() {
        let id = text(item, "id");
        let holds = match text(item, "home") {
            "not built" => !text(item, "because").is_empty(),
            "command" => is_command(text(item, "at")) && !text(item, "last").is_empty(),
            "experiment" | "mechanism" => {
                let file = std::fs::read_to_string(root().join(text(item, "at")));
                let experiment = file.ok().and_then(|file| file.parse::<Table>().ok());
                experiment.is_some_and(|experiment| declares(&experiment, text(item, "part")))
                    && !text(item, "last").is_empty()
            }
            _ => false,
        };
        if !holds {
            wrong.push(id.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(!is_command("no-such-command"));
}

#[test]
fn rows_are_there_once_and_on_the_page() {
    let page = include_str!("../../../book/src/coverage.md");
    let items = items();
    assert!(items.len() > 50);
    for item in &items {
        let row = format!("| {} | {} |", text(item, "id"), text(item, "what"));
        assert!(page.contains(&row), "run `make book`: {row}");
        assert_eq!(items.iter().filter(|other| text(other, "id") == text(item, "id")).count(), 1);
    }
}
