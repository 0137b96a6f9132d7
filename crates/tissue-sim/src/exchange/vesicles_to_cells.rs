//! What cells read of the vesicles they hold: repression, copies, captures, labels. All are 0 at rest.

use crate::plan::Plan;
use crate::setup::Signal;
use tissue_cells::{SignalId, Signals};
use tissue_vesicles::Vesicles;

/// Fills the signals that come from vesicles.
pub fn signals(vesicles: &Vesicles, plan: &Plan, signals: &mut Signals) {
    for (column, signal) in plan.signals.iter().enumerate() {
        let out = signals.column_mut(SignalId(column as u16));
        for (row, out) in out.iter_mut().enumerate() {
            // Whether there is a value depends on the signal alone.
            let Some(value) = read(vesicles, *signal, row) else { break };
            *out = value;
        }
    }
}

/// A signal of a cell; `None` where it is not of vesicles.
fn read(vesicles: &Vesicles, signal: Signal, row: usize) -> Option<f64> {
    let all = |of: fn(&Vesicles, usize, usize) -> u64| -> f64 {
        (0..vesicles.n_populations()).map(|population| of(vesicles, population, row) as f64).sum()
    };
    Some(match signal {
        Signal::Repression(program) => vesicles.repression(program, row),
        Signal::Copies(ways) => ways.species().map(|species| vesicles.copies(species, row) as f64).sum(),
        Signal::TakenUp(population) => vesicles.taken_up(population, row) as f64,
        Signal::AllTakenUp => all(Vesicles::taken_up),
        Signal::Labelled(population) => vesicles.labelled(population, row) as f64,
        Signal::AllLabelled => all(Vesicles::labelled),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::Ways;
    use tissue_vesicles::{CargoLaw, FateLaw, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw};
    use vesicle_base::{Rng, Span};

    fn population(species: u16) -> PopulationLaw {
        PopulationLaw {
            bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
            cargo: vec![CargoLaw { species, mean_copies_per_vesicle: 5.0, dispersion: 0.0 }],
            capture: vec![],
            fate: FateLaw {
                internalise_per_min: 1.0,
                escape_fraction: 1.0,
                escape_per_min: 1.0,
                rerelease_fraction: 0.0,
            },
            label_half_life_min: f64::INFINITY,
        }
    }

    /// All fuse, a label that does not fade shows all that were captured, and copies that came in two ways count together.
    #[test]
    fn labels_outlive_their_vesicles_and_copies_of_all_ways_count() {
        let species = vec![SpeciesLaw { half_life_min: f64::INFINITY, family: None }; 2];
        let laws = vec![population(0), population(1)];
        let mut cells = Vesicles::new(laws, species, ResponseLaw::none()).expect("the laws are sound");
        cells.push(0);
        let rng = Rng::new(1);
        for tick in 0..40 {
            let span = Span::of_tick(tick, 6.0);
            if tick == 0 {
                cells.capture_counted(0, 7, 0, 100, &span, &rng);
                cells.capture_counted(0, 7, 1, 30, &span, &rng);
            }
            cells.advance(&[7], &span, &rng);
            assert_eq!(read(&cells, Signal::Labelled(0), 0), Some(100.0));
            assert_eq!(read(&cells, Signal::Labelled(1), 0), Some(30.0));
            assert_eq!(read(&cells, Signal::AllLabelled, 0), Some(130.0));
        }
        assert_eq!((cells.bound(0, 0), cells.endosomal(0, 0)), (0, 0), "all are gone");
        let [a, b] =
            [0, 1].map(|species| read(&cells, Signal::Copies(Ways::of([species])), 0).unwrap_or(0.0));
        assert!(a > 300.0 && b > 50.0);
        assert_eq!(read(&cells, Signal::Copies(Ways::of([0, 1])), 0), Some(a + b));
        assert_eq!(read(&cells, Signal::Field(0), 0), None);
    }
}
