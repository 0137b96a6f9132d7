//! Genes that the recipient expresses: a list, or a column of a table with a least value.

use super::databases::{Used, load};
use clap::Args;
use std::collections::BTreeSet;
use vesicle_base::{Place, Problem};

/// Where the recipient's genes are told.
#[derive(Clone, Debug, Default, Args)]
pub struct ExpressedArguments {
    /// Genes that the recipient expresses: a list of symbols, or a table with a column of symbols
    #[arg(long, value_name = "FILE")]
    pub expressed: Option<String>,
    /// Column of the table that holds the level
    #[arg(long, value_name = "COLUMN", requires = "expressed_least")]
    pub expressed_column: Option<String>,
    /// Least level that counts as expressed
    #[arg(long, value_name = "LEVEL", requires = "expressed_column")]
    pub expressed_least: Option<f64>,
}

/// Heads under which tables keep gene symbols.
const HEADS: [&str; 8] =
    ["gene", "symbol", "gene_symbol", "genesymbol", "gene symbol", "gene_name", "hgnc_symbol", "mgi_symbol"];

/// Reads them; none when no file was given.
///
/// # Errors
/// A file that cannot be read, a column that is not there, levels that are no numbers, no gene at all.
pub fn expressed(arguments: &ExpressedArguments) -> Result<Option<(BTreeSet<String>, Used)>, Vec<Problem>> {
    let Some(name) = &arguments.expressed else { return Ok(None) };
    let loaded = load("expressed genes", name)?;
    let text = String::from_utf8_lossy(&loaded.source.bytes).into_owned();
    let genes = genes(name, &text, arguments)?;
    if genes.is_empty() {
        let problem = Problem::new(format!("no expressed gene in {name}"));
        return Err(vec![problem.expected("gene symbols, one a line or in a column `gene`")]);
    }
    let ensembl = genes.iter().filter(|g| g.starts_with("ENSG") || g.starts_with("ENSMUSG")).count();
    if ensembl * 2 > genes.len() {
        let problem = Problem::new(format!("{name} names genes by Ensembl identifier"));
        return Err(vec![problem.expected("gene symbols, as the target tables have them")]);
    }
    Ok(Some((genes, loaded.used)))
}

fn genes(file: &str, text: &str, arguments: &ExpressedArguments) -> Result<BTreeSet<String>, Vec<Problem>> {
    let lines = || {
        let numbered = text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line));
        numbered.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
    };
    let Some((_, first)) = lines().next() else { return Ok(BTreeSet::new()) };
    let separator = if first.contains('\t') { '\t' } else { ',' };
    let cells = |line: &str| -> Vec<String> {
        line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
    };
    let head = cells(first);
    let symbol = head.iter().position(|cell| HEADS.contains(&cell.to_lowercase().as_str()));
    let level = match &arguments.expressed_column {
        None => None,
        Some(column) => Some(head.iter().position(|cell| cell == column).ok_or_else(|| {
            let place = Place { file: file.to_owned(), line: 1, column: 1 };
            vec![
                Problem::new(format!("no column `{column}`"))
                    .at(&place)
                    .found(head.join(", "))
                    .nearest(column, head.iter().map(String::as_str)),
            ]
        })?),
    };
    let skip = usize::from(symbol.is_some() || level.is_some());
    let (mut found, mut problems) = (BTreeSet::new(), Vec::new());
    for (line, text) in lines().skip(skip) {
        let row = cells(text);
        let Some(gene) = row.get(symbol.unwrap_or(0)).filter(|gene| !gene.is_empty()) else { continue };
        let enough = match (level, arguments.expressed_least) {
            (Some(at), Some(least)) => match row.get(at).map(|cell| (cell, cell.parse::<f64>())) {
                Some((_, Ok(value))) => value >= least,
                Some((cell, Err(_))) if cell.is_empty() || cell == "NA" => false,
                other => {
                    let place = Place { file: file.to_owned(), line, column: at as u32 + 1 };
                    let found = other.map_or("nothing", |(cell, _)| cell.as_str());
                    problems
                        .push(Problem::new("no level").at(&place).expected("a number or NA").found(found));
                    false
                }
            },
            _ => true,
        };
        if enough {
            found.insert(gene.clone());
        }
    }
    problems.truncate(100);
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_a_column_and_a_level_are_read() {
        let plain = ExpressedArguments::default();
        let read =
            |text: &str, arguments| genes("x", text, arguments).map(|g| g.into_iter().collect::<Vec<_>>());
        assert_eq!(read("B\nA\n\n#c\nA\n", &plain).unwrap(), ["A", "B"]);
        assert_eq!(read("id,gene,nx\n1,A,5\n2,B,0.2\n", &plain).unwrap(), ["A", "B"]);
        let least = ExpressedArguments {
            expressed_column: Some("nx".into()),
            expressed_least: Some(1.0),
            ..ExpressedArguments::default()
        };
        assert_eq!(read("id,gene,nx\n1,A,5\n2,B,0.2\n3,C,NA\n", &least).unwrap(), ["A"]);
        assert_eq!(read("id,gene,nx\n1,A,much\n2,B\n", &least).unwrap_err().len(), 2);
        assert!(read("id,gene,tpm\n1,A,5\n", &least).unwrap_err()[0].what.contains("no column"));
    }
}
