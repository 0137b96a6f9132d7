//! A few ticks of a few runs, timed: how many times as long as roughly expected they take.

use super::expected::{Expected, singly};
use rayon::prelude::*;
use std::time::Instant;
use tissue_cells::start::Lattice;
use tissue_sim::setup::Start;
use tissue_sim::{Setup, Simulation};
use vesicle_base::math;

/// Seconds for which a pilot goes on, at most: a share of what all runs are roughly expected to take.
const SHARE: f64 = 0.02;
const SHORTEST_S: f64 = 0.02;
const LONGEST_S: f64 = 1.0;
/// Seconds, at most but for one tick, that are not timed: what is set up is not set up again, and cells that were put on
/// each other come apart.
const UNTIMED: f64 = 1.0;
/// How often cells fill their room where the end is timed as well: they press on each other and take longer.
const CROWDED: f64 = 1.5;

/// What ticks took and what had been roughly expected of them, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Timed {
    took: f64,
    expected: f64,
}

/// How many times as long as roughly expected ticks take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pace {
    /// For cells and fields, at the start and with as many cells as at the end.
    cells: [f64; 2],
    /// For vesicles that are carried one by one.
    vesicles: f64,
}

impl Pace {
    /// That of some runs, which together with all others are roughly expected to take so many seconds of one thread.
    pub fn of(runs: &[(&Setup, u64)], expected: &[Expected], all_s: f64, threads: usize) -> Self {
        let limit_s = (SHARE * all_s / threads.max(1) as f64).clamp(SHORTEST_S, LONGEST_S);
        let runs: Vec<_> = runs.iter().zip(expected).collect();
        // No more at once than there are threads: one that waits for its own parts would do another's in its time.
        let at_once = |runs: &[(&(&Setup, u64), &Expected)]| {
            let one = |((setup, seed), expected): &(&(&Setup, u64), &Expected)| {
                timed(setup, *seed, expected, limit_s)
            };
            runs.par_iter().map(one).collect::<Vec<[Timed; 3]>>()
        };
        let each: Vec<[Timed; 3]> = runs.chunks(threads.max(1)).flat_map(at_once).collect();
        let together = |stage: usize| {
            let sum = |of: fn(&Timed) -> f64| each.iter().map(|stages| of(&stages[stage])).sum::<f64>();
            let (took, expected) = (sum(|timed| timed.took), sum(|timed| timed.expected));
            (took > 0.0 && expected > 0.0).then_some(took / expected)
        };
        let start = together(0).unwrap_or(1.0);
        Self { cells: [start, together(1).unwrap_or(start)], vesicles: together(2).unwrap_or(1.0) }
    }

    /// Seconds of a run: where its cells crowd, their pace follows a power of their number from the start to the end.
    pub fn seconds(&self, expected: &Expected) -> f64 {
        let is_crowded = expected.moments.iter().any(|moment| moment.filled > CROWDED);
        let [start, end] = if is_crowded { self.cells } else { [self.cells[0]; 2] };
        let [first, last] = ends(expected);
        expected.seconds(|moment| {
            let way = math::ln(moment.cells() / first) / math::ln(last / first);
            let way = if way.is_finite() { way.clamp(0.0, 1.0) } else { 0.0 };
            [start * math::exp(way * math::ln(end / start)), self.vesicles]
        })
    }
}

/// Cells at the start, and most of all.
fn ends(expected: &Expected) -> [f64; 2] {
    let first = expected.moments.first().map_or(0.0, super::expected::Moment::cells);
    let most = expected.moments.iter().map(super::expected::Moment::cells).fold(0.0, f64::max);
    [first, most]
}

/// Cells and fields at the start, with as many cells as at the end where they are crowded, vesicles one by one at the start.
fn timed(setup: &Setup, seed: u64, expected: &Expected, limit_s: f64) -> [Timed; 3] {
    let mut stages = [Timed::default(); 3];
    let Some(first) = expected.moments.first() else { return stages };
    let without = with_singles(setup, 0.0);
    if let Some((tick_s, cells)) = tick_seconds(&without, seed, limit_s) {
        stages[0] = Timed { took: tick_s, expected: expected.tick_of_cells_s(cells) };
    }
    let last = expected.moments.iter().max_by(|a, b| a.cells().total_cmp(&b.cells()));
    if let Some(last) = last.filter(|last| last.filled > CROWDED)
        && let Some((tick_s, cells)) = tick_seconds(&with_cells(&without, &last.live), seed, limit_s)
    {
        stages[1] = Timed { took: tick_s, expected: expected.tick_of_cells_s(cells) };
    }
    let of_vesicles = expected.tick_of_vesicles_s(first);
    let of_cells = expected.tick_of_cells_s(first.cells());
    if of_vesicles > 0.1 * of_cells {
        // Vesicles know nothing of each other: a share of them tells of all.
        let share = (limit_s.max(2.0 * of_cells) / of_vesicles).min(1.0);
        if let Some((tick_s, _)) = tick_seconds(&with_singles(setup, share), seed, limit_s) {
            let took = (tick_s - stages[0].took).max(0.0);
            stages[2] = Timed { took, expected: share * of_vesicles };
        }
    }
    stages
}

