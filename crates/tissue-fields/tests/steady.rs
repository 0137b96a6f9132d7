//! Steady fields: known profiles, obstacles, cases without a steady state, and how many iterations they take.

use tissue_fields::{Cause, FieldLaw, Fields, Side, Solve};
use vesicle_base::{Grid, Span, math};

const TICK: Span = Span { tick: 0, start_min: 0.0, length_min: 6.0 };

fn law(diffusion: f64, decay: f64) -> FieldLaw {
    FieldLaw {
        diffusion_um2_per_min: diffusion,
        decay_per_min: decay,
        sides: [Side::Closed; 6],
        solve: Solve::Steady,
        start: 0.0,
    }
}

fn build(n: [usize; 3], voxel_um: [f64; 3], law: FieldLaw, solid: Option<Vec<bool>>) -> Fields {
    Fields::new(Grid { n, voxel_um, origin_um: [0.0; 3] }, vec![law], solid).expect("a valid law")
}

/// Largest error of the profile between two faces at 38 with decay.
fn cosh_error(n: usize) -> f64 {
    let (length, diffusion, decay): (f64, f64, f64) = (1000.0, 1e4, 0.5);
    let mut law = law(diffusion, decay);
    law.sides[0] = Side::Fixed(38.0);
    law.sides[1] = Side::Fixed(38.0);
    let mut fields = build([n, 1, 1], [length / n as f64, 20.0, 20.0], law, None);
    fields.advance(&TICK);
    assert_eq!(fields.health(), None);
    let scale = (decay / diffusion).sqrt();
    let cosh = |x: f64| 0.5 * (math::exp(x) + math::exp(-x));
    let error = |i: usize| {
        let x = fields.grid().centre_um(i)[0] - 0.5 * length;
        (fields.values(0)[i] - 38.0 * cosh(scale * x) / cosh(scale * 0.5 * length)).abs()
    };
    (0..n).map(error).fold(0.0, f64::max)
}

#[test]
fn a_steady_field_has_a_cosh_profile() {
    let slope = math::log2(cosh_error(100) / cosh_error(200));
    assert!((slope - 2.0).abs() < 0.1, "slope {slope}");
}

#[test]
fn between_two_faces_the_profile_is_a_line() {
    let mut law = law(500.0, 0.0);
    law.sides[2] = Side::Fixed(10.0);
    law.sides[3] = Side::Fixed(2.0);
    let mut fields = build([3, 40, 5], [7.0, 5.0, 11.0], law, None);
    fields.advance(&TICK);
    for (voxel, value) in fields.values(0).iter().enumerate() {
        let y = fields.grid().centre_um(voxel)[1];
        assert!((value - (10.0 - 8.0 * y / 200.0)).abs() < 1e-6, "{value} at {y}");
    }
    let flow = 500.0 * 8.0 / 200.0 * (3.0 * 7.0 * 5.0 * 11.0) * 6.0;
    assert!(fields.budget(0).left_through_sides.abs() < 1e-6 * flow, "as much enters as leaves");
}

/// Residual of the equation, largest over the voxels, as a share of the largest source.
fn residual(fields: &Fields, loss: &[f64], source: &[f64]) -> f64 {
    let grid = fields.grid();
    let values = fields.values(0);
    let diffusion = fields.law(0).diffusion_um2_per_min;
    let mut worst = 0.0_f64;
    for voxel in (0..values.len()).filter(|voxel| !fields.is_solid(*voxel)) {
        let at = grid.at(voxel);
        let mut left = loss[voxel] * values[voxel] - source[voxel];
        for axis in 0..3 {
            for step in [-1_isize, 1] {
                let mut next = at;
                next[axis] = at[axis].wrapping_add_signed(step);
                if next[axis] >= grid.n[axis] || fields.is_solid(grid.index(next)) {
                    continue;
                }
                let dx = grid.voxel_um[axis];
                left += diffusion / (dx * dx) * (values[voxel] - values[grid.index(next)]);
            }
        }
        worst = worst.max(left.abs());
    }
    worst / source.iter().copied().fold(0.0, f64::max)
}

