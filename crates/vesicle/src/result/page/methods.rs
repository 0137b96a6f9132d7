//! The methods, ready to paste, with what determined the result and what a reader should know first.

use super::MINUTES_PER_DAY;
use crate::commands::run::Prepared;
use serde_json::Value;
use tissue_sim::Setup;
use vesicle_base::words::{counted, plural};
use vesicle_experiment::evidence::{ALIKE, FAR, MARGIN};
use vesicle_experiment::runs;
use vesicle_experiment::verdict::DRAWS;
use vesicle_files::library::FolderLibrary;
use vesicle_report::page as report;

/// What lowering had to say of any run, each once.
pub fn notes(prepared: &Prepared) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for note in prepared.campaign.lowered.iter().flat_map(|lowered| &lowered.notes) {
        if !told.contains(note) {
            told.push(note.clone());
        }
    }
    told
}

/// Paragraphs on the design, the tissue, the vesicles, the tables, the statistics and the screening.
///
/// # Errors
/// When a table cannot be read.
pub fn methods(prepared: &Prepared, library: &FolderLibrary, screened: &str) -> Result<String, String> {
    let Some(lowered) = prepared.campaign.lowered.first() else { return Ok(String::new()) };
    let (tissue, of_design) = (tissue(&lowered.setup), design(prepared, &lowered.setup));
    let vesicles = if prepared.campaign.lowered.iter().any(|l| !l.labels.populations.is_empty()) {
        vesicles()
    } else {
        String::new()
    };
    let tables = tables(prepared, library)?;
    let paragraphs = [of_design, tissue, vesicles, tables, statistics(prepared), screened.to_owned()];
    let paragraphs: Vec<String> = paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()).collect();
    let noted = notes(prepared);
    let mut text = paragraphs.join("\n\n");
    if !noted.is_empty() {
        text.extend(["\n\nNotes of this run: ", &noted.join("; "), "."]);
    }
    Ok(text)
}

/// Every table that the experiment names, with its release and how to cite it, from its own comment lines.
fn tables(prepared: &Prepared, library: &FolderLibrary) -> Result<String, String> {
    let names = super::super::table_names(prepared);
    let told = |name: &String| -> Result<String, String> {
        let (_, text) = library.text(name).map_err(|problem| problem.to_string())?;
        let of = |key: &str| comment(&text, key).map_or(String::new(), |said| format!("; {key}: {said}"));
        let title = comment(&text, "title").map_or(String::new(), |title| format!(": {title}"));
        Ok(format!("{name}{title}{}{}", of("release"), of("citation")))
    };
    let told: Vec<String> = names.iter().map(told).collect::<Result<_, _>>()?;
    Ok(if told.is_empty() { String::new() } else { format!("Data. {}.", told.join(". ")) })
}

/// What `# key: …` says at the head of a table.
fn comment<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let lines = text.lines().take_while(|line| line.starts_with('#'));
    let said = |line: &'a str| line.trim_start_matches('#').trim_start().strip_prefix(key)?.strip_prefix(':');
    lines.filter_map(said).map(str::trim).find(|said| !said.is_empty())
}

fn design(prepared: &Prepared, setup: &Setup) -> String {
    let [x, y, z] = setup.size_um;
    let days = f64::from(setup.n_ticks) * setup.tick_min / MINUTES_PER_DAY;
    let mut runs: Vec<_> = prepared.campaign.runs.iter().map(|run| run.key).collect();
    let count = |mut values: Vec<u64>| {
        values.sort_unstable();
        values.dedup();
        values.len()
    };
    let arms = count(runs.iter().map(|key| key.arm as u64).collect());
    let mechanisms = count(runs.iter().map(|key| key.mechanism as u64).collect());
    let replicates = count(runs.iter().map(|key| u64::from(key.replicate)).collect());
    runs.retain(|key| key.draw > 0);
    let draws = count(runs.iter().map(|key| u64::from(key.draw)).collect());
    let drawn = if draws > 0 {
        format!(
            ", each in {} of the priors, around which {} per arm were drawn with the spread of runs with \
             the values as written in the file's own size",
            counted(draws, "draw"),
            counted(prepared.animals, "animal")
        )
    } else {
        ", with the values as written".to_owned()
    };
    format!(
        "Design. {} under {} were simulated with Vesicle {} (simulator {}) in a block of {x} × {y} × {z} µm (voxels of {} µm) for \
         {days} day{}, with {} per arm and independent seeds{drawn}. The checksum of the experiment file, the seed of every run and all \
         resolved values are in manifest.json.",
        counted(arms, "arm"),
        counted(mechanisms, "mechanism"),
        env!("CARGO_PKG_VERSION"),
        brief(&runs::version()),
        setup.voxel_um,
        plural(days),
        counted(replicates, "replicate"),
    )
}

