//! All rooms of one tissue side by side.

use crate::bed::Bed;
use crate::exchange::cells_to_vesicles::Touching;
use crate::exchange::fields_to_vesicles::Shares;
use crate::free::Free;
use crate::ledger::Ledger;
use crate::place::Place;
use tissue_cells::{Cells, Signals};
use tissue_fields::Fields;
use tissue_vesicles::Vesicles;
use tissue_vesicles::particles::Captor;
use vesicle_base::Turnover;

/// The state of a tissue. Rows of all per-cell stores stay aligned through one [`Turnover`].
#[derive(Clone, Debug)]
pub struct Tissue {
    /// Concentrations of what is no vesicle.
    pub fields: Fields,
    /// Cells.
    pub cells: Cells,
    /// Cells that are joined into vessels.
    pub bed: Option<Bed>,
    /// What cells hold of vesicles.
    pub vesicles: Vesicles,
    /// What cells sense.
    pub signals: Signals,
    /// Which cells are in which voxel.
    pub place: Place,
    /// Where every vesicle went.
    pub ledger: Ledger,
    /// Who was born and who went in this tick.
    pub turnover: Turnover,
    /// How the sinks of free vesicles divide over cells in this tick.
    pub shares: Shares,
    /// Where each cell would turn.
    pub headings: Vec<[f64; 3]>,
    /// How the free vesicles of each population are carried.
    pub free: Vec<Free>,
    /// Cells as vesicles that are carried one by one meet them; scratch of one population.
    pub captors: Vec<Captor>,
    /// Which cells touch; scratch of contact transfer.
    pub touching: Touching,
}

/// What went wrong, where and when it was seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Unhealthy(pub String);

impl Tissue {
    /// The first thing that is wrong, if any; read once a tick.
    pub fn health(&self) -> Option<Unhealthy> {
        let fields = self.fields.health().map(|wrong| Unhealthy(format!("{wrong:?}")));
        let cells = || self.cells.health().map(|wrong| Unhealthy(format!("{wrong:?}")));
        let vesicles = || self.vesicles.health().map(|wrong| Unhealthy(format!("{wrong:?}")));
        let vessels = || self.bed.as_ref()?.vessels.health().map(|wrong| Unhealthy(wrong.to_string()));
        let free = || {
            let mut each = self.free.iter().enumerate().filter_map(|(population, free)| match free {
                Free::Singly(free) => free.health().map(|wrong| wrong.to_string()),
                Free::Fields(free) => free
                    .fields
                    .health()
                    .map(|wrong| format!("free vesicles of population {population}: {wrong:?}")),
            });
            each.next().map(Unhealthy)
        };
        fields.or_else(cells).or_else(vesicles).or_else(vessels).or_else(free)
    }
}
