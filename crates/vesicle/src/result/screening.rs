//! What the twin adds to a campaign: severity and power of each claim, what cannot be told apart, what matters, what
//! to measure next.

use super::confirmed::Runs;
use crate::commands::run::Prepared;
use std::collections::{BTreeMap, BTreeSet};
use vesicle_base::Problem;
use vesicle_experiment::evidence::{Scored, Status, Tests, typical};
use vesicle_experiment::results::Outcomes;
use vesicle_experiment::screen::apart::{self, ByPrior};
use vesicle_experiment::screen::confirm::Compared;
use vesicle_experiment::screen::measure::{self, Measurement, Worth};
use vesicle_experiment::screen::sensitivity::{self, Input, Sensitivity};
use vesicle_experiment::screen::severity::{self, Screened, Screening, Worlds};
use vesicle_experiment::screen::world::Lens;
use vesicle_experiment::screen::{Course, Model, Screen};
use vesicle_files::library::FolderLibrary;

/// Draws of the tissue that a surrogate is fitted to at most.
const FITTED_DRAWS: usize = 20;

/// Standard deviation of ln below which a number hardly changes, whatever carries it (assumed: 1 %, less than any bench
/// tells).
const LEAST_CHANGE: f64 = 0.01;
/// Share of the variance below which an assumption is not worth naming.
const LEAST_SHARE: f64 = 0.005;

/// What the twin says.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Tests under mechanisms.
    pub screened: Vec<Screened>,
    /// From the twin to the bench.
    pub lens: Lens,
    /// Shares of variance, by outcome.
    pub sensitivities: Vec<Sensitivity>,
    /// Measurements by falling information.
    pub measurements: Vec<Measurement>,
    /// Mechanisms that the twin cannot part.
    pub same_mechanisms: Vec<(usize, usize)>,
    /// Arms that it cannot part.
    pub same_arms: Vec<(usize, usize)>,
    /// Support under narrower and wider priors, per mechanism.
    pub support: Vec<(usize, Vec<ByPrior>)>,
    /// Tests in broken worlds, in the twin and in the tissue.
    pub compared: Vec<Compared>,
    /// The claims that are counted.
    pub tests: Tests,
}

