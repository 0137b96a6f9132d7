//! Damage grows at a rate and is repaired in proportion.
//!
//! Equation: dD/dt = r_d − r_r D. Discretisation: exact over the tick for rates frozen in it; PhysiCell 1.14 takes
//! implicit Euler steps to the same limit. Live cells only.
//!
//! PhysiCell 1.14 cell integrity (Ghaffarizadeh et al. 2018, doi 10.1371/journal.pcbi.1005991).
//! Held by `damage_is_exact`.

use rayon::prelude::*;
use vesicle_base::{Quiet, math};

use crate::behaviours::Behaviours;
use crate::own::Own;
use crate::rows::CHUNK;

/// One tick of the damage of every live cell.
pub(crate) fn wear(
    damage: &mut Quiet,
    kind: &[u16],
    dead: &[bool],
    behaviours: &Behaviours,
    length_min: f64,
) {
    let (rise, repair) = (behaviours.view(Own::DamageRate.id()), behaviours.view(Own::RepairRate.id()));
    if rise.is_nowhere() && (repair.is_nowhere() || damage.same() == Some(0.0)) {
        return;
    }
    damage.wake().par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, damages)| {
        for (at, damage) in damages.iter_mut().enumerate() {
            let row = chunk * CHUNK + at;
            if !dead[row] {
                *damage = after(*damage, rise.at(row, kind[row]), repair.at(row, kind[row]), length_min);
            }
        }
    });
}

/// Damage after `length_min`.
fn after(damage: f64, rise_per_min: f64, repair_per_min: f64, length_min: f64) -> f64 {
    if repair_per_min > 0.0 {
        let repaired = -math::expm1(-repair_per_min * length_min);
        damage + (rise_per_min / repair_per_min - damage) * repaired
    } else {
        damage + rise_per_min * length_min
    }
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn damage_is_exact() {
        assert_eq!(after(1.0, 0.5, 0.0, 6.0), 4.0);
        let twice = after(after(1.0, 0.5, 0.2, 3.0), 0.5, 0.2, 3.0);
        assert!((after(1.0, 0.5, 0.2, 6.0) - twice).abs() < 1e-14);
        assert!((after(9.0, 0.5, 0.2, 1e9) - 2.5).abs() < 1e-12);
        assert!((after(1.0, 0.5, 1e-13, 6.0) - 4.0).abs() < 1e-3);
    }
}
