//! Every format; path to file:line:column; the store of runs on a folder. Knows nothing of the model.

pub mod bounded;
pub mod experiment;
pub mod library;
pub mod run_file;
pub mod store;
pub mod tsv;
