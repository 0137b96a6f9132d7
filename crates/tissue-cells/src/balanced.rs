//! Where in the cycle the founders of a growing culture stand.
//!
//! Equation: in balanced growth at the rate λ, ages in a phase have the density e^(−λ a) P(still there at a); λ solves
//! 2^m Π L_k(λ) = 1 with L = r/(r + λ) for an exponential phase, e^(−λ/r) for a fixed one, m dividing phases a turn.
//! Discretisation: none but bisection for λ. A founder who grows has grown since she began to, at the volume law of a
//! live cell, from rest.
//!
//! Powell (1956), doi 10.1099/00221287-15-3-492.
//! Held by `growth_rates_are_known` and `tests/cycle.rs`.

use vesicle_base::{Draws, math};

use crate::cycle::{CycleModel, MOST_PHASES, Phase};

/// The age distribution of one cycle in balanced growth.
#[derive(Clone, Debug, PartialEq)]
pub struct Balanced {
    /// Growth rate of the culture without death, 1/min.
    pub growth_per_min: f64,
    /// Share of cells in each phase; they add to 1.
    pub shares: Vec<f64>,
    exits_per_min: Vec<f64>,
}

/// Where one founder stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// Phase.
    pub phase: u8,
    /// Time in it, min.
    pub elapsed_min: f64,
    /// Time since she began to grow, min; `None` if she has yet to.
    pub growing_min: Option<f64>,
}

impl Balanced {
    /// The distribution of a cycle left at the given rates, 1/min, one a phase. A phase without exit holds everybody.
    pub fn new(model: &CycleModel, exits_per_min: &[f64]) -> Self {
        let phases = model.phases();
        let exits_per_min = exits_per_min[..phases.len()].to_vec();
        if let Some(stop) = exits_per_min.iter().position(|exit| *exit <= 0.0) {
            let shares = (0..phases.len()).map(|phase| f64::from(u8::from(phase == stop))).collect();
            return Self { growth_per_min: 0.0, shares, exits_per_min };
        }
        let growth_per_min = growth(phases, &exits_per_min);
        let mut influx = 1.0;
        let mut shares: Vec<f64> = phases
            .iter()
            .zip(&exits_per_min)
            .map(|(phase, exit)| {
                let share = influx * stay(phase, *exit, growth_per_min);
                influx *= passing(phase, *exit, growth_per_min);
                share
            })
            .collect();
        let total: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= total;
        }
        Self { growth_per_min, shares, exits_per_min }
    }

    /// One founder.
    pub fn draw(&self, model: &CycleModel, draws: &mut Draws) -> Standing {
        let mut at = draws.uniform();
        let last = self.shares.iter().rposition(|share| *share > 0.0).unwrap_or(0);
        let mut phase = 0;
        while phase < last && at >= self.shares[phase] {
            at -= self.shares[phase];
            phase += 1;
        }
        let elapsed_min = self.age(&model.phases()[phase], phase, draws);
        let growing_min = self.growing_min(model, phase, draws).map(|before| before + elapsed_min);
        Standing { phase: phase as u8, elapsed_min, growing_min }
    }

    /// Age in the present phase, min.
    fn age(&self, phase: &Phase, at: usize, draws: &mut Draws) -> f64 {
        let (exit, growth) = (self.exits_per_min[at], self.growth_per_min);
        if exit <= 0.0 {
            0.0
        } else if !phase.fixed {
            draws.exponential() / (exit + growth)
        } else if growth > 0.0 {
            -math::ln_1p(draws.uniform() * math::expm1(-growth / exit)) / growth
        } else {
            draws.uniform() / exit
        }
    }

    /// Time in the phases between beginning to grow and the present one; `None` if she has not begun.
    fn growing_min(&self, model: &CycleModel, phase: usize, draws: &mut Draws) -> Option<f64> {
        let phases = model.phases();
        let (mut at, mut before_min) = (phase, 0.0);
        for _ in 0..MOST_PHASES {
            let previous = (at + phases.len() - 1) % phases.len();
            if phases[previous].divides {
                return None;
            }
            if phases[at].grows {
                return Some(before_min);
            }
            at = previous;
            before_min += self.whole(&phases[at], at, draws);
        }
        None
    }

    /// Length of a phase that is over, min.
    fn whole(&self, phase: &Phase, at: usize, draws: &mut Draws) -> f64 {
        match self.exits_per_min[at] {
            exit if exit <= 0.0 => 0.0,
            exit if phase.fixed => 1.0 / exit,
            exit => draws.exponential() / (exit + self.growth_per_min),
        }
    }
}

