//! Surfaces that fill within a tick: what they clear is the mean over it.
//!
//! Equation: B' = Σ k(c(B)) ρ − k_i B of every cell, c = c₀/(1 + B/K), over the sizes of a population.
//! Discretisation: ρ where the surface lies, as it is at the start of the tick, falls as the free of the whole tissue do by what cells
//! capture, found in two passes.
//! Proved by `tests/alone.rs`: `cells_that_fill`, and `tissue_vesicles::capture::tests`.

use crate::free::Dissolved;
use crate::tissue::Tissue;
use tissue_vesicles::capture::{Filling, filling_clearance, surface_clearance};
use tissue_vesicles::{CaptureLaw, PopulationLaw};
use vesicle_base::Span;

/// One population whose cells fill.
struct Population<'a> {
    law: &'a PopulationLaw,
    free: &'a Dissolved,
    /// The number of its first size among free fields.
    first: usize,
}

/// Gives the cells of a population whose capacity is limited the mean clearance of the tick; `first` is the number of its first
/// free field.
pub fn let_fill(t: &mut Tissue, population: usize, first: usize, span: &Span) {
    let limited = |law: &Option<CaptureLaw>| law.is_some_and(|law| law.capacity < f64::INFINITY);
    let law = t.vesicles.population(population);
    let Some(free) = t.free[population].dissolved().filter(|_| law.capture.iter().any(limited)) else {
        return;
    };
    let amount = free.amount();
    if amount <= 0.0 {
        return;
    }
    let decay_per_min = free.fields.law(0).decay_per_min;
    let mut fall_per_min = decay_per_min;
    let mut means = core::mem::take(&mut t.shares.filled);
    means.clear();
    means.resize(t.cells.len(), None);
    let of = Population { law, free, first };
    for _ in 0..2 {
        let mut taken_per_min = 0.0;
        for (at, mean) in means.iter_mut().enumerate() {
            taken_per_min += fill_one(t, population, &of, at, (span.length_min, fall_per_min), mean);
        }
        fall_per_min = decay_per_min + taken_per_min / amount;
    }
    let (n, n_sizes) = (t.cells.len(), free.fields.len());
    for number in first..first + n_sizes {
        for (at, mean) in means.iter().enumerate() {
            if let Some(mean) = mean {
                t.shares.clearance[number * n + at] = *mean;
            }
        }
    }
    t.shares.filled = means;
}

/// Finds the mean of one cell, by its place in gathers; returns how many it then captures a minute.
fn fill_one(
    t: &Tissue,
    population: usize,
    of: &Population,
    at: usize,
    (minutes, fall_per_min): (f64, f64),
    mean: &mut Option<f64>,
) -> f64 {
    let row = t.place.rows[at] as usize;
    let law = of.law.capture.get(usize::from(t.vesicles.receiver(row))).copied().flatten();
    let Some(law) = law.filter(|_| !t.cells.is_dead(row)) else { return 0.0 };
    let arrive = |surface: f64| -> f64 {
        let of_bin = |bin: usize| {
            let density = super::density(t.shares.surface(of.first + bin, at), of.free.fields.values(bin));
            if density > 0.0 { density * clearance(t, of, bin, at, surface) } else { 0.0 }
        };
        (0..of.free.fields.len()).map(of_bin).sum()
    };
    let bound = t.vesicles.bound(population, row) as f64;
    let leave_per_min = of.law.fate.internalise_per_min;
    if law.capacity == f64::INFINITY {
        return arrive(surface_clearance(&law, bound));
    }
    let filling = Filling { bound, leave_per_min, fall_per_min, minutes };
    let found = filling_clearance(&law, &filling, arrive);
    *mean = Some(found);
    arrive(found)
}

/// The clearance, µm³/min, at the values of its voxels, of a cell whose surface clears so much.
fn clearance(t: &Tissue, of: &Population, bin: usize, at: usize, surface: f64) -> f64 {
    let known = t.shares.of_field[of.first + bin].map(|known| &t.shares.surfaces[known]);
    known.map_or(0.0, |known| known.ways[at].clearance(surface, of.law.bins[bin].diffusion_um2_per_min))
}
