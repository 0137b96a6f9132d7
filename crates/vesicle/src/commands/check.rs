//! `vesicle check`: every mistake, then the assumption audit.

use crate::failure::Failure;
use crate::shown;
use std::path::Path;
use vesicle_base::words::counted;
use vesicle_experiment::Experiment;
use vesicle_experiment::audit::{self, Known, Line};
use vesicle_experiment::compile::{Choice, compile};
use vesicle_experiment::reach;
use vesicle_experiment::runs::{self, Campaign, Selection};
use vesicle_files::library::FolderLibrary;

/// Reads an experiment and prints its audit.
///
/// # Errors
/// All mistakes of the file at once.
pub fn call(path: &Path, set: &[String], json: bool) -> Result<(), Failure> {
    let (experiment, settings) = super::open(path, set, false)?;
    let library = FolderLibrary::of(path);
    let campaign = runs::plan(&experiment, &settings, &everything(&experiment), &library)?;
    let map = compile(&experiment, &settings, Choice::default())?;
    let lines = audit::audit(&experiment, &map);
    if json {
        shown::line(&as_json(&lines).to_string());
        return Ok(());
    }
    shown::line(&format!(
        "{}: {}, {}, {}, {}: no mistakes",
        path.display(),
        counted(experiment.arms.len(), "arm"),
        counted(experiment.mechanisms.len(), "mechanism"),
        counted(experiment.outcomes.len(), "outcome"),
        counted(experiment.claims.len(), "claim")
    ));
    print_reach(&experiment, &campaign);
    print(&lines);
    Ok(())
}

/// Every arm under every mechanism, once: what is missing from any of them is a mistake of the file.
fn everything(experiment: &Experiment) -> Selection {
    Selection {
        mechanisms: (0..experiment.mechanisms.len()).collect(),
        replicates: Some(1),
        ..Selection::default()
    }
}

/// Which genes of which program each molecule reaches, and what was noted on the way.
fn print_reach(experiment: &Experiment, campaign: &Campaign) {
    for (arm, mimic) in reach::cannot_act(experiment, campaign) {
        shown::line(&format!(
            "{mimic} of arm `{arm}` cannot act by construction: it reaches no gene of a program that a rule reads."
        ));
    }
    let rows = reach::reached(experiment, campaign);
    if !rows.is_empty() {
        shown::line("");
        shown::line("Reaches (* carried over from human by orthologue and identical miRNA):");
    }
    let row = |r: &reach::Reached| {
        vec![
            format!("  {}", r.molecule),
            r.kind.clone(),
            r.program.clone(),
            r.genes.len().to_string(),
            r.genes.join(", "),
        ]
    };
    shown::table(&rows.iter().map(row).collect::<Vec<_>>());
    let mut told: Vec<&str> = Vec::new();
    for note in campaign.lowered.iter().flat_map(|lowered| &lowered.notes) {
        if !told.contains(&note.as_str()) {
            told.push(note);
            shown::line(&format!("Note: {note}"));
        }
    }
}

fn print(lines: &[Line]) {
    let [sourced, assumed, unread, design] = audit::counts(lines);
    shown::line("");
    shown::line(&format!(
        "Assumptions: {assumed} assumed, {sourced} from a source, {unread} from a source nobody has read, {design} choices of the design"
    ));
    for known in [Known::Assumed, Known::Unread, Known::Sourced] {
        let rows: Vec<Vec<String>> = lines.iter().filter(|line| line.known == known).map(row).collect();
        if !rows.is_empty() {
            shown::line("");
            shown::line(&format!("{}:", known.word()));
            shown::table(&rows);
        }
    }
}

fn row(line: &Line) -> Vec<String> {
    let prior = if line.prior.is_empty() { String::new() } else { format!("({})", line.prior) };
    let source = if line.known == Known::Assumed { String::new() } else { format!("[{}]", line.source) };
    let default = if line.is_default { "default" } else { "" };
    vec![format!("  {}", line.path), line.value.clone(), prior, source, default.to_owned()]
}

fn as_json(lines: &[Line]) -> serde_json::Value {
    lines
        .iter()
        .map(|line| {
            serde_json::json!({
                "path": line.path, "value": line.value, "prior": line.prior, "source": line.source,
                "citation": line.citation, "known": line.known.word(), "default": line.is_default,
            })
        })
        .collect()
}
