//! Cost against size: time of a tick and bytes for 10³ to 10⁶ cells and 10⁴ to 10⁷ voxels, as a table of values.

use crate::bytes;
use crate::tick::{self, Life};
use crate::workloads::elapsed_ms;
use std::time::Instant;
use tissue_fields::Solve;
use tissue_sim::setup::{Setup, Start};
use tissue_sim::{build, step};
use vesicle_base::{Rng, Span, math};

/// Ticks that warm up, and ticks that are timed: an odd number, so that one of them is the median.
const TICKS: [u32; 2] = [3, 5];

/// Prints `what,size,ms,bytes`, a line a tissue; `most` bounds the sizes as a share of the largest.
pub fn print(most: f64) {
    println!("what,size,ms,bytes");
    for exponent in [3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0] {
        let n_cells = math::pow(10.0, exponent);
        if n_cells <= 1e6 * most {
            for (what, life) in [("cells at rest", Life::Resting), ("growing cells", Life::Growing)] {
                let (cells, _) = line(&of_cells(n_cells, life));
                println!("{what},{},{:.4},{}", cells.n, cells.ms, cells.bytes);
            }
        }
    }
    for exponent in [4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0] {
        let edge = math::pow(10.0, exponent / 3.0).round();
        if edge * edge * edge <= 1.01e7 * most {
            for (what, solve) in
                [("a field that settles", Solve::Steady), ("a field through time", Solve::Transient)]
            {
                let (_, voxels) = line(&of_voxels(edge, solve));
                println!("{what},{},{:.4},{}", voxels.n, voxels.ms, voxels.bytes);
            }
        }
    }
}

/// What a tissue of one size costs.
struct Cost {
    n: usize,
    ms: f64,
    bytes: usize,
}

/// The median time of a tick and all bytes, by cells and by voxels. Not the least: a tick in which few cells divided would
/// stand for all of a small tissue.
fn line(setup: &Setup) -> (Cost, Cost) {
    let before = bytes::in_use();
    let rng = Rng::new(1);
    let (mut tissue, plan) = build(setup, &rng).expect("a valid setup");
    let [warm, timed] = TICKS;
    let mut times_ms = Vec::new();
    for tick in 0..warm + timed {
        let start = Instant::now();
        step(&mut tissue, &plan, &Span::of_tick(tick, setup.tick_min), &rng);
        if tick >= warm {
            times_ms.push(elapsed_ms(start));
        }
    }
    assert_eq!(tissue.health(), None, "a healthy tissue");
    times_ms.sort_by(f64::total_cmp);
    let ms = times_ms[times_ms.len() / 2];
    let bytes = bytes::in_use() - before;
    let of = |n| Cost { n, ms, bytes };
    (of(tissue.cells.len()), of(tissue.fields.grid().n_voxels()))
}

/// Cells and nothing else: no field, and the pressure that a rule reads.
fn of_cells(n_cells: f64, life: Life) -> Setup {
    let mut setup = tick::setup(n_cells, life);
    setup.fields.clear();
    setup.field_doses.clear();
    setup.kinds[0].exchange.clear();
    setup.rules.remove(0);
    setup
}

/// One field, and a hundred cells that take it up.
fn of_voxels(edge: f64, solve: Solve) -> Setup {
    let mut setup = tick::setup(1e3, Life::Resting);
    setup.size_um = [20.0 * edge; 3];
    setup.kinds[0].start = Start::Random { count: 100, within: None };
    let keep = if solve == Solve::Steady { 0 } else { 2 };
    setup.fields = vec![setup.fields[keep].clone()];
    setup.field_doses = vec![0.0];
    setup.kinds[0].exchange = vec![setup.kinds[0].exchange[keep]];
    setup
}
