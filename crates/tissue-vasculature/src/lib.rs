//! What joins endothelial *cells*: edges, tip and stalk, branching, joining of meeting tips, lumen, flow.
//!
//! The cells themselves (position, division, death, rules) live elsewhere; so does every field. This room is handed
//! rows with ids, places and one number per cell that guides (a chemoattractant, in whatever unit the law uses).
//! What it keeps is keyed by cell id, so the order of the rows changes nothing.

pub mod bodies;
pub mod branch;
pub mod circuit;
pub mod flow;
pub mod graph;
pub mod join;
pub mod law;
pub mod lumen;
mod members;
mod near;
pub mod perfuse;
mod purpose;
mod restore;
pub mod seed;
mod turn_over;
mod vessels;
pub mod viscosity;

pub use bodies::{Bodies, Face};
pub use circuit::Circuit;
pub use graph::{Edge, Graph};
pub use law::{Ends, Inlet, LawError, LumenLaw, VesselLaw, Viscosity};
pub use members::Role;
pub use restore::{StateError, VesselsState};
pub use vessels::{Anchor, Fault, Segment, VesselRows, VesselWork, Vessels};
