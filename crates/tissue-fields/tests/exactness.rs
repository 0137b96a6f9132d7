//! Does the solver do what it says: known answers, orders of convergence, limits.

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

fn grid(n: [usize; 3], voxel_um: [f64; 3]) -> Grid {
    Grid { n, voxel_um, origin_um: [0.0; 3] }
}

fn fixed(step_min: f64) -> Stepping {
    Stepping { fixed_step_min: Some(step_min), ..Stepping::default() }
}

fn span(length_min: f64) -> Span {
    Span { tick: 0, start_min: 0.0, length_min }
}

#[test]
fn the_d3_workload_has_its_known_values() {
    let mut fields = Fields::new(grid([100; 3], [20.0; 3]), vec![law(1e5, 0.1)], None).unwrap();
    let places = *fields.grid();
    for (voxel, value) in fields.values_mut(0).iter_mut().enumerate() {
        let [x, y, z] = places.centre_um(voxel);
        *value = 10.0 + 5.0 * math::cos(0.01 * x) * math::cos(0.007 * y) * math::cos(0.005 * z);
    }
    fields.set_stepping(fixed(0.01)).unwrap();
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

/// Cosh profile between faces at 38, with the order of its error in the voxel.
fn cosh_error(n: usize) -> (f64, u64) {
    let (length, diffusion, decay): (f64, f64, f64) = (1000.0, 1e4, 0.5);
    let mut steady = FieldLaw { solve: Solve::Steady, ..law(diffusion, decay) };
    steady.sides[0] = Side::Fixed(38.0);
    steady.sides[1] = Side::Fixed(38.0);
    let mut fields = Fields::new(grid([n, 1, 1], [length / n as f64, 20.0, 20.0]), vec![steady], None)
        .expect("a valid law");
    let work = fields.advance(&span(6.0));
    assert_eq!(fields.health(), None);
    let scale = (decay / diffusion).sqrt();
    let cosh = |x: f64| 0.5 * (math::exp(x) + math::exp(-x));
    let worst = (0..n)
        .map(|i| {
            let x = fields.grid().centre_um(i)[0] - 0.5 * length;
            (fields.values(0)[i] - 38.0 * cosh(scale * x) / cosh(scale * 0.5 * length)).abs()
        })
        .fold(0.0, f64::max);
    (worst, work.iterations)
}

#[test]
fn a_steady_field_has_a_cosh_profile() {
    let (coarse, _) = cosh_error(100);
    let (fine, _) = cosh_error(200);
    let slope = math::log2(coarse / fine);
    assert!((slope - 2.0).abs() < 0.1, "slope {slope}, errors {coarse:e} {fine:e}");
}
