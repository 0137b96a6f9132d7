//! Fields against solutions in closed form.

use super::{Row, bessel, row};
use core::f64::consts::PI;
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::math::{cos, exp, log2};
use vesicle_base::{Grid, Span};

/// Half the length of the pipe of BioFVM's convergence test, µm, and its diffusion coefficient, µm²/min.
const HALF_UM: f64 = 500.0;
const DIFFUSION: f64 = 1e5;

fn law(diffusion: f64, decay: f64) -> FieldLaw {
    FieldLaw {
        diffusion_um2_per_min: diffusion,
        decay_per_min: decay,
        sides: [Side::Closed; 6],
        solve: Solve::Transient,
        start: 0.0,
    }
}

/// One field on a grid with a way to cut time; laws and grids here are sound, so there is nothing to report.
fn field(n: [usize; 3], voxel_um: [f64; 3], law: FieldLaw, stepping: Stepping) -> Option<Fields> {
    let mut fields = Fields::new(Grid { n, voxel_um, origin_um: [0.0; 3] }, vec![law], None).ok()?;
    fields.set_stepping(stepping).ok()?;
    Some(fields)
}

fn over(length_min: f64) -> Span {
    Span { tick: 0, start_min: 0.0, length_min }
}

/// Largest distance of a decaying cosine from a known factor of decay.
fn cosine_error(n: usize, step_min: f64, t_min: f64, rate_per_min: f64) -> Option<f64> {
    let dx = 2.0 * HALF_UM / n as f64;
    let stepping = Stepping { fixed_step_min: Some(step_min), ..Stepping::default() };
    let mut fields = field([n, 1, 1], [dx, 20.0, 20.0], law(DIFFUSION, 0.0), stepping)?;
    let wave = |voxel: usize| cos(PI * (voxel as f64 + 0.5) * dx / HALF_UM);
    for (voxel, value) in fields.values_mut(0).iter_mut().enumerate() {
        *value = 1.0 + wave(voxel);
    }
    fields.advance(&over(t_min));
    let kept = exp(-rate_per_min * t_min);
    let errors =
        fields.values(0).iter().enumerate().map(|(voxel, value)| (value - 1.0 - wave(voxel) * kept).abs());
    Some(errors.fold(0.0, f64::max))
}

/// Against the discrete mode, so that only time is seen.
pub(super) fn order_in_time() -> Vec<Row> {
    let (n, t_min) = (50, 0.2);
    let dx = 2.0 * HALF_UM / n as f64;
    let rate = 2.0 * DIFFUSION / (dx * dx) * (1.0 - cos(PI * dx / HALF_UM));
    let error = |step_min| cosine_error(n, step_min, t_min, rate).unwrap_or(f64::NAN);
    let slope = log2(error(0.005) / error(0.0025));
    vec![row("order in time", 1.0, slope, 0.1, "", "the next order of the step")]
}

/// With steps so short that only space is seen.
pub(super) fn order_in_space() -> Vec<Row> {
    let rate = DIFFUSION * PI * PI / (HALF_UM * HALF_UM);
    let error = |n| cosine_error(n, 2e-6, 0.05, rate).unwrap_or(f64::NAN);
    let slope = log2(error(20) / error(40));
    vec![row("order in space", 2.0, slope, 0.1, "", "the next order of the voxel")]
}

/// What is left of 1 after an hour in ticks of 6 min with these sinks in every voxel, and the sum of the errors that the
/// solver is allowed: its tolerance for each tick.
fn left_after_an_hour(n: [usize; 3], sinks: usize, per_min: f64, decay: f64) -> (f64, f64) {
    let stepping = Stepping::default();
    let Some(mut fields) = field(n, [20.0; 3], law(DIFFUSION, decay), stepping) else {
        return (f64::NAN, 0.0);
    };
    fields.values_mut(0).fill(1.0);
    let n_voxels = fields.values(0).len();
    let ticks = 10;
    for _ in 0..ticks {
        fields.clear_rates();
        for voxel in 0..n_voxels {
            (0..sinks).for_each(|_| fields.take_up(0, voxel, per_min));
        }
        fields.advance(&over(6.0));
    }
    // A voxel by itself is solved exactly, to rounding.
    let allowed = if n_voxels > 1 { f64::from(ticks) * stepping.tolerance } else { 1e-12 };
    (fields.values(0).iter().sum::<f64>() / n_voxels as f64, allowed)
}

const ROUNDING: &str = "rounding: a voxel by itself is solved exactly";
const SOLVER: &str = "the solver's tolerance, once for every tick";

