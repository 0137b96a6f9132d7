//! Where the fixtures are, and how to open one.

use std::path::PathBuf;

use vesicle_base::Problem;
use vesicle_tables::{Document, Options, ReadTable, read_cargo};

/// The folder of synthetic exports.
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

/// Opens a synthetic export.
pub fn open(name: &str) -> Document {
    Document::open(&folder().join(name)).unwrap_or_else(|problems| panic!("{name}: {}", shown(&problems)))
}

/// Reads a synthetic export as cargo.
#[allow(dead_code)]
pub fn cargo(name: &str) -> ReadTable {
    read_cargo(&open(name), &Options::default())
        .unwrap_or_else(|problems| panic!("{name}: {}", shown(&problems)))
}

/// Problems, one a line.
pub fn shown(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
