//! Surfaces that fill within a tick: what they clear is the mean over it.
//!
//! Equation: B' = Σ k(c(B)) ρ − k_i B of every cell, c = c₀/(1 + B/K), over the sizes of a population.
//! Discretisation: ρ where the surface lies, as it is at the start of the tick, falls as the free of the whole tissue do by what cells
//! capture, found in two passes.
//! Proved by `tests/alone.rs`: `cells_that_fill`, and `tissue_vesicles::capture::tests`.

use crate::layer::Approach;
use crate::tissue::Tissue;
use std::ops::Range;
use tissue_vesicles::capture::{Filling, filling_clearance, surface_clearance};
use tissue_vesicles::{CaptureLaw, PopulationLaw};
use vesicle_base::Span;

/// One population whose cells fill.
struct Population<'a> {
    law: &'a PopulationLaw,
    /// Its fields among those of the tissue.
    fields: Range<usize>,
    /// The first of them among free fields.
    first: usize,
}

/// Gives the cells of a population whose capacity is limited the mean clearance of the tick; `first` is the number of its first
/// free field.
pub fn let_fill(t: &mut Tissue, population: usize, first: usize, span: &Span) {
    let fields = t.free_fields(population);
    let limited = |law: &Option<CaptureLaw>| law.is_some_and(|law| law.capacity < f64::INFINITY);
    let law = t.vesicles.population(population);
    if fields.is_empty() || !law.capture.iter().any(limited) {
        return;
    }
    let amount: f64 = fields.clone().map(|field| t.fields.amount(field)).sum();
    if amount <= 0.0 {
        return;
    }
    let decay_per_min = t.fields.law(fields.start).decay_per_min;
    let mut fall_per_min = decay_per_min;
    let mut means = core::mem::take(&mut t.shares.filled);
    means.clear();
    means.resize(t.cells.len(), None);
    let of = Population { law, fields: fields.clone(), first };
    for _ in 0..2 {
        let mut taken_per_min = 0.0;
        for (at, mean) in means.iter_mut().enumerate() {
            taken_per_min += fill_one(t, population, &of, at, (span.length_min, fall_per_min), mean);
        }
        fall_per_min = decay_per_min + taken_per_min / amount;
    }
    let n = t.cells.len();
    for number in first..first + fields.len() {
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
            let density =
                super::density(t.shares.surface(of.first + bin, at), t.fields.values(of.fields.start + bin));
            if density > 0.0 { met(t, of, bin, at, (surface, density)) } else { 0.0 }
        };
        (0..of.fields.len()).map(of_bin).sum()
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

/// How many vesicles a minute come, at the start of the tick, to a cell whose surface clears so much and that has so many per µm³ in its
/// voxels.
fn met(t: &Tissue, of: &Population, bin: usize, at: usize, (surface, density): (f64, f64)) -> f64 {
    let Some(known) = t.shares.of_field[of.first + bin].map(|known| &t.shares.surfaces[known]) else {
        return 0.0;
    };
    let size = &of.law.bins[bin];
    let way = &known.ways[at];
    let Some(fade) = t.layers.fade(of.first + bin).filter(|_| surface > 0.0) else {
        return density * way.clearance(surface, size.diffusion_um2_per_min);
    };
    let row = t.place.rows[at] as usize;
    let contact_um = t.cells.radius_um(row) + 0.5 * size.diameter_um;
    let approach = Approach { way, onset: &known.onsets[at], contact_um, here_per_um3: density };
    let met = t.layers.meet(&fade, row, surface, &approach);
    density * met.there_share * met.clearance_um3_per_min
}
