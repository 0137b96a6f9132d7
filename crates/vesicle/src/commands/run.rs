//! `vesicle run`: plan, tell the verdict and the cost, run what is missing, assemble the result.

use super::{again, cost};
use crate::failure::Failure;
use crate::{result, shown};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use tissue_sim::Setup;
use vesicle_base::Problem;
use vesicle_base::words::counted;
use vesicle_experiment::compile::{Choice, Settings, compile};
use vesicle_experiment::runs::{self, Campaign, Selection, Store};
use vesicle_experiment::screen::confirm::{self, Broken, Confirmation, Plan};
use vesicle_experiment::screen::severity;
use vesicle_experiment::verdict::{self, Verdict};
use vesicle_experiment::{Experiment, Map};
use vesicle_files::folder::{self, Folder, Refusal};
use vesicle_files::library::FolderLibrary;
use vesicle_files::store::FolderStore;

/// What to run and where to put it.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct RunArguments {
    /// The experiment file
    pub experiment: PathBuf,
    /// Result folder [default: results/NAME]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A smaller run, by the file's [quick] patch and its first mechanism
    #[arg(long)]
    pub quick: bool,
    /// Run this arm only; may be repeated
    #[arg(long = "arm", value_name = "NAME")]
    pub arms: Vec<String>,
    /// Run this mechanism; may be repeated [default: the first three]
    #[arg(long = "mechanism", value_name = "NAME")]
    pub mechanisms: Vec<String>,
    /// Replicates per arm
    #[arg(long, value_name = "N")]
    pub replicates: Option<u32>,
    /// With the priors drawn, N draws: each arm runs once a draw, in the size of [quick], and its animals are drawn
    /// around that with the spread of the values as written
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub draws: u32,
    /// One seed for all arms of a replicate
    #[arg(long)]
    pub paired: bool,
    /// Seed
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Threads [default: all]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Change a value: `--set run.duration="3 d"`
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Start anew beside a finished result, then swap; runs that are still wanted are kept
    #[arg(long)]
    pub force: bool,
    /// Also ask how often each claim fails when targets are permuted: in the twin, and some of the tables in the tissue
    #[arg(long, value_name = "WHAT", value_parser = ["targets"])]
    pub null: Option<String>,
    /// Permuted target tables of `--null targets`
    #[arg(long, value_name = "N", default_value_t = severity::PERMUTED, requires = "null")]
    pub permutations: u32,
    /// Worlds of the ablated model, and permuted target tables, that are also run in the tissue, in the size of [quick]
    /// [default: 20 with `--draws` or `--null targets`, else 0]
    #[arg(long, value_name = "N")]
    pub confirm: Option<u32>,
    /// Go on when the cost is above ten minutes
    #[arg(long)]
    pub yes: bool,
    /// Print the answer as JSON
    #[arg(long)]
    pub json: bool,
}

/// Mechanisms that run when none is named.
const FIRST_MECHANISMS: usize = 3;
/// Cost that wants `--yes`, minutes.
const COSTLY_MIN: f64 = 10.0;
/// Runs that the cost is estimated from.
const ASKED: usize = 1000;
/// Notes that are printed; those of draws differ by their numbers alone.
const MOST_NOTES: usize = 8;

/// A command made ready to run.
pub struct Prepared {
    /// The experiment.
    pub experiment: Experiment,
    /// The map of the first arm under the main mechanism, for what is read after the runs.
    pub map: Map,
    /// Patches of this command.
    pub settings: Settings,
    /// Which runs.
    pub selection: Selection,
    /// The runs.
    pub campaign: Campaign,
    /// With the priors drawn: runs with the values as written, in the file's own size. Every draw is run once, in the
    /// size of the [quick] patch, and its animals are drawn around that run with the spread of these.
    pub as_written: Option<Campaign>,
    /// Animals per arm.
    pub animals: u32,
    /// The dose verdicts.
    pub verdicts: Vec<Verdict>,
    /// Permuted target tables that claims are screened with; 0 when not asked for.
    pub permuted_targets: u32,
    /// Worlds of broken models that are run in the tissue as well.
    pub confirmations: Vec<Confirmation>,
    /// How the user would do it again.
    pub command: String,
}

