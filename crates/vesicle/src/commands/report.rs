//! `vesicle report`: draws the page of a result folder again.

use crate::failure::Failure;
use crate::{result, shown};
use std::path::Path;
use vesicle_base::Problem;

/// Longest page file, bytes.
const PAGE_BYTES: u64 = 256 << 20;

/// Renders the page of a folder from its values.
///
/// # Errors
/// A folder without a page, or one that cannot be written.
pub fn call(folder: &Path, out: Option<&Path>) -> Result<(), Failure> {
    let path = folder.join(result::PAGE);
    let text = vesicle_files::bounded::text(&path, PAGE_BYTES)?;
    let page: vesicle_report::Page = toml::from_str(&text).map_err(|error| {
        Problem::new(format!("`{}` is not the page of a result", path.display()))
            .expected("a file that `vesicle run` wrote")
            .found(error.message())
    })?;
    let target = vesicle_files::folder::Folder::at(out.unwrap_or(folder));
    result::write_page(&page, &target).map_err(Failure::Program)?;
    shown::line(&target.path.join(vesicle_files::folder::LAST).display().to_string());
    Ok(())
}
