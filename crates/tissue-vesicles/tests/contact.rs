//! Copies that pass between touching cells: conserved, exact for any tick, and the same in any order.

use tissue_vesicles::{
    CaptureLaw, CargoLaw, Contact, ContactLaw, ContactTransfer, FateLaw, PopulationLaw, ResponseLaw, SizeBin,
    SpeciesLaw, Vesicles,
};
use vesicle_base::{Rng, Span, math};

/// Cells of the given receivers; whatever they capture is in their cytosol within the tick.
fn cells(receivers: &[u16], half_life_min: f64) -> Vesicles {
    let capture = CaptureLaw { clearance_um3_per_min: 100.0, capacity: f64::INFINITY };
    let fate = FateLaw {
        internalise_per_min: 1e6,
        escape_fraction: 1.0,
        escape_per_min: 1e6,
        rerelease_fraction: 0.0,
    };
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo: vec![
            CargoLaw { species: 0, mean_copies_per_vesicle: 50.0, dispersion: 0.0 },
            CargoLaw { species: 1, mean_copies_per_vesicle: 20.0, dispersion: 0.0 },
        ],
        capture: vec![Some(capture); 3],
        fate,
        label_half_life_min: f64::INFINITY,
    };
    let species = SpeciesLaw { half_life_min, family: None };
    let mut cells =
        Vesicles::new(vec![population], vec![species; 2], ResponseLaw::none()).expect("the laws are sound");
    receivers.iter().for_each(|receiver| cells.push(*receiver));
    cells
}

fn fill(cells: &mut Vesicles, ids: &[u64], row: usize, vesicles: u64, rng: &Rng) {
    let span = Span::of_tick(0, 6.0);
    cells.capture_counted(row, ids[row], 0, vesicles, &span, rng);
    cells.advance(ids, &span, rng);
}

fn law(rate: f64) -> ContactLaw {
    ContactLaw {
        crossing_per_min: vec![rate, 0.0],
        coupling: vec![vec![1.0, 0.5, 0.0], vec![0.5, 1.0, 0.0], vec![0.0; 3]],
        own_copies: vec![vec![0.0; 2]; 3],
    }
}

fn touch(pairs: &[(u32, u32)]) -> Vec<Contact> {
    pairs.iter().map(|(a, b)| Contact { a: *a, b: *b, weight: 1.0 }).collect()
}

fn copies(cells: &Vesicles, species: usize) -> Vec<u64> {
    (0..cells.len()).map(|row| cells.copies(species, row)).collect()
}

#[test]
fn two_cells_exchange_as_the_equation_says_for_any_tick() {
    let (ids, rng) = ([5, 9], Rng::new(3));
    for t in [0.1, 6.0, 60.0, 1e7] {
        for (receivers, coupling) in [([0, 0], 1.0), ([0, 1], 0.5), ([0, 2], 0.0)] {
            let mut cells = cells(&receivers, f64::INFINITY);
            fill(&mut cells, &ids, 0, 4000, &rng);
            let (n, other) = (cells.copies(0, 0), cells.copies(1, 0));
            let contacts = [Contact { a: 1, b: 0, weight: 2.0 }];
            let span = Span::of_tick(1, t);
            ContactTransfer::default().pass(&mut cells, &law(0.05), &contacts, &ids, &span, &rng);
            assert_eq!(copies(&cells, 0).iter().sum::<u64>(), n, "copies are conserved");
            assert_eq!(copies(&cells, 1), [other, 0], "who does not cross stays");
            let share = 0.5 * -math::expm1(-2.0 * 0.05 * 2.0 * coupling * t);
            let want = share * n as f64;
            let error = 5.0 * (want * (1.0 - share)).sqrt() + 1e-9;
            let got = cells.copies(0, 1) as f64;
            assert!((got - want).abs() <= error, "{t} {coupling}: {got} not {want} ± {error}");
            assert!(cells.totals().close_with(&cells.held()));
        }
    }
}

