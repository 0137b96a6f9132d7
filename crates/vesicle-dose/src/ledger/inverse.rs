//! The inverse: how much of the same preparation would be needed, and how many flasks and donors that takes.
//!
//! Copies in the cytosol are proportional to the dose in every draw, so the dose that a draw needs is its dose times
//! (copies needed / copies reached): exact, no search. The dose that would be answered "yes" is the one
//! given times the 90th percentile of that factor. What is loaded is taken to be loaded at the same copies per vesicle.

use super::chain::Draw;
use crate::spread::Spread;

/// A dose that would be needed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inverse {
    /// Particles; infinite when no copy arrives.
    pub particles: Spread,
    /// Particles of the dose that would be answered "yes", at the median of the count's error.
    pub particles_for_yes: f64,
    /// Vesicles offered to each cell.
    pub vesicles_per_cell: Spread,
    /// Culture flasks.
    pub flasks: Spread,
    /// Donors.
    pub donors: Spread,
    /// By what factor the dose given would have to grow.
    pub factor: Spread,
    /// The factor at which nine draws in ten reach what is needed: the dose that would be answered "yes".
    pub factor_for_yes: f64,
}

/// The dose that the draws need.
pub fn inverse(draws: &[Draw]) -> Inverse {
    let all = |value: &dyn Fn(&Draw) -> f64| -> Vec<f64> { draws.iter().map(value).collect() };
    let particles = |d: &Draw| d.particles * d.factor();
    let flasks = |d: &Draw| particles(d) / d.particles_per_flask;
    let of = |value: &dyn Fn(&Draw) -> f64| Spread::of(&all(&|d| finite_or_infinite(value(d))));
    let mut factors = all(&|d| finite_or_infinite(d.factor()));
    factors.sort_by(f64::total_cmp);
    let factor_for_yes = factors.get(nine_in_ten(factors.len())).copied().unwrap_or(f64::INFINITY);
    let given = Spread::of(&all(&|d| d.particles)).median;
    Inverse {
        particles: of(&particles),
        particles_for_yes: finite_or_infinite(given * factor_for_yes),
        vesicles_per_cell: of(&|d| d.offered * d.factor()),
        flasks: of(&flasks),
        donors: of(&|d| flasks(d) / d.flasks_per_donor),
        factor: Spread::of(&factors),
        factor_for_yes,
    }
}

/// 0 times infinity, a dose of nothing that never suffices, is infinite.
fn finite_or_infinite(value: f64) -> f64 {
    if value.is_nan() { f64::INFINITY } else { value }
}

/// Place of the smallest value that nine in ten of `n` ascending values do not exceed.
fn nine_in_ten(n: usize) -> usize {
    (9 * n).div_ceil(10).saturating_sub(1)
}