pub(super) fn one_sink() -> Vec<Row> {
    [1e-3, 0.05, 1.0]
        .into_iter()
        .map(|u| {
            let expected = exp(-60.0 * (u + 0.01));
            let (got, allowed) = left_after_an_hour([1; 3], 1, u, 0.01);
            row(format!("left after 1 h at U = {u} /min"), expected, got, allowed * expected, "", ROUNDING)
        })
        .collect()
}

pub(super) fn thousand_sinks() -> Vec<Row> {
    let expected = exp(-60.0 * 0.05);
    let (one, allowed_one) = left_after_an_hour([1; 3], 1000, 5e-5, 0.0);
    let (many, allowed_many) = left_after_an_hour([10; 3], 1, 0.05, 0.0);
    vec![
        row("1000 sinks in one voxel", expected, one, allowed_one * expected, "", ROUNDING),
        row("one sink in each of 1000 voxels", expected, many, allowed_many * expected, "", SOLVER),
    ]
}

/// Last voxel of a pipe whose first face is held at 40, with a sink at its end.
fn end_of_pipe(solve: Solve, diffusion: f64, per_min: f64, spans: u32) -> f64 {
    let mut held = FieldLaw { solve, start: 40.0, ..law(diffusion, 0.0) };
    held.sides[0] = Side::Fixed(40.0);
    let Some(mut fields) = field([10, 1, 1], [20.0; 3], held, Stepping::default()) else {
        return f64::NAN;
    };
    for _ in 0..spans {
        fields.clear_rates();
        fields.take_up(0, 9, per_min);
        fields.advance(&over(6.0));
    }
    fields.values(0)[9]
}

pub(super) fn sink_in_a_gradient() -> Vec<Row> {
    let (diffusion, per_min) = (1e4, 2.0);
    // Nine whole voxels and one half between the held face and the middle of the last.
    let expected = 40.0 / (1.0 + per_min * 20.0 * 190.0 / diffusion);
    let tolerance = 40.0 * Stepping::default().tolerance;
    let steady = end_of_pipe(Solve::Steady, diffusion, per_min, 1);
    let late = end_of_pipe(Solve::Transient, diffusion, per_min, 100);
    // A tick is longer than the pipe remembers: L²/(π/2)² D is 1.6 min.
    let why = "the solver's tolerance of the largest value";
    vec![
        row("steady", expected, steady, tolerance, "mmHg", why),
        row("after ten hours", expected, late, tolerance, "mmHg", why),
    ]
}

/// A vessel of 10 µm radius in a cylinder of 60 µm, on voxels of 1 µm.
pub(super) fn krogh() -> Vec<Row> {
    let (n, dx, vessel, rim) = (124_usize, 1.0, 10.0, 60.0);
    let (diffusion, uptake, held) = (1e5, 10.0, 40.0);
    let middle = 0.5 * n as f64 * dx;
    let radius = |voxel: usize| {
        let (x, y) = ((voxel % n) as f64 + 0.5, (voxel / n) as f64 + 0.5);
        ((x * dx - middle) * (x * dx - middle) + (y * dx - middle) * (y * dx - middle)).sqrt()
    };
    let solid: Vec<bool> = (0..n * n).map(|voxel| radius(voxel) > rim).collect();
    let steady = FieldLaw { solve: Solve::Steady, ..law(diffusion, 0.0) };
    let grid = Grid { n: [n, n, 1], voxel_um: [dx, dx, 20.0], origin_um: [0.0; 3] };
    let Ok(mut fields) = Fields::new(grid, vec![steady], Some(solid)) else { return vec![] };
    let fast = 1e7;
    for voxel in 0..n * n {
        if radius(voxel) <= vessel {
            fields.supply(0, voxel, fast * held);
            fields.take_up(0, voxel, fast);
        } else {
            fields.take_up(0, voxel, uptake);
        }
    }
    fields.advance(&over(6.0));
    let k = (uptake / diffusion).sqrt();
    let known = |r: f64| {
        let ratio = bessel::i(1, k * rim) / bessel::k(1, k * rim);
        let profile = |r: f64| bessel::i(0, k * r) + ratio * bessel::k(0, k * r);
        held * profile(r) / profile(vessel)
    };
    [20.0, 40.0, 58.0]
        .into_iter()
        .map(|at| {
            let ring: Vec<f64> = (0..n * n)
                .filter(|voxel| (radius(*voxel) - at).abs() < 1.0)
                .map(|voxel| fields.values(0)[voxel] / known(radius(voxel)))
                .collect();
            let got = known(at) * ring.iter().sum::<f64>() / ring.len() as f64;
            // The staircase moves the vessel's edge by up to half a voxel.
            let edge = (known(vessel + 0.5 * dx) - known(vessel - 0.5 * dx)).abs();
            row(format!("{at} um from the axis"), known(at), got, edge, "mmHg", "half a voxel at the vessel")
        })
        .collect()
}
