//! The pools as real-valued means: what the well-mixed twin carries, from the very chances that the cells draw with.
//!
//! Equation: B′ = c − k_i B, E′ = k_i B − k_e E, C′ = f k_e m E − k_c C for a capture rate c held over the step.
//! Discretisation: the closed form of this linear system (`fate`), exact and positive for any step.
//! Reference: see `fate`.
//! Proved by `tests::means_do_not_depend_on_the_step` and `tests/means.rs`.

use crate::fate::{Passage, TickOdds};
use crate::law::{FateLaw, PopulationLaw};

/// The rates of a fate, 1/min.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanRates {
    /// Bound to endosomal.
    pub internalise_per_min: f64,
    /// Endosomal to fused.
    pub fuse_per_min: f64,
    /// Endosomal to back outside.
    pub rerelease_per_min: f64,
    /// Endosomal to degraded.
    pub degrade_per_min: f64,
}

/// The rates of a fate.
pub fn mean_rates(law: FateLaw) -> MeanRates {
    let left = 1.0 - law.escape_fraction - law.rerelease_fraction;
    MeanRates {
        internalise_per_min: law.internalise_per_min,
        fuse_per_min: law.escape_per_min * law.escape_fraction,
        rerelease_per_min: law.escape_per_min * law.rerelease_fraction,
        degrade_per_min: law.escape_per_min * left.max(0.0),
    }
}

/// Mean contents of one receiver.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanPools {
    /// Vesicles bound, per population.
    pub bound: Vec<f64>,
    /// Vesicles in endosomes, per population.
    pub endosomal: Vec<f64>,
    /// Labels left by vesicles that are gone, per population.
    pub label: Vec<f64>,
    /// Vesicles captured since the start, per population.
    pub taken_up: Vec<f64>,
    /// Copies in the cytosol, per species.
    pub cytosol: Vec<f64>,
    /// Vesicles released again since the start, per population.
    pub rereleased: Vec<f64>,
    /// Vesicles fused since the start, per population.
    pub fused: Vec<f64>,
    /// Vesicles degraded since the start, per population.
    pub degraded: Vec<f64>,
}

impl MeanPools {
    /// Empty pools.
    pub fn new(n_populations: usize, n_species: usize) -> Self {
        let none = vec![0.0; n_populations];
        Self {
            bound: none.clone(),
            endosomal: none.clone(),
            label: none.clone(),
            taken_up: none.clone(),
            cytosol: vec![0.0; n_species],
            rereleased: none.clone(),
            fused: none.clone(),
            degraded: none,
        }
    }

    /// Advances by the length of `odds` while each population is captured at `captured_per_min`.
    pub fn advance_exact(
        &mut self,
        populations: &[PopulationLaw],
        odds: &TickOdds,
        captured_per_min: &[f64],
    ) {
        for (copies, kept) in self.cytosol.iter_mut().zip(&odds.kept) {
            *copies *= kept;
        }
        for (p, law) in populations.iter().enumerate() {
            self.advance_population(p, law, odds, captured_per_min[p] * odds.length_min);
        }
    }

    /// Vesicles of a population that a label shows.
    pub fn labelled(&self, population: usize) -> f64 {
        self.bound[population] + self.endosomal[population] + self.label[population]
    }

