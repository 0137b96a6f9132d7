//! Fields that do not diffuse, and grids of one voxel: each voxel alone, solved exactly.
//!
//! dρ/dt = S − kρ with k = U + λ over T: ρ(T) = ρ₀ e^{−kT} + S f, ∫ρ = ρ₀ f + S g, f = (1 − e^{−kT})/k, g = (T − f)/k.
//! Exact for frozen rates, so there is no step size and no bound. Any text on linear differential equations.
//! Proved by `an_immobile_field_follows_its_exact_solution`.

use crate::budget::Tally;
use crate::rates::Entry;
use crate::reduce::sum;
use vesicle_base::math::{exp, expm1};

/// What a voxel without neighbours does over a stretch of time.
struct Alone {
    /// Share of the start that is left.
    keep: f64,
    /// Time integral of a start of one, and the end of a source of one; min.
    lived_min: f64,
    /// Time integral of a source of one, min².
    fed_min2: f64,
}

impl Alone {
    fn new(loss_per_min: f64, time_min: f64) -> Self {
        let x = loss_per_min * time_min;
        let keep = exp(-x);
        if x < 1e-3 {
            let lived = 1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0)));
            let fed = 0.5 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0 * (1.0 - x / 6.0))));
            return Self { keep, lived_min: time_min * lived, fed_min2: time_min * time_min * fed };
        }
        let lived_min = -expm1(-x) / loss_per_min;
        Self { keep, lived_min, fed_min2: (time_min - lived_min) / loss_per_min }
    }
}

/// Advances every voxel by `time_min`; `taken[i]` receives what the sink of entry i removed.
pub fn advance(
    values: &mut [f64],
    entries: &[Entry],
    decay_per_min: f64,
    time_min: f64,
    taken: &mut [f64],
    tally: &mut Tally,
) {
    let plain = Alone::new(decay_per_min, time_min);
    let mut rest = values;
    let mut first = 0;
    for (entry, taken) in entries.iter().zip(taken) {
        let (before, from) = rest.split_at_mut(entry.voxel as usize - first);
        let (value, after) = from.split_first_mut().expect("an entry lies in the grid");
        fade(before, &plain, decay_per_min, tally);
        let alone = Alone::new(decay_per_min + entry.uptake_per_min, time_min);
        let integral = *value * alone.lived_min + entry.supply_per_min * alone.fed_min2;
        *taken = entry.uptake_per_min * integral;
        *value = *value * alone.keep + entry.supply_per_min * alone.lived_min;
        tally.react(entry.supply_per_min * time_min, *taken);
        tally.decayed += decay_per_min * integral;
        (rest, first) = (after, entry.voxel as usize + 1);
    }
    fade(rest, &plain, decay_per_min, tally);
}

fn fade(values: &mut [f64], plain: &Alone, decay_per_min: f64, tally: &mut Tally) {
    if decay_per_min > 0.0 {
        tally.decayed += decay_per_min * plain.lived_min * sum(values);
        for value in values {
            *value *= plain.keep;
        }
    }
}
