//! miRTarBase: one miRNA, gene and paper a row; "Functional MTI" is strong, "(Weak)" weak, "Non-Functional" no target.

use vesicle_base::Problem;

use crate::cells::Cells;
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::Mistakes;
use crate::notes::Notes;
use crate::targets::{Regulator, Support, Target, TargetTable};

#[derive(Clone, Copy)]
struct Columns {
    mirna: usize,
    gene: usize,
    species: Option<usize>,
    support: Option<usize>,
    pmid: Option<usize>,
}

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    header::find_row(cells, 10, |header: &Header| {
        let columns = Columns {
            mirna: header.find(&["mirna"])?,
            gene: header.find(&["targetgene", "genesymbol"])?,
            species: header.find(&["speciesmirna", "species"]),
            support: header.find(&["supporttype"]),
            pmid: header.find(&["referencespmid", "pmid"]),
        };
        let own = header.has(&["mirtarbaseid"]) || (header.has(&["genesymbol"]) && header.has(&["ensembl"]));
        own.then_some(columns)
    })
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (at, columns)) = document.find(find)?;
    let names = sheet.cells.row(at);
    let because = format!("the header names {} and {}", names.get(columns.mirna), names.get(columns.gene));
    Some(Detected::new(Format::MirTarBase, because))
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<TargetTable, Vec<Problem>> {
    let Some((sheet, (at, columns))) = document.find(find) else {
        return Err(crate::detect::unknown(document));
    };
    let mut mistakes = Mistakes::of(&document.name);
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    for row in sheet.cells.rows_from(at + 1) {
        let text = |column: Option<usize>| column.map_or("", |column| row.get(column));
        let (mirna, gene) = (row.get(columns.mirna), row.get(columns.gene));
        if mirna.is_empty() {
            mistakes.at(row.line(), 1, Problem::new("row without a miRNA"));
            continue;
        }
        if gene.is_empty() {
            notes.count("rows without a gene symbol left out");
            continue;
        }
        let Some(support) = support(text(columns.support)) else {
            notes.count("rows that report no effect (Non-Functional MTI) left out");
            continue;
        };
        rows.push(Target {
            regulator: Regulator::Mirna(mirna.to_owned()),
            gene: gene.to_owned(),
            species: text(columns.species).to_owned(),
            support,
            score: None,
            sites: None,
            pmid: text(columns.pmid).parse().ok(),
        });
    }
    if columns.support.is_none() {
        notes.say("the table does not say how well a target is supported: strong and weak are mixed");
    }
    mistakes.or(TargetTable { detected, rows, notes })
}

/// How well a row is supported; nothing when it reports that there is no effect.
fn support(kind: &str) -> Option<Support> {
    if kind.contains("Non-Functional") {
        return None;
    }
    Some(match kind {
        "" => Support::Unknown,
        kind if kind.contains("Weak") => Support::Weak,
        _ => Support::Strong,
    })
}