/// The same with a share of what is given of vesicles that are carried one by one.
fn with_singles(setup: &Setup, share: f64) -> Setup {
    let mut fewer = setup.clone();
    for population in fewer.populations.iter_mut().filter(|population| singly(population)) {
        population.dose.per_um3 *= share;
    }
    fewer
}

/// The same with as many live cells of the kind of which there are most, spread evenly from the start: cells that divide
/// where they are lie on each other less than those that are thrown in.
fn with_cells(setup: &Setup, live: &[f64]) -> Setup {
    let mut grown = setup.clone();
    let most = live.iter().zip(&mut grown.kinds).max_by(|a, b| a.0.total_cmp(b.0));
    if let Some((live, kind)) = most {
        kind.start = evenly(setup.size_um, setup.voxel_um, live.max(1.0));
    }
    grown
}

/// At least so many cells on the points of close packing: whole rows only, so that a few more may fit than are asked for.
fn evenly(size_um: [f64; 3], voxel_um: f64, cells: f64) -> Start {
    let [x, y, z] = size_um;
    let mut every_um = if z <= voxel_um {
        (x * y / (0.75_f64.sqrt() * cells)).sqrt()
    } else {
        math::cbrt(2.0_f64.sqrt() * x * y * z / cells)
    };
    let packed = |every_um| Start::Lattice { lattice: Lattice::Hexagonal, every_um, within: None };
    // Rows that do not fit are made up for by closer ones.
    for _ in 0..100 {
        if packed(every_um).count(size_um, voxel_um) as f64 >= cells {
            break;
        }
        every_um *= 0.99;
    }
    packed(every_um)
}

/// Seconds of a tick, and the cells that there were; `None` where the setup cannot be built, which the run itself tells.
fn tick_seconds(setup: &Setup, seed: u64, limit_s: f64) -> Option<(f64, f64)> {
    let mut run = Simulation::new(setup, seed).ok()?;
    ticks_in(&mut run, UNTIMED * limit_s);
    let cells = run.tissue().cells.len() as f64;
    let (took_s, ticks) = ticks_in(&mut run, limit_s);
    (ticks > 0).then(|| (took_s / f64::from(ticks), cells))
}

/// Goes on for so many seconds and one tick at least; the seconds and the ticks.
fn ticks_in(run: &mut Simulation<'_>, limit_s: f64) -> (f64, u32) {
    let (begun, mut ticks) = (Instant::now(), 0);
    while (ticks == 0 || begun.elapsed().as_secs_f64() < limit_s) && run.tick() {
        ticks += 1;
    }
    (begun.elapsed().as_secs_f64(), ticks)
}

#[cfg(test)]
mod tests {
    use super::super::expected::Moment;
    use super::*;

    fn growing(cells: [f64; 3], filled: f64) -> Expected {
        let moment = |(at, cells): (usize, f64)| Moment {
            time_min: 60.0 * at as f64,
            live: vec![cells],
            steps_per_min: 0.0,
            filled,
        };
        Expected::of_moments(cells.into_iter().enumerate().map(moment).collect(), 6.0)
    }

    #[test]
    fn the_pace_follows_a_power_of_the_number_of_cells() {
        let pace = Pace { cells: [1.0, 4.0], vesicles: 1.0 };
        let run = growing([100.0, 200.0, 400.0], 2.0);
        let tick = |cells: f64| run.tick_of_cells_s(cells);
        let known = 10.0 * (0.5 * tick(100.0) + 2.0 * tick(200.0) + 0.5 * 4.0 * tick(400.0));
        assert!((pace.seconds(&run) / known - 1.0).abs() < 1e-12);
        for still in [growing([100.0, 100.0, 90.0], 2.0), growing([100.0, 200.0, 400.0], 1.0)] {
            assert!((pace.seconds(&still) / still.seconds(|_| [1.0, 1.0]) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn grown_cells_are_as_many_as_foreseen() {
        for size_um in [[200.0, 150.0, 20.0], [200.0, 150.0, 100.0]] {
            let n = evenly(size_um, 20.0, 400.0).count(size_um, 20.0) as f64;
            assert!((400.0..480.0).contains(&n), "{size_um:?}: {n}");
        }
    }
}
