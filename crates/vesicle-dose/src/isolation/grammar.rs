//! A protocol as people write it: steps parted by semicolons, options of a step by commas.
//!
//! `spin 2000 g 20 min in ROTOR, keep supernatant; spin 100000 g 70 min in ROTOR; SEC, recovery 43 %, protein 1.5 %`.
//! `g` is at the mean radius, `g max` at the bottom of the tube, `rpm` is turns. Options of a spin: `keep pellet`
//! (default) or `keep supernatant`, `resuspended SHARE`, `residual SHARE`; of another method: `recovery SHARE`,
//! `protein SHARE`; of both: `hours NUMBER`.

use super::catalogue::{Catalogue, Method};
use super::pelleting::Spin;
use super::rotor::Force;
use vesicle_base::{Dimension, Problem, Quantity, quantity};

/// What is kept of a spin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The pellet.
    Pellet,
    /// The liquid over it.
    Supernatant,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A spin, by physics.
    Spin {
        /// Rotor, force and time.
        spin: Spin,
        /// What is kept.
        keep: Keep,
        /// Share of the pellet that comes back into suspension; all of it where nothing was said, which makes what is
        /// recovered an upper bound.
        resuspended: Option<Quantity>,
        /// Share of the liquid that stays with the pellet.
        residual: Quantity,
    },
    /// Another method, as a range; `None` where no source gives one and nothing was said.
    Range {
        /// Its name.
        method: String,
        /// Purity in a source's word.
        purity: String,
        /// Share of the vesicles recovered.
        recovery: Option<Quantity>,
        /// Share of the protein carried over.
        protein: Option<Quantity>,
    },
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// As written.
    pub text: String,
    /// What it does.
    pub act: Act,
    /// Hours that it takes; a spin's own time when nothing else is said.
    pub hours: Option<Quantity>,
}

/// A chain of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// Its name, or its text.
    pub name: String,
    /// Steps in order.
    pub steps: Vec<Step>,
}

impl Protocol {
    /// Whether what it recovers is an upper bound: a pellet is kept and nobody said which share of it comes back into
    /// suspension.
    pub fn is_upper_bound(&self) -> bool {
        let unsaid =
            |step: &Step| matches!(step.act, Act::Spin { keep: Keep::Pellet, resuspended: None, .. });
        self.steps.iter().any(unsaid)
    }
}

/// What is taken of a pellet's liquid when nothing is said.
const RESIDUAL: &str = "1 % (0.2..5 log) [assumed]";
/// Longest chain.
const MOST_STEPS: usize = 100;

/// Reads `STEPS` or `NAME = STEPS`.
///
/// # Errors
/// Every step that cannot be read.
pub fn protocol(text: &str, catalogue: &Catalogue) -> Result<Protocol, Vec<Problem>> {
    let (name, chain) = match text.split_once('=') {
        Some((name, chain)) => (name.trim(), chain.trim()),
        None => (text.trim(), text.trim()),
    };
    let parts: Vec<&str> = chain.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    steps(name, &parts, catalogue)
}

