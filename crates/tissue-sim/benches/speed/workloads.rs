//! The workloads and what each measures: D3 (diffusion), M (mechanics), the tick of a whole tissue, and memory itself.

use std::hint::black_box;
use std::time::Instant;
use tissue_cells::motion::{MotionPlan, Steps, Walls};
use tissue_cells::{
    Behaviours, Cells, Domain, Heading, KindLaw, OwnSignal, SensePlan, SignalId, Signals, TowardKinds,
};
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Rng, Span, math};

/// Times of one process: the least and the median step, ms, and what the result must be compared by.
pub struct Timing {
    pub least_ms: f64,
    pub median_ms: f64,
    pub check: String,
}

pub fn timing(mut times_ms: Vec<f64>, check: String) -> Timing {
    times_ms.sort_by(f64::total_cmp);
    Timing { least_ms: times_ms[0], median_ms: times_ms[times_ms.len() / 2], check }
}

pub fn elapsed_ms(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// D3: 100³ voxels of 20 µm, closed sides, split sub-steps of 0.01 min, D = 10⁵/(1 + s) µm²/min, decay 0.1/min.
/// Three sub-steps warm up, fifteen are timed and their answer is checked; `together` of them a call, at least three calls.
pub fn d3(n_fields: usize, together: usize) -> Timing {
    let mut fields = d3_fields(n_fields);
    let mut tick = 0;
    let mut run = |fields: &mut Fields, steps: usize| {
        let start = Instant::now();
        fields.advance(&Span::of_tick(tick, 0.01 * steps as f64));
        tick += 1;
        elapsed_ms(start) / steps as f64
    };
    for _ in 0..3 {
        run(&mut fields, 1);
    }
    let mut times: Vec<f64> = (0..15 / together).map(|_| run(&mut fields, together)).collect();
    let check = d3_check(&fields);
    while times.len() < 3 {
        times.push(run(&mut fields, together));
    }
    timing(times, check)
}

fn d3_fields(n_fields: usize) -> Fields {
    let grid = Grid { n: [100; 3], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let law = |field: usize| FieldLaw {
        diffusion_um2_per_min: 1e5 / (1.0 + field as f64),
        decay_per_min: 0.1,
        sides: [Side::Closed; 6],
        solve: Solve::Transient,
        start: 0.0,
    };
    let mut fields = Fields::new(grid, (0..n_fields).map(law).collect(), None).expect("valid laws");
    let stepping = Stepping { fixed_step_min: Some(0.01), ..Stepping::default() };
    fields.set_stepping(stepping).expect("a valid stepping");
    for field in 0..n_fields {
        for (voxel, value) in fields.values_mut(field).iter_mut().enumerate() {
            let [x, y, z] = grid.centre_um(voxel);
            *value = 10.0 + 5.0 * math::cos(0.01 * x) * math::cos(0.007 * y) * math::cos(0.005 * z);
        }
    }
    fields
}

/// The known answers of D3 after 18 sub-steps, as paraBioFVM gives them too: the scheme keeps the mean, so that alone it
/// would let a wrong solver pass.
const KNOWN: [(&str, f64); 4] = [
    ("mean", 9.820_774_4),
    ("variance", 2.658_771_692_198e-2),
    ("first corner", 10.060_892_158_433),
    ("last corner", 8.304_988_373_251),
];

fn d3_check(fields: &Fields) -> String {
    let values = fields.values(0);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    let got = [mean, variance, values[0], values[values.len() - 1]];
    for ((what, known), got) in KNOWN.iter().zip(got) {
        let near = if *what == "mean" { 1e-8 } else { 1e-12 };
        assert!((got - known).abs() <= near * known, "D3: {what} is {got}, not {known}");
    }
    format!("{got:?}")
}

/// M: a ball of cells of radius 8.413 µm, hexagonally packed 15.984 µm apart, PhysiCell's default potentials.
struct Ball {
    cells: Cells,
    signals: Signals,
    plan: SensePlan,
    rng: Rng,
}

impl Ball {
    /// All lattice points within `radius_um`; equal steps of 0.1 min, or as few as the tolerance allows.
    fn new(radius_um: f64, steps: Steps) -> Self {
        let law = KindLaw::default();
        let behaviours = Behaviours::new(&[law.own_base()], Vec::new());
        let domain = Domain::centred([1000.0; 3], false);
        let mut cells = Cells::new(vec![law], behaviours, &TowardKinds::default(), domain);
        let rng = Rng::new(1);
        cells.seed(0, &close_packed(15.984, radius_um), &rng);
        cells.set_motion(MotionPlan { steps, walls: Walls::Closed, bin_um: None });
        let mut signals = Signals::new(1);
        signals.resize(cells.len());
        let plan = SensePlan::new(vec![(OwnSignal::Pressure, SignalId(0))]);
        Self { cells, signals, plan, rng }
    }

    /// One whole update: neighbours, pressure and contacts, springs, forces, positions.
    fn update(&mut self, tick: u32, length_min: f64) {
        self.cells.sense_neighbours(&mut self.signals, &self.plan);
        self.cells.move_by(&Span::of_tick(tick, length_min), &self.rng, Heading::None);
    }
}

/// M: five steps of 0.1 min warm up, thirty are timed, each with pressure and contacts of every cell.
pub fn mechanics(radius_um: f64) -> Timing {
    let mut ball = Ball::new(radius_um, Steps::Fixed { step_min: 0.1 });
    (0..5).for_each(|tick| ball.update(tick, 0.1));
    let times = (5..35).map(|tick| {
        let start = Instant::now();
        ball.update(tick, 0.1);
        elapsed_ms(start)
    });
    let times = times.collect();
    timing(times, format!("{} cells", ball.cells.len()))
}

/// The same ball in ticks of 6 min, as the simulator takes them: pressure and contacts once a tick; time per step of 0.1 min.
pub fn mechanics_in_ticks(radius_um: f64) -> Timing {
    let mut ball = Ball::new(radius_um, Steps::Fixed { step_min: 0.1 });
    ball.update(0, 0.5);
    let times = (1..4).map(|tick| {
        let start = Instant::now();
        ball.update(tick, 6.0);
        elapsed_ms(start) / 60.0
    });
    let times = times.collect();
    timing(times, format!("{} cells", ball.cells.len()))
}

fn close_packed(apart_um: f64, radius_um: f64) -> Vec<[f64; 3]> {
    let (row, layer) = (apart_um * math::sqrt(0.75), apart_um * math::sqrt(2.0 / 3.0));
    let far = (radius_um / layer).ceil() as i32 + 1;
    let mut points = Vec::new();
    for k in -far..=far {
        for j in -2 * far..=2 * far {
            for i in -2 * far..=2 * far {
                let odd = f64::from(k.rem_euclid(2));
                let x = apart_um * (f64::from(i) + 0.5 * f64::from(j.rem_euclid(2)) + 0.5 * odd);
                let at = [x, row * (f64::from(j) + odd / 3.0), layer * f64::from(k)];
                if at.iter().map(|c| c * c).sum::<f64>() <= radius_um * radius_um {
                    points.push(at);
                }
            }
        }
    }
    points
}

/// A pass in place over `megabytes` of f64 on all threads of the pool, each value read and written once.
pub fn memory(megabytes: usize) -> Timing {
    use rayon::prelude::*;
    let mut values = vec![1.0_f64; megabytes * 125_000];
    let each = values.len().div_ceil(rayon::current_num_threads() * 4);
    let times = (0..12).map(|_| {
        let start = Instant::now();
        black_box(&mut values)
            .par_chunks_mut(each)
            .for_each(|chunk| chunk.iter_mut().for_each(|value| *value *= 1.000_000_1));
        elapsed_ms(start)
    });
    let times = times.collect();
    timing(times, String::new())
}
