//! Pelleting against the sedimentation time of a sphere, the published tables, and particles followed one by one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::prelude::*;
use vesicle_base::particle::sedimentation_s;
use vesicle_dose::isolation::{Force, Geometry, Medium, Rotor, Spin};

const WATER: Medium = Medium { density_g_cm3: 1.0, viscosity_mpa_s: 1.55 };
const VESICLE: f64 = 1.15;

fn swinging() -> Rotor {
    Rotor::new("bucket", (75.3, 161.0), Geometry::Swinging).unwrap()
}

fn fixed() -> Rotor {
    Rotor::new("angle", (35.9, 103.8), Geometry::FixedAngle { tube_mm: 38.0, angle_deg: 24.0 }).unwrap()
}

fn spin(rotor: Rotor, g: f64, minutes: f64) -> Spin {
    Spin { rotor, force: Force::AtMean(g), seconds: 60.0 * minutes }
}

/// Table 2 of Livshits 2015 as recomputed from its formulas: 30 min at 10,000 g.
#[test]
fn thirty_minutes_at_ten_thousand_g_meet_the_table() {
    let table = [(swinging(), 308.0, [31.0, 21.0, 15.0, 7.0]), (fixed(), 210.0, [62.0, 41.0, 29.0, 14.0])];
    for (rotor, cut, shares) in table {
        let spin = spin(rotor, 1e4, 30.0);
        assert!((spin.cut_nm(VESICLE, WATER) - cut).abs() < 1.0, "{}", spin.cut_nm(VESICLE, WATER));
        for (d, percent) in [150.0, 120.0, 100.0, 70.0].into_iter().zip(shares) {
            let got = 100.0 * spin.pelleted(d, VESICLE, WATER);
            assert!((got - percent).abs() < 0.6, "{d} nm: {got}, not {percent}");
        }
    }
}

/// Table 3: equal K factors, 54 min in the bucket and 44 min at the angle, pellet very different shares.
#[test]
fn equal_k_factors_are_not_equal_pellets() {
    let k = |rotor: &Rotor| rotor.k_factor(Force::AtMean(1e4));
    assert!((k(&swinging()) / 2547.2 - 1.0).abs() < 2e-3, "{}", k(&swinging()));
    assert!((k(&fixed()) / 2103.9 - 1.0).abs() < 2e-3, "{}", k(&fixed()));
    let bucket = spin(swinging(), 1e4, 54.0);
    let angle = spin(fixed(), 1e4, 44.0);
    let scaled = bucket.by_k_factor(&fixed()).seconds / 60.0;
    assert!((scaled - 44.6).abs() < 0.1, "{scaled}");
    for (spin, cut, shares) in
        [(bucket, 229.0, [52.0, 35.0, 25.0, 13.0]), (angle, 173.0, [86.0, 59.0, 42.0, 21.0])]
    {
        assert!((spin.cut_nm(VESICLE, WATER) - cut).abs() < 1.5, "{}", spin.cut_nm(VESICLE, WATER));
        for (d, percent) in [150.0, 120.0, 100.0, 70.0].into_iter().zip(shares) {
            let got = 100.0 * spin.pelleted(d, VESICLE, WATER);
            assert!((got - percent).abs() < 1.0, "{d} nm: {got}, not {percent}");
        }
    }
}

/// A sphere at the meniscus reaches the bottom in ln(r_max/r_min)/(s ω²): not a moment before.
#[test]
fn a_sphere_needs_its_sedimentation_time() {
    let rotor = swinging();
    let force = Force::Rpm(28_000.0);
    let s = sedimentation_s(100.0, VESICLE, 1.0, 1.55);
    let seconds = vesicle_base::math::ln(rotor.r_max_mm / rotor.r_min_mm) / (s * rotor.omega2(force));
    let at = |seconds| Spin { rotor: rotor.clone(), force, seconds };
    assert!((at(seconds).pelleted(100.0, VESICLE, WATER) - 1.0).abs() < 1e-9);
    assert!(at(0.99 * seconds).pelleted(100.0, VESICLE, WATER) < 1.0);
    assert!((at(seconds).cut_nm(VESICLE, WATER) - 100.0).abs() < 1e-6);
}