/// Reads a named chain of steps.
///
/// # Errors
/// Every step that cannot be read, and an empty chain.
pub fn steps(name: &str, parts: &[&str], catalogue: &Catalogue) -> Result<Protocol, Vec<Problem>> {
    if parts.is_empty() || parts.len() > MOST_STEPS {
        let problem = Problem::new(format!("protocol `{name}` of {} steps", parts.len()));
        return Err(vec![problem.expected(format!("1 to {MOST_STEPS} steps parted by `;`"))]);
    }
    let (mut steps, mut problems) = (Vec::new(), Vec::new());
    for part in parts {
        match step(part, catalogue) {
            Ok(step) => steps.push(step),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(Protocol { name: name.to_owned(), steps }) } else { Err(problems) }
}

fn step(text: &str, catalogue: &Catalogue) -> Result<Step, Problem> {
    let mut parts = text.split(',').map(str::trim);
    let head = parts.next().unwrap_or_default();
    let options: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    match head.strip_prefix("spin ") {
        Some(rest) => spin(text, rest, &options, catalogue),
        None => range(text, head, &options, catalogue),
    }
}

fn spin(text: &str, rest: &str, options: &[&str], catalogue: &Catalogue) -> Result<Step, Problem> {
    let form = || Problem::new("wrong spin").expected("`spin 100000 g 70 min in ROTOR`").found(text);
    let (numbers, rotor) = rest.split_once(" in ").ok_or_else(form)?;
    let rotor = catalogue.rotor(rotor).ok_or_else(|| {
        Problem::new(format!("unknown rotor `{}`", rotor.trim()))
            .expected("a rotor of the table, or one given with --rotor")
            .nearest(rotor.trim(), catalogue.rotors.iter().map(|r| r.name.as_str()))
    })?;
    let words: Vec<&str> = numbers.split_whitespace().collect();
    let (force, time) = match words.as_slice() {
        [value, "g", "max", time @ ..] => (Force::AtBottom(positive(value).ok_or_else(form)?), time),
        [value, "g", time @ ..] => (Force::AtMean(positive(value).ok_or_else(form)?), time),
        [value, "rpm", time @ ..] => (Force::Rpm(positive(value).ok_or_else(form)?), time),
        _ => return Err(form()),
    };
    let minutes = minutes(&time.join(" "))?;
    let spin = Spin { rotor: rotor.clone(), force, seconds: 60.0 * minutes };
    let (mut keep, mut resuspended) = (Keep::Pellet, None);
    let mut residual = share("residual", RESIDUAL)?;
    let mut hours = Some(Quantity::plain(minutes / 60.0));
    for option in options {
        match option.split_once(' ').map(|(key, value)| (key, value.trim())) {
            Some(("keep", "pellet")) => keep = Keep::Pellet,
            Some(("keep", "supernatant")) => keep = Keep::Supernatant,
            Some(("resuspended", value)) => resuspended = Some(share("resuspended", value)?),
            Some(("residual", value)) => residual = share("residual", value)?,
            Some(("hours", value)) => hours = Some(number_of_hours(value)?),
            _ => {
                return Err(unknown(
                    option,
                    &["keep pellet", "keep supernatant", "resuspended", "residual", "hours"],
                ));
            }
        }
    }
    Ok(Step { text: text.to_owned(), act: Act::Spin { spin, keep, resuspended, residual }, hours })
}

/// The time of a spin in minutes.
fn minutes(text: &str) -> Result<f64, Problem> {
    let wrong = || {
        let expected = "a time above 0, such as `70 min`";
        Problem::new("wrong time of a spin").expected(expected).found(format!("`{text}`"))
    };
    match quantity::parse(text) {
        Ok(time) if time.dimension == Dimension::TIME && time.value > 0.0 => Ok(time.value),
        Err(slip) => Err(match &slip.unit {
            Some(unit) => wrong().nearest(unit, vesicle_base::unit::names()),
            None => wrong(),
        }),
        Ok(_) => Err(wrong()),
    }
}

fn range(text: &str, head: &str, options: &[&str], catalogue: &Catalogue) -> Result<Step, Problem> {
    let known = catalogue.method(head).ok_or_else(|| {
        let names = catalogue.methods.iter().flat_map(|m| std::iter::once(&m.name).chain(&m.aliases));
        Problem::new(format!("unknown step `{head}`"))
            .expected("`spin …` or a method of the table")
            .nearest(head, names.map(String::as_str).chain(["spin"]))
    })?;
    let cited = |of: fn(&Method) -> &Option<super::catalogue::Cited>| {
        of(known).as_ref().map(super::catalogue::Cited::quantity)
    };
    let (mut recovery, mut protein) = (cited(|m| &m.recovery), cited(|m| &m.protein));
    let mut hours = cited(|m| &m.hours);
    for option in options {
        match option.split_once(' ').map(|(key, value)| (key, value.trim())) {
            Some(("recovery", value)) => recovery = Some(share("recovery", value)?),
            Some(("protein", value)) => protein = Some(share("protein", value)?),
            Some(("hours", value)) => hours = Some(number_of_hours(value)?),
            _ => return Err(unknown(option, &["recovery", "protein", "hours"])),
        }
    }
    let act = Act::Range { method: known.name.clone(), purity: known.purity.clone(), recovery, protein };
    Ok(Step { text: text.to_owned(), act, hours })
}

fn unknown(option: &str, known: &[&'static str]) -> Problem {
    Problem::new(format!("unknown option `{option}`"))
        .expected(known.join(", "))
        .nearest(option, known.iter().copied())
}

fn positive(text: &str) -> Option<f64> {
    text.replace('_', "").parse::<f64>().ok().filter(|v| v.is_finite() && *v > 0.0)
}

/// A share with its prior, such as `43 %`, `0.4 (0.3..0.6)` or the range `40..80 %`.
fn share(key: &str, text: &str) -> Result<Quantity, Problem> {
    let wrong = || Problem::new(format!("wrong `{key}`")).found(format!("`{text}`"));
    let expected = "a share, such as `43 %`, `40..80 %` or `0.4 (0.3..0.6)`";
    let quantity = match text.split_once("..") {
        Some((low, rest)) if !text.contains('(') => {
            let (high, unit) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            quantity::parse(&format!("{low} {unit} ({low}..{high})"))
        }
        _ => quantity::parse(text),
    };
    let quantity = quantity.map_err(|_| wrong().expected(expected))?;
    let ends = match quantity.prior {
        Some(vesicle_base::Prior::Uniform { low, high } | vesicle_base::Prior::LogUniform { low, high }) => {
            [low, high, quantity.value]
        }
        _ => [quantity.value; 3],
    };
    let fits = quantity.dimension == Dimension::NONE && ends.iter().all(|v| (0.0..=1.0).contains(v));
    if fits { Ok(quantity) } else { Err(wrong().expected(expected)) }
}

fn number_of_hours(text: &str) -> Result<Quantity, Problem> {
    let wrong = || Problem::new("wrong `hours`").expected("a number of hours, such as `2`").found(text);
    let quantity = quantity::parse(text).map_err(|_| wrong())?;
    let plain = quantity.dimension == Dimension::NONE && quantity.value >= 0.0;
    if plain { Ok(quantity) } else { Err(wrong()) }
}
