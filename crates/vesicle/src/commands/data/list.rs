//! `vesicle data list`: what was imported, and what ships with the program.

use super::home;
use crate::failure::Failure;
use clap::Args;
use serde_json::{Value, json};
use vesicle_files::data_home::Entry;
use vesicle_files::library::SHIPPED;

/// How to list.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// For machines
    #[arg(long)]
    pub json: bool,
}

/// Lists.
///
/// # Errors
/// Entries that cannot be read.
pub fn call(arguments: &ListArguments) -> Result<(), Failure> {
    let home = home()?;
    let entries = home.list()?;
    if arguments.json {
        let shipped: Vec<Value> =
            SHIPPED.iter().map(|(name, text)| json!({ "name": name, "about": about(text) })).collect();
        let imported: Vec<Value> = entries.iter().map(Entry::json).collect();
        let all =
            json!({ "home": home.path.display().to_string(), "imported": imported, "shipped": shipped });
        crate::shown::line(&serde_json::to_string_pretty(&all).unwrap_or_default());
        return Ok(());
    }
    crate::shown::line(&format!("Imported, in {}:", home.path.display()));
    let mut rows = vec![
        ["name", "kind", "format", "release", "species", "rows", "licence", "sha256"]
            .map(str::to_owned)
            .to_vec(),
    ];
    rows.extend(entries.iter().map(row));
    if entries.is_empty() {
        crate::shown::line("  none; `vesicle data add FILE` imports one");
    } else {
        crate::shown::table(&rows);
    }
    crate::shown::line("");
    crate::shown::line("Shipped with the program:");
    let shipped: Vec<Vec<String>> =
        SHIPPED.iter().map(|(name, text)| vec![(*name).to_owned(), about(text)]).collect();
    crate::shown::table(&shipped);
    Ok(())
}

fn row(entry: &Entry) -> Vec<String> {
    vec![
        entry.name.clone(),
        entry.kind.clone(),
        entry.format.clone(),
        entry.release.clone(),
        entry.species.clone(),
        entry.rows.to_string(),
        entry.licence.clone(),
        entry.sha256.chars().take(12).collect(),
    ]
}

/// The title line of a shipped table.
fn about(text: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix("# title: ")).unwrap_or_default().to_owned()
}