/// Cells that leave a phase per cell that enters, both weighed with growth; two for one at a division.
fn passing(phase: &Phase, exit: f64, growth: f64) -> f64 {
    let survive = if phase.fixed { math::exp(-growth / exit) } else { exit / (exit + growth) };
    if phase.divides { 2.0 * survive } else { survive }
}

/// Cells in a phase per cell that enters a minute.
fn stay(phase: &Phase, exit: f64, growth: f64) -> f64 {
    if !phase.fixed {
        1.0 / (exit + growth)
    } else if growth > 0.0 {
        -math::expm1(-growth / exit) / growth
    } else {
        1.0 / exit
    }
}

/// λ by bisection between 0 and the largest exit rate, where the product is at most 1.
fn growth(phases: &[Phase], exits: &[f64]) -> f64 {
    let product = |growth: f64| -> f64 {
        phases.iter().zip(exits).map(|(phase, exit)| passing(phase, *exit, growth)).product()
    };
    let n_divisions = phases.iter().filter(|phase| phase.divides).count();
    let (mut low, mut high) =
        (0.0, exits.iter().fold(0.0, |most, exit| f64::max(most, *exit)) * n_divisions as f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if product(middle) > 1.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{Purpose, Rng};

    fn of(model: &CycleModel) -> Balanced {
        let exits: Vec<f64> = model.phases().iter().map(|phase| phase.exit_per_min).collect();
        Balanced::new(model, &exits)
    }

    #[test]
    fn growth_rates_are_known() {
        let live = CycleModel::live();
        assert!((of(&live).growth_per_min - 0.0432 / 60.0).abs() < 1e-15);
        let fixed = live.with_fixed(&[true]).with_exits(&[0.01]);
        assert!((of(&fixed).growth_per_min - 0.01 * core::f64::consts::LN_2).abs() < 1e-15);
        let stuck = CycleModel::ki67_basic().with_exits(&[0.0]);
        assert_eq!(of(&stuck).shares, [1.0, 0.0]);
    }

    #[test]
    fn founders_follow_the_shares() {
        let model = CycleModel::flow_cytometry_separated();
        let balanced = of(&model);
        let n = 20_000;
        let mut counts = [0.0; 4];
        for id in 0..n {
            let standing = balanced.draw(&model, &mut Rng::new(4).at(Purpose(9), id, 0));
            counts[usize::from(standing.phase)] += 1.0 / n as f64;
            assert_eq!(standing.growing_min.is_some(), standing.phase > 0, "growth begins with S");
        }
        for (count, share) in counts.iter().zip(&balanced.shares) {
            assert!((count - share).abs() < 4.0 * (share / n as f64).sqrt(), "{count} not {share}");
        }
    }

    #[test]
    fn ages_in_a_fixed_phase_fall_off_with_growth() {
        let model = CycleModel::live().with_fixed(&[true]).with_exits(&[0.01]);
        let balanced = of(&model);
        let mean: f64 = (0..20_000)
            .map(|id| balanced.draw(&model, &mut Rng::new(5).at(Purpose(9), id, 0)).elapsed_min)
            .sum::<f64>()
            / 20_000.0;
        let expected = 100.0 * (1.0 / core::f64::consts::LN_2 - 1.0);
        assert!((mean - expected).abs() < 0.8, "{mean} not {expected}");
    }
}