/// Particles on a fine grid of a tilted tube's cross-section, each followed to the wall.
#[test]
fn a_tilted_tube_meets_particles_followed_one_by_one() {
    let spin = spin(fixed(), 1e4, 30.0);
    let s = sedimentation_s(120.0, VESICLE, 1.0, 1.55);
    let way = s * spin.rotor.omega2(spin.force) * spin.rotor.r_mean_mm() * spin.seconds;
    let (n, radius) = (400, 0.5 * spin.rotor.path_mm());
    let (mut inside, mut arrived) = (0_u32, 0_u32);
    for i in 0..n {
        for j in 0..n {
            let at = |k: i32| (f64::from(k) + 0.5) / f64::from(n) * 2.0 - 1.0;
            let (x, y) = (at(i) * radius, at(j) * radius);
            if x * x + y * y <= radius * radius {
                inside += 1;
                arrived += u32::from((radius * radius - y * y).sqrt() - x <= way);
            }
        }
    }
    let share = f64::from(arrived) / f64::from(inside);
    let got = spin.pelleted(120.0, VESICLE, WATER);
    assert!((got - share).abs() < 2e-3, "{got} {share}");
}

#[test]
fn what_is_lighter_than_the_medium_never_pellets() {
    for rotor in [swinging(), fixed()] {
        let spin = spin(rotor, 1e6, 1e6);
        assert_eq!(spin.pelleted(1000.0, 0.95, WATER), 0.0);
        assert_eq!(spin.pelleted(1000.0, 1.0, WATER), 0.0);
        assert_eq!(spin.cut_nm(0.95, WATER), f64::INFINITY);
    }
}

#[test]
fn the_same_cut_is_kept_between_rotors() {
    for (from, to) in [(swinging(), fixed()), (fixed(), swinging())] {
        let given = spin(from, 1e5, 70.0);
        let there = given.same_cut_in(&to);
        assert!((there.cut_nm(1.1, WATER) / given.cut_nm(1.1, WATER) - 1.0).abs() < 1e-9);
    }
    let given = spin(swinging(), 1e5, 70.0);
    let other = Rotor::new("other", (47.5, 95.8), Geometry::Swinging).unwrap();
    let (k, cut) = (given.by_k_factor(&other).seconds, given.same_cut_in(&other).seconds);
    assert!((k / cut - 1.0).abs() < 1e-9, "between swinging buckets K factors are exact");
}

proptest! {
    #[test]
    fn pelleting_is_a_share_that_grows_with_size_time_and_force(
        r_min in 10.0..90.0_f64, length in 5.0..150.0_f64, tube in 5.0..40.0_f64, angle in 0.0..60.0_f64,
        bucket in any::<bool>(), g in 100.0..3e5_f64, minutes in 0.1..600.0_f64, d in 20.0..1000.0_f64, density in 0.9..1.3_f64,
    ) {
        let geometry = if bucket { Geometry::Swinging } else { Geometry::FixedAngle { tube_mm: tube, angle_deg: angle } };
        let rotor = Rotor::new("any", (r_min, r_min + length), geometry).unwrap();
        let share = |g, minutes, d| spin(rotor.clone(), g, minutes).pelleted(d, density, WATER);
        let one = share(g, minutes, d);
        prop_assert!((0.0..=1.0).contains(&one));
        prop_assert!(share(2.0 * g, minutes, d) >= one && share(g, 2.0 * minutes, d) >= one && share(g, minutes, 2.0 * d) >= one);
        let cut = spin(rotor.clone(), g, minutes).cut_nm(density, WATER);
        prop_assert!(one < 1.0 || d >= cut * (1.0 - 1e-9));
    }
}
