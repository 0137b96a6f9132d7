//! The page of an effect: occupancy, programs, genes, databases, methods.

use super::databases::word;
use super::effect::{EffectArguments, Found};
use super::enrich_page::{databases, versions};
use crate::commands::cargo::again;
use crate::commands::cargo::numbers::shown;
use vesicle_report::Article;
use vesicle_report::article::{Section, Words};
use vesicle_report::figure::{Effect, Effects, Figure};

/// Programs drawn, and genes printed.
const DRAWN: usize = 20;
const PRINTED: usize = 100;

/// The page.
pub fn article(found: &Found, answer: &[String], arguments: &EffectArguments) -> Article {
    let names: Vec<String> =
        found.delivered.iter().map(|d| format!("{} ({} copies)", d.name, shown(d.copies))).collect();
    Article {
        title: "What the dose represses".to_owned(),
        question: format!("{} in the cytosol of a {} cell", names.join(", "), word(found.species)),
        answer: answer.to_vec(),
        warnings: found.notes.clone(),
        sections: vec![
            families(found),
            Section {
                heading: "Programs".to_owned(),
                paragraphs: vec![format!("{} further programs have no target.", found.untouched)],
                figures: figure(found).into_iter().collect(),
                ..Section::default()
            },
            genes(found),
            databases(&found.used),
            Section {
                heading: "Methods".to_owned(),
                paragraphs: vec![methods(arguments)],
                ..Section::default()
            },
        ],
        command: again(),
        versions: versions(&found.used),
    }
}

fn families(found: &Found) -> Section {
    let row = |(seed, rise, own): &(String, f64, Option<f64>)| {
        let members: Vec<&str> =
            found.delivered.iter().filter(|d| d.seed == *seed).map(|d| d.name.as_str()).collect();
        let copies: f64 = found.delivered.iter().filter(|d| d.seed == *seed).map(|d| d.copies).sum();
        let own = own.map_or_else(|| "unknown, taken as 0".to_owned(), shown);
        vec![seed.clone(), members.join(", "), shown(copies), own, shown(*rise)]
    };
    let head = ["Seed", "miRNAs", "copies delivered", "own copies", "rise of occupancy"];
    Section {
        heading: "Seed families".to_owned(),
        table: Words {
            head: head.map(str::to_owned).to_vec(),
            numeric: vec![false, false, true, true, true],
            rows: found.families.iter().map(row).collect(),
        },
        ..Section::default()
    }
}

fn figure(found: &Found) -> Option<Figure> {
    if found.programs.is_empty() {
        return None;
    }
    let mark = |(name, e): &(String, vesicle_target::effect::ProgramEffect)| Effect {
        label: name.clone(),
        low: 100.0 * e.repression,
        middle: 100.0 * e.repression,
        high: 100.0 * e.repression,
        decided: e.repression != 0.0,
        note: format!("{} of {} genes", e.n_hit, e.n_genes),
        ..Effect::default()
    };
    let rows: Vec<Effect> = found.programs.iter().take(DRAWN).map(mark).collect();
    let draw = |width| {
        Effects {
            name: "programs".to_owned(),
            title: "Predicted repression of programs".to_owned(),
            caption: format!("The {} most changed programs; a prediction at the assumed sizes, without error. Below 0: what restrains the program falls more than what drives it.", rows.len()),
            axis: "repression of the program, %".to_owned(),
            rows: rows.clone(),
            width,
        }
        .draw()
    };
    Some(Figure::at_both_widths(draw))
}

fn genes(found: &Found) -> Section {
    let row = |g: &vesicle_target::effect::GeneEffect| {
        let by: Vec<String> =
            g.by.iter().map(|s| format!("{} {}", s.seed, shown(s.log2_fold_change))).collect();
        let evidence = g.by.iter().map(|s| s.evidence).max().map_or("", |e| e.name());
        vec![g.gene.clone(), shown(g.log2_fold_change), evidence.to_owned(), by.join(", ")]
    };
    Section {
        heading: "Genes".to_owned(),
        paragraphs: vec![format!(
            "The first {} of {}; all: effect.tsv.",
            found.genes.len().min(PRINTED),
            found.genes.len()
        )],
        table: Words {
            head: ["Gene", "log2 fold change", "best evidence", "by"].map(str::to_owned).to_vec(),
            numeric: vec![false, true, false, false],
            rows: found.genes.iter().take(PRINTED).map(row).collect(),
        },
        ..Section::default()
    }
}

fn methods(arguments: &EffectArguments) -> String {
    let r = &arguments.receiver;
    format!(
        "log2 fold change of a gene: −Σ s (θ(own + delivered) − θ(own)) over seed families; s is the cumulative weighted \
         context++ score where the table gives one (Agarwal 2015), summed over sites, else {} log2 for strong and {} log2 for \
         other evidence, assumed. Occupancy θ = uʰ/(uʰ + Kʰ) with K = {} free copies per cell (assumed after Mullokandov \
         2012), h = {}, u what {} competing sites leave free. Own miRNA counts per seed family at {} copies per cell in \
         all. Repression of a program: 1 − 2^(Σ w log2FC), weights divided by their sum of magnitudes over the genes \
         that the receiver expresses. Vesicle {}.",
        arguments.targets.strong,
        arguments.targets.weak,
        shown(r.threshold),
        r.hill,
        shown(r.pool),
        shown(r.own_copies),
        env!("CARGO_PKG_VERSION")
    )
}