    fn advance_population(&mut self, p: usize, law: &PopulationLaw, odds: &TickOdds, captured: f64) {
        let fate = &odds.populations[p];
        let sources =
            [(&fate.bound, self.bound[p]), (&fate.fresh, captured), (&fate.endosomal, self.endosomal[p])];
        let over =
            |share: &dyn Fn(&Passage) -> f64| sources.iter().map(|(odds, n)| share(odds) * n).sum::<f64>();
        let out = over(&|odds| odds.out);
        let fused = fate.fused_share * out;
        let rereleased = (out - fused) * fate.rereleased_of_rest;
        let remain = 1.0 - (1.0 - fate.fused_share) * fate.rereleased_of_rest;
        let survivals = [&fate.bound, &fate.fresh, &fate.endosomal].map(|odds| odds.survival.as_slice());
        let alive = survivals[0].iter().zip(survivals[1]).zip(survivals[2]);
        for (cargo, ((bound, fresh), endosomal)) in law.cargo.iter().zip(alive) {
            let alive = sources[0].0.out * bound * sources[0].1
                + sources[1].0.out * fresh * sources[1].1
                + sources[2].0.out * endosomal * sources[2].1;
            self.cytosol[cargo.species as usize] += cargo.mean_copies_per_vesicle * fate.fused_share * alive;
        }
        let labels = remain * over(&|odds| odds.out * odds.label_survival);
        let (bound, endosomal) = (over(&|odds| odds.bound), over(&|odds| odds.endosomal));
        self.label[p] = self.label[p] * fate.label_kept + labels;
        self.bound[p] = bound;
        self.endosomal[p] = endosomal;
        self.taken_up[p] += captured;
        self.fused[p] += fused;
        self.rereleased[p] += rereleased;
        self.degraded[p] += out - fused - rereleased;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::{CargoLaw, SizeBin, SpeciesLaw};
    use proptest::prelude::*;

    fn one(fate: FateLaw) -> Vec<PopulationLaw> {
        vec![PopulationLaw {
            bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
            cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 2.0, dispersion: 0.0 }],
            capture: vec![],
            fate,
            label_half_life_min: 600.0,
        }]
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-12
    }

    proptest! {
        #[test]
        fn means_do_not_depend_on_the_step(
            inward in 0.0..2.0_f64, outward in 0.0..2.0_f64, fused in 0.0..0.6_f64, back in 0.0..0.4_f64,
            half_life in 1.0..1e4_f64, rate in 0.0..1e6_f64, parts in 2..40_u32,
        ) {
            let fate = FateLaw { internalise_per_min: inward, escape_fraction: fused, escape_per_min: outward,
                rerelease_fraction: back };
            let laws = one(fate);
            let species = [SpeciesLaw { half_life_min: half_life, family: None }];
            let (mut whole, mut split) = (MeanPools::new(1, 1), MeanPools::new(1, 1));
            whole.advance_exact(&laws, &TickOdds::new(&laws, &species, 60.0), &[rate]);
            let odds = TickOdds::new(&laws, &species, 60.0 / f64::from(parts));
            (0..parts).for_each(|_| split.advance_exact(&laws, &odds, &[rate]));
            for (a, b) in [(whole.bound[0], split.bound[0]), (whole.endosomal[0], split.endosomal[0]),
                (whole.cytosol[0], split.cytosol[0]), (whole.label[0], split.label[0]),
                (whole.fused[0], split.fused[0]), (whole.rereleased[0], split.rereleased[0])] {
                prop_assert!(close(a, b), "{} {}", a, b);
            }
            let kept = split.bound[0] + split.endosomal[0] + split.fused[0] + split.degraded[0] + split.rereleased[0];
            prop_assert!(close(kept, split.taken_up[0]));
        }
    }

    #[test]
    fn the_steady_state_is_the_budget_of_the_facts() {
        let fate = FateLaw {
            internalise_per_min: 0.2,
            escape_fraction: 0.3,
            escape_per_min: 1.0 / 120.0,
            rerelease_fraction: 0.0,
        };
        let mut laws = one(fate);
        laws[0].cargo[0].mean_copies_per_vesicle = 0.00825;
        let species = [SpeciesLaw { half_life_min: 34.0 * 60.0, family: None }];
        let odds = TickOdds::new(&laws, &species, 6.0);
        let mut pools = MeanPools::new(1, 1);
        (0..20_000).for_each(|_| pools.advance_exact(&laws, &odds, &[100.0 / 60.0]));
        assert!(
            (pools.cytosol[0] - 12.1).abs() < 0.1,
            "R c f t½ / ln 2 = 12 copies, got {}",
            pools.cytosol[0]
        );
    }
}
