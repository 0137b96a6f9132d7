//! Programs: gene sets from GMT files, or the signed, weighted sets that ship with the program.

use super::databases::{Used, load, own_text, species_of};
use crate::failure::Failure;
use std::collections::BTreeMap;
use vesicle_base::Problem;
use vesicle_files::tsv;
use vesicle_tables::names::Species;
use vesicle_tables::{Document, Members, read_sets};

/// A weighted gene set.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Genes with signed weights: positive drives the program.
    pub genes: BTreeMap<String, f64>,
}

/// The programs that ship with the binary.
pub const SHIPPED: &str = "data/programs.tsv";

/// Reads every file or database of programs; names that come twice carry the name of their file.
///
/// # Errors
/// The mistakes of all at once; no program for the species.
pub fn programs(names: &[String], species: Species) -> Result<(Vec<Program>, Vec<Used>), Failure> {
    let (mut all, mut used, mut problems): (Vec<Program>, Vec<Used>, Vec<Problem>) =
        (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        match read(name, species) {
            Ok((table, found)) => {
                for mut program in found {
                    if all.iter().any(|known| known.name == program.name) {
                        program.name = format!("{} ({})", program.name, table.name);
                    }
                    all.push(program);
                }
                used.push(table);
            }
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() && all.is_empty() {
        problems.push(
            Problem::new("no program for this species").expected("gene sets of the recipient's species"),
        );
    }
    if problems.is_empty() { Ok((all, used)) } else { Err(Failure::Input(problems)) }
}

/// The programs that were asked for by name, or all where none was.
///
/// # Errors
/// Every name that no program has, with the nearest.
pub fn wanted(asked: &[String], sets: Vec<Program>) -> Result<Vec<Program>, Failure> {
    let known: Vec<&str> = sets.iter().map(|p| p.name.as_str()).collect();
    let problems: Vec<Problem> = asked
        .iter()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| Problem::new(format!("no program `{name}`")).nearest(name, known.iter().copied()))
        .collect();
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    Ok(sets.into_iter().filter(|p| asked.is_empty() || asked.contains(&p.name)).collect())
}

fn read(name: &str, species: Species) -> Result<(Used, Vec<Program>), Vec<Problem>> {
    let loaded = load("programs", name)?;
    if let Some(text) = own_text(&loaded.source, "program") {
        let found = own(&loaded.source.name, &text, species)?;
        return Ok((loaded.used, found));
    }
    if loaded.species.is_some_and(|said| said != species) {
        let expected = "programs in the symbols of the recipient's species";
        return Err(vec![
            Problem::new(format!("`{name}` holds genes of another species")).expected(expected),
        ]);
    }
    let sets = read_sets(&Document::load(&loaded.source)?)?;
    if sets.members == Members::Mirnas {
        return Err(vec![Problem::new(format!("`{name}` holds sets of miRNAs")).expected("sets of genes")]);
    }
    let program = |set: vesicle_tables::Set| Program {
        name: set.name,
        genes: set.members.into_iter().map(|gene| (gene, 1.0)).collect(),
    };
    Ok((loaded.used, sets.sets.into_iter().map(program).collect()))
}

fn own(file: &str, text: &str, species: Species) -> Result<Vec<Program>, Vec<Problem>> {
    let table = tsv::parse(file, text)?;
    let [program, of, gene, sign, weight] =
        table.columns(["program", "species", "gene", "sign", "weight"])?;
    let mut order: Vec<Program> = Vec::new();
    let mut problems = Vec::new();
    for row in table.rows().filter(|row| species_of(row.text(of)) == Some(species)) {
        let sign = match row.text(sign) {
            "+1" | "1" => 1.0,
            "-1" => -1.0,
            other => {
                let problem = Problem::new("wrong `sign`").at(&row.place(sign));
                problems.push(problem.expected("`+1` or `-1`").found(other));
                continue;
            }
        };
        match row.number(weight) {
            Ok(weight) => {
                let at =
                    order.iter().position(|known| known.name == row.text(program)).unwrap_or_else(|| {
                        order.push(Program { name: row.text(program).to_owned(), genes: BTreeMap::new() });
                        order.len() - 1
                    });
                order[at].genes.insert(row.text(gene).to_owned(), sign * weight);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(order) } else { Err(problems) }
}
