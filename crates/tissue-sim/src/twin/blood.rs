//! What perfused vessels give to and take from a well-mixed tissue.
//!
//! Equation: G (c_blood − c) with 1/G = 1/(2π r L P) + w/L for a perfused length L: the wall, then the way to the mean of what
//! the vessel feeds. In a block each vessel feeds a cylinder of radius R = √(V/(π L)) (Krogh): w = (ln(R/r) − 3/4)/(2π D), where
//! it is used up evenly; in a sheet thinner than 2R, of height h, half a distance b = V/(2 h L) to each side:
//! w = (ln(h/(2π r))/(2π) + b/(6 h))/D. Both vanish at infinite diffusion, where the wall alone is left.
//! Discretisation: none; G is a source and a sink of the step, with the length at its start.
//! Assumed: vessels lie evenly, and what is in the tissue follows the wall without delay. Blood does not run empty.
//! Reference: Krogh (1919), doi 10.1113/jphysiol.1919.sp001839.
//! Proved by `vesicle validate vessel-in-the-twin` and by `tests/twin_vessels.rs`.

use super::state::Twin;
use crate::exchange::vessels_to_fields::LEAST_WAY;
use crate::setup::WallOf;
use core::f64::consts::{PI, TAU};
use vesicle_base::math;

/// A clearance and what the blood holds.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Supply {
    /// µm³/min.
    pub clearance_um3_per_min: f64,
    /// In the unit of what crosses.
    pub blood: f64,
}

impl Twin<'_> {
    /// What blood does to a field of the given diffusion; a share of what is declared for sizes.
    pub(super) fn supply(&self, of: WallOf, diffusion_um2_per_min: f64, share: f64) -> Supply {
        let Some(vessels) = &self.vessels else { return Supply::default() };
        let Some(wall) = vessels.setup.walls.iter().find(|wall| wall.of == of) else {
            return Supply::default();
        };
        let length_um = vessels.perfused_um();
        if length_um <= 0.0 {
            return Supply::default();
        }
        let radius_um = vessels.setup.law.lumen_um;
        let way = self.way(length_um, radius_um) / diffusion_um2_per_min;
        let per_length = 1.0 / (1.0 / (TAU * radius_um * wall.permeability_um_per_min) + way);
        let clearance_um3_per_min = per_length * length_um;
        Supply { clearance_um3_per_min: clearance_um3_per_min.max(0.0), blood: wall.blood * share }
    }

    /// w D: the way from the wall to the mean of what it feeds, without unit.
    fn way(&self, length_um: f64, radius_um: f64) -> f64 {
        let least = self.setup.size_um.iter().copied().fold(f64::INFINITY, f64::min);
        let krogh = math::sqrt(self.volume_um3 / (PI * length_um));
        if least < 2.0 * krogh {
            let aside = self.volume_um3 / (2.0 * least * length_um);
            math::ln(least / (TAU * radius_um)).max(LEAST_WAY) / TAU + aside / (6.0 * least)
        } else {
            (math::ln(krogh / radius_um) - 0.75).max(LEAST_WAY) / TAU
        }
    }
}
