//! `vesicle new`: a small experiment to begin from.

use crate::failure::Failure;
use crate::shown;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

const TEMPLATE: &str = include_str!("../../assets/new.toml");

/// Writes the template under a name; an existing file is never overwritten.
///
/// # Errors
/// The file exists, or cannot be written.
pub fn call(name: &Path) -> Result<(), Failure> {
    let path = if name.extension().is_some() { name.to_path_buf() } else { name.with_extension("toml") };
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = file.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::Refused(format!("`{}` exists already", path.display())),
        _ => Failure::Program(format!("cannot write `{}`: {error}", path.display())),
    })?;
    file.write_all(TEMPLATE.as_bytes())
        .map_err(|error| Failure::Program(format!("cannot write `{}`: {error}", path.display())))?;
    shown::line(&format!("wrote {0}; next: vesicle check {0}", path.display()));
    Ok(())
}
