//! From recorded runs to the files of a result folder.

mod answer;
mod beside;
mod confirmed;
mod decided;
mod dose;
mod page;
mod screening;
mod standing;
mod tables;

use crate::commands::run::Prepared;
use crate::failure::Failure;
use serde_json::{Value, json};
use std::path::Path;
use vesicle_base::Problem;
use vesicle_experiment::compile::{Choice, compile};
use vesicle_experiment::evidence;
use vesicle_experiment::map::full_text;
use vesicle_experiment::registry::Kind;
use vesicle_experiment::results;
use vesicle_experiment::runs::{self, Store};
use vesicle_experiment::screen::animals::{Around, Differences};
use vesicle_experiment::screen::confirm::Confirmation;
use vesicle_files::columns;
use vesicle_files::folder::Folder;
use vesicle_files::library::FolderLibrary;

pub use answer::Answer;
pub use beside::put as put_beside;
pub use dose::table as dose_table;
pub use page::notes;

/// The page of a result, as values: what `vesicle report` draws again.
pub const PAGE: &str = "report.toml";

/// What determines a result, and nothing else: versions, sha256 of inputs, seeds, resolved maps.
///
/// # Errors
/// When an input cannot be read.
pub fn manifest(experiment: &Path, library: &FolderLibrary, prepared: &Prepared) -> Result<Value, Failure> {
    let text = vesicle_files::bounded::text(experiment, vesicle_files::bounded::EXPERIMENT_BYTES)?;
    let key = |run: &runs::Planned| {
        json!({
            "arm": run.key.arm, "mechanism": run.key.mechanism, "draw": run.key.draw,
            "replicate": run.key.replicate, "seed": run.seed.to_string(), "hash": run.hash,
        })
    };
    let confirmed = |confirmation: &Confirmation| json!({ "model": confirmation.broken.word(), "draws": confirmation.draws });
    Ok(json!({
        "format": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "run_version": runs::version(),
        "experiment_sha256": vesicle_files::sha256(text.as_bytes()),
        "tables": tables_read(library, prepared)?,
        "arms": prepared.experiment.arms.iter().map(|arm| &arm.name).collect::<Vec<_>>(),
        "mechanisms": prepared.experiment.mechanisms.iter().map(|m| &m.name).collect::<Vec<_>>(),
        "resolved": resolved(prepared)?,
        "permuted_targets": prepared.permuted_targets,
        "animals": prepared.animals,
        "confirmed": prepared.confirmations.iter().map(confirmed).collect::<Vec<_>>(),
        "runs": prepared.campaigns().flat_map(|campaign| &campaign.runs).map(key).collect::<Vec<_>>(),
    }))
}

