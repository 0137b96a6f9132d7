//! How much of a sphere's surface lies in the box.
//!
//! Equation: by Archimedes a slice of thickness dz of a sphere of radius R has the surface 2πR dz wherever it lies, so that the
//! share in the box is ∫ (angle of the ring at z that lies within the sides of x and y)/2π dz/2R.
//! Discretisation: exact where the sphere crosses sides of one axis only; else `SLICES` slices by the midpoint rule, 2e-3.
//! Reference: Archimedes, On the Sphere and Cylinder.
//! Proved by `tests`.

use super::walls::Walls;
use core::f64::consts::{FRAC_PI_2, PI};
use vesicle_base::math;

/// Slices of a sphere that crosses sides of two axes or of three.
const SLICES: u32 = 64;

/// Share of the surface of a sphere that lies in the box; open sides bound it too.
pub(crate) fn share_in_box(walls: &Walls, centre_um: [f64; 3], radius_um: f64) -> f64 {
    let sides: [[f64; 2]; 3] = core::array::from_fn(|a| {
        [walls.low_um[a] - centre_um[a], walls.high_um[a] - centre_um[a]]
            .map(|side| (side / radius_um).clamp(-1.0, 1.0))
    });
    let mut crossed = (0..3).filter(|a| sides[*a] != [-1.0, 1.0]);
    match (crossed.next(), crossed.next()) {
        (None, _) => 1.0,
        (Some(only), None) => 0.5 * (sides[only][1] - sides[only][0]),
        (Some(first), Some(_)) => by_slices(sides[first], sides[(first + 1) % 3], sides[(first + 2) % 3]),
    }
}

/// The same by slices across the first axis; sides over the radius.
fn by_slices(along: [f64; 2], x: [f64; 2], y: [f64; 2]) -> f64 {
    let width = (along[1] - along[0]) / f64::from(SLICES);
    let ring = |k: u32| {
        let z = along[0] + (f64::from(k) + 0.5) * width;
        let radius = (1.0 - z * z).max(0.0).sqrt();
        angle_within(x.map(|side| side / radius), y.map(|side| side / radius)) / (2.0 * PI)
    };
    0.5 * width * (0..SLICES).map(ring).sum::<f64>()
}

/// Angle of the unit circle that lies between sides of x and sides of y, by quadrants.
fn angle_within(x: [f64; 2], y: [f64; 2]) -> f64 {
    let mut angle = 0.0;
    for sx in [-1.0, 1.0] {
        for sy in [-1.0, 1.0] {
            let within = |[low, high]: [f64; 2], sign: f64| {
                let [low, high] = if sign > 0.0 { [low, high] } else { [-high, -low] };
                [low.clamp(0.0, 1.0), high.clamp(0.0, 1.0)]
            };
            let ([x0, x1], [y0, y1]) = (within(x, sx), within(y, sy));
            // In a quadrant the cosine falls and the sine rises.
            let from = (FRAC_PI_2 - arc_sine(x1)).max(arc_sine(y0));
            let to = (FRAC_PI_2 - arc_sine(x0)).min(arc_sine(y1));
            angle += (to - from).max(0.0);
        }
    }
    angle
}

fn arc_sine(x: f64) -> f64 {
    math::atan2(x, (1.0 - x * x).max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vesicle_base::{Purpose, Rng};

    #[test]
    fn the_share_is_that_of_points_on_the_surface() {
        let walls = Walls::closed([0.0; 3], [40.0, 30.0, 12.0]);
        let cases = [
            ([20.0, 15.0, 6.0], 5.0),
            ([20.0, 15.0, 0.0], 5.0),
            ([0.0, 15.0, 6.0], 8.0),
            ([1.0, 2.0, 3.0], 8.0),
            ([0.0; 3], 8.0),
            ([38.0, 29.0, 6.0], 10.0),
            ([20.0, 15.0, 6.0], 20.0),
        ];
        for (centre, radius) in cases {
            let (n, rng) = (40_000, Rng::new(3));
            let holds = |k: u64| {
                let out = rng.at(Purpose(1), k, 0).direction();
                walls.hold(core::array::from_fn(|a| centre[a] + radius * out[a]))
            };
            let seen = (0..n).filter(|k| holds(*k)).count() as f64 / n as f64;
            let got = share_in_box(&walls, centre, radius);
            let error = 5.0 * (seen * (1.0 - seen) / n as f64).sqrt() + 2e-3;
            assert!((got - seen).abs() < error, "{centre:?} {radius}: {got} not {seen}");
        }
        assert_eq!(share_in_box(&walls, [0.0; 3], 1e3), 0.0);
        assert_eq!(share_in_box(&walls, [20.0, 15.0, 6.0], 1e-9), 1.0);
        assert!((share_in_box(&walls, [0.0; 3], 5.0) - 0.125).abs() < 1e-3, "a corner");
    }
}
