//! A cell becomes another kind.
//!
//! Equation: competing exponential times at the rates *transition to kind k*.
//! Discretisation: probability 1 − e^(−Σ r_k t) over the tick, then a kind by its share; PhysiCell 1.14 tests kinds
//! in order with U < r·dt, which favours the first (its quirk 13). At most one change a tick. The new kind starts in phase 0 with its
//! own target; the volume stays.
//!
//! Held by `tests/fate.rs`.

use rayon::prelude::*;
use vesicle_base::{Rng, Span, math};

use crate::behaviours::{BehaviourId, Behaviours};
use crate::life::event;
use crate::purpose;
use crate::rows::CHUNK;

/// Numbers of the behaviours that exist once per kind of the other cell; `None` where the model has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TowardKinds {
    /// Rate of eating live neighbours of each kind, 1/min.
    pub phagocytosis: Vec<Option<BehaviourId>>,
    /// Rate of becoming each kind, 1/min.
    pub transformation: Vec<Option<BehaviourId>>,
    /// Probability that a daughter is born as each kind.
    pub asymmetric_division: Vec<Option<BehaviourId>>,
}

/// The pairs (kind, behaviour) of a list that can differ from 0.
pub(crate) fn present(list: &[Option<BehaviourId>], behaviours: &Behaviours) -> Vec<(u16, BehaviourId)> {
    let numbered = list.iter().enumerate();
    numbered
        .filter_map(|(kind, behaviour)| behaviour.map(|behaviour| (kind as u16, behaviour)))
        .filter(|(_, behaviour)| !behaviours.view(*behaviour).is_nowhere())
        .collect()
}

/// Writes the new kind of every live cell that changes and marks the row.
pub(crate) fn turn(
    (id, dead): (&[u64], &[bool]),
    kind: &mut [u16],
    events: &mut [u8],
    behaviours: &Behaviours,
    fates: &[(u16, BehaviourId)],
    (span, rng): (&Span, Rng),
) {
    (kind.par_chunks_mut(CHUNK), events.par_chunks_mut(CHUNK)).into_par_iter().enumerate().for_each(
        |(chunk, (kinds, events))| {
            for (at, (kind, event)) in kinds.iter_mut().zip(events).enumerate() {
                let row = chunk * CHUNK + at;
                if dead[row] || *event & event::LEAVES != 0 {
                    continue;
                }
                let rate = |(to, b): &(u16, BehaviourId)| {
                    if to == kind { 0.0 } else { behaviours.value(*b, row, *kind).max(0.0) }
                };
                let total: f64 = fates.iter().map(rate).sum();
                if total > 0.0 {
                    let mut draws = rng.at(purpose::FATE, id[row], span.tick);
                    if draws.uniform() < -math::expm1(-total * span.length_min) {
                        let to = pick(fates.iter().map(|fate| (fate.0, rate(fate))), total * draws.uniform());
                        *kind = to.unwrap_or(*kind);
                        *event |= event::TURNS;
                    }
                }
            }
        },
    );
}

/// The kind in whose share `at` falls; shares in order, `None` beyond the last.
pub(crate) fn pick(shares: impl Iterator<Item = (u16, f64)>, mut at: f64) -> Option<u16> {
    let mut last = None;
    for (kind, share) in shares {
        if share > 0.0 {
            last = Some(kind);
            if at < share {
                return last;
            }
            at -= share;
        }
    }
    None.or(last.filter(|_| at <= 1e-12))
}
