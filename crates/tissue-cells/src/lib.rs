//! Cells as columns: cycle, death, volume, motion, contact, fate.
pub mod motion;
