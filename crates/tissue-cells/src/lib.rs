//! Cells as columns: cycle, death, volume, motion, contact, fate; rules over signal and behaviour columns.
//! Knows no field, no vesicle, no file and no name of a model.

pub mod balanced;
pub mod behaviours;
pub mod cells;
pub mod cycle;
pub mod domain;
mod eating;
mod fate;
mod health;
mod integrity;
pub mod law;
pub mod life;
pub mod motion;
pub mod names;
pub mod own;
pub mod purpose;
mod rows;
pub mod rules;
mod sense;
pub mod signals;
pub mod start;
mod state;
mod turn_over;
pub mod volume;

pub use behaviours::{BehaviourId, Behaviours, View};
pub use cells::Cells;
pub use cycle::{CycleModel, Phase};
pub use domain::Domain;
pub use fate::TowardKinds;
pub use health::{Cause, Unhealthy};
pub use law::{
    ApoptosisLaw, EatingLaw, IntegrityLaw, KindLaw, MechanicsLaw, MotilityLaw, NecrosisLaw, Start, VolumeLaw,
    VolumeRates,
};
pub use life::{Death, Lives, State};
pub use motion::Heading;
pub use own::{Own, OwnSignal};
pub use rules::{Rule, Rules, response};
pub use sense::SensePlan;
pub use signals::{SignalId, Signals};
pub use state::StateError;
pub use volume::{Volumes, radius_um};
