//! What a rule may read and move: the words of signals and behaviours. A new signal or behaviour is one line here
//! and one corridor line in the simulator.

use crate::registry::Names;
use vesicle_base::Dimension;

/// The measure of a signal or behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A fixed dimension.
    Of(Dimension),
    /// The unit of the field in the word.
    Field,
    /// The unit of the field in the word, per length.
    Gradient,
}

/// What a word means to the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// Value of a field at the cell.
    FieldValue,
    /// Size of a field's gradient at the cell.
    FieldGradient,
    /// Squeezing by neighbours.
    Pressure,
    /// Neighbours of a kind.
    Contact,
    /// Repression of a program, 0 at rest.
    Repression,
    /// Copies of a miRNA delivered to the cytosol.
    Copies,
    /// Copies of another molecule delivered by captured vesicles.
    Captured,
    /// Vesicles of one population taken up so far.
    TakenUp,
    /// Vesicles of all populations taken up so far.
    AllTakenUp,
    /// Simulated time.
    Time,
}

/// What a word moves in the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Exit from the first phase of the cycle.
    CycleEntry,
    /// Rate of apoptosis.
    Apoptosis,
    /// Rate of necrosis.
    Necrosis,
    /// Speed of migration.
    MigrationSpeed,
    /// Bias of migration.
    MigrationBias,
    /// Time between turns.
    Persistence,
    /// Strength of adhesion.
    Adhesion,
    /// Strength of repulsion.
    Repulsion,
    /// Uptake of a field.
    Uptake,
    /// Secretion into a field.
    Secretion,
    /// Target of secretion.
    SecretionTarget,
    /// Release of a vesicle population.
    Release,
    /// Becoming another kind.
    Transformation,
}

/// Signals: pattern, meaning, measure, help.
pub const SIGNALS: &[(&str, Sense, Measure, &str)] = &[
    ("<field>", Sense::FieldValue, Measure::Field, "value of the field where the cell is"),
    ("<field> gradient", Sense::FieldGradient, Measure::Gradient, "steepness of the field where the cell is"),
    (
        "pressure",
        Sense::Pressure,
        Measure::Of(Dimension::NONE),
        "squeezing by neighbours; 1 in a packed layer",
    ),
    ("contact with <cell>", Sense::Contact, Measure::Of(Dimension::NONE), "neighbours of that kind"),
    ("repression of <program>", Sense::Repression, Measure::Of(Dimension::NONE), "0 at rest, 1 when silent"),
    ("copies of <mirna>", Sense::Copies, Measure::Of(Dimension::NONE), "delivered copies in the cytosol"),
    (
        "captured <molecule>",
        Sense::Captured,
        Measure::Of(Dimension::NONE),
        "delivered copies of another molecule",
    ),
    ("vesicles taken up", Sense::AllTakenUp, Measure::Of(Dimension::NONE), "vesicles captured so far"),
    (
        "<vesicle> taken up",
        Sense::TakenUp,
        Measure::Of(Dimension::NONE),
        "vesicles of one population captured so far",
    ),
    ("time", Sense::Time, Measure::Of(Dimension::TIME), "simulated time"),
];

/// Behaviours: pattern, meaning, measure, help.
pub const BEHAVIOURS: &[(&str, Act, Measure, &str)] = &[
    (
        "cycle entry",
        Act::CycleEntry,
        Measure::Of(Dimension::RATE),
        "rate of leaving the first phase of the cycle",
    ),
    ("apoptosis", Act::Apoptosis, Measure::Of(Dimension::RATE), "rate of apoptosis"),
    ("necrosis", Act::Necrosis, Measure::Of(Dimension::RATE), "rate of necrosis"),
    ("migration speed", Act::MigrationSpeed, Measure::Of(Dimension::SPEED), "speed of migration"),
    (
        "migration bias",
        Act::MigrationBias,
        Measure::Of(Dimension::NONE),
        "how straight the gradient is followed",
    ),
    ("persistence time", Act::Persistence, Measure::Of(Dimension::TIME), "mean time between turns"),
    ("adhesion", Act::Adhesion, Measure::Of(Dimension::SPEED), "strength of adhesion"),
    ("repulsion", Act::Repulsion, Measure::Of(Dimension::SPEED), "strength of repulsion"),
    ("<field> uptake", Act::Uptake, Measure::Of(Dimension::RATE), "uptake of the field"),
    ("<field> secretion", Act::Secretion, Measure::Of(Dimension::RATE), "secretion into the field"),
    ("<field> secretion target", Act::SecretionTarget, Measure::Field, "value that secretion drives to"),
    ("<vesicle> release", Act::Release, Measure::Of(Dimension::RATE), "vesicles released per time"),
    (
        "transformation to <cell>",
        Act::Transformation,
        Measure::Of(Dimension::RATE),
        "rate of becoming that kind",
    ),
];

/// A word that matched: its line in the table, and the name in its placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<T> {
    /// The meaning.
    pub means: T,
    /// The measure.
    pub measure: Measure,
    /// The name that stood for the placeholder; empty without one.
    pub name: String,
}

/// What a signal's words mean, given the declared names; `None` when no line fits.
pub fn signal(words: &str, names: &Names) -> Option<Word<Sense>> {
    find(words, SIGNALS, names)
}

/// What a behaviour's words mean, given the declared names; `None` when no line fits.
pub fn behaviour(words: &str, names: &Names) -> Option<Word<Act>> {
    find(words, BEHAVIOURS, names)
}

type Line<T> = (&'static str, T, Measure, &'static str);

/// A line without placeholder wins over one with, so that a field may not take a fixed word away.
fn find<T: Copy>(words: &str, table: &'static [Line<T>], names: &Names) -> Option<Word<T>> {
    let fixed = table.iter().find(|line| line.0 == words);
    let open = || table.iter().find_map(|line| placeholder(line.0, words, names).map(|name| (line, name)));
    let (line, name) = fixed.map(|line| (line, String::new())).or_else(open)?;
    Some(Word { means: line.1, measure: line.2, name })
}

fn placeholder(pattern: &str, words: &str, names: &Names) -> Option<String> {
    let (before, rest) = pattern.split_once('<')?;
    let (what, after) = rest.split_once('>')?;
    let name = words.strip_prefix(before)?.strip_suffix(after)?;
    let known = match what {
        "cell" => &names.cells,
        "field" => &names.fields,
        "vesicle" => &names.vesicles,
        "molecule" => &names.molecules,
        _ => return (!name.trim().is_empty()).then(|| name.to_owned()),
    };
    known.iter().any(|known| known == name).then(|| name.to_owned())
}

/// Every signal or behaviour that the declared names allow, for messages; open names keep their placeholder.
pub fn all<T>(table: &[(&'static str, T, Measure, &'static str)], names: &Names) -> Vec<String> {
    let mut words = Vec::new();
    for (pattern, ..) in table {
        let known = ["cell", "field", "vesicle", "molecule"]
            .into_iter()
            .zip([&names.cells, &names.fields, &names.vesicles, &names.molecules])
            .find(|(what, _)| pattern.contains(&format!("<{what}>")));
        match known {
            Some((what, list)) => {
                words.extend(list.iter().map(|name| pattern.replace(&format!("<{what}>"), name)));
            }
            None => words.push((*pattern).to_owned()),
        }
    }
    words
}
