//! Field mode and particle mode from one declaration: the same captures, cargo and ledger within Monte-Carlo error.
//!
//! Two kinds of cells, one of which fills up; two sizes; some vesicles are released again. The box is small and mixes
//! fast, so that the field is one voxel and what differs is the mode alone.

use tissue_vesicles::capture::{ceiling_um3_per_min, in_series};
use tissue_vesicles::particles::{Captor, FreeVesicles, Origin, Place, Release, Transport, Walls};
use tissue_vesicles::{
    CaptureLaw, CargoLaw, FateLaw, PopulationLaw, ResponseLaw, SizeBin, SpeciesLaw, Vesicles,
};
use vesicle_base::{Rng, Span, math};

const SIDE: f64 = 16.0;
const CELL: f64 = 2.95;
const CENTRES: [[f64; 3]; 2] = [[4.2; 3], [11.8; 3]];
const HALF_LIFE: f64 = 120.0;
const FREE: u64 = 2000;
const TICKS: u32 = 12;
const IDS: [u64; 2] = [41, 7];

fn population() -> PopulationLaw {
    let bin =
        |diameter_um, diffusion_um2_per_min, share| SizeBin { diameter_um, diffusion_um2_per_min, share };
    PopulationLaw {
        bins: vec![bin(0.1, 12.0, 0.6), bin(0.16, 7.5, 0.4)],
        cargo: vec![CargoLaw { species: 0, mean_copies_per_vesicle: 3.0, dispersion: 0.5 }],
        capture: vec![
            Some(CaptureLaw { clearance_um3_per_min: 30.0, capacity: f64::INFINITY }),
            Some(CaptureLaw { clearance_um3_per_min: 40.0, capacity: 20.0 }),
        ],
        fate: FateLaw {
            internalise_per_min: 0.5,
            escape_fraction: 0.5,
            escape_per_min: 0.5,
            rerelease_fraction: 0.3,
        },
        label_half_life_min: f64::INFINITY,
    }
}

fn cells() -> Vesicles {
    let species = vec![SpeciesLaw { half_life_min: 2000.0, family: None }];
    let mut cells =
        Vesicles::new(vec![population()], species, ResponseLaw::none()).expect("the laws are sound");
    cells.push(0);
    cells.push(1);
    cells
}

/// Captured by each cell, fused, released again, lost while free, copies delivered.
type Outcome = [f64; 6];

fn outcome(cells: &Vesicles, cleared: f64) -> Outcome {
    let flows = cells.totals().populations[0];
    let taken = |row| cells.taken_up(0, row) as f64;
    let copies = cells.totals().species[0].delivered as f64;
    [taken(0), taken(1), flows.fused as f64, flows.rereleased as f64, cleared, copies]
}

/// The clearance of a cell at the mean of a box with mirrors for sides, of which the way there is 2.837/side shorter.
fn sink(cells: &Vesicles, row: usize, bin: usize) -> f64 {
    let size = cells.population(0).bins[bin];
    let way_per_um = 1.0 / (CELL + 0.5 * size.diameter_um) - 2.837_297 / SIDE;
    let way = 4.0 * core::f64::consts::PI * size.diffusion_um2_per_min / way_per_um;
    in_series(cells.clearance_of(row, 0), way)
}

/// One voxel with the whole box in it.
fn field(seed: u64) -> Outcome {
    let (rng, mut cells) = (Rng::new(seed), cells());
    let volume = SIDE.powi(3);
    let decay = math::rate_of_half_life(HALF_LIFE);
    let (mut free, mut cleared) = ([0.6, 0.4].map(|share| share * FREE as f64), 0.0);
    for tick in 0..TICKS {
        let span = Span::of_tick(tick, 2.0);
        for (bin, free) in free.iter_mut().enumerate() {
            let sinks = [0, 1].map(|row| sink(&cells, row, bin) / volume);
            let rate = sinks[0] + sinks[1] + decay;
            let gone = -*free * math::expm1(-rate * span.length_min);
            for (row, sink) in sinks.into_iter().enumerate() {
                cells.capture(row, IDS[row], 0, bin, gone * sink / rate, &span, &rng);
            }
            *free -= gone;
            cleared += gone * decay / rate;
        }
        cells.advance(&IDS, &span, &rng);
        let again = (cells.rereleased(0, 0) + cells.rereleased(0, 1)) as f64;
        free = [free[0] + 0.6 * again, free[1] + 0.4 * again];
        assert!(cells.totals().close_with(&cells.held()));
    }
    let flows = cells.totals().populations[0];
    let expected = FREE as f64 + flows.rereleased as f64 - cleared - free[0] - free[1];
    let unsettled = expected - flows.captured as f64;
    assert!(unsettled.abs() < 5.0 * expected.sqrt(), "unsettled {unsettled} is within its spread");
    outcome(&cells, cleared)
}

