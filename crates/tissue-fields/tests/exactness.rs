//! Does the solver do what it says: known answers, orders of convergence, limits.

use std::f64::consts::PI;
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Span, math};

const CLOSED: [Side; 6] = [Side::Closed; 6];

fn law(diffusion: f64, decay: f64) -> FieldLaw {
    FieldLaw {
        diffusion_um2_per_min: diffusion,
        decay_per_min: decay,
        sides: CLOSED,
        solve: Solve::Transient,
        start: 0.0,
    }
}

fn build(n: [usize; 3], voxel_um: [f64; 3], law: FieldLaw, step_min: Option<f64>) -> Fields {
    let grid = Grid { n, voxel_um, origin_um: [0.0; 3] };
    let mut fields = Fields::new(grid, vec![law], None).expect("a valid law");
    fields
        .set_stepping(Stepping { fixed_step_min: step_min, ..Stepping::default() })
        .expect("a valid stepping");
    fields
}

fn span(length_min: f64) -> Span {
    Span { tick: 0, start_min: 0.0, length_min }
}

#[test]
fn the_d3_workload_has_its_known_values() {
    let mut fields = build([100; 3], [20.0; 3], law(1e5, 0.1), Some(0.01));
    let places = *fields.grid();
    for (voxel, value) in fields.values_mut(0).iter_mut().enumerate() {
        let [x, y, z] = places.centre_um(voxel);
        *value = 10.0 + 5.0 * math::cos(0.01 * x) * math::cos(0.007 * y) * math::cos(0.005 * z);
    }
    let work = fields.advance(&span(0.18));
    assert_eq!(work.sub_steps, 18);
    let values = fields.values(0);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    assert!((mean - 9.820_774).abs() < 1e-6, "mean {mean}");
    assert!((variance / 2.658_771_692_198e-2 - 1.0).abs() < 1e-11, "variance {variance:e}");
    assert!((values[0] - 10.060_892_158_432_8).abs() < 1e-12, "first corner {}", values[0]);
    assert!((values[999_999] - 8.304_988_373_250_55).abs() < 1e-12, "last corner {}", values[999_999]);
}

/// BioFVM's first convergence test along one axis: 1 + cos(π x/500) on [−500, 500] µm, D = 1e5 µm²/min, until `end_min`.
/// Largest error against 1 + cos(π x/500) exp(−D π² t/500²).
fn cosine_error(axis: usize, n_along: usize, step_min: f64, end_min: f64) -> f64 {
    let mut n = [1; 3];
    n[axis] = n_along;
    let mut voxel_um = [20.0; 3];
    voxel_um[axis] = 1000.0 / n_along as f64;
    let mut fields = build(n, voxel_um, law(1e5, 0.0), Some(step_min));
    let wave = |i: usize| math::cos(PI * ((i as f64 + 0.5) * voxel_um[axis] - 500.0) / 500.0);
    for (i, value) in fields.values_mut(0).iter_mut().enumerate() {
        *value = 1.0 + wave(i);
    }
    fields.advance(&span(end_min));
    let left = math::exp(-1e5 * PI * PI * end_min / 250_000.0);
    let error = |(i, value): (usize, &f64)| (value - 1.0 - wave(i) * left).abs();
    fields.values(0).iter().enumerate().map(error).fold(0.0, f64::max)
}

#[test]
fn the_order_in_time_is_one_and_in_space_two() {
    for axis in 0..3 {
        let [coarse, fine] = [0.01, 0.005].map(|step| cosine_error(axis, 500, step, 0.2));
        let in_time = math::log2(coarse / fine);
        assert!(
            (in_time - 1.0).abs() < 0.1,
            "axis {axis}: order {in_time} in time, errors {coarse:e} {fine:e}"
        );
        let [coarse, fine] = [20, 40].map(|n| cosine_error(axis, n, 2e-6, 0.02));
        let in_space = math::log2(coarse / fine);
        assert!(
            (in_space - 2.0).abs() < 0.1,
            "axis {axis}: order {in_space} in space, errors {coarse:e} {fine:e}"
        );
    }
}

