//! The tables of doses and isolation that ship with the program.

use std::collections::BTreeMap;
use vesicle_base::Problem;
use vesicle_dose::published::{Counted, PublishedDose};
use vesicle_files::tsv::{self, Tsv};

/// Tables that the commands rest on.
const TABLES: [&str; 4] = [
    "data/published_doses.tsv",
    "data/rotors.tsv",
    "data/isolation_methods.tsv",
    "data/sample_particles.tsv",
];

/// The text of a table that ships with the program.
///
/// # Errors
/// When there is none of that name.
fn text(name: &str) -> Result<&'static str, Problem> {
    let found = vesicle_files::library::SHIPPED.iter().find(|(known, _)| *known == name);
    found
        .map(|(_, text)| *text)
        .ok_or_else(|| Problem::new(format!("no table `{name}` ships with the program")))
}

/// A table that ships with the program, and the sum of its bytes.
///
/// # Errors
/// Only when the shipped table is broken.
pub fn shipped(name: &str) -> Result<(Tsv, String), Vec<Problem>> {
    let text = text(name).map_err(|problem| vec![problem])?;
    Ok((tsv::parse(name, text)?, vesicle_files::sha256(text.as_bytes())))
}

/// Sums of the shipped tables, by name.
pub fn sums() -> BTreeMap<String, String> {
    let sum = |name: &&str| {
        text(name).ok().map(|text| ((*name).to_owned(), vesicle_files::sha256(text.as_bytes())))
    };
    TABLES.iter().filter_map(sum).collect()
}

/// Every published dose.
///
/// # Errors
/// Only when the shipped table is broken.
pub fn doses() -> Result<Vec<PublishedDose>, Vec<Problem>> {
    let (table, _) = shipped(TABLES[0])?;
    let [recipient, amount, unit] = table.columns(["recipient", "amount", "unit"])?;
    let rows = table.rows().filter_map(|row| {
        let counted = Counted::of_unit(row.text(unit))?;
        let amount = row.number(amount).ok()?;
        Some(PublishedDose { recipient: row.text(recipient).to_owned(), counted, amount })
    });
    Ok(rows.collect())
}
