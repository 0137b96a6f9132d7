//! What every room shares: quantities with units, counter-based random numbers, order-free sums, grid, columns,
//! turnover, problems worth showing to a person. Knows no biology and no files.

pub mod columns;
pub mod grid;
pub mod math;
pub mod nearest;
pub mod particle;
pub mod problem;
pub mod quantity;
pub mod quiet;
pub mod random;
pub mod ranks;
pub mod span;
pub mod sums;
pub mod turnover;
pub mod unit;
pub mod words;

pub use grid::Grid;
pub use problem::{Place, Problem};
pub use quantity::{Prior, Quantity};
pub use quiet::Quiet;
pub use random::{Draws, Purpose, Rng};
pub use span::Span;
pub use turnover::{Birth, Turnover};
pub use unit::Dimension;
