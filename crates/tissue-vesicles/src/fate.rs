//! Where a vesicle is at the end of a tick: bound, endosomal, or out of the endosome; and how much of what it then
//! delivered is still there.
//!
//! Equation: bound →(k_i) endosomal →(k_e) fused (share f), back outside (share r) or degraded (the rest); a copy
//! delivered to the cytosol decays at k_c. The chances are those of this Markov chain after the whole tick.
//! Discretisation: exact for any tick (`chain`); a vesicle captured within the tick came at a time uniform in it.
//! Reference: the master equation of a linear chain, e.g. Jahnke and Huisinga (2007), doi 10.1007/s00285-006-0034-x.
//! Proved by `tests::chances_meet_a_fine_integration` and `tests::two_half_ticks_are_one`.

use crate::chain::exp_divided;
use crate::law::{FateLaw, PopulationLaw, SpeciesLaw};
use vesicle_base::math;

/// Chances of the vesicles that began a tick in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Still bound at the end.
    pub bound: f64,
    /// In the endosome at the end.
    pub endosomal: f64,
    /// Out of the endosome at the end, by whatever way.
    pub out: f64,
    /// For each cargo of the population: chance that a copy delivered within the tick is there at its end.
    pub survival: Vec<f64>,
    /// The same for the label.
    pub label_survival: f64,
}

/// All chances of one population over one tick.
#[derive(Clone, Debug, PartialEq)]
pub struct FateOdds {
    /// Of vesicles bound when the tick began.
    pub bound: Passage,
    /// Of vesicles captured within the tick.
    pub fresh: Passage,
    /// Of vesicles in the endosome when the tick began.
    pub endosomal: Passage,
    /// Share of the vesicles leaving the endosome that fuse.
    pub fused_share: f64,
    /// Share of those that do not fuse which go back out of the cell.
    pub rereleased_of_rest: f64,
    /// Chance that a label is there at the end of the tick.
    pub label_kept: f64,
}

/// All chances of one tick length: made once, used for every cell.
#[derive(Clone, Debug, PartialEq)]
pub struct TickOdds {
    /// Length of the tick, minutes.
    pub length_min: f64,
    /// Of each population.
    pub populations: Vec<FateOdds>,
    /// Of each species: chance that a copy in the cytosol is there at the end of the tick.
    pub kept: Vec<f64>,
    /// The same chances, each with the species that share it.
    pub alike: Vec<(f64, Vec<usize>)>,
}

impl TickOdds {
    /// The chances over `length_min` minutes.
    pub fn new(populations: &[PopulationLaw], species: &[SpeciesLaw], length_min: f64) -> Self {
        let decay: Vec<f64> = species.iter().map(|s| math::rate_of_half_life(s.half_life_min)).collect();
        let kept: Vec<f64> = decay.iter().map(|rate| math::left_after(*rate, length_min)).collect();
        Self {
            length_min,
            populations: populations.iter().map(|law| FateOdds::new(law, &decay, length_min)).collect(),
            alike: alike(&kept),
            kept,
        }
    }
}

impl FateOdds {
    fn new(law: &PopulationLaw, decay_per_min: &[f64], length_min: f64) -> Self {
        let decays: Vec<f64> =
            law.cargo.iter().map(|cargo| decay_per_min[cargo.species as usize] * length_min).collect();
        let label = math::rate_of_half_life(law.label_half_life_min) * length_min;
        let rest = 1.0 - law.fate.escape_fraction;
        let steps = Steps::new(&law.fate, length_min);
        Self {
            bound: steps.passage(
                [steps.bound(), steps.endosomal(), steps.out()],
                &decays,
                label,
                Steps::alive,
            ),
            fresh: steps.passage(steps.fresh(), &decays, label, Steps::fresh_alive),
            endosomal: steps.passage(steps.waiting(), &decays, label, Steps::endosomal_alive),
            fused_share: law.fate.escape_fraction,
            rereleased_of_rest: if rest > 0.0 { (law.fate.rerelease_fraction / rest).min(1.0) } else { 0.0 },
            label_kept: math::exp(-label),
        }
    }

    /// Those bound before, those captured within the tick, those in the endosome.
    pub(crate) fn passages(&self) -> [&Passage; 3] {
        [&self.bound, &self.fresh, &self.endosomal]
    }
}

/// The two rates times the length of the tick.
struct Steps {
    inward: f64,
    outward: f64,
}

impl Steps {
    fn new(law: &FateLaw, length_min: f64) -> Self {
        Self { inward: law.internalise_per_min * length_min, outward: law.escape_per_min * length_min }
    }

    fn bound(&self) -> f64 {
        math::exp(-self.inward)
    }

    fn endosomal(&self) -> f64 {
        self.inward * exp_divided([-self.inward, -self.outward])
    }

    fn out(&self) -> f64 {
        self.inward * self.outward * exp_divided([-self.inward, -self.outward, 0.0])
    }

    fn fresh(&self) -> [f64; 3] {
        let (i, o) = (self.inward, self.outward);
        [exp_divided([-i, 0.0]), i * exp_divided([-i, -o, 0.0]), i * o * exp_divided([-i, -o, 0.0, 0.0])]
    }

    fn waiting(&self) -> [f64; 3] {
        [0.0, math::exp(-self.outward), self.outward * exp_divided([-self.outward, 0.0])]
    }

    fn alive(&self, decay: f64) -> f64 {
        self.inward * self.outward * exp_divided([-self.inward, -self.outward, -decay])
    }

