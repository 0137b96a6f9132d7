//! The parameter registry, patches, arms, mechanisms, draws and evidence. Knows no formats and no figures.

pub mod audit;
pub mod check;
pub mod compile;
pub mod cycles;
pub mod evidence;
pub mod experiment;
pub mod grammar;
pub mod interpret;
mod keys;
pub mod library;
pub mod lower;
pub mod map;
mod nameless;
pub mod path;
mod ranks;
pub mod reach;
pub mod registry;
pub mod results;
pub mod runs;
pub mod said;
pub mod screen;
pub mod spoken;
pub mod statistics;
pub mod template;
pub mod verdict;

pub use experiment::{Experiment, declare};
pub use map::Map;
