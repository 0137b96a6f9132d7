//! `vesicle dose sheet`: the quality sheet of a preparation; and the same sheet as a section of other pages.

use super::isolate::of_file;
use super::protocol::{self, Protocol};
use super::{catalogue, catalogue::SampleArguments};
use crate::commands::telling::{OutArguments, Rows, Told, heads, tell};
use crate::failure::Failure;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use vesicle_base::Problem;
use vesicle_dose::isolation::{self, Act, Keep};
use vesicle_dose::sheet::{Reported, Sheet, fill};
use vesicle_report::Article;
use vesicle_report::article::Section;

/// The preparation.
#[derive(Debug, Args)]
pub struct SheetArguments {
    /// A protocol file with `[report]`, or `-` for standard input
    pub file: Option<PathBuf>,
    /// Which isolation of the file the sheet is of, where there are several
    #[arg(long, value_name = "NAME")]
    pub isolation: Option<String>,
    #[command(flatten)]
    pub sample: SampleArguments,
    #[command(flatten)]
    pub out: OutArguments,
}

/// Fills a sheet.
///
/// # Errors
/// Wrong input, or a folder that is refused.
pub fn call(arguments: &SheetArguments) -> Result<(), Failure> {
    let file = protocol::read_file(arguments.file.as_deref())?;
    let bench = catalogue::bench(&arguments.sample, &file)?;
    let chosen = chosen(&file, arguments.isolation.as_deref())?;
    let isolation = chosen.map(|(name, steps)| of_file(name, steps, &bench)).transpose()?;
    let sheet = filled(&file.reported, isolation.as_ref())?;
    tell(&arguments.out, &told(&file, &sheet))
}

/// The isolation of a file that is meant: the one named, or the only one.
///
/// # Errors
/// A name that the file lacks, or several of which none is named.
pub fn chosen<'a>(
    file: &'a Protocol,
    name: Option<&str>,
) -> Result<Option<&'a (String, Vec<protocol::Told>)>, Problem> {
    let names = || file.isolations.iter().map(|(name, _)| name.as_str());
    match (name, file.isolations.as_slice()) {
        (Some(name), all) => all.iter().find(|(known, _)| known == name).map(Some).ok_or_else(|| {
            Problem::new(format!("unknown isolation `{name}`"))
                .expected(format!("one of [isolation]: {}", names().collect::<Vec<_>>().join(", ")))
                .nearest(name, names())
        }),
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(only)),
        (None, _) => Err(Problem::new("several isolations")
            .expected("--isolation NAME")
            .found(names().collect::<Vec<_>>().join(", "))),
    }
}

/// A sheet of what was said, and of what the isolation's own steps say.
///
/// # Errors
/// A line that the sheet has not.
pub fn filled(reported: &Reported, isolation: Option<&isolation::Protocol>) -> Result<Sheet, Vec<Problem>> {
    let mut all = reported.clone();
    if let Some(isolation) = isolation {
        let texts = |spins: bool| {
            let wanted = isolation.steps.iter().filter(|s| !spins || matches!(s.act, Act::Spin { .. }));
            wanted.map(|step| step.text.clone()).collect::<Vec<_>>().join("; ")
        };
        all.entry("separation".to_owned()).or_insert_with(|| texts(false));
        if spun(isolation) {
            all.entry("spins".to_owned()).or_insert_with(|| texts(true));
        }
    }
    fill(&all, isolation.map(spun))
}

/// Whether a spin isolates: one whose pellet is kept.
fn spun(isolation: &isolation::Protocol) -> bool {
    isolation.steps.iter().any(|step| matches!(step.act, Act::Spin { keep: Keep::Pellet, .. }))
}

/// The sheet as a table.
pub fn rows(sheet: &Sheet) -> Rows {
    Rows {
        head: heads(&["section", "item", "value", "key"]),
        rows: sheet
            .items
            .iter()
            .map(|item| {
                vec![item.section.into(), item.what.into(), item.value.clone().into(), item.key.into()]
            })
            .collect(),
    }
}

/// The share of EV-METRIC in a sentence.
pub fn metric(sheet: &Sheet) -> String {
    let (reported, applicable) = sheet.metric;
    format!(
        "EV-METRIC: {reported} of {applicable} applicable items reported ({}).",
        vesicle_report::figure::text::percent(reported as f64 / applicable.max(1) as f64)
    )
}

/// The sheet as a section of a page.
pub fn section(sheet: &Sheet) -> Section {
    Section {
        heading: "Quality sheet".to_owned(),
        paragraphs: vec![format!(
            "{} Items of EV-METRIC (Van Deun 2017, doi 10.1038/nmeth.4185) and terms of MISEV2023 (Welsh 2024, doi \
             10.1002/jev2.12404). What nobody said reads \"not reported\".",
            metric(sheet)
        )],
        figures: Vec::new(),
        table: rows(sheet).words(usize::MAX),
    }
}

fn told(file: &Protocol, sheet: &Sheet) -> Told {
    let input = file.input.as_ref().map(|(name, sha256)| json!({ "name": name, "sha256": sha256 }));
    let missing = sheet.items.iter().filter(|item| !item.reported && item.value != "not applicable").count();
    let answer = vec![metric(sheet), format!("{missing} of {} lines not reported.", sheet.items.len())];
    Told {
        name: "sheet",
        notes: Vec::new(),
        manifest: json!({
            "format": 1, "version": env!("CARGO_PKG_VERSION"), "command": "dose sheet", "file": input,
        }),
        rows: rows(sheet),
        more: Vec::new(),
        beside: Vec::new(),
        page: Article {
            title: if file.title.is_empty() { "Quality sheet".to_owned() } else { file.title.clone() },
            question: "What is reported of this preparation?".to_owned(),
            answer: answer.clone(),
            warnings: Vec::new(),
            sections: vec![section(sheet)],
            command: crate::commands::cargo::again(),
            versions: vec![("vesicle".to_owned(), env!("CARGO_PKG_VERSION").to_owned())],
        },
        answer,
    }
}
