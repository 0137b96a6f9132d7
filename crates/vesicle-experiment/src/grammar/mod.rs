//! The small languages inside the strings of an experiment file.

pub mod claim;
pub mod outcome;
pub mod points;
pub mod rule;
pub mod start;
pub mod vocabulary;
