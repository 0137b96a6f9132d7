//! Nothing is wired to a name: no cell, field, vesicle, arm or mechanism that an experiment of ours declares, and no
//! miRNA that it names, stands in a string of the program.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Names that the experiments declare, less words of the experiment file itself.
fn declared() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let files = fs::read_dir(root().join("experiments")).unwrap().flatten().map(|entry| entry.path());
    for path in files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let table: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
        for section in ["cell", "field", "vesicle", "arm", "mechanism"] {
            let declared = table.get(section).and_then(toml::Value::as_table).into_iter().flatten();
            names.extend(declared.map(|(name, _)| name.clone()));
        }
        mirnas(&toml::Value::Table(table), &mut names);
    }
    let own = vesicle_words();
    names.retain(|name| !own.contains(name));
    names
}

/// Every string that is a miRNA.
fn mirnas(value: &toml::Value, names: &mut BTreeSet<String>) {
    match value {
        toml::Value::String(text) if text.starts_with("miR-") => {
            names.insert(text.clone());
        }
        toml::Value::Array(list) => list.iter().for_each(|value| mirnas(value, names)),
        toml::Value::Table(table) => table.values().for_each(|value| mirnas(value, names)),
        _ => {}
    }
}

/// Segments of the registry's paths.
fn vesicle_words() -> BTreeSet<String> {
    let table = vesicle_experiment::registry::TABLE;
    table.iter().flat_map(|entry| entry.pattern.split('.').map(str::to_owned)).collect()
}

/// The program's text: sources without their tests, messages that show an example, and comments.
fn program(path: &Path, texts: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(path).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            program(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
            texts.push((path, before_tests));
        }
    }
}

/// Whole strings of a source line.
fn strings(line: &str) -> impl Iterator<Item = &str> {
    line.split('"').skip(1).step_by(2)
}

#[test]
fn no_name_of_an_experiment_stands_in_the_program() {
    let names = declared();
    assert!(names.len() > 15, "{names:?}");
    let mut texts = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap().flatten() {
        program(&entry.path().join("src"), &mut texts);
    }
    let mut found = Vec::new();
    for (path, text) in &texts {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for text in strings(line).filter(|text| names.contains(*text)) {
                found.push(format!("{}:{}: \"{text}\"", path.display(), index + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
