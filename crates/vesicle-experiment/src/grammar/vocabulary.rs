//! What a rule may read and move: the words of signals and behaviours. A new signal or behaviour is one line here
//! and one corridor line in the simulator.

use crate::registry::Names;
use tissue_cells::{Own, OwnSignal};
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
    /// What a cell senses of itself or of all its neighbours.
    Own(OwnSignal),
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
    /// Vesicles of one population that a label shows.
    Labelled,
    /// Vesicles of all populations that a label shows.
    AllLabelled,
}

/// What a word moves in the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A behaviour of the cell itself.
    Own(Own),
    /// Uptake of a field.
    Uptake,
    /// Secretion into a field.
    Secretion,
    /// Target of secretion.
    SecretionTarget,
    /// Release of a vesicle population.
    Release,
    /// Weight of a field's gradient in the heading.
    Chemotaxis,
    /// Becoming another kind.
    Transformation,
    /// One of two daughters being of another kind.
    AsymmetricDivision,
    /// Eating live neighbours of a kind.
    Eating,
}

const NUMBER: Measure = Measure::Of(Dimension::NONE);
const RATE: Measure = Measure::Of(Dimension::RATE);
const SPEED: Measure = Measure::Of(Dimension::SPEED);

/// Signals: pattern, meaning, measure, help.
#[rustfmt::skip]
pub const SIGNALS: &[(&str, Sense, Measure, &str)] = &[
    ("<field>", Sense::FieldValue, Measure::Field, "value of the field where the cell is"),
    ("<field> gradient", Sense::FieldGradient, Measure::Gradient, "steepness of the field where the cell is"),
    ("pressure", Sense::Own(OwnSignal::Pressure), NUMBER, "squeezing by neighbours; 1 in a packed layer"),
    ("volume", Sense::Own(OwnSignal::Volume), Measure::Of(Dimension::VOLUME), "volume of the cell"),
    ("contact with <cell>", Sense::Contact, NUMBER, "live neighbours of that kind"),
    ("contact with live cell", Sense::Own(OwnSignal::ContactWithLive), NUMBER, "live neighbours of any kind"),
    ("contact with dead cell", Sense::Own(OwnSignal::ContactWithDead), NUMBER, "dead neighbours"),
    ("contact with apoptotic cell", Sense::Own(OwnSignal::ContactWithApoptotic), NUMBER, "apoptotic neighbours"),
    ("contact with necrotic cell", Sense::Own(OwnSignal::ContactWithNecrotic), NUMBER, "necrotic neighbours"),
    ("damage", Sense::Own(OwnSignal::Damage), NUMBER, "damage of the cell"),
    ("dead", Sense::Own(OwnSignal::Dead), NUMBER, "1 for a dead cell"),
    ("apoptotic", Sense::Own(OwnSignal::Apoptotic), NUMBER, "1 for an apoptotic cell"),
    ("necrotic", Sense::Own(OwnSignal::Necrotic), NUMBER, "1 for a necrotic cell"),
    ("repression of <program>", Sense::Repression, NUMBER, "0 at rest, 1 when silent"),
    ("copies of <mirna>", Sense::Copies, NUMBER, "delivered copies in the cytosol"),
    ("captured <molecule>", Sense::Captured, NUMBER, "delivered copies of another molecule"),
    ("vesicles taken up", Sense::AllTakenUp, NUMBER, "vesicles captured so far"),
    ("<vesicle> taken up", Sense::TakenUp, NUMBER, "vesicles of one population captured so far"),
    ("vesicles labelled", Sense::AllLabelled, NUMBER, "vesicles that a label shows: bound, in endosomes, retained"),
    ("<vesicle> labelled", Sense::Labelled, NUMBER, "vesicles of one population that a label shows"),
    ("time", Sense::Own(OwnSignal::Time), Measure::Of(Dimension::TIME), "simulated time"),
];

/// Behaviours: pattern, meaning, measure, help. Their values with no rule at work are lines of the registry.
#[rustfmt::skip]
pub const BEHAVIOURS: &[(&str, Act, Measure, &str)] = &[
    ("cycle entry", Act::Own(Own::CycleEntry), RATE, "rate of leaving the first phase of the cycle"),
    ("exit from cycle phase 1", Act::Own(Own::PhaseExit1), RATE, "rate of leaving the second phase of the cycle"),
    ("exit from cycle phase 2", Act::Own(Own::PhaseExit2), RATE, "rate of leaving the third phase of the cycle"),
    ("exit from cycle phase 3", Act::Own(Own::PhaseExit3), RATE, "rate of leaving the fourth phase of the cycle"),
    ("apoptosis", Act::Own(Own::Apoptosis), RATE, "rate of apoptosis"),
    ("necrosis", Act::Own(Own::Necrosis), RATE, "rate of necrosis; a lack adds to it"),
    ("migration speed", Act::Own(Own::MigrationSpeed), SPEED, "speed of migration"),
    ("migration bias", Act::Own(Own::MigrationBias), NUMBER, "how straight the gradient is followed"),
    ("persistence time", Act::Own(Own::Persistence), Measure::Of(Dimension::TIME), "mean time between turns"),
    ("chemotaxis to <field>", Act::Chemotaxis, NUMBER, "weight of the field's gradient in the heading"),
    ("adhesion", Act::Own(Own::Adhesion), SPEED, "strength of adhesion"),
    ("reach", Act::Own(Own::RelativeAdhesionDistance), NUMBER, "reach of adhesion in radii"),
    ("repulsion", Act::Own(Own::Repulsion), SPEED, "strength of repulsion"),
    ("wall repulsion", Act::Own(Own::WallRepulsion), SPEED, "push of a face at full overlap"),
    ("movable", Act::Own(Own::Movable), NUMBER, "from 0.5 on the cell is moved, below it stays"),
    ("spring attachment", Act::Own(Own::Attach), RATE, "rate of tying a spring to a neighbour"),
    ("spring detachment", Act::Own(Own::Detach), RATE, "rate of losing each spring"),
    ("spring constant", Act::Own(Own::Elastic), RATE, "speed per distance with which a spring pulls"),
    ("most springs", Act::Own(Own::MaximumAttachments), NUMBER, "most springs at a time"),
    ("phagocytosis of apoptotic cell", Act::Own(Own::PhagocytoseApoptotic), RATE, "rate of eating an apoptotic neighbour"),
    ("phagocytosis of necrotic cell", Act::Own(Own::PhagocytoseNecrotic), RATE, "rate of eating a necrotic neighbour"),
    ("phagocytosis of <cell>", Act::Eating, RATE, "rate of eating a live neighbour of that kind"),
    ("transformation to <cell>", Act::Transformation, RATE, "rate of becoming that kind"),
    ("asymmetric division to <cell>", Act::AsymmetricDivision, NUMBER, "share of divisions after which one of the two cells is of that kind"),
    ("damage rate", Act::Own(Own::DamageRate), RATE, "rate at which damage grows"),
    ("damage repair rate", Act::Own(Own::RepairRate), RATE, "share of the damage that is repaired per time"),
    ("<field> uptake", Act::Uptake, RATE, "uptake of the field"),
    ("<field> secretion", Act::Secretion, RATE, "secretion into the field"),
    ("<field> secretion target", Act::SecretionTarget, Measure::Field, "value that secretion drives to"),
    ("<vesicle> release", Act::Release, RATE, "vesicles released per time"),
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
