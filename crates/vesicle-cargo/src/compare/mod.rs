//! One contrast over one table: from readings and a sample sheet to one row a feature and the choices behind it.

mod amounts;
mod by_voom;
mod counting;
mod log_scale;
mod options;
mod result;
mod run;

pub use options::{CompareError, CompareOptions, CountMethod, Switch, VoomForm};
pub use result::{Comparison, FeatureRow, Method, Testable};
pub use run::compare;
