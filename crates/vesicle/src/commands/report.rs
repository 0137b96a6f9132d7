//! `vesicle report`: draws the page of a result folder again, with a laboratory's own values beside it.

use crate::failure::Failure;
use crate::{result, shown};
use std::path::Path;
use vesicle_base::Problem;
use vesicle_files::folder::{Folder, LAST};
use vesicle_report::Page;
use vesicle_report::page::Version;
use vesicle_tables::{Document, Source, read_measured};

/// Longest page file, bytes.
const PAGE_BYTES: u64 = 256 << 20;

/// Renders the page of a folder from its values. Measured values are drawn and never stored: the page as values stays
/// what the run wrote.
///
/// # Errors
/// A folder without a page, measured values that do not fit, a folder that cannot be written.
pub fn call(folder: &Path, out: Option<&Path>, measured: Option<&Path>) -> Result<(), Failure> {
    let mut page = read(folder)?;
    let target = Folder::at(out.unwrap_or(folder));
    let as_run = out.is_some().then(|| page.clone());
    if let Some(path) = measured {
        put_beside(&mut page, path)?;
        page.command =
            format!("{}\nvesicle report {} --with {}", page.command, folder.display(), path.display());
    }
    if let Some(as_run) = as_run {
        result::write_values(&as_run, &target).map_err(Failure::Program)?;
    }
    result::write_drawn(&page, &target).map_err(Failure::Program)?;
    shown::line(&target.path.join(LAST).display().to_string());
    Ok(())
}

fn read(folder: &Path) -> Result<Page, Failure> {
    let path = folder.join(result::PAGE);
    let text = vesicle_files::bounded::text(&path, PAGE_BYTES)?;
    let page = toml::from_str(&text).map_err(|error| {
        Problem::new(format!("`{}` is not the page of a result", path.display()))
            .expected("a file that `vesicle run` wrote")
            .found(error.message())
    })?;
    Ok(page)
}

fn put_beside(page: &mut Page, path: &Path) -> Result<(), Failure> {
    let source = Source::open(path)?;
    let rows = read_measured(&Document::load(&source)?)?;
    result::put_beside(page, &rows)?;
    page.versions.push(Version {
        name: format!("{}, SHA-256", path.display()),
        version: vesicle_files::sha256(&source.bytes),
    });
    Ok(())
}