/// A row of four cells against a fine integration of dn_i/dt = Σ k_ij (n_j − n_i).
#[test]
fn a_row_of_cells_is_exact_too() {
    let (ids, rng) = ([4, 3, 2, 1], Rng::new(6));
    for (t, ticks) in [(3.0, 4), (12.0, 1)] {
        let mut cells = cells(&[0, 0, 1, 0], f64::INFINITY);
        fill(&mut cells, &ids, 0, 20_000, &rng);
        let n = cells.copies(0, 0) as f64;
        let (mut transfer, contacts) = (ContactTransfer::default(), touch(&[(0, 1), (2, 1), (3, 2)]));
        for tick in 1..=ticks {
            transfer.pass(&mut cells, &law(0.1), &contacts, &ids, &Span::of_tick(tick, t), &rng);
        }
        let mut want = [n, 0.0, 0.0, 0.0];
        let h = 12.0 / 20_000.0;
        for _ in 0..20_000 {
            let [a, b, c] =
                [(0, 1, 0.1), (1, 2, 0.05), (2, 3, 0.05)].map(|(i, j, k)| h * k * (want[i] - want[j]));
            want = [want[0] - a, want[1] + a - b, want[2] + b - c, want[3] + c];
        }
        for (row, want) in want.into_iter().enumerate() {
            let got = cells.copies(0, row) as f64;
            let error = 5.0 * (want * (1.0 - want / n)).sqrt() + 1e-3 * want;
            assert!((got - want).abs() < error, "cell {row}: {got} not {want} ± {error}");
        }
    }
}

#[test]
fn what_crosses_scatters_as_single_copies_do() {
    let (n_pairs, rng) = (4000_u32, Rng::new(8));
    let ids: Vec<u64> = (0..2 * u64::from(n_pairs)).collect();
    let mut cells = cells(&vec![0; ids.len()], f64::INFINITY);
    let span = Span::of_tick(0, 6.0);
    (0..n_pairs as usize).for_each(|k| {
        cells.capture_counted(2 * k, ids[2 * k], 0, 1, &span, &rng);
    });
    cells.advance(&ids, &span, &rng);
    let contacts = touch(&(0..n_pairs).map(|k| (2 * k, 2 * k + 1)).collect::<Vec<_>>());
    ContactTransfer::default().pass(&mut cells, &law(0.1), &contacts, &ids, &Span::of_tick(1, 6.0), &rng);
    let share = 0.5 * -math::expm1(-2.0 * 0.1 * 6.0);
    let got: Vec<f64> = (0..n_pairs as usize).map(|k| cells.copies(0, 2 * k + 1) as f64).collect();
    let mean = got.iter().sum::<f64>() / f64::from(n_pairs);
    let variance = got.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / f64::from(n_pairs - 1);
    // 50 copies in the mean, Poisson; each crosses by itself, so those that did are Poisson too.
    assert!((mean - 50.0 * share).abs() < 5.0 * (50.0 * share / f64::from(n_pairs)).sqrt(), "{mean}");
    assert!((variance / (50.0 * share) - 1.0).abs() < 0.12, "{variance}");
}

#[test]
fn order_changes_nothing() {
    let rng = Rng::new(12);
    let ids: Vec<u64> = (0..60).map(|k| 1000 - 7 * k).collect();
    let contacts: Vec<(u32, u32)> =
        (0..60).flat_map(|a| (1..4).map(move |d| (a, (a + d * d) % 60))).collect();
    let run = |backwards: bool| {
        let order: Vec<usize> = if backwards { (0..60).rev().collect() } else { (0..60).collect() };
        let row_of = |cell: u32| order.iter().position(|c| *c == cell as usize).unwrap() as u32;
        let receivers: Vec<u16> = order.iter().map(|cell| (cell % 2) as u16).collect();
        let ids: Vec<u64> = order.iter().map(|cell| ids[*cell]).collect();
        let mut cells = cells(&receivers, 60.0);
        for cell in [3, 17, 44] {
            fill(&mut cells, &ids, row_of(cell) as usize, 500, &rng);
        }
        let mut contacts: Vec<Contact> = contacts
            .iter()
            .map(|(a, b)| Contact { a: row_of(*a), b: row_of(*b), weight: 0.3 + f64::from(*a) })
            .collect();
        if backwards {
            contacts.reverse();
            contacts.iter_mut().for_each(|c| core::mem::swap(&mut c.a, &mut c.b));
        }
        let mut law = law(0.01);
        law.own_copies[1][0] = 30.0;
        let mut transfer = ContactTransfer::default();
        for tick in 1..5 {
            let span = Span::of_tick(tick, 6.0);
            transfer.pass(&mut cells, &law, &contacts, &ids, &span, &rng);
            cells.advance(&ids, &span, &rng);
            assert!(cells.totals().close_with(&cells.held()));
        }
        (0..60).map(|cell| cells.copies(0, row_of(cell) as usize)).collect::<Vec<_>>()
    };
    let forwards = run(false);
    assert!(forwards.iter().filter(|n| **n > 0).count() > 30, "{forwards:?}");
    assert_eq!(forwards, run(true));
}

