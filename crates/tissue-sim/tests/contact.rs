//! miRNA that passes where cells touch, in the tissue.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_sim::setup::{Setup, Start};
use tissue_sim::{Frame, simulate};
use tissue_vesicles::ContactLaw;

/// A crowd of donors, kind 0, which keep up 1000 copies, and receivers, kind 1; no vesicles.
fn crowd(coupling: f64, receivers: Start) -> Setup {
    let mut setup = small::setup(40);
    setup.size_um = [100.0, 60.0, 20.0];
    setup.rules.clear();
    setup.populations.clear();
    for kind in &mut setup.kinds {
        kind.release_per_min.clear();
        kind.lack = None;
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.law.cycle = kind.law.cycle.clone().with_exits(&[0.0]);
    }
    setup.kinds[0].start = Start::Random { count: 20, within: None };
    setup.kinds[1].start = receivers;
    setup.contact = Some(ContactLaw {
        crossing_per_min: vec![1e-3],
        coupling: vec![vec![0.0, coupling], vec![coupling, 0.0]],
        own_copies: vec![vec![1000.0], vec![0.0]],
    });
    setup
}

fn last(setup: &Setup) -> Frame {
    let record = simulate(setup, 4, &|_, _| true).unwrap().unwrap();
    assert_eq!(record.invalid, None);
    record.frames.last().unwrap().clone()
}

fn copies(frame: &Frame, kind: u16) -> u64 {
    frame.cells.iter().filter(|cell| cell.kind == kind).map(|cell| cell.copies[0]).sum()
}

#[test]
fn receivers_that_touch_donors_get_copies_and_the_ledger_knows() {
    let frame = last(&crowd(1.0, Start::Random { count: 20, within: None }));
    assert!(copies(&frame, 1) > 1000, "{}", copies(&frame, 1));
    assert!(frame.cells.iter().filter(|cell| cell.kind == 1).any(|cell| cell.repression[0] > 0.0));
    let species = || frame.ledger.iter().filter(|row| row.is_species);
    assert!(species().any(|row| row.account == "sent by contact" && row.amount > 0.0));
    let sum: f64 = species().map(|row| f64::from(row.sign) * row.amount).sum();
    assert!(sum.abs() < 1e-9 * copies(&frame, 1) as f64, "{sum}");
}

#[test]
fn without_a_junction_nothing_passes() {
    assert_eq!(copies(&last(&crowd(0.0, Start::Random { count: 20, within: None })), 1), 0);
}
