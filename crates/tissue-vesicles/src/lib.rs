//! Vesicles once a cell has them: capture law, cargo, per-cell pools, response; and single particles in free space.
//!
//! Knows nothing of where a cell is (particle mode takes spheres from the caller) nor what kind it is: a row has an
//! opaque receiver number. Free vesicles as concentrations are fields and live elsewhere.

pub mod capture;
pub mod cargo;
mod chain;
mod check;
pub mod contact;
pub mod depot;
pub mod fate;
mod few;
mod freight;
pub mod law;
mod layout;
pub mod ledger;
pub mod particles;
pub mod pools;
mod purpose;
pub mod response;
mod row;
mod store;
mod turn_over;

pub use capture::clearance;
pub use check::LawError;
pub use contact::{Contact, ContactLaw, ContactTransfer};
pub use depot::{DepotLoss, DepotOdds};
pub use fate::TickOdds;
pub use law::{CaptureLaw, CargoLaw, FateLaw, PopulationLaw, SizeBin, SpeciesLaw};
pub use ledger::{Flows, FreeFlows, Held, Lost, LostCell, PopulationFlows, SpeciesFlows, Spilled};
pub use pools::MeanPools;
pub use response::{GeneLaw, ReceiverLaw, Response, ResponseLaw, Together};
pub use store::{Fault, Vesicles, VesiclesState};
