//! The only corridor: a file may read any room and writes exactly the one after `_to_` (and the ledger).

pub mod cells_to_fields;
pub mod cells_to_vesicles;
pub mod doses_to_free;
pub mod fields_to_cells;
pub mod fields_to_vesicles;
pub mod fields_to_vessels;
pub mod free_to_vesicles;
pub mod vesicles_to_cells;
pub mod vesicles_to_fields;
pub mod vessels_to_cells;
pub mod vessels_to_fields;