    fn fresh_alive(&self, decay: f64) -> f64 {
        self.inward * self.outward * exp_divided([-self.inward, -self.outward, -decay, 0.0])
    }

    fn endosomal_alive(&self, decay: f64) -> f64 {
        self.outward * exp_divided([-self.outward, -decay])
    }

    fn passage(&self, ends: [f64; 3], decays: &[f64], label: f64, alive: fn(&Self, f64) -> f64) -> Passage {
        let [bound, endosomal, out] = ends;
        let survival = |decay: f64| if out > 0.0 { (alive(self, decay) / out).min(1.0) } else { 1.0 };
        Passage {
            bound,
            endosomal,
            out,
            survival: of_each(decays, survival),
            label_survival: survival(label),
        }
    }
}

/// The places of equal values.
fn alike(values: &[f64]) -> Vec<(f64, Vec<usize>)> {
    let mut groups: Vec<(f64, Vec<usize>)> = Vec::new();
    for (place, value) in values.iter().enumerate() {
        match groups.iter_mut().find(|(seen, _)| seen == value) {
            Some((_, places)) => places.push(place),
            None => groups.push((*value, vec![place])),
        }
    }
    groups
}

/// A function of each value, computed once for equal values: most molecules share one half-life.
fn of_each(values: &[f64], of: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut known: Vec<(u64, f64)> = Vec::new();
    let mut one = |value: &f64| {
        let bits = value.to_bits();
        if let Some((_, result)) = known.iter().find(|(seen, _)| *seen == bits) {
            return *result;
        }
        let result = of(*value);
        known.push((bits, result));
        result
    };
    values.iter().map(&mut one).collect()
}

impl Passage {
    /// Chance of having left the surface, and of being out of the endosome given that.
    pub(crate) fn leaving(&self) -> (f64, f64) {
        let left = self.endosomal + self.out;
        (left, if left > 0.0 { self.out / left } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{CargoLaw, SizeBin};

    fn law(fate: FateLaw) -> PopulationLaw {
        PopulationLaw {
            bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
            cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 1.0, dispersion: 0.0 }],
            capture: vec![],
            fate,
            label_half_life_min: 600.0,
        }
    }

    const FATE: FateLaw = FateLaw {
        internalise_per_min: 0.05,
        escape_fraction: 0.1,
        escape_per_min: 0.02,
        rerelease_fraction: 0.3,
    };

    /// Explicit midpoint steps of the chain bound → endosomal → alive, with `fed` vesicles captured a minute.
    fn integrate(start: [f64; 3], fed: f64, decay: f64, length: f64) -> [f64; 4] {
        let n = 20_000;
        let h = length / f64::from(n);
        let slope = |y: [f64; 4]| {
            let (i, o) = (FATE.internalise_per_min, FATE.escape_per_min);
            [fed - i * y[0], i * y[0] - o * y[1], o * y[1] - decay * y[2], o * y[1]]
        };
        (0..n).fold([start[0], start[1], start[2], 0.0], |y, _| {
            let k = slope(y);
            let k = slope(core::array::from_fn(|j| y[j] + 0.5 * h * k[j]));
            core::array::from_fn(|j| y[j] + h * k[j])
        })
    }

    #[test]
    fn chances_meet_a_fine_integration() {
        let species = [SpeciesLaw { half_life_min: 50.0, family: None }];
        let decay = math::rate_of_half_life(50.0);
        for length in [0.1, 6.0, 90.0] {
            let odds = TickOdds::new(&[law(FATE)], &species, length).populations.remove(0);
            let fed = 1.0 / length;
            let cases = [
                (&odds.bound, [1.0, 0.0, 0.0], 0.0),
                (&odds.fresh, [0.0; 3], fed),
                (&odds.endosomal, [0.0, 1.0, 0.0], 0.0),
            ];
            for (passage, start, fed) in cases {
                let [bound, endosomal, alive, out] = integrate(start, fed, decay, length);
                let got = [passage.bound, passage.endosomal, passage.out * passage.survival[0], passage.out];
                for (got, want) in got.into_iter().zip([bound, endosomal, alive, out]) {
                    assert!((got - want).abs() < 1e-7 * want + 1e-12, "{length}: {got} {want}");
                }
                assert!((passage.bound + passage.endosomal + passage.out - 1.0).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn two_half_ticks_are_one() {
        let species = [SpeciesLaw { half_life_min: f64::INFINITY, family: None }];
        let whole = TickOdds::new(&[law(FATE)], &species, 60.0).populations.remove(0);
        let half = TickOdds::new(&[law(FATE)], &species, 30.0).populations.remove(0);
        let twice = half.bound.bound * half.bound.endosomal + half.bound.endosomal * half.endosomal.endosomal;
        assert!((whole.bound.endosomal - twice).abs() < 1e-15);
        assert!((whole.bound.survival[0] - 1.0).abs() < 1e-12, "nothing decays that does not decay");
    }

    #[test]
    fn nothing_moves_at_rate_zero() {
        let still = FateLaw { internalise_per_min: 0.0, escape_per_min: 0.0, ..FATE };
        let species = [SpeciesLaw { half_life_min: 1.0, family: None }];
        let odds = TickOdds::new(&[law(still)], &species, 6.0).populations.remove(0);
        assert_eq!((odds.bound.bound, odds.fresh.bound, odds.endosomal.endosomal), (1.0, 1.0, 1.0));
        assert_eq!(odds.bound.leaving(), (0.0, 0.0));
    }
}
