//! Gap junctions: which miRNAs touching cells hand to each other.

use super::Lowering;
use super::cargo::Load;
use super::response::Shape;
use tissue_vesicles::ContactLaw;

impl Lowering<'_> {
    /// What cells hand on of their own; followed by name, beside the cargo of vesicles.
    pub(super) fn passed(&self) -> Vec<Load> {
        if self.map.names(&["contact", "between"]).is_empty() {
            return Vec::new();
        }
        self.map.names(&["contact", "mirna"]).iter().map(|name| Load::passed(name)).collect()
    }

    /// The law of contact transfer: every followed miRNA crosses, and some cells keep up copies of their own.
    pub(super) fn contact(&mut self, shape: &Shape) -> Option<ContactLaw> {
        let between = self.map.names(&["contact", "between"]).to_vec();
        if between.is_empty() {
            return None;
        }
        let rate = self.number(&["contact", "crossing"])?;
        let cells = self.experiment.names.cells.clone();
        let joins = |cell: &String| between.contains(cell);
        let share = |a: &String, b: &String| if joins(a) && joins(b) { 1.0 } else { 0.0 };
        let own = |cell: &String| {
            let copies = self.map.number(&["contact", "own", cell]).unwrap_or(0.0);
            shape.passed.iter().map(|passed| if *passed { copies } else { 0.0 }).collect()
        };
        Some(ContactLaw {
            crossing_per_min: shape
                .species
                .iter()
                .map(|(_, is_mirna)| if *is_mirna { rate } else { 0.0 })
                .collect(),
            coupling: cells.iter().map(|a| cells.iter().map(|b| share(a, b)).collect()).collect(),
            own_copies: cells.iter().map(own).collect(),
        })
    }
}
