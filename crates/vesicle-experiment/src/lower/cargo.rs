//! What one vesicle carries: copies of each measured miRNA, of loaded mimics, of other molecules.
//!
//! Copies of a named miRNA = its relative abundance × all miRNA copies per vesicle; one prior for the total, never one
//! for every name. What is not quantified is drawn from the posterior of its pooled reads, and said so.

use super::Lowering;
use vesicle_base::random::mix_seed;
use vesicle_base::{Purpose, Rng, math};
use vesicle_cargo::profile::same_mirna;
use vesicle_cargo::{Abundance, Profile};

const POSTERIOR: Purpose = Purpose(0x0102);

/// The name of a mimic without targets.
pub(super) const WITHOUT_TARGETS: &str = "scrambled";

/// One molecule in one vesicle.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Load {
    /// miRNA or molecule.
    pub name: String,
    /// Seed of a miRNA that the table knows; empty otherwise.
    pub seed: String,
    /// Mean copies in one vesicle.
    pub copies: f64,
    /// Variance of the copies beyond Poisson, relative to the squared mean.
    pub dispersion: f64,
    /// What it is.
    pub sort: Sort,
    /// Whether the population has its copies scaled.
    pub is_scaled: bool,
}

/// What a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// miRNA that the vesicle has by nature.
    Natural,
    /// A loaded mimic.
    Mimic,
    /// miRNA that touching cells hand on.
    Passed,
    /// Another molecule.
    Molecule,
}

impl Load {
    /// Natural miRNA of which only the copies are wanted, because the names are known.
    fn nameless(copies: f64, dispersion: f64) -> Self {
        let (name, seed) = (String::new(), String::new());
        Self { name, seed, copies, dispersion, sort: Sort::Natural, is_scaled: false }
    }

    pub(super) fn mimic(name: &str, copies: f64) -> Self {
        let (name, seed) = (name.to_owned(), String::new());
        Self { name, seed, copies, dispersion: 0.0, sort: Sort::Mimic, is_scaled: false }
    }

    pub(super) fn passed(name: &str) -> Self {
        Self { sort: Sort::Passed, ..Self::mimic(name, 0.0) }
    }
}

impl Lowering<'_> {
    /// What a population carries; `population` is its place among those of the run.
    pub(super) fn loads(&mut self, name: &str, population: usize, injected: bool) -> Option<Vec<Load>> {
        let mut loads = Vec::new();
        if let Some(item) = self.map.at(&["vesicle", name, "cargo", "table"]).cloned() {
            let table = item.value.text();
            let profile = self.kept(self.library.cargo(&table), item.place.as_ref())?;
            loads = self.natural(name, population, &profile)?;
        }
        if injected {
            loads.extend(self.mimics()?);
        }
        for molecule in &self.experiment.names.molecules.clone() {
            if let Some(copies) = self.map.number(&["vesicle", name, "cargo", molecule]) {
                loads.push(Load { sort: Sort::Molecule, ..Load::mimic(molecule, copies) });
            }
        }
        Some(loads)
    }

    fn natural(&mut self, name: &str, population: usize, profile: &Profile) -> Option<Vec<Load>> {
        let total = self.number(&["vesicle", name, "cargo", "copies_per_vesicle"])?;
        let spread = self.number(&["vesicle", name, "cargo", "spread"])?;
        let log_sd = math::ln(spread);
        let dispersion = math::expm1(log_sd * log_sd);
        let scaled = self.map.names(&["vesicle", name, "cargo", "scale", "of"]).to_vec();
        let by =
            if scaled.is_empty() { 1.0 } else { self.number(&["vesicle", name, "cargo", "scale", "by"])? };
        if self.shape.is_none() {
            scaled.iter().for_each(|mirna| self.note_scaled(mirna, profile));
        }
        let is_scaled = |row: &Abundance| scaled.iter().any(|m| same_mirna(&row.mirna, m));
        let factor = |is_scaled: bool| if is_scaled { by } else { 1.0 };
        let seed = self.experiment.base.number(&["run", "seed"]).unwrap_or(1.0) as u64;
        let rng = Rng::new(mix_seed(&[seed, 0x0063_6172_676f]));
        let share = |k: usize, row: &Abundance| {
            let mut draws = rng.at(POSTERIOR, k as u64, self.draw);
            profile.share(row, (self.draw > 0).then_some(&mut draws))
        };
        let load = |(k, row): (usize, &Abundance)| match self.shape {
            None => Load {
                name: row.mirna.clone(),
                seed: row.seed.clone(),
                copies: total * share(k, row) * factor(is_scaled(row)),
                dispersion,
                sort: Sort::Natural,
                is_scaled: is_scaled(row),
            },
            Some(shape) => {
                let copies = shape
                    .follows(population, k)
                    .map_or(0.0, |is_scaled| total * share(k, row) * factor(is_scaled));
                Load::nameless(copies, dispersion)
            }
        };
        Some(profile.rows.iter().enumerate().map(load).collect())
    }

    /// Says of a miRNA that the experiment names how well its abundance is known.
    fn note_scaled(&mut self, mirna: &str, profile: &Profile) {
        let note = match profile.find(mirna) {
            None => format!("{mirna}: not in the cargo table, so it is taken as absent"),
            Some(row) if !row.is_quantified() => format!(
                "{mirna}: not quantified ({} reads in {} libraries); drawn from the posterior of its pooled reads",
                row.pooled_reads, profile.n_libraries
            ),
            Some(_) => return,
        };
        self.note(note);
    }

    /// Mimics of the arm; a mix shares the load.
    fn mimics(&mut self) -> Option<Vec<Load>> {
        let names = self.map.names(&["mimics"]).to_vec();
        if names.is_empty() {
            return Some(Vec::new());
        }
        let copies = self.number(&["mimic", "copies_per_vesicle"])? / names.len() as f64;
        Some(names.iter().map(|name| Load::mimic(name, copies)).collect())
    }
}
