//! The tables that an experiment names, as values. Reading them is somebody else's business.

use std::collections::BTreeSet;
use vesicle_base::Problem;
use vesicle_cargo::Profile;
use vesicle_target::{OwnLevel, Tables};

/// Where tables come from.
pub trait Library {
    /// A measured cargo profile.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn cargo(&self, name: &str) -> Result<Profile, Vec<Problem>>;

    /// Targets and programs, with the orthologues that ship with the program.
    ///
    /// # Errors
    /// All that is wrong with the tables.
    fn tables(&self, targets: &str, programs: &str) -> Result<Tables, Vec<Problem>>;

    /// A cell's own miRNA.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn own_mirna(&self, name: &str) -> Result<Vec<OwnLevel>, Vec<Problem>>;

    /// The genes that a cell expresses.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn expressed(&self, name: &str) -> Result<BTreeSet<String>, Vec<Problem>>;
}
