//! The receiver on the command line: its own miRNA, its competing sites, how copies become occupancy.

use super::databases::{Used, load};
use clap::Args;
use std::collections::BTreeMap;
use vesicle_base::Problem;
use vesicle_files::tsv;

/// What the receiver brings.
#[derive(Clone, Debug, Args)]
pub struct ReceiverArguments {
    /// Own miRNA of the receiver: a table with columns seed and rpm, such as data/endothelium_mirna.tsv
    #[arg(long, value_name = "TABLE")]
    pub own: Option<String>,
    /// All own miRNA copies of a cell; assumed
    #[arg(long, value_name = "COPIES", default_value_t = 1e5)]
    pub own_copies: f64,
    /// Copies of a family at half occupancy; assumed (Mullokandov 2012: 100 to 1,000)
    #[arg(long, value_name = "COPIES", default_value_t = 300.0)]
    pub threshold: f64,
    /// Hill power of occupancy; assumed
    #[arg(long, default_value_t = 1.0)]
    pub hill: f64,
    /// Competing sites a cell that take copies up before they repress; assumed
    #[arg(long, value_name = "SITES", default_value_t = 0.0)]
    pub pool: f64,
}

/// Own copies per cell by seed family, and the table that they are from.
pub type OwnCopies = (BTreeMap<String, f64>, Option<Used>);

impl ReceiverArguments {
    /// Numbers that are out of range.
    pub fn problems(&self) -> Vec<Problem> {
        let mut out = Vec::new();
        let mut demand = |name: &str, value: f64, right: bool, expected: &str| {
            if !(right && value.is_finite()) {
                out.push(
                    Problem::new(format!("{name} out of range")).expected(expected).found(value.to_string()),
                );
            }
        };
        demand("--own-copies", self.own_copies, self.own_copies >= 0.0, "0 or more");
        demand("--threshold", self.threshold, self.threshold > 0.0, "above 0");
        demand("--hill", self.hill, self.hill > 0.0 && self.hill <= 10.0, "above 0, up to 10");
        demand("--pool", self.pool, self.pool >= 0.0, "0 or more");
        out
    }

    /// Own copies per cell by seed family.
    ///
    /// # Errors
    /// A table that cannot be read.
    pub fn own(&self) -> Result<OwnCopies, Vec<Problem>> {
        let Some(name) = &self.own else { return Ok((BTreeMap::new(), None)) };
        let loaded = load("own miRNA", name)?;
        let text = String::from_utf8_lossy(&loaded.source.bytes).into_owned();
        let table = tsv::parse(name, &text)?;
        let [seed, rpm] = table.columns(["seed", "rpm"])?;
        let (mut own, mut problems) = (BTreeMap::new(), Vec::new());
        for row in table.rows() {
            match row.number(rpm) {
                Ok(level) => {
                    *own.entry(row.text(seed).to_owned()).or_insert(0.0) += level * 1e-6 * self.own_copies;
                }
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok((own, Some(loaded.used))) } else { Err(problems) }
    }
}
