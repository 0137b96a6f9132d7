//! The tables that an experiment names, as values. Reading them is somebody else's business.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use vesicle_base::{Place, Problem};
use vesicle_cargo::Profile;
use vesicle_target::{OwnLevel, Tables, permuted};

/// One row of an imported rules file, in PhysiCell's units: minutes, micrometres, and the unit of each field.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedRule {
    /// The cell it is about.
    pub cell: String,
    /// What the cell senses.
    pub signal: String,
    /// Whether the signal raises the behaviour.
    pub rises: bool,
    /// What is moved.
    pub behaviour: String,
    /// The behaviour at full signal.
    pub maximum: f64,
    /// The signal at half effect.
    pub half: f64,
    /// Steepness.
    pub hill: f64,
    /// Whether dead cells follow it too.
    pub applies_to_dead: bool,
    /// Where it stands.
    pub place: Place,
}

/// A rules file as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportedRules {
    /// Its rows.
    pub rules: Vec<ImportedRule>,
    /// Rows that PhysiCell would skip, and why: told, not used.
    pub skipped: Vec<String>,
}

/// One cell of a table of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenCell {
    /// Its kind, as the table calls it.
    pub kind: String,
    /// Where it lies, µm from the low corner of the tissue.
    pub at_um: [f64; 3],
    /// Its volume, µm³, where it is known.
    pub volume_um3: Option<f64>,
    /// Where it stands.
    pub place: Place,
}

/// A table of cells as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenCells {
    /// Its rows.
    pub cells: Vec<SeenCell>,
    /// Columns that are not read: told, not used.
    pub unread: Vec<String>,
}

/// Where tables come from.
pub trait Library {
    /// A measured cargo profile.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn cargo(&self, name: &str) -> Result<Arc<Profile>, Vec<Problem>>;

    /// Targets and programs, with the orthologues that ship with the program.
    ///
    /// # Errors
    /// All that is wrong with the tables.
    fn tables(&self, targets: &str, programs: &str) -> Result<Arc<Tables>, Vec<Problem>>;

    /// A cell's own miRNA.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn own_mirna(&self, name: &str) -> Result<Arc<Vec<OwnLevel>>, Vec<Problem>>;

    /// The genes that a cell expresses.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn expressed(&self, name: &str) -> Result<Arc<BTreeSet<String>>, Vec<Problem>>;

    /// Cells that were seen: position, kind, volume.
    ///
    /// # Errors
    /// All that is wrong with the table.
    fn cells(&self, name: &str) -> Result<Arc<SeenCells>, Vec<Problem>>;

    /// A CBHG v3 rules file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn rules(&self, name: &str) -> Result<Arc<ImportedRules>, Vec<Problem>>;
}

/// A library whose targets are permuted: every miRNA keeps its number of targets and every gene its number of rows.
pub struct Permuted<'a> {
    inner: &'a (dyn Library + Sync),
    seed: u64,
    kept: Mutex<Option<(String, String, Arc<Tables>)>>,
}

impl<'a> Permuted<'a> {
    /// The permutation of a seed.
    pub fn new(inner: &'a (dyn Library + Sync), seed: u64) -> Self {
        Self { inner, seed, kept: Mutex::default() }
    }
}

impl Library for Permuted<'_> {
    fn cargo(&self, name: &str) -> Result<Arc<Profile>, Vec<Problem>> {
        self.inner.cargo(name)
    }

    fn tables(&self, targets: &str, programs: &str) -> Result<Arc<Tables>, Vec<Problem>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, tables)) = kept.as_ref().filter(|(t, p, _)| t == targets && p == programs) {
            return Ok(Arc::clone(tables));
        }
        let tables = Arc::new(permuted(&*self.inner.tables(targets, programs)?, self.seed));
        *kept = Some((targets.to_owned(), programs.to_owned(), Arc::clone(&tables)));
        Ok(tables)
    }

    fn own_mirna(&self, name: &str) -> Result<Arc<Vec<OwnLevel>>, Vec<Problem>> {
        self.inner.own_mirna(name)
    }

    fn expressed(&self, name: &str) -> Result<Arc<BTreeSet<String>>, Vec<Problem>> {
        self.inner.expressed(name)
    }

    fn cells(&self, name: &str) -> Result<Arc<SeenCells>, Vec<Problem>> {
        self.inner.cells(name)
    }

    fn rules(&self, name: &str) -> Result<Arc<ImportedRules>, Vec<Problem>> {
        self.inner.rules(name)
    }
}