/// Largest error of the relaxation from 0 to a line between two fixed faces, against its sine series.
fn line_error(n: usize, step_min: f64) -> f64 {
    let (length, diffusion, end_min) = (400.0, 1e4, 2.0);
    let mut law = law(diffusion, 0.0);
    law.sides[0] = Side::Fixed(10.0);
    law.sides[1] = Side::Fixed(4.0);
    let mut fields = build([n, 1, 1], [length / n as f64, 20.0, 20.0], law, Some(step_min));
    fields.advance(&span(end_min));
    let exact = |x: f64| {
        let term = |k: i32| {
            let k = f64::from(k);
            let weight = -2.0 / (k * PI) * (10.0 - 4.0 * math::cos(k * PI));
            let left = math::exp(-diffusion * (k * PI / length) * (k * PI / length) * end_min);
            weight * math::sin(k * PI * x / length) * left
        };
        10.0 - 6.0 * x / length + (1..60).map(term).sum::<f64>()
    };
    let error = |(i, value): (usize, &f64)| (value - exact(fields.grid().centre_um(i)[0])).abs();
    fields.values(0).iter().enumerate().map(error).fold(0.0, f64::max)
}

#[test]
fn fixed_faces_keep_the_order_in_space() {
    let [coarse, fine] = [16, 32].map(|n| line_error(n, 2e-5));
    let slope = math::log2(coarse / fine);
    assert!((slope - 2.0).abs() < 0.1, "order {slope}, errors {coarse:e} {fine:e}");
}

#[test]
fn between_two_faces_the_end_is_a_line() {
    let mut law = law(1e4, 0.0);
    law.sides[4] = Side::Fixed(10.0);
    law.sides[5] = Side::Fixed(4.0);
    let mut fields = build([4, 3, 25], [10.0, 20.0, 8.0], law, Some(0.5));
    fields.advance(&span(200.0));
    for (voxel, value) in fields.values(0).iter().enumerate() {
        let z = fields.grid().centre_um(voxel)[2];
        assert!((value - (10.0 - 6.0 * z / 200.0)).abs() < 1e-10, "{value} at {z}");
    }
}

#[test]
fn an_immobile_field_follows_its_exact_solution() {
    for (decay, uptake, supply) in [(0.3, 2.0, 5.0), (0.0, 0.0, 5.0), (1e-9, 1e-9, 1.0), (40.0, 1e3, 1e4)] {
        let mut immobile = law(0.0, decay);
        immobile.start = 7.0;
        let mut fields = build([3, 1, 1], [20.0; 3], immobile, None);
        fields.supply(0, 1, supply);
        fields.take_up(0, 1, uptake);
        fields.advance(&span(6.0));
        let k = decay + uptake;
        let (left, fed) =
            if k > 0.0 { (math::exp(-6.0 * k), -math::expm1(-6.0 * k) / k) } else { (1.0, 6.0) };
        let expected = 7.0 * left + supply * fed;
        assert!((fields.values(0)[1] / expected - 1.0).abs() < 1e-14);
        assert!((fields.values(0)[0] - 7.0 * math::exp(-6.0 * decay)).abs() < 1e-14);
    }
}

/// e^−λt, (1 − e^−λt)/λ and (λt − 1 + e^−λt)/λ².
fn fading(lambda: f64, t: f64) -> [f64; 3] {
    let lost = -math::expm1(-lambda * t);
    [1.0 - lost, lost / lambda, (lambda * t - lost) / (lambda * lambda)]
}

/// Exact values and time integrals of two voxels that exchange at rate `g` and lose at rates `k`, from 10 each, the first
/// fed at rate 30.
fn two_voxels(g: f64, k: [f64; 2], t: f64) -> [[f64; 2]; 2] {
    let matrix = [[k[0] + g, -g], [-g, k[1] + g]];
    let (half, apart) = (0.5 * (matrix[0][0] + matrix[1][1]), 0.5 * (k[0] - k[1]));
    let fast = half + (apart * apart + g * g).sqrt();
    let slow = (k[0] * k[1] + g * (k[0] + k[1])) / fast;
    let mut result = [[0.0; 2]; 2];
    for (lambda, other) in [(slow, fast), (fast, slow)] {
        let [left, lived, fed] = fading(lambda, t);
        for i in 0..2 {
            for (j, supply) in [30.0, 0.0].into_iter().enumerate() {
                let unit = if i == j { other } else { 0.0 };
                let part = (unit - matrix[i][j]) / (other - lambda);
                result[0][i] += part * (10.0 * left + supply * lived);
                result[1][i] += part * (10.0 * lived + supply * fed);
            }
        }
    }
    result
}

