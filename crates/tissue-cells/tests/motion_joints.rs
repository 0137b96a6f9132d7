//! Joints between cells: how they close, hold against contact whatever the tick, and bear any stiffness.

mod flock;

use flock::{Flock, RADIUS_UM, fixed, run, wide};
use tissue_cells::motion::{Joint, MotionLaws, Steps};
use vesicle_base::math;

fn joint(i: u32, j: u32, stiffness_per_min: f64) -> Joint {
    Joint { rows: [i, j], rest_um: 10.0, stiffness_per_min }
}

/// Cells that do not push and do not hold.
fn ghosts(positions: &[[f64; 3]]) -> Flock {
    let mut flock = Flock::at(positions);
    flock.repulsion.fill(0.0);
    flock.adhesion.fill(0.0);
    flock
}

#[test]
fn a_pair_closes_as_the_equation_says() {
    for (laws, allowed_um) in [(sharp(), 0.002), (fixed(&wide(1), 0.1), 0.1)] {
        let mut flock = ghosts(&[[0.0; 3], [18.0, 24.0, 0.0]]);
        flock.joints = vec![joint(0, 1, 0.07)];
        run(&mut flock, &laws, 2, 6.0);
        let exact = 10.0 + 20.0 * math::exp(-2.0 * 0.07 * 12.0);
        assert!((flock.apart(0, 1) - exact).abs() < allowed_um, "{} not {exact}", flock.apart(0, 1));
    }
}

fn sharp() -> MotionLaws {
    MotionLaws { steps: Steps::Adaptive { tolerance_um: 1e-4, move_um: 2.0 }, ..wide(1) }
}

#[test]
fn a_held_end_stays() {
    let mut flock = ghosts(&[[0.0; 3], [30.0, 0.0, 0.0]]);
    flock.movable[0] = 0.0;
    flock.joints = vec![joint(0, 1, 0.05)];
    run(&mut flock, &wide(1), 1, 6.0);
    let exact = 10.0 + 20.0 * math::exp(-0.05 * 6.0);
    assert_eq!(flock.position(0), [0.0; 3]);
    assert!((flock.position(1)[0] - exact).abs() < 0.02, "{}", flock.position(1)[0]);
}

/// A joint that is shorter than contact allows: both rest where k (d − L₀) = r (1 − d/2R)², however long a tick is.
#[test]
fn a_joint_holds_against_contact_whatever_the_tick() {
    let balance = |d: f64| 0.05 * (d - 10.0) - 10.0 * (1.0 - d / (2.0 * RADIUS_UM)).powi(2);
    let (mut low, mut high) = (10.0, 2.0 * RADIUS_UM);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        *(if balance(middle) < 0.0 { &mut low } else { &mut high }) = middle;
    }
    for length_min in [0.5, 6.0, 60.0] {
        let mut flock = Flock::at(&[[0.0; 3], [16.0, 0.0, 0.0]]);
        flock.adhesion.fill(0.0);
        flock.joints = vec![joint(0, 1, 0.05)];
        run(&mut flock, &wide(1), (600.0 / length_min) as u32, length_min);
        assert!(
            (flock.apart(0, 1) - low).abs() < 1e-3,
            "{} not {low} in ticks of {length_min}",
            flock.apart(0, 1)
        );
    }
}

#[test]
fn a_chain_relaxes_alike_in_ticks_of_any_length() {
    let ends = [3.0, 6.0, 24.0].map(|length_min| {
        let places: Vec<[f64; 3]> = (0..12).map(|k| [22.0 * f64::from(k), f64::from(k % 3), 0.0]).collect();
        let mut flock = Flock::at(&places);
        flock.movable[0] = 0.0;
        flock.joints = (0..11).map(|k| joint(k, k + 1, 0.05)).collect();
        run(&mut flock, &wide(1), (144.0 / length_min) as u32, length_min);
        flock.position(11)
    });
    assert!(ends[0][0] < 235.0, "it has shortened: {:?}", ends[0]);
    for end in ends {
        let off = (0..3).map(|axis| (end[axis] - ends[0][axis]).abs()).fold(0.0, f64::max);
        assert!(off < 0.2, "{ends:?}");
    }
}

#[test]
fn a_stiff_fan_does_not_explode() {
    for stiffness in [1.0, 1e3, 1e300, f64::INFINITY] {
        let mut places: Vec<[f64; 3]> =
            (0..9).map(|k| [40.0 * math::cos(f64::from(k)), 40.0 * math::sin(f64::from(k)), 0.0]).collect();
        places[0] = [3.0, 1.0, 0.0];
        let mut flock = ghosts(&places);
        flock.joints = (1..9).map(|k| joint(0, k, stiffness)).collect();
        run(&mut flock, &wide(1), 20, 6.0);
        for k in 1..9 {
            assert!(
                (flock.apart(0, k) - 10.0).abs() < 1e-2,
                "spoke {k} of {stiffness}: {}",
                flock.apart(0, k)
            );
        }
    }
}

#[test]
fn coincident_cells_are_left_alone() {
    let mut flock = ghosts(&[[5.0; 3], [5.0; 3]]);
    flock.joints = vec![joint(0, 1, 1.0)];
    run(&mut flock, &wide(1), 2, 6.0);
    assert_eq!([flock.position(0), flock.position(1)], [[5.0; 3]; 2]);
}
