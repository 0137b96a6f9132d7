//! The one table of parameters. Parser, nearest name, schema, audit, `--set`, `explain` and the book come from it.

mod pattern;
mod table;

pub use pattern::{Matched, Names};
pub use table::{SIDES, TABLE};

use crate::path::Path;
use vesicle_base::Dimension;

/// What a name in a value refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A declared cell type.
    Cell,
    /// A declared field.
    Field,
    /// A declared vesicle population.
    Vesicle,
    /// A miRNA, or the word that stands for a mimic without targets.
    Mirna,
    /// What an arm injects: vesicle populations, fields, `mimic NAME`; or `none`.
    Injection,
    /// A source.
    Source,
}

/// What may stand at a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A number with a unit of this dimension.
    Quantity(Dimension),
    /// A value of a field, in the unit of that field.
    Concentration,
    /// What is given per volume: particles or mass.
    Dose,
    /// A whole number.
    Whole,
    /// Free words.
    Words,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// One of [`SPECIES`]; the words say what to do for any other.
    Species(&'static str),
    /// One name.
    Name(Named),
    /// Several names.
    Names(Named),
    /// A box: `800 x 200 x 20 um`.
    Size,
    /// A point of the tissue, or several: `0 x 50 x 10 um to 200 x 80 x 10 um`.
    Points,
    /// A list of times.
    Times,
    /// A table that ships with the program or lies beside the experiment.
    Table,
    /// Where the cells of a kind begin; exploded into its parts.
    Start,
    /// One rule in the field's grammar; exploded into its parts.
    Rule,
    /// The value of a rule part in the unit of its behaviour or signal.
    RuleValue,
    /// What is counted: STATISTIC of THING in SECTION.
    Outcome,
    /// A list of claims.
    Claims,
    /// Another block of the same kind from which everything unsaid is taken.
    Like,
}

/// Species of which tables of targets ship.
pub const SPECIES: &[&str] = &["human", "mouse"];

/// Which values make sense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Any finite number.
    Any,
    /// Above 0.
    Positive,
    /// 0 or above.
    NotNegative,
    /// From 0 to 1.
    Share,
    /// Above 0, up to 1.
    PositiveShare,
    /// From 0, below 1.
    BelowOne,
    /// 1 or above.
    FromOne,
}

impl Range {
    /// Whether a canonical value lies inside.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Self::Any => value.is_finite(),
            Self::Positive => value > 0.0,
            Self::NotNegative => value >= 0.0,
            Self::Share => (0.0..=1.0).contains(&value),
            Self::PositiveShare => value > 0.0 && value <= 1.0,
            Self::BelowOne => (0.0..1.0).contains(&value),
            Self::FromOne => value >= 1.0,
        }
    }

    /// In words, for messages and the schema; empty for any number.
    pub fn words(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Positive => "above 0",
            Self::NotNegative => "0 or above",
            Self::Share => "from 0 to 1",
            Self::PositiveShare => "above 0, up to 1",
            Self::BelowOne => "from 0, below 1",
            Self::FromOne => "1 or above",
        }
    }
}

/// Who a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A property of the world: it needs a source, and the run depends on it.
    Model,
    /// A choice of the design: no source is due, and the run depends on it.
    Design,
    /// Read after the run: the question, outcomes, sections, evidence, sources.
    After,
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry {
    /// Path pattern; `<cell>`, `<field>`, … stand for declared names.
    pub pattern: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// Which values make sense.
    pub range: Range,
    /// Who the value belongs to.
    pub role: Role,
    /// What holds when nothing is said, as it would be written; `None` when nothing holds.
    pub default: Option<&'static str>,
    /// One line of help.
    pub help: &'static str,
}

impl Entry {
    /// What would be right at this path, in words.
    pub fn expected(&self) -> String {
        let range = self.range.words();
        let what = match self.kind {
            Kind::Quantity(dimension) => dimension.described(),
            Kind::Concentration => {
                "a value in the unit of its field, such as `40 mmHg` or `20 ng/mL`".to_owned()
            }
            Kind::Dose => {
                "a dose per volume or per cell, such as `1e9 /mL`, `10 ng/mL` or `1e4 /cell`".to_owned()
            }
            Kind::Whole => "a whole number".to_owned(),
            Kind::Words => "words in quotes".to_owned(),
            Kind::Choice(words) => format!("one of {}", listed(words.iter().copied())),
            Kind::Species(other) => format!("{}; {other}", listed(SPECIES.iter().copied())),
            Kind::Name(named) => named.words().to_owned(),
            Kind::Names(Named::Injection) => format!("one or a list: {}", Named::Injection.words()),
            Kind::Names(named) => format!("a list: {}", named.words()),
            Kind::Size => "a box, such as `800 x 200 x 20 um`".to_owned(),
            Kind::Points => {
                "points of the tissue, such as `0 x 50 x 10 um` or `0 x 50 x 10 um to 200 x 80 x 10 um`"
                    .to_owned()
            }
            Kind::Times => "a list of times, such as [\"3 d\", \"7 d\"]".to_owned(),
            Kind::Table => "the name of a table, such as `data/targets.tsv`".to_owned(),
            Kind::Start => crate::grammar::start::EXPECTED.to_owned(),
            Kind::Rule => crate::grammar::rule::EXPECTED.to_owned(),
            Kind::RuleValue => "a quantity in the unit of the rule".to_owned(),
            Kind::Outcome => crate::grammar::outcome::EXPECTED.to_owned(),
            Kind::Claims => "a list of claims".to_owned(),
            Kind::Like => "the name of another block of this kind".to_owned(),
        };
        if range.is_empty() { what } else { format!("{what}, {range}") }
    }

    /// Whether a missing source is a mistake here.
    pub fn needs_source(&self) -> bool {
        let valued =
            matches!(self.kind, Kind::Quantity(_) | Kind::Concentration | Kind::Dose | Kind::RuleValue);
        self.role == Role::Model && valued
    }
}

impl Named {
    /// What a name of this sort is, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Cell => "a cell declared under [cell]",
            Self::Field => "a field declared under [field]",
            Self::Vesicle => "a vesicle declared under [vesicle]",
            Self::Mirna => "a mature miRNA such as `miR-21-5p`, or `scrambled`",
            Self::Injection => "a declared vesicle or field, or `mimic` and a miRNA",
            Self::Source => "a source declared under [source]",
        }
    }
}

/// Names in a row for a message: "`a`, `b` or `c`".
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

/// Sources that defaults of the table cite and no file needs to declare: key and text.
pub fn cited() -> impl Iterator<Item = (&'static str, &'static str)> {
    table::SOURCES.iter().copied()
}

/// The entry for a path, with the names that its placeholders matched.
pub fn find(path: &Path, names: &Names) -> Option<Matched> {
    pattern::find(path, names)
}

/// The nearest paths that would be right where this one is not.
pub fn suggestions(path: &Path, names: &Names) -> (String, Vec<String>) {
    pattern::suggestions(path, names)
}
