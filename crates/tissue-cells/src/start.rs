//! Where founders lie: pure functions of the box and the run seed.

use vesicle_base::Rng;

use crate::domain::Domain;
use crate::purpose;

/// `n` points at random in the box; in a plane they lie in its middle.
pub fn at_random(domain: &Domain, n: usize, rng: &Rng) -> Vec<[f64; 3]> {
    let size = domain.size_um();
    (0..n)
        .map(|number| {
            let mut draws = rng.at(purpose::PLACE, number as u64, 0);
            let mut at = [0, 1, 2].map(|axis| domain.low_um[axis] + size[axis] * draws.uniform());
            if domain.plane {
                at[2] = domain.middle_z_um();
            }
            at
        })
        .collect()
}
