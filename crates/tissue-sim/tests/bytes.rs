//! The bytes of a tissue are a function of its setup and seed: not of threads, of search bins, or of the order of cells.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use tissue_cells::motion::{MotionPlan, Steps};
use tissue_fields::Fields;
use tissue_sim::{Frame, Setup, Tissue, build, step};
use vesicle_base::{Rng, Span};

/// How a tissue is held in the machine, none of which may show.
#[derive(Clone, Copy, Debug)]
struct Held {
    threads: usize,
    bin_um: Option<f64>,
    /// Cells begin in the order of identity × `stride`, modulo their number.
    stride: usize,
}

const PLAIN: Held = Held { threads: 1, bin_um: None, stride: 1 };

/// Everything that a tissue is, by identity, to the last bit.
#[derive(Debug, PartialEq)]
struct Bytes {
    frame: Frame,
    cells: Vec<(u64, [u64; 8])>,
    fields: Vec<Vec<u64>>,
}

fn bytes(t: &Tissue, time_min: f64) -> Bytes {
    let mut cells: Vec<(u64, [u64; 8])> = (0..t.cells.len())
        .map(|row| {
            let [x, y, z] = t.cells.position_um(row).map(f64::to_bits);
            let walk = t.cells.walk.row(row);
            let numbers = [
                t.cells.volume_um3(row),
                t.cells.life.elapsed_min[row],
                walk.direction_x,
                walk.direction_y,
                f64::from(t.cells.life.phase[row]),
            ];
            let [a, b, c, d, e] = numbers.map(f64::to_bits);
            (t.cells.id[row], [x, y, z, a, b, c, d, e])
        })
        .collect();
    cells.sort_unstable();
    let free = t.free.iter().filter_map(|free| free.dissolved()).map(|free| &free.fields);
    let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect();
    let of = |fields: &Fields| fields.state().into_iter().map(bits).collect::<Vec<_>>();
    let fields = std::iter::once(&t.fields).chain(free).flat_map(of).collect();
    Bytes { frame: Frame::of(t, time_min), cells, fields }
}

/// The tissue after every tenth tick.
fn run(setup: &Setup, held: Held) -> Vec<Bytes> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(held.threads).build().unwrap();
    pool.install(|| {
        let rng = Rng::new(11);
        let (mut tissue, plan) = build(setup, &rng).unwrap();
        shuffle(&mut tissue, held.stride);
        let steps = if setup.fixed_steps { Steps::Fixed { step_min: 0.1 } } else { Steps::default() };
        tissue.cells.set_motion(MotionPlan { steps, bin_um: held.bin_um, ..MotionPlan::default() });
        let mut seen = Vec::new();
        for tick in 0..setup.n_ticks {
            let span = Span::of_tick(tick, setup.tick_min);
            step(&mut tissue, &plan, &span, &rng);
            assert_eq!(tissue.health(), None);
            if tick % 10 == 9 {
                seen.push(bytes(&tissue, span.end_min()));
            }
        }
        seen
    })
}

/// Puts the founders into another order. None has met a vesicle yet, so that only their kinds have to follow.
fn shuffle(tissue: &mut Tissue, stride: usize) {
    let n = tissue.cells.len();
    let visits_everybody = |stride: &usize| n == 1 || (0..n).any(|k| k * stride % n == 1);
    let stride = (stride..stride + n).find(visits_everybody).unwrap();
    let order: Vec<u32> = (0..n).map(|k| (k * stride % n) as u32).collect();
    tissue.cells.reorder(&order);
    for row in 0..n {
        tissue.vesicles.set_receiver(row, tissue.cells.kind[row]);
    }
}

fn assert_same(fixed_steps: bool, others: &[Held]) {
    let mut setup = small::setup(30);
    setup.fixed_steps = fixed_steps;
    let known = run(&setup, PLAIN);
    assert!(known[2].cells.len() > known[0].cells.len(), "cells divided");
    for held in others {
        assert!(run(&setup, *held) == known, "{held:?}");
    }
}

#[test]
fn threads_do_not_show() {
    let on = |threads| Held { threads, ..PLAIN };
    assert_same(false, &[2, 3, 4, 5, 6, 7, 8].map(on));
    assert_same(true, &[3, 8].map(on));
}

#[test]
fn bins_do_not_show() {
    let with = |bin_um| Held { bin_um: Some(bin_um), ..PLAIN };
    assert_same(false, &[5.0, 17.0, 30.0, 500.0].map(with));
    assert_same(true, &[9.0].map(with));
}

#[test]
fn the_order_of_cells_does_not_show() {
    let by = |stride| Held { stride, ..PLAIN };
    assert_same(false, &[5, 11, 35].map(by));
    assert_same(true, &[13].map(by));
    assert_same(false, &[Held { threads: 4, bin_um: Some(12.0), stride: 23 }]);
}