fn captors(cells: &Vesicles) -> Vec<Captor> {
    (0..2)
        .map(|row| {
            let law = population().capture[row].expect("it captures");
            Captor {
                id: IDS[row],
                centre_um: CENTRES[row],
                radius_um: CELL,
                clearance_um3_per_min: law.clearance_um3_per_min,
                bound: cells.bound(0, row),
                capacity: law.capacity,
            }
        })
        .collect()
}

fn singly(seed: u64) -> Outcome {
    let (rng, mut cells) = (Rng::new(seed), cells());
    let walls = Walls::closed([0.0; 3], [SIDE; 3]);
    let mut free = FreeVesicles::new(&population(), Transport::brownian(HALF_LIFE), walls, 0)
        .expect("the laws are sound");
    free.release(Release {
        source: 0,
        origin: Origin::Injected,
        count: FREE,
        place: Place::Within { low_um: [0.0; 3], high_um: [SIDE; 3] },
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    for tick in 0..TICKS {
        let span = Span::of_tick(tick, 2.0);
        let captured = free.advance(&captors(&cells), &span, &rng);
        for (row, vesicles) in captured.iter().enumerate() {
            cells.capture_counted(row, IDS[row], 0, *vesicles, &span, &rng);
        }
        cells.advance(&IDS, &span, &rng);
        assert!(free.closes() && cells.totals().close_with(&cells.held()));
        let (held, flows) = (cells.held(), cells.totals().populations[0]);
        assert_eq!(free.totals().captured, flows.captured);
        let in_cells = held.bound[0] + held.endosomal[0] + flows.fused + flows.degraded;
        let on_the_way = flows.rereleased - free.totals().rereleased;
        assert_eq!(
            u128::from(FREE),
            u128::from(free.len()) + free.totals().cleared + in_cells + on_the_way,
            "one injected vesicle is one vesicle"
        );
        for row in 0..2 {
            free.release(Release {
                source: IDS[row],
                origin: Origin::Rereleased,
                count: cells.rereleased(0, row),
                place: Place::Around { centre_um: CENTRES[row], radius_um: CELL },
                between_min: [span.end_min(); 2],
                held_share: 0.0,
            });
        }
    }
    outcome(&cells, free.totals().cleared as f64)
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
}

#[test]
fn both_modes_capture_and_deliver_alike() {
    for (clearance, diffusion, vesicle) in [(30.0, 12.0, 0.05), (40.0, 7.5, 0.08)] {
        let ceiling = ceiling_um3_per_min(CELL, vesicle, diffusion);
        assert!(
            in_series(clearance, ceiling) > 0.85 * clearance,
            "diffusion hardly limits: the box is mixed"
        );
    }
    let (field, singly): (Vec<_>, Vec<_>) = (0..10).map(|seed| (field(seed), singly(seed + 1000))).unzip();
    let names =
        ["captured by one", "captured by the other", "fused", "released again", "lost while free", "copies"];
    for (k, what) in names.into_iter().enumerate() {
        let of = |runs: &[Outcome]| moments(&runs.iter().map(|r| r[k]).collect::<Vec<_>>());
        let (a, b) = (of(&field), of(&singly));
        let error = 4.0 * (a.1 + b.1).sqrt();
        assert!((a.0 - b.0).abs() < error, "{what}: {} in the field, {} singly, ± {error}", a.0, b.0);
        assert!(error < 0.2 * a.0, "the comparison is sharp: {what} {} ± {error}", a.0);
    }
}
