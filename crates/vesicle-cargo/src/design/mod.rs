//! From a sample sheet and a formula to a model matrix whose unit is the donor, or to a reason why not.

mod build;
mod check;
mod covariate;
mod error;
mod formula;
mod replicates;

pub use build::{Design, DesignOptions, TestedTerm, build_design};
pub use covariate::Covariate;
pub use error::{DesignError, Override};
pub use formula::{Formula, Term};
pub use replicates::{Unit, collapse_units};
