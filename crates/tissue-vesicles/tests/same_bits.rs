//! Same bytes for any number of threads, any order of cells, and across a restart.

use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw, Vesicles,
};
use vesicle_base::{Rng, Span};

fn empty() -> Vesicles {
    let population = PopulationLaw {
        bins: vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 60.0, share: 1.0 }],
        cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 0.8, dispersion: 4.0 }],
        capture: vec![Some(CaptureLaw { clearance_um3_per_min: 800.0, capacity: f64::INFINITY })],
        fate: FateLaw {
            internalise_per_min: 0.05,
            escape_fraction: 0.15,
            escape_per_min: 0.02,
            rerelease_fraction: 0.25,
        },
        label_half_life_min: 90.0,
    };
    let species = SpeciesLaw { half_life_min: 60.0, family: None };
    Vesicles::new(vec![population], vec![species], ResponseLaw::none()).expect("the laws are sound")
}

fn run(cells: &mut Vesicles, ids: &[u64], ticks: core::ops::Range<u32>) {
    let rng = Rng::new(77);
    for tick in ticks {
        let span = Span::of_tick(tick, 6.0);
        for (row, id) in ids.iter().enumerate() {
            cells.capture(row, *id, 0, 0, (id % 7) as f64, &span, &rng);
        }
        cells.advance(ids, &span, &rng);
    }
}

#[test]
fn threads_change_nothing() {
    let ids: Vec<u64> = (0..1000).collect();
    let states = [1, 2, 5].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut cells = empty();
        cells.resize(1000, 0);
        pool.install(|| run(&mut cells, &ids, 0..12));
        cells.state()
    });
    assert_eq!(states[0], states[1]);
    assert_eq!(states[0], states[2]);
}

#[test]
fn the_order_of_cells_changes_nothing() {
    let ids: Vec<u64> = (0..300).collect();
    let back: Vec<u64> = ids.iter().rev().copied().collect();
    let (mut forward, mut backward) = (empty(), empty());
    forward.resize(300, 0);
    backward.resize(300, 0);
    run(&mut forward, &ids, 0..12);
    run(&mut backward, &back, 0..12);
    for row in 0..300 {
        assert_eq!(forward.copies(0, row), backward.copies(0, 299 - row));
        assert_eq!(forward.labelled(0, row), backward.labelled(0, 299 - row));
    }
    assert_eq!(forward.totals(), backward.totals());
}

#[test]
fn a_restart_changes_nothing() {
    let ids: Vec<u64> = (0..200).collect();
    let mut whole = empty();
    whole.resize(200, 0);
    run(&mut whole, &ids, 0..10);
    let mut first = empty();
    first.resize(200, 0);
    run(&mut first, &ids, 0..4);
    let mut second = empty();
    second.restore(first.state()).unwrap();
    run(&mut second, &ids, 4..10);
    assert_eq!(whole.state(), second.state());
    let mut short = first.state();
    short.pools.pop();
    assert!(second.restore(short).is_err());
}
