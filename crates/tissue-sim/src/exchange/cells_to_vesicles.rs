//! Copies pass from cytosol to cytosol where live cells touch: the other way between cells, against which vesicles
//! compete. What passes acts from the next tick on.

use crate::plan::Plan;
use crate::tissue::Tissue;
use tissue_vesicles::{Contact, ContactTransfer};
use vesicle_base::{Rng, Span};

/// Which cells touch, and the memory of the transfer.
#[derive(Clone, Debug, Default)]
pub struct Touching {
    pairs: Vec<[u32; 2]>,
    contacts: Vec<Contact>,
    transfer: ContactTransfer,
}

/// One tick of contact transfer, at the places where the cells are.
pub fn pass(t: &mut Tissue, plan: &Plan, span: &Span, rng: &Rng) {
    let Some(law) = &plan.contact else { return };
    let Tissue { cells, vesicles, touching, .. } = t;
    cells.live_contacts(&mut touching.pairs);
    touching.contacts.clear();
    touching.contacts.extend(touching.pairs.iter().map(|[a, b]| Contact { a: *a, b: *b, weight: 1.0 }));
    touching.transfer.pass(vesicles, law, &touching.contacts, &cells.id, span, rng);
}
