//! What the step costs in a crowd: spheres that overlap, so that a step sees several, and that stick out of the box (walls by themselves:
//! `mirrors.rs`).

mod laws;

use tissue_vesicles::SizeBin;
use tissue_vesicles::particles::{Captor, FreeVesicles, Motion, Origin, Place, Release, Transport, Walls};
use vesicle_base::{Rng, Span, math};

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
