//! TargetScan: summary counts, site-level context scores, predicted targets by family, and tables keyed by seed.

use vesicle_base::Problem;

use crate::cells::{Cells, Row};
use crate::document::Document;
use crate::format::{Detected, Format};
use crate::header::{self, Header};
use crate::mistakes::Mistakes;
use crate::notes::Notes;
use crate::number::{Decimal, says_nothing};
use crate::targets::{Regulator, Support, Target, TargetTable};

/// Makes the regulator of its name.
type By = fn(String) -> Regulator;

#[derive(Clone, Copy)]
struct Columns {
    regulator: usize,
    by: By,
    gene: usize,
    species: Option<usize>,
    score: Option<usize>,
    sites: Option<usize>,
}

fn find(cells: &Cells) -> Option<(usize, Columns)> {
    header::find_row(cells, 10, |header: &Header| {
        let kinds: [(&[&str], By); 3] = [
            (&["seedm8", "seed"], Regulator::Seed),
            (&["representativemirna", "mirna"], Regulator::Mirna),
            (&["mirfamily", "mirnafamily"], Regulator::Family),
        ];
        let (regulator, by) =
            kinds.into_iter().find_map(|(names, by)| header.find(names).map(|at| (at, by)))?;
        let score = header.find(&[
            "cumulativeweightedcontext++score",
            "cumweightedcontextscore",
            "weightedcontext++score",
            "context++score",
        ]);
        let own = score.is_some() || header.has(&["utrstart", "pct", "totalnumconservedsites"]);
        own.then_some(Columns {
            regulator,
            by,
            gene: header.find(&["genesymbol", "targetgene"])?,
            species: header.find(&["speciesid", "genetaxid"]),
            score,
            sites: header.find(&["totalnumconservedsites", "nsites"]),
        })
    })
}

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let (sheet, (at, columns)) = document.find(find)?;
    let names = sheet.cells.row(at);
    let because = format!(
        "the header names {}, {} and context scores or sites",
        names.get(columns.regulator),
        names.get(columns.gene)
    );
    Some(Detected::new(Format::TargetScan, because))
}

pub(crate) fn read(document: &Document, detected: Detected) -> Result<TargetTable, Vec<Problem>> {
    let Some((sheet, (at, columns))) = document.find(find) else {
        return Err(crate::detect::unknown(document));
    };
    let mut mistakes = Mistakes::of(&document.name);
    let mut notes = Notes::default();
    let mut rows = Vec::new();
    for row in sheet.cells.rows_from(at + 1) {
        if row.get(columns.gene).is_empty() || row.get(columns.regulator).is_empty() {
            notes.count("rows without a gene or a miRNA left out");
            continue;
        }
        let score = number(row, columns.score, &mut notes, &mut mistakes);
        if score.is_some_and(|score| score > 0.0) {
            notes.count("scores above 0, which predict no repression");
        }
        rows.push(Target {
            regulator: (columns.by)(regulator(row.get(columns.regulator), columns.by, &mut notes)),
            gene: row.get(columns.gene).to_owned(),
            species: columns.species.map_or("", |at| row.get(at)).to_owned(),
            support: Support::Predicted,
            score,
            sites: number(row, columns.sites, &mut notes, &mut mistakes).map(|sites| sites as u32),
            pmid: None,
        });
    }
    mistakes.or(TargetTable { detected, rows, notes })
}

/// Seeds in RNA letters; names without the number of an isoform (`hsa-miR-411-5p.1`).
fn regulator(text: &str, by: fn(String) -> Regulator, notes: &mut Notes) -> String {
    match by(String::new()) {
        Regulator::Seed(_) => text.to_ascii_uppercase().replace('T', "U"),
        Regulator::Mirna(_) if text.ends_with(".1") || text.ends_with(".2") => {
            notes.count("names with the number of an isoform (.1, .2) joined under the miRNA");
            text[..text.len() - 2].to_owned()
        }
        _ => text.to_owned(),
    }
}

fn number(row: Row<'_>, at: Option<usize>, notes: &mut Notes, mistakes: &mut Mistakes) -> Option<f64> {
    let cell = row.cell(at?);
    let value = Decimal::Point.parse(cell.text);
    if value.is_none() && says_nothing(cell.text) {
        notes.count("rows without a score, kept");
    } else if value.is_none() && !cell.text.eq_ignore_ascii_case("null") {
        mistakes.at(
            cell.line,
            cell.column,
            Problem::new("not a number").expected("a number or NULL").found(cell.text),
        );
    }
    value
}