/// Screens a campaign in the twin; `seen` is what the tissue's runs show, and their claims by draw.
///
/// # Errors
/// Where a draw cannot be lowered.
pub fn findings(
    prepared: &Prepared,
    library: &FolderLibrary,
    seen: (&Outcomes, &[Scored]),
    broken: &Runs,
) -> Result<Findings, String> {
    find(prepared, library, seen, broken)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn find(
    prepared: &Prepared,
    library: &FolderLibrary,
    (tissue, scored): (&Outcomes, &[Scored]),
    broken: &Runs,
) -> Result<Findings, Vec<Problem>> {
    let arms = &prepared.selection.arms_of(&prepared.experiment)[..];
    let mechanisms = &prepared.selection.mechanisms_of(&prepared.experiment)[..];
    let lens = lens(prepared, library, tissue, arms, mechanisms)?;
    let screening = Screening {
        experiment: &prepared.experiment,
        settings: &prepared.settings,
        arms,
        mechanisms,
        library,
        lens: &lens,
        animals: prepared.animals,
    };
    let worlds = |mechanism: &usize| screening.worlds(*mechanism, Model::AsDeclared, severity::WORLDS);
    let worlds: Vec<Worlds> = mechanisms.iter().map(worlds).collect::<Result<_, _>>()?;
    let in_file = |(a, b): (usize, usize)| (mechanisms[a], mechanisms[b]);
    let screened = screening.screen(&worlds, prepared.permuted_targets)?;
    let tests = Tests::less(&prepared.experiment, &severity::fixed(&screened), &typical(scored));
    Ok(Findings {
        screened,
        sensitivities: sensitivities(prepared, library, arms, &lens)?,
        measurements: measure::measurements(&worlds, &lens, prepared.animals),
        same_mechanisms: in_order(apart::same_mechanisms(&worlds).into_iter().map(in_file).collect()),
        same_arms: in_order(apart::same_arms(&worlds)),
        support: support(prepared, library, &screening, &worlds, &tests)?,
        compared: super::confirmed::compared(prepared, &screening, broken)?,
        lens,
        tests,
    })
}

/// Pairs as the file has them.
fn in_order(pairs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut pairs: Vec<_> = pairs.into_iter().map(|(a, b)| (a.min(b), a.max(b))).collect();
    pairs.sort_unstable();
    pairs
}

/// The tissue's own arms beside the twin's, in the draws that were run.
fn lens(
    prepared: &Prepared,
    library: &FolderLibrary,
    tissue: &Outcomes,
    arms: &[usize],
    mechanisms: &[usize],
) -> Result<Lens, Vec<Problem>> {
    let (experiment, settings) = (&prepared.experiment, &prepared.settings);
    let mut courses: Vec<(usize, u32, Vec<Course>)> = Vec::new();
    for mechanism in mechanisms {
        let mut screen = Screen::new(experiment, settings, arms, *mechanism, Model::AsDeclared, library)?;
        for draw in tissue.draws().into_iter().take(FITTED_DRAWS) {
            courses.push((*mechanism, draw, screen.draw(draw)?));
        }
    }
    Ok(Lens::of(experiment, &courses, tissue))
}

/// The reference against the arm that most tests say to differ among those that are given a dose, and where they name none against
/// the first of these in an order that is not that of the file.
fn sensitivities(
    prepared: &Prepared,
    library: &FolderLibrary,
    arms: &[usize],
    lens: &Lens,
) -> Result<Vec<Sensitivity>, Vec<Problem>> {
    let Some(reference) = arms.first() else { return Ok(Vec::new()) };
    let is_given = |arm: &usize| {
        let mut runs = prepared.campaign.runs.iter().filter(|run| run.key.arm == *arm);
        let doses = |run: &vesicle_experiment::runs::Planned| &prepared.campaign.of(run).setup.populations;
        *arm != *reference
            && runs.any(|run| doses(run).iter().any(|population| population.dose.per_um3 > 0.0))
    };
    let place = |name: &str| arms.iter().find(|arm| prepared.experiment.arms[**arm].name == name);
    let claimed = prepared.experiment.arms_claimed().into_iter().filter_map(place);
    let other = claimed.chain(arms).copied().find(is_given);
    let pair: Vec<usize> = std::iter::once(*reference).chain(other).collect();
    let mechanism = prepared.selection.main_mechanism(&prepared.experiment);
    let (experiment, settings) = (&prepared.experiment, &prepared.settings);
    let screen = Screen::new(experiment, settings, &pair, mechanism, Model::AsDeclared, library)?;
    sensitivity::sensitivities(&screen, lens, sensitivity::POINTS)
}

fn support(
    prepared: &Prepared,
    library: &FolderLibrary,
    screening: &Screening<'_>,
    worlds: &[Worlds],
    tests: &Tests,
) -> Result<Vec<(usize, Vec<ByPrior>)>, Vec<Problem>> {
    let (experiment, settings, arms) = (&prepared.experiment, &prepared.settings, screening.arms);
    let of = |(mechanism, worlds): (&usize, &Worlds)| {
        let screen = Screen::new(experiment, settings, arms, *mechanism, Model::AsDeclared, library)?;
        let verdicts: Vec<Vec<Status>> = screening.verdicts(*mechanism, worlds, false);
        Ok((*mechanism, apart::support(&screen, tests, &verdicts)))
    };
    let mut support: Vec<(usize, Vec<ByPrior>)> =
        screening.mechanisms.iter().zip(worlds).map(of).collect::<Result<_, Vec<Problem>>>()?;
    support.sort_by_key(|(mechanism, _)| *mechanism);
    Ok(support)
}

impl Findings {
    /// What was found of a claim under a mechanism.
    pub fn of(&self, claim: usize, mechanism: usize) -> Option<&Screened> {
        self.screened.iter().find(|s| s.claim == claim && s.mechanism == mechanism)
    }

    /// The lower of the severities that were asked for.
    pub fn severity(&self, claim: usize, mechanism: usize) -> Option<f64> {
        let screened = self.of(claim, mechanism)?;
        let shares = [screened.ablated, screened.permuted].into_iter().flatten();
        shares.map(|share| share.value).min_by(f64::total_cmp)
    }

    /// What cannot be told apart, what to measure next, how far the tissue agrees.
    pub fn notes(&self, prepared: &Prepared) -> Vec<String> {
        let mut lines = Vec::new();
        lines.extend(super::confirmed::lines(prepared, self));
        lines.extend(self.cannot_differ(prepared));
        lines.extend(self.never_otherwise(prepared));
        lines.extend(self.next(prepared));
        lines
    }

    /// How all this was found out.
    pub fn methods(&self, prepared: &Prepared) -> String {
        let mut text = format!(
            "Screening. Severity, power and shares of variance are those of a well-mixed twin of the same cells and vesicles, in {} worlds drawn \
from the priors, each seen as {} animals per arm that spread as those of the tissue did. Severity is the share of worlds of the ablated \
model in which a claim fails: no rule that reads a vesicle, none that the mechanism brings",
            severity::WORLDS,
            prepared.animals
        );
        if prepared.permuted_targets > 0 {
            text.extend([format!(
                "; and of {} models whose shipped target pairs were permuted, every miRNA keeping its number of targets \
and every gene its number of miRNAs (the lower of the two is shown)",
                prepared.permuted_targets
            )]);
        }
        text.push_str(&super::confirmed::method(prepared));
        text.push_str(". Power is the share in which a claim that holds without spread is seen to hold. ");
        let fitted = prepared.experiment.outcomes.iter().zip(&self.lens.surrogates);
        let fitted: Vec<String> = fitted
            .filter_map(|(outcome, found)| Some(format!("{} {:.2}", outcome.name, found.as_ref()?.r_squared)))
            .collect();
        if !fitted.is_empty() {
            text.extend([format!(
                "An outcome that rests on where cells are is read from the twin through a surrogate, fitted to the runs of the \
tissue, where its R² on arms left out of the fit is at least {}, and is not screened otherwise; R²: {}. ",
                vesicle_experiment::screen::surrogate::ENOUGH,
                fitted.join(", ")
            )]);
        }
        text.extend([format!(
            "Shares of variance: total indices by the design of Saltelli (2010, doi 10.1016/j.cpc.2009.09.018) and the estimator \
of Jansen (1999, doi 10.1016/S0010-4655(98)00154-4), {} points, 90 % intervals by resampling. Shares of worlds have the interval \
of Wilson (1927, doi 10.1080/01621459.1927.10502953).",
            sensitivity::POINTS
        )]);
        text
    }

    /// What carries most of the variance of the first outcome in which something declared carries any; and of the first of
    /// all where that is another. Outcomes that most tests read come first.
    pub fn matters(&self, prepared: &Prepared) -> String {
        let order = prepared.experiment.outcomes_claimed();
        let of = |outcome: &usize| self.sensitivities.iter().find(|found| found.outcome == *outcome);
        let told: Vec<&Sensitivity> = order.iter().filter_map(of).collect();
        let Some(first) = told.first() else {
            return "not known; no outcome that the twin can express varies.".to_owned();
        };
        let changes = |s: &Sensitivity| s.variance >= LEAST_CHANGE * LEAST_CHANGE;
        let is_worth = |input: &&Input| input.total.value >= LEAST_SHARE;
        let largest = |s: &Sensitivity| s.inputs.first().filter(is_worth).filter(|_| changes(s)).cloned();
        let found = told.iter().enumerate().find_map(|(at, s)| Some((at, s, largest(s)?)));
        let Some((at, s, input)) = found else {
            return format!("nothing declared; {}.", of_animals(prepared, first));
        };
        let shares = [input.total.value, input.total.low, input.total.high].map(percent);
        let said = if input.said.is_empty() { String::new() } else { format!(", {}", input.said) };
        let text = format!(
            "{}{said}: {} % ({}–{} %) of the variance of {}; {}.",
            input.words,
            shares[0],
            shares[1],
            shares[2],
            number_name(prepared, s),
            if prepared.animals < 2 {
                NOT_KNOWN.to_owned()
            } else {
                format!("differences between animals are {} %", percent(s.noise))
            }
        );
        let but = || {
            let name = number_name(prepared, first);
            format!(" Of {name}, they are {} %, and nothing declared matters.", percent(first.noise))
        };
        if at == 0 || prepared.animals < 2 { text } else { text + &but() }
    }

    fn cannot_differ(&self, prepared: &Prepared) -> Vec<String> {
        let experiment = &prepared.experiment;
        let mut lines = Vec::new();
        let names = |pairs: &[(usize, usize)], name: &dyn Fn(usize) -> String| {
            let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (first, later) in pairs {
                if !groups.values().any(|members| members.contains(first)) {
                    groups.entry(*first).or_default().push(*later);
                }
            }
            let group = |(first, later): (usize, Vec<usize>)| {
                let all: Vec<String> = std::iter::once(first).chain(later).map(name).collect();
                all.join(" = ")
            };
            groups.into_iter().map(group).collect::<Vec<String>>().join("; ")
        };
        if !self.same_mechanisms.is_empty() {
            let name = |at: usize| format!("\"{}\"", experiment.mechanisms[at].name);
            lines.push(format!(
                "No arm can tell these mechanisms apart, by construction: {}.",
                names(&self.same_mechanisms, &name)
            ));
        }
        if !self.same_arms.is_empty() {
            let name = |at: usize| experiment.arms[at].name.clone();
            lines.push(format!(
                "These arms cannot differ but by chance, by construction: {}.",
                names(&self.same_arms, &name)
            ));
        }
        lines
    }

    /// Claims written as tests that nothing turns around, and tests that no world of any mechanism that was run turns
    /// around: those that always fail no prior can mend, and those that always hold cannot part the mechanisms.
    fn never_otherwise(&self, prepared: &Prepared) -> Vec<String> {
        let worlds = severity::WORLDS;
        let quoted = |claims: Vec<usize>| {
            let text = |claim: usize| format!("\"{}\"", prepared.experiment.claims[claim].text);
            claims.into_iter().map(text).collect::<Vec<String>>().join("; ")
        };
        let fixed = |wanted: Status| {
            let fixed = self.tests.fixed().filter(move |(_, status)| *status == wanted);
            fixed.map(|(claim, _)| claim).collect::<Vec<usize>>()
        };
        let always = |wanted: Status| {
            let is_one = |row: &Screened| row.always == Some(wanted) && self.tests.has(row.claim);
            let found: BTreeSet<usize> =
                self.screened.iter().filter(|row| is_one(row)).map(|row| row.claim).collect();
            found.into_iter().collect::<Vec<usize>>()
        };
        let varied = if prepared.permuted_targets > 0 {
            "drawn, switched off or permuted"
        } else {
            "drawn or switched off"
        };
        let mut said = vec![
            (
                format!("Not counted as tests, because they hold in every world, whatever is {varied}"),
                fixed(Status::Holds),
            ),
            (
                format!("Not counted as tests, because they can be told in no world, whatever is {varied}"),
                fixed(Status::CannotTell),
            ),
            (
                format!(
                    "Fail in each of {worlds} worlds of every mechanism that was run, whatever the priors"
                ),
                always(Status::Fails),
            ),
        ];
        if prepared.selection.mechanisms.len() > 1 {
            said.push((
                format!("Hold in each of {worlds} worlds of every mechanism that was run, so that they do not part them"),
                always(Status::Holds),
            ));
        }
        let some = said.into_iter().filter(|(_, claims)| !claims.is_empty());
        some.map(|(said, claims)| format!("{said}: {}.", quoted(claims))).collect()
    }

    /// What to measure, or that nothing that was looked at is worth it.
    fn next(&self, prepared: &Prepared) -> Option<String> {
        let doubles: BTreeSet<usize> = self.same_mechanisms.iter().map(|(_, later)| *later).collect();
        if prepared.selection.mechanisms.len() - doubles.len() < 2 {
            return None;
        }
        let Some(best) = self.measurements.first() else {
            return Some(format!("{NOTHING_TELLS}: none tells more than chance does."));
        };
        let name = format!(
            "{} of {} at {} d",
            prepared.experiment.outcomes[best.outcome].name,
            prepared.experiment.arms[best.arm].name,
            vesicle_base::quantity::short(best.time_min / 1440.0)
        );
        let bits = format!("{:.2} of {:.2} bits", best.bits, best.of_bits);
        Some(match best.worth() {
            Worth::Making => format!("To tell the mechanisms apart, measure {name}: {bits}."),
            Worth::Chance => format!(
                "{NOTHING_TELLS}: the best, {name}, tells {bits}, no more than chance gives the best of them."
            ),
            Worth::Little => format!(
                "{NOTHING_TELLS}: the best, {name}, tells {bits}, so that more than {:.0} such measurements would be needed.",
                1.0 / measure::LEAST
            ),
        })
    }
}

/// Of differences between animals where every arm has one.
const NOT_KNOWN: &str = "how animals differ is not known from one an arm";

/// What is left where nothing declared changes a number.
fn of_animals(prepared: &Prepared, sensitivity: &Sensitivity) -> String {
    let name = number_name(prepared, sensitivity);
    if prepared.animals < 2 {
        return format!("{NOT_KNOWN}, and the priors change {name} by less than {} %", 100.0 * LEAST_CHANGE);
    }
    format!("differences between animals are {} % of the variance of {name}", percent(sensitivity.noise))
}

/// How the note begins where nothing is worth measuring.
const NOTHING_TELLS: &str =
    "No single outcome that can be screened, of any arm at any frame, would tell the mechanisms apart";

/// The number that a sensitivity is about, in words.
pub fn number_name(prepared: &Prepared, sensitivity: &Sensitivity) -> String {
    let outcome = &prepared.experiment.outcomes[sensitivity.outcome].name;
    let arm = |at: usize| prepared.experiment.arms[at].name.as_str();
    let reference = prepared.selection.arms.first().copied().unwrap_or(0);
    match sensitivity.arm {
        Some(other) => format!("{outcome}, {} against {}", arm(other), arm(reference)),
        None => format!("{outcome}, {}", arm(reference)),
    }
}

/// Whole percents, without their sign; what rounds to nothing has no sign of its own.
pub fn percent(share: f64) -> String {
    format!("{:.0}", (100.0 * share).round() + 0.0)
}