/// The first letters of a checksum.
fn brief(hash: &str) -> String {
    hash.chars().take(12).collect()
}

fn tissue(setup: &Setup) -> String {
    let vessels = if setup.vessels.is_some() {
        " Cells of one kind join into vessels: tips lead, stalks follow, and blood flows through what is connected, by \
         Poiseuille's law on the graph."
    } else {
        ""
    };
    format!(
        "Tissue. Cells are spheres with the forces, volumes, cycle and death of PhysiCell 1.14 (Ghaffarizadeh et al. 2018, \
         doi 10.1371/journal.pcbi.1005991) and respond to signals by Hill functions. Everything meets every {} min; within \
         that time substances diffuse and decay by the exponential of their operator, with the uptake and secretion of \
         cells frozen, or stand at their steady state where the experiment says so.{vessels}",
        setup.tick_min
    )
}

fn vesicles() -> String {
    "Vesicles. Free vesicles are such substances, with the diffusion coefficient of Stokes and Einstein for their diameter. \
     A cell captures an integer number of them with the expected mean, at most what diffusion brings to a sphere \
     (4πDR; Smoluchowski 1917, doi 10.1515/zpch-1918-9209). Cargo is drawn at capture; a share escapes from endosomes into the cytosol. Copies act by \
     seed family against the receiver's own; repression of a program is 1 − 2^(Σ w·log2 fold change) over the genes of it \
     that the receiver expresses. Every vesicle and every copy stands in the ledger."
        .to_owned()
}

fn statistics(prepared: &Prepared) -> String {
    let thickness = prepared.map.number(&["section", "thickness"]).unwrap_or(5.0);
    format!(
        "Statistics. Outcomes were read in a virtual section of {thickness} µm. Ratios are of means, each plus half the \
         smallest countable unit, with 90 % intervals by the method of Welch (1947, doi 10.1093/biomet/34.1-2.28) on logarithms. `A < B` holds when B / A is {MARGIN} or more and \
         its interval lies above 1, and fails when the interval lies below {MARGIN}; `A << B` likewise with {FAR}; `A ~ B` holds when the \
         interval lies inside {} to {} and fails when it lies outside; all else cannot be told. The dose verdict is that of a well-mixed \
         twin of the same cells and vesicles over {DRAWS} draws of the priors: yes when at least 90 %, no when at most 10 % \
         of them reach the copies needed; ranges are 5th to 95th percentiles.",
        ALIKE.0, ALIKE.1
    )
}

/// What determined the result: versions, checksums of inputs, seeds.
pub fn inputs(manifest: &Value) -> Vec<report::Version> {
    let version = |name: &str, version: &str| report::Version { name: name.into(), version: version.into() };
    let text = |key: &str| manifest.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut rows = vec![
        version("vesicle", text("version")),
        version("simulator", text("run_version")),
        version("experiment, SHA-256", text("experiment_sha256")),
    ];
    for table in manifest.get("tables").and_then(Value::as_array).into_iter().flatten() {
        let of = |key: &str| table.get(key).and_then(Value::as_str).unwrap_or_default();
        rows.push(version(&format!("{}, SHA-256", of("name")), of("sha256")));
    }
    let n = manifest.get("runs").and_then(Value::as_array).map_or(0, Vec::len);
    rows.push(version("runs", &format!("{n}, each under the hash of its setup and seed in runs/")));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_what_it_is_in_its_own_comments() {
        let text = "# title: pairs\n# release: 8.0\n#citation:  Huang 2020, doi 10.1093/nar/gkz896\na\tb\n# title: late\n";
        assert_eq!(comment(text, "title"), Some("pairs"));
        assert_eq!(comment(text, "citation"), Some("Huang 2020, doi 10.1093/nar/gkz896"));
        assert_eq!((comment(text, "licence"), comment("a\tb\n", "title")), (None, None));
    }
}
