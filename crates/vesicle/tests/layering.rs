//! Dependencies go only to a lower rank; the path that breaks this is named.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Rank of every crate; crates of one rank never see each other.
const RANKS: &[(&str, u8)] = &[
    ("vesicle-base", 0),
    ("tissue-fields", 1),
    ("tissue-cells", 1),
    ("tissue-vesicles", 1),
    ("tissue-vasculature", 1),
    ("vesicle-cargo", 1),
    ("vesicle-dose", 1),
    ("tissue-sim", 2),
    ("vesicle-target", 2),
    ("vesicle-tables", 2),
    ("tissue-outcomes", 3),
    ("vesicle-experiment", 4),
    ("vesicle-files", 5),
    ("vesicle-report", 6),
    ("vesicle", 7),
];

/// Workspace crates that each crate depends on, from the manifests.
fn workspace() -> BTreeMap<String, Vec<String>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(crates).unwrap().flatten() {
        let Ok(text) = fs::read_to_string(entry.path().join("Cargo.toml")) else { continue };
        let manifest: toml::Table = text.parse().unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        let names = dependencies.into_iter().flat_map(|table| table.keys().cloned()).collect();
        all.insert(name, names);
    }
    all
}

/// Every forbidden dependency, in words.
fn crossings(workspace: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let rank = |name: &str| RANKS.iter().find(|(known, _)| *known == name).map(|(_, rank)| *rank);
    let mut crossings = Vec::new();
    for (name, dependencies) in workspace {
        let Some(own) = rank(name) else {
            crossings.push(format!("{name} has no rank"));
            continue;
        };
        for dependency in dependencies.iter().filter(|d| workspace.contains_key(*d)) {
            if rank(dependency).is_none_or(|other| other >= own) {
                crossings.push(format!("{name} -> {dependency}"));
            }
            let leaves_the_simulator = name.starts_with("tissue-")
                && dependency.starts_with("vesicle-")
                && dependency != "vesicle-base";
            if leaves_the_simulator {
                crossings.push(format!("{name} -> {dependency}: the simulator is usable alone"));
            }
        }
    }
    crossings
}

#[test]
fn dependencies_go_down_only() {
    let workspace = workspace();
    assert!(workspace.len() >= 10, "the manifests were found");
    assert_eq!(crossings(&workspace), Vec::<String>::new());
}

#[test]
fn a_crate_that_crosses_is_named() {
    let mut workspace = workspace();
    workspace.get_mut("tissue-cells").unwrap().push("tissue-fields".to_owned());
    workspace.get_mut("tissue-sim").unwrap().push("vesicle-files".to_owned());
    let found = crossings(&workspace);
    assert!(found.contains(&"tissue-cells -> tissue-fields".to_owned()), "{found:?}");
    assert!(
        found.iter().any(|path| path.starts_with("tissue-sim -> vesicle-files: the simulator")),
        "{found:?}"
    );
}
