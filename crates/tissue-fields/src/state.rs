//! What a span changes of a field.

use crate::budget::Tally;
use crate::column::Column;

/// Values, and what came and went.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub values: Column,
    /// What the sink of each entry has removed in this span, value × voxels.
    pub taken: Vec<f64>,
    pub tally: Tally,
}
