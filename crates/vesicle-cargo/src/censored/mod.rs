//! Values known only to lie below a limit: Gaussian regression with left-censoring, and its moderated test.
//!
//! Values are oriented so that more is higher: a Ct enters with its sign turned, and "not detected" is "below".
//! Imputing a limit for non-detects biases both level and variance (McCall et al. 2014 Bioinformatics 30:2310).

mod fit;
mod likelihood;
mod moderated;

pub use fit::{CensoredFit, fit_censored};
pub use likelihood::{CensoredRow, Seen};
pub use moderated::{CensoredOptions, CensoredResult, CensoredTest, censored_test};