/// A donor that keeps up its own level: dn/dt = k (o − n + e) − λ n, and what goes back fills the donor's excess e.
#[test]
fn a_donor_hands_on_what_it_makes() {
    let (half_life, k, own) = (60.0, 0.01, 20_000.0);
    let (ids, rng) = ([1, 2], Rng::new(4));
    let mut cells = cells(&[1, 0], half_life);
    let mut law = law(k / 0.5);
    law.own_copies[1][0] = own;
    let (mut transfer, contacts) = (ContactTransfer::default(), touch(&[(0, 1)]));
    let decay = math::rate_of_half_life(half_life);
    let (mut e, mut n) = (0.0, 0.0);
    for tick in 0..60 {
        let span = Span::of_tick(tick, 2.0);
        transfer.pass(&mut cells, &law, &contacts, &ids, &span, &rng);
        cells.advance(&ids, &span, &rng);
        for _ in 0..2000 {
            let h = 1e-3;
            (e, n) = (e + h * (k * (n - e) - decay * e), n + h * (k * (own - n + e) - decay * n));
        }
    }
    for (row, want) in [(0, e), (1, n)] {
        let got = cells.copies(0, row) as f64;
        // What is made comes at the end of a tick: half a tick too late to cross, and decays for the whole of it.
        assert!((got / want - 1.0).abs() < 0.05, "cell {row}: {got} not {want}");
    }
    let sent = cells.totals().species[0].sent as f64;
    assert!((sent / (k * own * 120.0) - 1.0).abs() < 5.0 / sent.sqrt(), "{sent}");
    assert!(cells.totals().close_with(&cells.held()));
}

#[test]
fn contacts_of_no_sense_are_passed_over() {
    let (ids, rng, span) = ([1, 2], Rng::new(4), Span::of_tick(1, 6.0));
    let mut cells = cells(&[0, 0], f64::INFINITY);
    fill(&mut cells, &ids, 0, 50, &rng);
    let before = copies(&cells, 0);
    let contact = |a, b, weight| Contact { a, b, weight };
    let senseless = [
        contact(0, 0, 1.0),
        contact(0, 7, 1.0),
        contact(0, 1, 0.0),
        contact(1, 0, -1.0),
        contact(0, 1, f64::NAN),
    ];
    ContactTransfer::default().pass(&mut cells, &law(1.0), &senseless, &ids, &span, &rng);
    assert_eq!(copies(&cells, 0), before);
}

#[test]
fn laws_that_do_not_fit_are_refused() {
    assert!(law(1.0).check(3, 2).is_ok());
    assert!(law(1.0).check(2, 2).is_err() && law(1.0).check(3, 1).is_err());
    assert!(law(-1.0).check(3, 2).is_err() && law(f64::NAN).check(3, 2).is_err());
    let mut lopsided = law(1.0);
    lopsided.coupling[0][1] = 0.7;
    let message = lopsided.check(3, 2).unwrap_err().to_string();
    assert_eq!(message, "coupling of receivers 1 and 0 is 0.5; expected the same both ways");
}
