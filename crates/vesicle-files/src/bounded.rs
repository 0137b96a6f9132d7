//! Reading a whole text file with a bound, so that a wrong file cannot fill the memory.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use vesicle_base::{Place, Problem};

/// Longest experiment file, bytes.
pub const EXPERIMENT_BYTES: u64 = 1 << 20;

/// Longest table, bytes.
pub const TABLE_BYTES: u64 = 16 << 20;

/// Reads a UTF-8 text of at most `limit` bytes.
///
/// # Errors
/// One problem: the file cannot be read, is longer than the bound, or is not UTF-8 (with the place of the first
/// wrong byte).
pub fn text(path: &Path, limit: u64) -> Result<String, Problem> {
    let name = path.display().to_string();
    let cannot = |error: std::io::Error| {
        Problem::new(format!("cannot read `{name}`")).expected("a readable file").found(error.to_string())
    };
    let file = File::open(path).map_err(cannot)?;
    // What is reserved at once need not be copied as it grows.
    let size = file.metadata().map_or(0, |about| about.len()).min(limit + 1);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    file.take(limit + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > limit {
        return Err(Problem::new(format!("`{name}` is too long")).expected(format!("at most {limit} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
        Problem::new("not UTF-8 text")
            .at(&Place::of_offset(&name, &before, before.len()))
            .expected("a text file in UTF-8")
            .found(format!("byte 0x{:02x}", error.as_bytes()[good]))
    })
}
