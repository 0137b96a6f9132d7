//! The result folder of an analysis: tables, figures with their points, and last of all the page.

use super::numbers::separated;
use crate::failure::Failure;
use serde_json::Value;
use std::path::{Path, PathBuf};
use vesicle_files::folder::{self, Refusal};
use vesicle_report::Article;
use vesicle_tables::{ResultTable, results_xlsx};

/// What a result folder holds.
pub struct Contents {
    /// What determines the result.
    pub manifest: Value,
    /// Name of the table, without ending.
    pub name: &'static str,
    /// Column heads.
    pub head: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
    /// The contrasts for a workbook.
    pub results: Vec<ResultTable>,
    /// The table as it was read: name of the file and its bytes.
    pub measured: Vec<(&'static str, Vec<u8>)>,
    /// The page.
    pub page: Article,
}

/// Writes the folder; a finished one, or one of other inputs, is refused unless `force`.
///
/// # Errors
/// A refusal, or what cannot be written.
pub fn write(path: &Path, contents: &Contents, force: bool) -> Result<PathBuf, Failure> {
    let folder = folder::open(path, &contents.manifest, force).map_err(|refusal| match refusal {
        Refusal::Refused(reason) => Failure::Refused(reason),
        Refusal::Failed(reason) => Failure::Program(reason),
    })?;
    // An analysis has no runs to keep.
    let _ = std::fs::remove_dir(folder.path.join("runs"));
    let file = |name: &str, bytes: &[u8]| folder.write(name, bytes).map_err(Failure::Program);
    let separated = |separator| separated(&contents.head, &contents.rows, separator);
    file(&format!("{}.tsv", contents.name), separated('\t').as_bytes())?;
    file(&format!("{}.csv", contents.name), separated(',').as_bytes())?;
    if !contents.results.is_empty() {
        file(&format!("{}.xlsx", contents.name), &results_xlsx(&contents.results)?)?;
    }
    for (name, bytes) in &contents.measured {
        file(name, bytes)?;
    }
    let rendered = contents.page.render();
    for figure in &rendered.figures {
        file(&format!("figures/{}.svg", figure.name), figure.svg.as_bytes())?;
        file(&format!("figures/{}-85mm.svg", figure.name), figure.narrow_svg.as_bytes())?;
        file(&format!("figures/{}.csv", figure.name), figure.csv.as_bytes())?;
    }
    file(folder::LAST, rendered.html.as_bytes())?;
    folder.finish().map_err(Failure::Program)
}
