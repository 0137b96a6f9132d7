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

/// Two sinks and a source in one voxel of a well-mixed box: ρ' = (S − U ρ)/n − λ ρ. Relative error after a span.
fn well_mixed_error(tolerance: f64) -> f64 {
    let mut mixed = law(1e9, 0.05);
    mixed.start = 10.0;
    let mut fields = build([4, 3, 2], [20.0; 3], mixed, None);
    fields.set_stepping(Stepping { tolerance, ..Stepping::default() }).expect("a valid stepping");
    fields.supply(0, 5, 30.0);
    fields.take_up(0, 5, 2.0);
    fields.take_up(0, 5, 3.0);
    fields.advance(&span(6.0));
    let (k, source) = (5.0 / 24.0 + 0.05, 30.0 / 24.0);
    let exact = 10.0 * math::exp(-6.0 * k) - source / k * math::expm1(-6.0 * k);
    let mean = fields.values(0).iter().sum::<f64>() / 24.0;
    assert!(fields.values(0).iter().all(|value| (value / mean - 1.0).abs() < 1e-3), "well mixed");
    (mean / exact - 1.0).abs()
}

#[test]
fn a_sink_follows_its_exact_solution() {
    let error = well_mixed_error(1e-6);
    assert!(error < 1e-3, "error {error:e}");
}

#[test]
fn the_error_follows_the_tolerance() {
    let errors = [1e-3, 1e-4, 1e-5].map(well_mixed_error);
    println!("{errors:?}");
    assert!(errors[0] < 0.1 && errors[1] < 0.3 * errors[0] && errors[2] < 0.3 * errors[1], "{errors:?}");
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
        assert!((value - expected).abs() < 1e-9, "{value} at x {x}");
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
fn a_fast_sink_does_not_stop_the_clock() {
    let mut fast = law(2e6, 0.0);
    fast.start = 1.0;
    let mut fields = build([12, 9, 1], [20.0, 10.0, 15.0], fast, None);
    for voxel in [3, 20, 57, 80, 101] {
        fields.supply(0, voxel, 15.0);
        fields.take_up(0, voxel + 2, 250.0);
    }
    let work = fields.advance(&span(18.0));
    assert!(work.sub_steps < 3000, "{work:?}");
    let budget = fields.budget(0);
    let mean = fields.amount(0) / fields.grid().volume_um3();
    assert!((mean / (75.0 / 1250.0) - 1.0).abs() < 0.05, "what sources give is what sinks take: {mean}");
    let gained = budget.supplied + 12.0 * 9.0 * 3000.0;
    let spent = budget.taken_up + fields.amount(0);
    assert!((gained / spent - 1.0).abs() < 1e-11, "{budget:?}");
}
