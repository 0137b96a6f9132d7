//! Matrices of features by samples (counts, Ct values, intensities) and the exports of miRNA counters.

pub(crate) mod excerpt;
pub(crate) mod featurecounts;
pub(crate) mod kind;
pub(crate) mod layout;
pub(crate) mod matrix;
pub(crate) mod maxquant;
pub(crate) mod mirdeep2;
pub(crate) mod mirge;
pub(crate) mod mirgff3;
pub(crate) mod mirtop;
pub(crate) mod write_matrix;
