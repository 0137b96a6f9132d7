//! The negative binomial generalised linear model, its dispersion, and the quasi-likelihood test on top of it.
//!
//! Variance of a count of mean mu: `s² (mu + phi mu²)`, with phi shared between features and s² each feature's own.

mod abundance;
mod deviance;
mod dispersion;
mod fit;
mod layout;
mod profile;
mod quasi;
mod small_counts;
mod trend;

pub(crate) use abundance::WORKING_DISPERSION;
pub use abundance::average_log_cpm;
pub use dispersion::{Dispersions, common_dispersion_of_abundant, trended_dispersions};
pub(crate) use quasi::biological_share;
pub use quasi::{QuasiForm, QuasiOptions, QuasiResult, QuasiTest, quasi_likelihood_test};
