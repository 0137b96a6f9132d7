//! Ct exports: one file a format. Each maps its columns and sentinels; `wells` makes the table.

pub(crate) mod biomark;
pub(crate) mod ceiling;
pub(crate) mod cfx;
pub(crate) mod lc96;
pub(crate) mod lightcycler;
pub(crate) mod openarray;
pub(crate) mod quantstudio;
pub(crate) mod rdml;
pub(crate) mod sds;
pub(crate) mod value;
pub(crate) mod wells;
pub(crate) mod write_rdml;
