//! Laws that several tests of vesicles share.
#![allow(dead_code)] // each test uses a part

use tissue_vesicles::{FateLaw, PopulationLaw, SizeBin};

/// What becomes of captured vesicles; none comes free again.
pub const FATE: FateLaw =
    FateLaw { internalise_per_min: 0.1, escape_fraction: 0.2, escape_per_min: 0.05, rerelease_fraction: 0.0 };

/// A population without cargo and capture law, with a label that does not fade.
pub fn empty(bins: Vec<SizeBin>) -> PopulationLaw {
    PopulationLaw { bins, cargo: vec![], capture: vec![], fate: FATE, label_half_life_min: f64::INFINITY }
}