/// Largest error of values and of amounts taken in two voxels, a crowded one with two sinks and a lone one, against their
/// exact solution, as a share of the start and of what a sink takes from the start.
fn two_voxel_error(axis: usize, diffusion: f64, tolerance: f64) -> f64 {
    let (t, decay, uptake) = (6.0, 0.05, [5.0, 0.1]);
    let mut n = [1; 3];
    n[axis] = 2;
    let mut pair = law(diffusion, decay);
    pair.start = 10.0;
    let mut fields = build(n, [20.0; 3], pair, None);
    fields.set_stepping(Stepping { tolerance, ..Stepping::default() }).expect("a valid stepping");
    fields.supply(0, 0, 30.0);
    fields.take_up(0, 0, 2.0);
    fields.take_up(0, 0, 3.0);
    fields.take_up(0, 1, uptake[1]);
    fields.advance(&span(t));
    let [values, integrals] = two_voxels(diffusion / 400.0, uptake.map(|uptake| uptake + decay), t);
    let error = |i: usize| {
        let of_value = (fields.values(0)[i] - values[i]).abs() / 10.0;
        let seen = fields.taken_up(0)[i] / 8000.0 / uptake[i];
        of_value.max((seen - integrals[i]).abs() / (10.0 * t))
    };
    error(0).max(error(1))
}

#[test]
fn a_sink_follows_its_exact_solution() {
    for axis in 0..3 {
        for diffusion in [1e-3, 1.0, 1e2, 1e4, 1e5, 1e6, 4e6, 1e7, 1e9, 1e12, 1e15] {
            let error = two_voxel_error(axis, diffusion, 1e-6);
            assert!(error < 1e-6, "axis {axis}, D {diffusion:e}: error {error:e}");
        }
    }
}

#[test]
fn the_error_follows_the_tolerance() {
    for diffusion in [1e3, 1e5, 1e8] {
        for tolerance in [1e-2, 1e-4, 1e-6, 1e-8] {
            let error = two_voxel_error(0, diffusion, tolerance);
            assert!(error < tolerance, "D {diffusion:e}: error {error:e} at tolerance {tolerance:e}");
        }
    }
}

#[test]
fn in_a_mixed_box_all_sinks_see_the_same() {
    let mut mixed = law(1e12, 0.01);
    mixed.start = 10.0;
    let mut fields = build([10, 10, 10], [20.0; 3], mixed, None);
    let uptake = |voxel: usize| [0.1, 0.0, 3.0, 250.0][voxel * 7919 % 1000 % 4];
    let total: f64 = (0..1000).map(uptake).sum();
    for voxel in 0..1000 {
        fields.take_up(0, voxel, 0.5 * uptake(voxel));
        fields.take_up(0, voxel, 0.5 * uptake(voxel));
    }
    fields.advance(&span(0.5));
    let rate = total / 1000.0 + 0.01;
    let [left, lived, _] = fading(rate, 0.5);
    for voxel in 0..1000 {
        assert!((fields.values(0)[voxel] - 10.0 * left).abs() < 1e-5, "voxel {voxel}");
        let expected = 10.0 * lived * uptake(voxel) * 8000.0;
        assert!((fields.taken_up(0)[voxel] - expected).abs() <= 1e-6 * expected, "voxel {voxel}");
    }
}

/// Right-hand side on a small grid, written out: loss, source, links between open neighbours.
fn slope(grid: &Grid, diffusion: f64, [loss, source]: [&[f64]; 2], solid: &[bool], u: &[f64]) -> Vec<f64> {
    let of_voxel = |voxel: usize| {
        let mut rate = source[voxel] - loss[voxel] * u[voxel];
        let at = grid.at(voxel);
        for axis in 0..3 {
            for step in [-1_isize, 1] {
                let mut next = at;
                next[axis] = at[axis].wrapping_add_signed(step);
                if next[axis] < grid.n[axis] && !solid[grid.index(next)] {
                    let dx = grid.voxel_um[axis];
                    rate += diffusion / (dx * dx) * (u[grid.index(next)] - u[voxel]);
                }
            }
        }
        if solid[voxel] { 0.0 } else { rate }
    };
    (0..u.len()).map(of_voxel).collect()
}

