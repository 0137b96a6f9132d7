//! Choices written as words on the command line: denominators, overrides, references.

use vesicle_base::Problem;
use vesicle_cargo::ValueKind;
use vesicle_cargo::compare::{CountMethod, Switch, VoomForm};
use vesicle_cargo::counts::{QuasiForm, QuasiOptions};
use vesicle_cargo::denominators::Denominator;
use vesicle_cargo::design::Override;

use clap::ValueEnum;

/// How counts are tested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Negative binomial quasi-likelihood for small and fractional counts
    #[default]
    Ql,
    /// The same in its older form, with a trended dispersion
    QlLegacy,
    /// voom with a prior that small samples carry, and quality weights of samples from 100 features
    Voom,
    /// voom exactly as limma
    #[value(alias = "voom-plain")]
    LimmaVoom,
    /// voom with quality weights of samples exactly as limma
    LimmaVoomQuality,
}

impl Method {
    /// The method of the statistics.
    pub fn counts(self, robust: bool) -> CountMethod {
        match self {
            Self::Ql => CountMethod::QuasiLikelihood(QuasiOptions { robust, ..QuasiOptions::default() }),
            Self::QlLegacy => CountMethod::QuasiLikelihood(QuasiOptions {
                form: QuasiForm::Legacy { dispersions: None },
                robust,
            }),
            Self::Voom => CountMethod::Voom(VoomForm::SmallSamples),
            Self::LimmaVoom => CountMethod::Voom(VoomForm::Limma { quality: false }),
            Self::LimmaVoomQuality => CountMethod::Voom(VoomForm::Limma { quality: true }),
        }
    }
}

/// On, off, or as the amount of data allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Choice {
    /// As the amount of data allows
    #[default]
    Auto,
    /// Always
    On,
    /// Never
    Off,
}

impl Choice {
    /// The switch of the statistics.
    pub fn switch(self) -> Switch {
        match self {
            Self::Auto => Switch::Auto,
            Self::On => Switch::On,
            Self::Off => Switch::Off,
        }
    }
}

const FORMS: &str = "stable-mean, global-mean, as-measured, references:NAME,NAME, spike-in:NAME,NAME, per:COLUMN or per:COLUMN*COLUMN";

/// Reads a denominator.
///
/// # Errors
/// A word that is none.
pub fn denominator(text: &str) -> Result<Denominator, Problem> {
    let names = |list: &str| -> Vec<String> {
        list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let found = match text.split_once(':') {
        None => match text {
            "stable-mean" => Some(Denominator::StableMean),
            "global-mean" => Some(Denominator::GlobalMean),
            "as-measured" => Some(Denominator::AsMeasured),
            _ => None,
        },
        Some(("references", list)) if !names(list).is_empty() => Some(Denominator::References(names(list))),
        Some(("spike-in", list)) if !names(list).is_empty() => Some(Denominator::SpikeIn(names(list))),
        Some(("per", product)) if product.split('*').all(|column| !column.trim().is_empty()) => {
            Some(Denominator::PerColumns(product.split('*').map(|c| c.trim().to_owned()).collect()))
        }
        Some(_) => None,
    };
    let known = ["stable-mean", "global-mean", "as-measured", "references", "spike-in", "per"];
    found.ok_or_else(|| {
        let word = text.split(':').next().unwrap_or(text);
        Problem::new(format!("unknown denominator `{text}`")).expected(FORMS).nearest(word, known)
    })
}

/// Denominators that stand beside the reported one when none is named: all that the table and its sheet allow.
///
/// `filled` are the columns of amounts that the sheet gives for every sample.
pub fn beside(kind: ValueKind, reported: &Denominator, filled: &[String]) -> Vec<Denominator> {
    let mut all = vec![Denominator::StableMean, Denominator::AsMeasured];
    if kind != ValueKind::Count {
        // For counts both means are the trimmed mean of M values.
        all.insert(1, Denominator::GlobalMean);
        all.extend(filled.iter().map(|column| put_in(Denominator::PerColumns(vec![column.clone()]), filled)));
    }
    all.retain(|d| d != reported);
    all
}

/// Column of the volume that went into the measurement, mL.
pub const VOLUME: &str = "input_volume_ml";

/// Whether a column holds an amount per volume.
fn is_concentration(column: &str) -> bool {
    column != VOLUME && column.ends_with("_ml")
}

/// Per particle is per concentration times the volume taken in; where the sheet gives the volume, it is taken.
pub fn put_in(denominator: Denominator, filled: &[String]) -> Denominator {
    match denominator {
        Denominator::PerColumns(columns)
            if columns.len() == 1
                && is_concentration(&columns[0])
                && filled.iter().any(|column| column == VOLUME) =>
        {
            Denominator::PerColumns(vec![columns[0].clone(), VOLUME.to_owned()])
        }
        other => other,
    }
}

/// What is assumed where amounts are put on a concentration alone.
pub fn volume_assumed<'a>(mut denominators: impl Iterator<Item = &'a Denominator>) -> Option<String> {
    let alone = denominators.find_map(|denominator| match denominator {
        Denominator::PerColumns(columns) if is_concentration(&columns[0]) && columns.len() == 1 => {
            Some(columns[0].clone())
        }
        _ => None,
    })?;
    Some(format!("{VOLUME} is not given for every sample: per {alone} takes the volumes as equal"))
}

/// Reads overrides; every unknown one is a problem.
///
/// # Errors
/// Names that overrule nothing.
pub fn overrides(names: &[String]) -> Result<Vec<Override>, Vec<Problem>> {
    let all = [Override::FewDonors, Override::NestedInBatch, Override::RepeatedDonors];
    let known: Vec<String> = all.iter().map(ToString::to_string).collect();
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for name in names {
        match known.iter().position(|k| k == name) {
            Some(at) => found.push(all[at]),
            None => problems.push(
                Problem::new(format!("unknown override `{name}`"))
                    .expected(known.join(", "))
                    .nearest(name, known.iter().map(String::as_str)),
            ),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// Reads `COLUMN=LEVEL`.
///
/// # Errors
/// A text without `=`.
pub fn pair(option: &str, text: &str) -> Result<(String, String), Problem> {
    match text.split_once('=') {
        Some((column, level)) if !column.trim().is_empty() && !level.trim().is_empty() => {
            Ok((column.trim().to_owned(), level.trim().to_owned()))
        }
        _ => Err(Problem::new(format!("{option} not understood"))
            .expected(format!("{option} COLUMN=LEVEL"))
            .found(text)),
    }
}