/// Runs an experiment.
///
/// # Errors
/// Wrong input, a refused folder or cost, a failure on the way, or no run that ended as valid.
pub fn call(arguments: &RunArguments) -> Result<(), Failure> {
    if let Some(threads) = arguments.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build_global();
        pool.map_err(|error| Failure::Program(error.to_string()))?;
    }
    let library = FolderLibrary::of(&arguments.experiment);
    let prepared = prepare(arguments, &library)?;
    tell_verdicts(&prepared);
    tell_notes(&prepared);
    refuse_costly(&prepared, &library, arguments.yes)?;
    let manifest = result::manifest(&arguments.experiment, &library, &prepared)?;
    let out = arguments.out.clone().unwrap_or_else(|| default_out(&arguments.experiment));
    let folder = folder::open(&out, &manifest, arguments.force).map_err(|refusal| match refusal {
        Refusal::Refused(reason) => Failure::Refused(reason),
        Refusal::Failed(reason) => Failure::Program(reason),
    })?;
    let store = FolderStore::open(&folder.path).map_err(|error| Failure::Program(error.to_string()))?;
    let began = Instant::now();
    log(&folder, "begin")?;
    prepared.campaigns().try_for_each(|campaign| simulate(campaign, &store))?;
    let assembled = result::assemble(&prepared, &library, &store, &folder).map_err(Failure::Program)?;
    log(&folder, "end")?;
    let path = folder.finish().map_err(Failure::Program)?;
    tell(&assembled.answer, &path, arguments.json, began);
    // A result without one valid run answers nothing: whoever goes on from here must be stopped.
    assembled.all_invalid.map_or(Ok(()), |reason| {
        Err(Failure::Program(format!("every run ended as invalid, the first because of {reason}")))
    })
}

fn default_out(experiment: &Path) -> PathBuf {
    Path::new("results").join(experiment.file_stem().unwrap_or_default())
}

fn prepare(arguments: &RunArguments, library: &FolderLibrary) -> Result<Prepared, Failure> {
    let (experiment, settings) = super::open(&arguments.experiment, &arguments.set, arguments.quick)?;
    let selection = select(arguments, &experiment)?;
    let as_written = as_written(&experiment, &settings, &selection, library)?;
    let main = Choice { mechanism: selection.main_mechanism(&experiment), ..Choice::default() };
    let of_file = compile(&experiment, &settings, main)?.number(&["run", "replicates"]);
    let animals = selection.replicates.unwrap_or_else(|| of_file.unwrap_or(1.0) as u32);
    let (settings, selection) = if as_written.is_some() {
        (Settings { quick: true, ..settings }, Selection { replicates: Some(1), ..selection })
    } else {
        (settings, selection)
    };
    let campaign = runs::plan(&experiment, &settings, &selection, library)?;
    let verdicts = dose_verdicts(&experiment, &settings, &selection, library)?;
    let map = compile(&experiment, &settings, main)?;
    let permuted_targets = if arguments.null.is_some() { arguments.permutations } else { 0 };
    let plan = Plan { experiment: &experiment, settings: &settings, selection: &selection, library };
    let confirmations = confirmations(arguments, &plan, permuted_targets)?;
    Ok(Prepared {
        experiment,
        map,
        settings,
        selection,
        campaign,
        as_written,
        animals,
        verdicts,
        permuted_targets,
        confirmations,
        command: again::command(std::env::args().skip(1)),
    })
}

/// The runs whose spread the animals of prior draws take.
fn as_written(
    experiment: &Experiment,
    settings: &Settings,
    selection: &Selection,
    library: &FolderLibrary,
) -> Result<Option<Campaign>, Failure> {
    if selection.draws == 0 {
        return Ok(None);
    }
    let mechanisms = vec![selection.main_mechanism(experiment)];
    let first = Selection { draws: 0, mechanisms, ..selection.clone() };
    Ok(Some(runs::plan(experiment, settings, &first, library)?))
}

/// Worlds of the ablated model and permuted tables for the tissue.
fn confirmations(
    arguments: &RunArguments,
    plan: &Plan<'_>,
    permuted_targets: u32,
) -> Result<Vec<Confirmation>, Failure> {
    let is_asked = arguments.null.is_some() || arguments.draws > 0;
    let n = arguments.confirm.unwrap_or(if is_asked { confirm::CONFIRMED } else { 0 });
    let seed = plan.seed()?;
    let of = [(Broken::Ablated, severity::WORLDS), (Broken::Permuted, permuted_targets)];
    let wanted = of.into_iter().map(|(broken, all)| (broken, confirm::chosen(seed, all, n)));
    let wanted = wanted.filter(|(_, draws)| !draws.is_empty());
    wanted.map(|(broken, draws)| Ok(plan.confirmation(broken, draws)?)).collect()
}

impl Prepared {
    /// Everything that is run.
    pub fn campaigns(&self) -> impl Iterator<Item = &Campaign> {
        let confirmed = self.confirmations.iter().map(|confirmation| &confirmation.campaign);
        self.as_written.iter().chain(std::iter::once(&self.campaign)).chain(confirmed)
    }
}

fn dose_verdicts(
    experiment: &Experiment,
    settings: &Settings,
    selection: &Selection,
    library: &FolderLibrary,
) -> Result<Vec<Verdict>, Failure> {
    let arms = selection.arms_in_file(experiment);
    let mechanism = selection.main_mechanism(experiment);
    Ok(verdict::verdicts(experiment, settings, &arms, mechanism, library)?)
}

