//! What the step costs in a crowd: spheres that overlap, so that a step sees several, and that stick out of the box, so that
//! walls fold steps near them.

mod laws;

use tissue_vesicles::SizeBin;
use tissue_vesicles::particles::surface::captured;
use tissue_vesicles::particles::{Captor, FreeVesicles, Motion, Origin, Place, Release, Transport, Walls};
use vesicle_base::{Purpose, Rng, Span, math};

const RADIUS: f64 = 8.4;
const APART: f64 = 15.5;
const SIDE: f64 = 3.0 * APART;
const DIFFUSION: f64 = 10.0;

fn cells(clearance_um3_per_min: f64) -> Vec<Captor> {
    let at = |k: u64| [k % 3, k / 3 % 3, k / 9].map(|i| (i as f64 + 0.5) * APART);
    let cell = |id| Captor {
        id,
        centre_um: at(id),
        radius_um: RADIUS,
        clearance_um3_per_min,
        bound: 0,
        capacity: f64::INFINITY,
    };
    (0..27).map(cell).collect()
}

/// Rate at which one cell empties the box over its clearance, and its standard error.
fn rate(clearance: f64, step_share: f64, count: u64) -> (f64, f64) {
    let law = laws::empty(vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: DIFFUSION, share: 1.0 }]);
    let transport = Transport { motion: Motion::Brownian, step_share, ..Transport::brownian(f64::INFINITY) };
    let walls = Walls::closed([0.0; 3], [SIDE; 3]);
    let mut free = FreeVesicles::new(&law, transport, walls, 0).expect("the laws are sound");
    free.release(Release {
        source: 0,
        origin: Origin::Injected,
        count,
        place: Place::Within { low_um: [0.0; 3], high_um: [SIDE; 3] },
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    let by_all = 27.0 * clearance / SIDE.powi(3);
    let span = Span::of_tick(0, 1.0 / by_all);
    let got: u64 = free.advance(&cells(clearance), &span, &Rng::new(5)).iter().sum();
    let left = 1.0 - got as f64 / count as f64;
    (-math::ln(left), ((1.0 - left) / left / count as f64).sqrt())
}

fn agree(clearance: f64, coarse: f64, fine: f64, count: u64, bound: f64) {
    let ((a, ea), (b, eb)) = (rate(clearance, coarse, count), rate(clearance, fine, count));
    let error = (ea * ea + eb * eb).sqrt();
    let what = format!("steps of {coarse} and {fine}: {a} and {b} ± {error}");
    println!("{what}");
    assert!((a / b - 1.0).abs() < bound + 3.0 * error, "{what}");
}

#[test]
fn the_default_step_loses_nothing_that_shows() {
    agree(80.0, 0.5, 0.25, 12_000, 0.0);
    // Faster than diffusion: of what a step sees of several surfaces, shares are taken as independent.
    agree(2000.0, 0.25, 0.125, 4000, 0.01);
}

/// Slow capture, all cells alike: each empties what is around it at its clearance, less what the way to it costs, which
/// in so dense a lattice is less than 2 %.
#[test]
fn a_crowd_captures_at_its_clearance() {
    let (got, error) = rate(8.0, 0.5, 12_000);
    assert!((got - 1.0).abs() < 0.02 + 3.0 * error, "{got} ± {error}");
}

/// Slow captures in one step from anywhere over those that the clearance asks for, by one cell of the lattice: its place
/// on each axis counted in cells. All that a crowd adds at first order is that walls fold what they are not told of.
fn first_order(place: [f64; 3], step_share: f64, n: u64) -> (f64, f64) {
    const SLOW: f64 = 1e-6;
    let sigma = step_share * RADIUS;
    let tau = 0.5 * sigma * sigma;
    // A step that began farther off than this from the surface meets it once in ten thousand.
    let [near, far] = [(RADIUS - 4.0 * sigma).max(0.0), RADIUS + 4.0 * sigma].map(|r| r * r * r);
    let centre = place.map(|cells| cells * APART);
    let inside = |at: [f64; 3]| at.iter().all(|x| (0.0..=SIDE).contains(x));
    let off = |at: [f64; 3]| (0..3).map(|a| (at[a] - centre[a]) * (at[a] - centre[a])).sum::<f64>().sqrt();
    let rng = Rng::new(8);
    let (mut sum, mut squares, mut on_surface) = (0.0, 0.0, 0_u64);
    for k in 0..n {
        let mut draws = rng.at(Purpose(1), k, 0);
        let out = draws.direction();
        let at = |r: f64| -> [f64; 3] { core::array::from_fn(|a| centre[a] + r * out[a]) };
        on_surface += u64::from(inside(at(RADIUS)));
        let from = at(math::cbrt(near + (far - near) * draws.uniform()));
        if inside(from) {
            let to = from.map(|x| SIDE - (SIDE - (x + sigma * draws.normal()).abs()).abs());
            let chance = captured(RADIUS, SLOW, tau, off(from), off(to));
            sum += chance;
            squares += chance * chance;
        }
    }
    let (mean, share) = (sum / n as f64, on_surface as f64 / n as f64);
    let volume = 4.0 / 3.0 * core::f64::consts::PI * (far - near);
    let expected = SLOW * tau * 4.0 * core::f64::consts::PI * RADIUS * RADIUS * share;
    let of_surface = (1.0 - share) / share / n as f64;
    let relative = ((squares / n as f64 / mean / mean - 1.0) / n as f64 + of_surface).sqrt();
    let ratio = mean * volume / expected;
    (ratio, ratio * relative)
}

/// The mean of `first_order` over the 27 cells, by their kinds.
fn of_lattice(step_share: f64, n: u64) -> (f64, f64) {
    let kinds = [(8.0, [0.5; 3]), (12.0, [1.5, 0.5, 0.5]), (6.0, [1.5, 1.5, 0.5]), (1.0, [1.5; 3])];
    let (mut mean, mut variance) = (0.0, 0.0);
    for (count, place) in kinds {
        let (ratio, error) = first_order(place, step_share, n);
        mean += count / 27.0 * ratio;
        variance += (count / 27.0 * error) * (count / 27.0 * error);
    }
    (mean, variance.sqrt())
}

/// At the default step walls cost the cell in a corner 1.2 % of its captures, and the one that touches none nothing.
#[test]
fn walls_cost_a_cell_in_a_corner_little() {
    let default = Transport::brownian(f64::INFINITY).step_share;
    let (corner, error) = first_order([0.5; 3], default, 200_000);
    assert!(error < 0.007 && (corner - 0.988).abs() < 3.0 * error, "{corner} ± {error}");
    let (middle, error) = first_order([1.5; 3], default, 200_000);
    assert!(error < 0.007 && (middle - 1.0).abs() < 3.0 * error, "{middle} ± {error}");
}

/// What the book says of the lattice. `cargo test --release -p tissue-vesicles --test crowd -- --ignored --nocapture`.
#[test]
#[ignore = "some ten million steps take a while; a corner and the middle run every time"]
fn the_default_step_costs_less_than_a_percent_beside_walls() {
    for (step, told) in [(0.5, 0.967), (0.25, 0.992), (0.125, 1.0)] {
        let (got, error) = of_lattice(step, 2_000_000);
        println!("steps of {step} R: {got} ± {error}");
        assert!(error < 0.0015 && (got - told).abs() < 3.0 * error, "{got} ± {error}");
    }
}

/// Minutes: `cargo test --release -p tissue-vesicles --test crowd -- --ignored --nocapture`.
#[test]
#[ignore = "a quarter of a million vesicles at fine steps take minutes"]
fn the_default_step_costs_less_than_a_percent() {
    for clearance in [80.0, 1000.0] {
        for (coarse, bound) in [(0.5, 0.02), (0.25, 0.01), (0.125, 0.005)] {
            agree(clearance, coarse, 0.0625, 250_000, bound);
        }
    }
}
