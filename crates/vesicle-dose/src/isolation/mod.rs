//! Isolation: spins by physics, other methods as ranges from cited sources, chains of both compared.

mod catalogue;
mod chain;
mod grammar;
mod notes;
mod pelleting;
mod rotor;
mod said_rotor;

pub use catalogue::{Catalogue, Cited, Kind, Method, Role, Spectrum};
pub use chain::{Conditions, DRAWS, Outcome, Stage, follow};
pub use grammar::{Act, Keep, Protocol, Step, protocol, steps};
pub use notes::{notes, purity_band};
pub use pelleting::{Medium, Spin};
pub use rotor::{Force, Geometry, Rotor};