/// Scattered sources and sinks, with or without obstacles; returns the residual and the iterations of two ticks.
fn scattered(n: [usize; 3], voxel_um: [f64; 3], with_walls: bool) -> (f64, [u64; 2]) {
    let count = n[0] * n[1] * n[2];
    let solid: Vec<bool> = (0..count).map(|voxel| with_walls && voxel * 7919 % 5 == 0).collect();
    let mut fields = build(n, voxel_um, law(1e5, 0.1), Some(solid));
    let (mut loss, mut source) = (vec![0.1; count], vec![0.0; count]);
    let mut iterations = [0; 2];
    for (tick, iterations) in iterations.iter_mut().enumerate() {
        fields.clear_rates();
        source.fill(0.0);
        loss.fill(0.1);
        for voxel in (0..count).filter(|voxel| voxel * 31 % 17 < 3) {
            let (fed, drained) = if voxel % 3 == 0 { (40.0, 0.0) } else { (0.0, 10.0 + tick as f64) };
            fields.supply(0, voxel, fed);
            fields.take_up(0, voxel, drained);
            if !fields.is_solid(voxel) {
                source[voxel] += fed;
                loss[voxel] += drained;
            }
        }
        *iterations = fields.advance(&TICK).iterations;
        assert_eq!(fields.health(), None);
    }
    (residual(&fields, &loss, &source), iterations)
}

#[test]
fn the_equation_holds_and_the_work_is_known() {
    let cases = [
        ([32, 32, 32], [20.0, 20.0, 20.0], false, [9, 8]),
        ([33, 20, 17], [20.0, 20.0, 20.0], false, [11, 10]),
        ([24, 24, 24], [20.0, 5.0, 20.0], false, [8, 7]),
        ([100, 100, 1], [20.0, 20.0, 20.0], false, [10, 9]),
        ([32, 32, 32], [20.0, 20.0, 20.0], true, [12, 10]),
    ];
    for (n, voxel_um, with_walls, expected) in cases {
        let (residual, iterations) = scattered(n, voxel_um, with_walls);
        assert!(residual < 1e-6, "{n:?}: residual {residual:e}");
        assert_eq!(iterations, expected, "{n:?} walls {with_walls}");
    }
}

#[test]
fn a_closed_field_that_is_fed_is_reported_and_one_that_is_not_goes_to_its_mean() {
    let mut fields = build([6, 5, 4], [20.0; 3], law(1e3, 0.0), None);
    fields.values_mut(0)[7] = 120.0;
    fields.advance(&TICK);
    assert!(fields.values(0).iter().all(|value| (value - 1.0).abs() < 1e-12), "the mean of what was there");
    assert_eq!(fields.health(), None);
    fields.supply(0, 3, 1.0);
    fields.advance(&TICK);
    assert_eq!(fields.health().map(|unhealthy| unhealthy.cause), Some(Cause::NotConverged));
    fields.take_up(0, 100, 2.0);
    fields.advance(&TICK);
    assert_eq!(fields.health(), None);
    assert!((fields.values(0)[100] - 0.5).abs() < 1e-6, "the one sink takes all that the one source gives");
}

#[test]
fn an_immobile_steady_field_is_source_over_loss() {
    let mut fields = build([4, 1, 1], [20.0; 3], law(0.0, 0.5), None);
    fields.supply(0, 2, 3.0);
    fields.take_up(0, 2, 1.0);
    fields.advance(&TICK);
    assert_eq!(fields.values(0), [0.0, 0.0, 2.0, 0.0]);
}

#[test]
fn the_budget_of_a_steady_field_closes() {
    let mut law = law(2e4, 0.3);
    law.sides[4] = Side::Fixed(5.0);
    let mut fields = build([10, 12, 9], [20.0; 3], law, None);
    fields.supply(0, 55, 30.0);
    fields.take_up(0, 500, 7.0);
    let before = fields.amount(0);
    fields.advance(&TICK);
    let budget = fields.budget(0);
    let gained = before + budget.supplied + budget.adjusted;
    let spent = fields.amount(0) + budget.taken_up + budget.decayed + budget.left_through_sides;
    assert!((gained - spent).abs() < 1e-11 * spent.abs(), "{gained} against {spent}");
}