fn select(arguments: &RunArguments, experiment: &Experiment) -> Result<Selection, Failure> {
    let mut problems = Vec::new();
    let arms: Vec<String> = experiment.arms.iter().map(|arm| arm.name.clone()).collect();
    let mechanisms: Vec<String> = experiment.mechanisms.iter().map(|m| m.name.clone()).collect();
    let mut chosen_arms = indices("arm", &arguments.arms, &arms, &mut problems);
    let mut chosen = indices("mechanism", &arguments.mechanisms, &mechanisms, &mut problems);
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    if arguments.replicates == Some(0) {
        let problem = Problem::new("no replicates").expected("--replicates 1 or more").found("0");
        return Err(problem.into());
    }
    if chosen.is_empty() {
        let n = if arguments.quick { 1 } else { FIRST_MECHANISMS };
        chosen = (0..experiment.mechanisms.len().min(n)).collect();
    }
    chosen_arms.sort_unstable();
    chosen.sort_unstable();
    Ok(Selection {
        arms: chosen_arms,
        mechanisms: chosen,
        replicates: arguments.replicates,
        draws: arguments.draws,
        paired: arguments.paired,
        seed: arguments.seed,
    })
}

/// Positions of chosen names; every unknown one is a problem.
fn indices(sort: &str, chosen: &[String], known: &[String], problems: &mut Vec<Problem>) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    for name in chosen {
        match known.iter().position(|k| k == name) {
            Some(at) if !found.contains(&at) => found.push(at),
            Some(_) => {}
            None => problems.push(
                Problem::new(format!("unknown {sort} `{name}`"))
                    .expected(vesicle_experiment::registry::listed(known.iter().map(String::as_str)))
                    .nearest(name, known.iter().map(String::as_str)),
            ),
        }
    }
    found
}

fn tell_verdicts(prepared: &Prepared) {
    shown::aligned(&result::dose_table(prepared)).iter().for_each(|line| shown::message(line));
}

/// Prints what lowering has to say of the runs; with many draws the page has the rest.
fn tell_notes(prepared: &Prepared) {
    let notes = result::notes(prepared);
    notes.iter().take(MOST_NOTES).for_each(|note| shown::message(&format!("Note: {note}")));
    if notes.len() > MOST_NOTES {
        shown::message(&format!("{} more notes: on the page of the result", notes.len() - MOST_NOTES));
    }
}

/// Prints the cost; above ten minutes it wants `--yes`.
fn refuse_costly(prepared: &Prepared, library: &FolderLibrary, yes: bool) -> Result<(), Failure> {
    let threads = rayon::current_num_threads();
    // A run that two campaigns want is run once.
    let mut distinct: BTreeMap<&str, (&Setup, u64)> = BTreeMap::new();
    for campaign in prepared.campaigns() {
        distinct
            .extend(campaign.runs.iter().map(|run| (run.hash.as_str(), (&campaign.of(run).setup, run.seed))));
    }
    let n = distinct.len();
    // In the order of their hashes the first are a sample of all.
    let asked: Vec<(&Setup, u64)> = distinct.into_values().take(ASKED).collect();
    let of_twin = cost::seconds_of_twin(prepared, library, threads)?;
    let minutes = (cost::seconds_of_all(&asked, n, threads) + of_twin) / 60.0;
    shown::message(&format!(
        "{}, about {} on {}",
        counted(n, "run"),
        in_words(minutes),
        counted(threads, "thread")
    ));
    if minutes > COSTLY_MIN && !yes {
        return Err(Failure::Refused(format!(
            "about {} of computing; say --yes to go on",
            in_words(minutes)
        )));
    }
    Ok(())
}

fn in_words(minutes: f64) -> String {
    if minutes < 1.0 {
        format!("{:.0} s", (60.0 * minutes).max(1.0))
    } else if minutes < 120.0 {
        format!("{minutes:.0} min")
    } else {
        format!("{:.0} h", minutes / 60.0)
    }
}

fn simulate(campaign: &Campaign, store: &dyn Store) -> Result<(), Failure> {
    let bar = ProgressBar::new(campaign.ticks());
    let style = ProgressStyle::with_template("{bar:40} {percent:>3} %  {elapsed} of about {duration}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let done = |ticks: u64| bar.set_position(ticks);
    let outcome = runs::execute(campaign, store, &done).map_err(Failure::Program);
    bar.finish_and_clear();
    outcome
}

fn log(folder: &Folder, what: &str) -> Result<(), Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let line = json!({
        "what": what, "unix_s": seconds, "threads": rayon::current_num_threads(),
        "resumes": folder.resumes, "version": env!("CARGO_PKG_VERSION"),
    });
    folder.log(&line).map_err(Failure::Program)
}

fn tell(answer: &result::Answer, path: &Path, json: bool, began: Instant) {
    if json {
        let report = path.join(folder::LAST);
        shown::line(&json!({ "answer": answer.said(), "notes": answer.notes, "report": report.display().to_string() }).to_string());
        return;
    }
    answer.said().into_iter().for_each(shown::line);
    shown::line("");
    shown::line("Notes:");
    answer.notes.iter().for_each(|note| shown::line(&format!("  {note}")));
    shown::line("");
    shown::line(&path.join(folder::LAST).display().to_string());
    shown::message(&format!("done in {}", in_words(began.elapsed().as_secs_f64() / 60.0)));
}
