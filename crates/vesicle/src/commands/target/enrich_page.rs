//! The page of an enrichment: the answer, the two p values against each other, programs, matching, databases, methods.

use super::databases::{Used, word};
use super::enrich::{Found, Line, significant};
use crate::commands::cargo::again;
use crate::commands::cargo::numbers::shown;
use vesicle_base::math::log10;
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::{Axis, Class, Dot, Figure, Scatter};

/// Rows printed on the page; the table holds all.
const PRINTED: usize = 200;
/// Programs named in the figure.
const NAMED: usize = 8;

/// The page.
pub fn article(found: &Found, answer: &[String]) -> Article {
    Article {
        title: "Programs of the targets".to_owned(),
        question: format!(
            "Which programs of {} cells would the selected miRNAs repress more than matched miRNAs?",
            word(found.species)
        ),
        answer: answer.to_vec(),
        warnings: found.notes.clone(),
        sections: vec![
            Section {
                heading: "What the null changes".to_owned(),
                figures: figure(found).into_iter().collect(),
                ..Section::default()
            },
            programs(found),
            selected(found),
            databases(&found.used),
            Section { heading: "Methods".to_owned(), paragraphs: vec![methods(found)], ..Section::default() },
        ],
        command: again(),
        versions: versions(&found.used),
    }
}

fn figure(found: &Found) -> Option<Figure> {
    if found.lines.is_empty() {
        return None;
    }
    let place = |l: &Line| (-log10(l.row.naive_p.max(1e-30)), -log10(l.row.p));
    let named: Vec<*const Line> = significant(found).take(NAMED).map(std::ptr::from_ref).collect();
    let class = |label: &str, look: Option<usize>, wanted: &dyn Fn(&Line) -> bool| Class {
        label: label.to_owned(),
        look,
        dots: found
            .lines
            .iter()
            .filter(|l| wanted(l))
            .map(|l| {
                let (x, y) = place(l);
                Dot { name: l.program.clone(), x, y, named: named.contains(&std::ptr::from_ref(l)) }
            })
            .collect(),
    };
    let classes = vec![
        class("neither", None, &|l| l.row.fdr > 0.05 && l.row.naive_fdr > 0.05),
        class("hypergeometric only", Some(1), &|l| l.row.fdr > 0.05 && l.row.naive_fdr <= 0.05),
        class("matched sets", Some(0), &|l| l.row.fdr <= 0.05),
    ];
    let draws = found.results.iter().map(|(_, r)| r.draws).max().unwrap_or(0);
    let draw = |width| {
        Scatter {
            name: "null".to_owned(),
            title: "The usual test against matched miRNA sets".to_owned(),
            caption: format!(
                "Each point is a program (n = {} tests). To the right: p of the hypergeometric test. Upwards: share of {draws} matched miRNA sets as enriched, at best 1 in {}. Colour: false discovery rate up to 5 %.",
                found.lines.len(),
                draws + 1
            ),
            x: Axis { name: "−log10 p, hypergeometric".to_owned(), ..Axis::default() },
            y: Axis { name: "−log10 p, matched miRNA sets".to_owned(), ..Axis::default() },
            classes: classes.clone(),
            uprights: Vec::new(),
            levels: Vec::new(),
            width,
        }
        .draw()
    };
    Some(Figure::at_both_widths(draw))
}

fn programs(found: &Found) -> Section {
    let line = |l: &Line| {
        let by: Vec<String> = l.by.iter().take(3).map(|(name, n)| format!("{} ({n})", short(name))).collect();
        vec![
            l.program.clone(),
            l.direction.to_owned(),
            format!("{} of {}", l.row.hit, l.row.size),
            shown(l.row.expected),
            shown(l.row.p),
            shown(l.row.fdr),
            shown(l.row.naive_p),
            by.join(", "),
        ]
    };
    let head = ["Program", "miRNAs", "genes hit", "expected", "p", "FDR", "hypergeometric p", "by"];
    let cut = if found.lines.len() > PRINTED {
        format!(" The first {PRINTED} of {}.", found.lines.len())
    } else {
        String::new()
    };
    Section {
        heading: "Every program".to_owned(),
        paragraphs: vec![format!(
            "Expected: mean over matched miRNA sets. By: selected families with the genes they hit.{cut} All rows and genes: enrich.tsv, enrich.csv."
        )],
        table: Words {
            head: head.map(str::to_owned).to_vec(),
            numeric: vec![false, false, true, true, true, true, true, false],
            rows: found.lines.iter().take(PRINTED).map(line).collect(),
        },
        ..Section::default()
    }
}

/// The first member of a family, and that there are more.
fn short(name: &str) -> String {
    name.split_once('/').map_or_else(|| name.to_owned(), |(first, _)| format!("{first} …"))
}

fn selected(found: &Found) -> Section {
    let rows = found.results.iter().zip(&found.selected).flat_map(|((direction, _), families)| {
        families.iter().map(|(name, n)| {
            let known = if *n == 0 { "none: says nothing".to_owned() } else { n.to_string() };
            vec![name.clone(), (*direction).to_owned(), known]
        })
    });
    Section {
        heading: "Selected seed families".to_owned(),
        paragraphs: vec![format!("Rule: {}. miRNAs of one seed count once.", found.asked.rule)],
        table: Words {
            head: ["Family", "miRNAs", "targets in the universe"].map(str::to_owned).to_vec(),
            numeric: vec![false, false, true],
            rows: rows.collect(),
        },
        ..Section::default()
    }
}

/// The databases with their sums, as a page's versions.
pub fn versions(used: &[Used]) -> Vec<(String, String)> {
    used.iter().map(|u| (u.name.clone(), format!("sha256 {}", u.sha256))).collect()
}

/// The databases of a result.
pub fn databases(used: &[Used]) -> Section {
    let row = |u: &Used| {
        vec![u.role.to_owned(), u.name.clone(), u.release.clone(), u.licence.clone(), u.sha256.clone()]
    };
    Section {
        heading: "Databases".to_owned(),
        table: Words {
            head: ["For", "name", "release", "licence", "sha256"].map(str::to_owned).to_vec(),
            numeric: vec![false; 5],
            rows: used.iter().map(row).collect(),
        },
        ..Section::default()
    }
}

fn methods(found: &Found) -> String {
    let universe = if found.expressed {
        "the genes that the recipient expresses"
    } else {
        "the genes named by the target tables"
    };
    format!(
        "Unit: the seed family (bases 2–8). Null: sets of as many families as were selected, drawn without replacement \
         from the families of the {} assayed miRNAs, within strata of number of targets in the universe and of one or \
         several members assayed. Statistic: genes of the program that any family of the set targets, standardised for \
         the number of genes targeted in all. p = (1 + null sets at least as enriched) / (1 + null sets). Universe: {universe} \
         (n = {}). Programs of other sizes were left out ({}); false discovery rates are those of Benjamini and Hochberg (1995) over \
         all tests. The hypergeometric p takes targets for independent draws of genes and calls programs for random \
         miRNAs (Bleazard 2015; Godard and van Eyll 2015): it is printed for comparison. Vesicle {}.",
        found.asked.assayed.len(),
        found.n_genes,
        found.n_programs.1,
        env!("CARGO_PKG_VERSION")
    )
}