/// Every table that the experiment names, once.
fn table_names(prepared: &Prepared) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in prepared.experiment.all_items().filter(|item| item.entry.kind == Kind::Table) {
        let name = item.value.text();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Name and sha256 of every table that the experiment names.
fn tables_read(library: &FolderLibrary, prepared: &Prepared) -> Result<Value, Failure> {
    let names = table_names(prepared);
    let read = |name: &String| -> Result<Value, Problem> {
        let (_, text) = library.text(name)?;
        Ok(json!({ "name": name, "sha256": vesicle_files::sha256(text.as_bytes()) }))
    };
    Ok(Value::Array(names.iter().map(read).collect::<Result<_, _>>()?))
}

/// The resolved map of every arm under every mechanism that is run.
fn resolved(prepared: &Prepared) -> Result<Value, Failure> {
    let mut maps = serde_json::Map::new();
    let settings = &prepared.settings;
    for mechanism in &prepared.selection.mechanisms {
        for (arm, declared) in prepared.experiment.arms.iter().enumerate() {
            let map =
                compile(&prepared.experiment, settings, Choice { arm, mechanism: *mechanism, draw: 0 })?;
            let items: serde_json::Map<String, Value> = map
                .items()
                .iter()
                .map(|item| (item.path.to_string(), json!(full_text(&item.value))))
                .collect();
            let name = format!("{} / {}", prepared.experiment.mechanisms[*mechanism].name, declared.name);
            maps.insert(name, Value::Object(items));
        }
    }
    Ok(Value::Object(maps))
}

/// What was made of the runs.
pub struct Assembled {
    /// The answer.
    pub answer: Answer,
    /// Why the first run ended as invalid, where every run of the campaign did.
    pub all_invalid: Option<String>,
}

/// Writes every table, figure and page.
///
/// # Errors
/// When a run is missing or a file cannot be written.
pub fn assemble(
    prepared: &Prepared,
    library: &FolderLibrary,
    store: &dyn Store,
    folder: &Folder,
) -> Result<Assembled, String> {
    let (outcomes, differences) = outcomes(prepared, store)?;
    let scored = evidence::score(&prepared.experiment, &outcomes, &prepared.selection.mechanisms);
    let broken = confirmed::runs(prepared, store, differences)?;
    let findings = screening::findings(prepared, library, (&outcomes, &scored), &broken)?;
    let answer = answer::answer(prepared, &outcomes, &scored, &findings);
    let parquet = |table: &columns::Columns| columns::parquet(table).map_err(|error| error.to_string());
    folder.write("outcomes.parquet", &parquet(&tables::outcomes(prepared, &outcomes))?)?;
    folder.write("contrasts.csv", &columns::csv(&tables::contrasts(prepared, &outcomes)))?;
    folder.write("evidence.csv", &columns::csv(&tables::evidence(prepared, &scored, &findings)))?;
    folder.write("sensitivity.csv", &columns::csv(&tables::sensitivity(prepared, &findings)))?;
    folder.write("measurements.csv", &columns::csv(&tables::measurements(prepared, &findings)))?;
    folder.write("support.csv", &columns::csv(&tables::support(prepared, &findings)))?;
    if !prepared.confirmations.is_empty() {
        folder.write("confirmed.csv", &columns::csv(&confirmed::shares(prepared, &findings)))?;
        folder.write("confirmed_worlds.csv", &columns::csv(&confirmed::worlds(prepared, &findings)))?;
    }
    let ledger = tables::ledger(prepared, store)?;
    folder.write("ledger.parquet", &parquet(&ledger)?)?;
    folder.write("ledger.csv", &columns::csv(&tables::last_ledger(prepared, store)?))?;
    folder.write("frames/cells.parquet", &parquet(&tables::cells(prepared, store)?)?)?;
    let runs = prepared.campaigns().flat_map(|campaign| &campaign.runs);
    folder.keep_runs(&runs.map(|run| run.hash.clone()).collect::<Vec<_>>());
    let judged = page::Judged { scored: &scored, findings: &findings, answer: &answer };
    let mut page = page::page(prepared, library, store, &outcomes, judged)?;
    page.versions = page::inputs(&folder.manifest()?);
    write_values(&page, folder)?;
    write_drawn(&page, folder)?;
    let is_all = outcomes.invalid.len() == prepared.campaign.runs.len();
    let first = outcomes.invalid.into_iter().next().filter(|_| is_all);
    Ok(Assembled { answer, all_invalid: first.map(|(_, reason)| reason) })
}

/// What the runs show: their own animals, or with the priors drawn the animals around the one run of each draw; and how
/// animals of one arm differ with the values as written.
fn outcomes(prepared: &Prepared, store: &dyn Store) -> Result<(results::Outcomes, Differences), String> {
    let of = |campaign| results::outcomes(&prepared.experiment, &prepared.map, campaign, store);
    let differences = |runs: &_| Differences::of(prepared.experiment.outcomes.len(), runs);
    let seen = of(&prepared.campaign)?;
    let Some(as_written) = &prepared.as_written else {
        let differences = differences(&seen);
        return Ok((seen, differences));
    };
    let differences = differences(&of(as_written)?);
    let animals = Around::new(&differences, &seen).animals(&seen, prepared.animals);
    Ok((animals, differences))
}

/// Writes the page as values: what `vesicle report` draws again.
///
/// # Errors
/// When the file cannot be written.
pub fn write_values(page: &vesicle_report::Page, folder: &Folder) -> Result<(), String> {
    let text = toml::to_string(page).map_err(|error| error.to_string())?;
    folder.write(PAGE, text.as_bytes())
}

/// Writes the figures with their points, and last of all the page itself.
///
/// # Errors
/// When a file cannot be written.
pub fn write_drawn(page: &vesicle_report::Page, folder: &Folder) -> Result<(), String> {
    let rendered = vesicle_report::render(page);
    for figure in &rendered.figures {
        folder.write(&format!("figures/{}.svg", figure.name), figure.svg.as_bytes())?;
        folder.write(&format!("figures/{}-85mm.svg", figure.name), figure.narrow_svg.as_bytes())?;
        folder.write(&format!("figures/{}.csv", figure.name), figure.csv.as_bytes())?;
    }
    folder.write(vesicle_files::folder::LAST, rendered.html.as_bytes())
}