/// The state after `t` and its time integral, by Runge and Kutta's steps of order 4.
fn by_small_steps(u: &mut [f64], t: f64, n_steps: u32, slope: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let h = t / f64::from(n_steps);
    let moved = |u: &[f64], k: &[f64], h: f64| u.iter().zip(k).map(|(u, k)| u + h * k).collect::<Vec<_>>();
    let mut integral = vec![0.0; u.len()];
    for _ in 0..n_steps {
        let k1 = slope(u);
        let u2 = moved(u, &k1, 0.5 * h);
        let k2 = slope(&u2);
        let u3 = moved(u, &k2, 0.5 * h);
        let k3 = slope(&u3);
        let u4 = moved(u, &k3, h);
        let k4 = slope(&u4);
        for i in 0..u.len() {
            integral[i] += h / 6.0 * (u[i] + 2.0 * u2[i] + 2.0 * u3[i] + u4[i]);
            u[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    integral
}

#[test]
fn neighbouring_sinks_share_as_the_exact_solution_says() {
    for (diffusion, with_walls) in [(50.0, false), (50.0, true), (3e3, false), (3e3, true)] {
        let grid = Grid { n: [5, 4, 3], voxel_um: [20.0, 15.0, 25.0], origin_um: [0.0; 3] };
        let count = grid.n_voxels();
        let solid: Vec<bool> = (0..count).map(|voxel| with_walls && voxel * 13 % 7 == 0).collect();
        let mut crowded = law(diffusion, 0.1);
        crowded.start = 1.0;
        let mut fields = Fields::new(grid, vec![crowded], Some(solid.clone())).expect("a valid law");
        let uptake: Vec<f64> = (0..count).map(|voxel| [0.0, 0.1, 2.0, 12.0][voxel * 31 % 4]).collect();
        let supply: Vec<f64> = (0..count).map(|voxel| [0.0, 0.0, 4.0][voxel * 17 % 3]).collect();
        for voxel in 0..count {
            fields.take_up(0, voxel, uptake[voxel]);
            fields.supply(0, voxel, supply[voxel]);
        }
        let mut expected = fields.values(0).to_vec();
        let loss: Vec<f64> = uptake.iter().map(|uptake| uptake + 0.1).collect();
        let slope = |u: &[f64]| slope(&grid, diffusion, [&loss, &supply], &solid, u);
        let integral = by_small_steps(&mut expected, 1.0, 2000, slope);
        fields.advance(&span(1.0));
        for voxel in (0..count).filter(|voxel| !solid[*voxel]) {
            let error = (fields.values(0)[voxel] - expected[voxel]).abs();
            assert!(error < 1e-6, "D {diffusion}, voxel {voxel}: error {error:e}");
            let taken = uptake[voxel] * integral[voxel];
            let error = (fields.taken_up(0)[voxel] / 7500.0 - taken).abs();
            assert!(
                error <= 1e-6 * uptake[voxel],
                "D {diffusion}, voxel {voxel}: error {error:e} of {taken}"
            );
        }
    }
}

/// A wave of the grid fades at the rate of its eigenvalue, however fast and however fine the grid.
#[test]
fn a_wave_fades_at_its_rate() {
    for axis in 0..3 {
        for (diffusion, t) in [(1e5, 3.0), (1e6, 3.0), (1e7, 1.0), (1e7, 3.0)] {
            let mut n = [1; 3];
            n[axis] = 400;
            let mut fields = build(n, [20.0; 3], law(diffusion, 0.0), None);
            let wave = |i: usize| math::cos(PI * (i as f64 + 0.5) / 400.0);
            fields.values_mut(0).iter_mut().enumerate().for_each(|(i, value)| *value = 1.0 + wave(i));
            fields.advance(&span(t));
            let sine = math::sin(0.5 * PI / 400.0);
            let left = math::exp(-t * 4.0 * diffusion / 400.0 * sine * sine);
            for (i, value) in fields.values(0).iter().enumerate() {
                let error = (value - 1.0 - left * wave(i)).abs();
                assert!(error < 1e-6, "axis {axis}, D {diffusion:e}, voxel {i}: error {error:e}");
            }
        }
    }
}

#[test]
fn a_spot_spreads_as_a_gaussian() {
    let mut fields = build([41, 41, 41], [10.0; 3], law(300.0, 0.0), None);
    fields.deposit(0, fields.grid().index([20, 20, 20]), 1e6);
    let end_min = 5.0;
    fields.advance(&span(end_min));
    let spread = 4.0 * 300.0 * end_min;
    let peak = 1e6 / math::pow(PI * spread, 1.5);
    for x in 20..30 {
        let r = 10.0 * (x as f64 - 20.0);
        let exact = peak * math::exp(-r * r / spread);
        let value = fields.values(0)[fields.grid().index([x, 20, 20])];
        assert!((value - exact).abs() < 0.02 * peak, "{value} against {exact} at {r} µm");
    }
    assert!((fields.amount(0) / 1e6 - 1.0).abs() < 1e-12);
}

#[test]
fn obstacles_block() {
    let grid = Grid { n: [9, 4, 3], voxel_um: [10.0, 20.0, 5.0], origin_um: [0.0; 3] };
    let solid: Vec<bool> = (0..grid.n_voxels()).map(|voxel| grid.at(voxel)[0] == 4).collect();
    let mut open = law(1e4, 0.0);
    open.start = 1.0;
    let mut fields = Fields::new(grid, vec![open], Some(solid.clone())).expect("a valid law");
    fields.deposit(0, 0, 1e5);
    fields.advance(&span(60.0));
    for (voxel, value) in fields.values(0).iter().enumerate() {
        let x = fields.grid().at(voxel)[0];
        let expected = match x {
            4 => 0.0,
            5.. => 1.0,
            _ => 1.0 + 1e5 / (1000.0 * 48.0),
        };
        assert!((value - expected).abs() < 1e-6, "{value} at x {x}");
    }
    assert_eq!(fields.gradient(0, fields.grid().index([4, 1, 1])), [0.0; 3]);
}

#[test]
fn no_obstacles_and_an_empty_map_give_the_same_values() {
    let mut with_law = law(2e3, 0.2);
    with_law.sides =
        [0, 1, 2, 3, 4, 5].map(|i| if i % 2 == 0 { Side::Fixed(f64::from(i)) } else { Side::Closed });
    let grid = Grid { n: [13, 9, 10], voxel_um: [10.0, 8.0, 20.0], origin_um: [0.0; 3] };
    // One obstacle in a corner switches to the other kernel; the far corner must not feel which kernel it was.
    let mut solid = vec![false; grid.n_voxels()];
    solid[0] = true;
    let far = grid.n_voxels() - 1;
    let values = [None, Some(solid)].map(|solid| {
        let mut fields = Fields::new(grid, vec![with_law.clone()], solid).expect("a valid law");
        fields.set_stepping(Stepping { fixed_step_min: Some(1e-3), ..Stepping::default() }).expect("valid");
        fields.supply(0, far, 100.0);
        fields.advance(&span(0.01));
        fields.values(0)[far]
    });
    assert!((values[0] / values[1] - 1.0).abs() < 1e-9, "{values:?}");
}

#[test]
fn huge_and_small_couplings_keep_the_amount() {
    for diffusion in [1e-9, 1.0, 1e6, 1e15, 1e25] {
        let mut fields = build([50, 7, 3], [3.0, 40.0, 1.0], law(diffusion, 0.0), None);
        fields.deposit(0, 17, 1e4);
        fields.advance(&span(6.0));
        assert!((fields.amount(0) / 1e4 - 1.0).abs() < 1e-11, "D {diffusion:e}: {}", fields.amount(0));
        assert_eq!(fields.health(), None);
    }
}

#[test]
fn a_plane_has_its_slope_everywhere() {
    let mut fields = build([5, 6, 1], [10.0, 4.0, 3.0], law(1.0, 0.0), None);
    let places = *fields.grid();
    for (voxel, value) in fields.values_mut(0).iter_mut().enumerate() {
        let [x, y, _] = places.centre_um(voxel);
        *value = 100.0 + 2.0 * x - 3.0 * y;
    }
    for voxel in 0..places.n_voxels() {
        let [x, y, z] = fields.gradient(0, voxel);
        assert!((x - 2.0).abs() < 1e-12 && (y + 3.0).abs() < 1e-12 && z == 0.0);
    }
}

#[test]
fn fast_sinks_and_fast_diffusion_do_not_stop_the_clock() {
    let mut fast = law(1e7, 0.0);
    fast.start = 1.0;
    let mut fields = build([40, 30, 20], [20.0, 10.0, 15.0], fast, None);
    for voxel in (0..24_000).step_by(170) {
        fields.supply(0, voxel, 15.0);
        fields.take_up(0, voxel + 2, 250.0);
    }
    let work = fields.advance(&span(18.0));
    assert_eq!([work.sub_steps, work.iterations], [1, 306], "one span, implicit solves in few iterations");
    let budget = fields.budget(0);
    let mean = fields.amount(0) / fields.grid().volume_um3();
    assert!((mean / (15.0 / 250.0) - 1.0).abs() < 0.05, "what sources give is what sinks take: {mean}");
    let gained = budget.supplied + fields.grid().volume_um3();
    let spent = budget.taken_up + fields.amount(0);
    assert!((gained / spent - 1.0).abs() < 1e-11, "{budget:?}");
}
