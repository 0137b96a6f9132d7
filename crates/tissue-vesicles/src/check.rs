//! What a declaration must satisfy before anything is built from it.

use crate::law::{CargoLaw, FateLaw, PopulationLaw, SpeciesLaw};
use crate::response::{ReceiverLaw, ResponseLaw};

/// Why a declaration cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LawError {
    /// A number outside its range.
    #[error("{what} is {value}; expected {expected}")]
    Range {
        /// Whose number it is.
        what: String,
        /// The number.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// An index that points at nothing.
    #[error("{what} points at number {index} of {count}")]
    Index {
        /// What points.
        what: String,
        /// Where to.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// Two lists that must have one length.
    #[error("{what} has {found} entries; expected {expected}")]
    Length {
        /// Which list.
        what: String,
        /// Its length.
        found: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A population carries one species twice.
    #[error("population {population} carries species {species} twice")]
    Twice {
        /// Index of the population.
        population: usize,
        /// Index of the species.
        species: u16,
    },
}

type Checked = Result<(), LawError>;

pub(crate) fn range(holds: bool, what: impl Into<String>, value: f64, expected: &'static str) -> Checked {
    if holds { Ok(()) } else { Err(LawError::Range { what: what.into(), value, expected }) }
}

fn not_negative(what: impl Into<String>, value: f64) -> Checked {
    range(value.is_finite() && value >= 0.0, what, value, "0 or more, finite")
}

fn share(what: impl Into<String>, value: f64) -> Checked {
    range((0.0..=1.0).contains(&value), what, value, "0 to 1")
}

fn index(what: impl Into<String>, index: usize, count: usize) -> Checked {
    if index < count { Ok(()) } else { Err(LawError::Index { what: what.into(), index, count }) }
}

fn length(what: impl Into<String>, found: usize, expected: usize) -> Checked {
    if found == expected { Ok(()) } else { Err(LawError::Length { what: what.into(), found, expected }) }
}

/// Populations and species together.
pub(crate) fn laws(populations: &[PopulationLaw], species: &[SpeciesLaw]) -> Checked {
    for (s, law) in species.iter().enumerate() {
        let what = format!("half-life of species {s}");
        range(law.half_life_min > 0.0, what, law.half_life_min, "more than 0 min")?;
    }
    let n_receivers = populations.first().map_or(0, |law| law.capture.len());
    for (p, law) in populations.iter().enumerate() {
        length(format!("capture of population {p}"), law.capture.len(), n_receivers)?;
        population(p, law, species.len())?;
    }
    Ok(())
}

fn population(p: usize, law: &PopulationLaw, n_species: usize) -> Checked {
    range(law.label_half_life_min > 0.0, "half-life of a label", law.label_half_life_min, "more than 0 min")?;
    let mut shares = 0.0;
    for bin in &law.bins {
        not_negative(format!("diameter in population {p}"), bin.diameter_um)?;
        range(bin.diffusion_um2_per_min >= 0.0, "diffusion", bin.diffusion_um2_per_min, "0 or more")?;
        share(format!("share of a size in population {p}"), bin.share)?;
        shares += bin.share;
    }
    range((shares - 1.0).abs() < 1e-9, format!("shares of population {p}"), shares, "a sum of 1")?;
    for capture in law.capture.iter().flatten() {
        range(capture.clearance_um3_per_min >= 0.0, "clearance", capture.clearance_um3_per_min, "0 or more")?;
        range(capture.capacity > 0.0, "capacity", capture.capacity, "more than 0 vesicles")?;
    }
    cargo(p, &law.cargo, n_species)?;
    fate(&law.fate)
}

fn cargo(population: usize, cargo: &[CargoLaw], n_species: usize) -> Checked {
    for (c, law) in cargo.iter().enumerate() {
        index(format!("cargo of population {population}"), law.species as usize, n_species)?;
        not_negative("copies per vesicle", law.mean_copies_per_vesicle)?;
        range(
            law.mean_copies_per_vesicle <= 1e6,
            "copies per vesicle",
            law.mean_copies_per_vesicle,
            "at most 1e6",
        )?;
        not_negative("dispersion of cargo", law.dispersion)?;
        if cargo[..c].iter().any(|other| other.species == law.species) {
            return Err(LawError::Twice { population, species: law.species });
        }
    }
    Ok(())
}

fn fate(law: &FateLaw) -> Checked {
    not_negative("rate of internalisation, 1/min,", law.internalise_per_min)?;
    not_negative("rate of leaving the endosome, 1/min,", law.escape_per_min)?;
    share("escape fraction", law.escape_fraction)?;
    share("re-release fraction", law.rerelease_fraction)?;
    share("escape and re-release together", law.escape_fraction + law.rerelease_fraction)
}

/// The response, and that the species' families exist in it.
pub(crate) fn response(law: &ResponseLaw, species: &[SpeciesLaw]) -> Checked {
    let positive = |value: f64| value.is_finite() && value > 0.0;
    range(positive(law.threshold_copies), "threshold", law.threshold_copies, "more than 0 copies per cell")?;
    range(positive(law.hill), "Hill power", law.hill, "more than 0")?;
    if law.receivers.is_empty() {
        return Ok(());
    }
    for family in species.iter().filter_map(|s| s.family) {
        index("seed family of a species", family as usize, law.n_families)?;
    }
    let n_programs = law.receivers[0].programs.len();
    law.receivers.iter().try_for_each(|receiver_law| receiver(receiver_law, law.n_families, n_programs))
}

fn receiver(law: &ReceiverLaw, n_families: usize, n_programs: usize) -> Checked {
    length("own copies of a receiver", law.baseline_copies.len(), n_families)?;
    length("competing sites of a receiver", law.pool.len(), n_families)?;
    length("programs of a receiver", law.programs.len(), n_programs)?;
    law.baseline_copies.iter().try_for_each(|copies| not_negative("own copies per cell", *copies))?;
    law.pool.iter().try_for_each(|sites| not_negative("competing sites per cell", *sites))?;
    for (family, strength) in law.genes.iter().flat_map(|gene| &gene.hits) {
        index("seed family of a target", *family as usize, n_families)?;
        range(strength.is_finite(), "strength of a target", *strength, "a number")?;
    }
    for (gene, weight) in law.programs.iter().flatten() {
        index("gene of a program", *gene as usize, law.genes.len())?;
        range(weight.is_finite(), "weight of a gene", *weight, "a number")?;
    }
    Ok(())
}
