//! Motion is a function of the state: neighbours are those of brute force, bits do not depend on order, bins,
//! threads or memory, momentum is exactly zero.

mod flock;

use flock::{Flock, wide};
use proptest::prelude::*;
use tissue_cells::State;
use tissue_cells::motion::{Joint, MotionLaws, MotionWork, Scratch, Springs, Steps, Walls, sense};
use vesicle_base::{Purpose, Rng};

/// A crowd with everything on: kinds, mixed radii, dead and fixed cells, walkers, springs, doubles on one spot.
fn zoo(n: usize, plane: bool) -> (Flock, MotionLaws) {
    let mut flock = Flock::cloud(n, 2200.0, 3);
    for row in 0..n {
        let mut draws = Rng::new(8).at(Purpose(2), row as u64, 0);
        flock.id[row] = vesicle_base::turnover::daughter_id(row as u64, 1);
        flock.kind[row] = (draws.bits() % 3) as u16;
        flock.radius_um[row] = if row % 97 == 0 { 30.0 } else { 4.0 + 6.0 * draws.uniform() };
        flock.adhesion[row] = draws.uniform();
        flock.reach[row] = if row % 5 == 0 { 0.8 } else { 1.25 };
        flock.movable[row] = f64::from(u8::from(row % 17 != 0));
        flock.speed[row] = if row % 3 == 0 { 2.0 * draws.uniform() } else { 0.0 };
        flock.bias[row] = draws.uniform();
        flock.heading.push(draws.direction());
        if row % 7 == 0 && row > 0 {
            let rows = [row as u32, draws.below(row as u64) as u32];
            flock.joints.push(Joint { rows, rest_um: 12.0, stiffness_per_min: 0.01 });
        }
        flock.state[row] =
            [State::Live, State::Live, State::Apoptotic, State::Lysed][(draws.bits() % 4) as usize];
    }
    for axis in 0..3 {
        flock.at[axis][n / 2] = flock.at[axis][n / 3];
        flock.at[axis][n / 4] = flock.at[axis][n / 3];
    }
    if plane {
        flock.at[2].fill(0.0);
    }
    flock.attach = [0.02; 4];
    flock.detach = [0.01; 4];
    flock.most_springs = [3.0; 4];
    flock.wall = [10.0; 4];
    let edge = 0.48 * (n as f64 * 2200.0).cbrt();
    let mut laws = MotionLaws::new(3, [-edge; 3], [edge; 3]);
    laws.affinity = vec![1.0, 0.3, 0.7, 0.2, 1.0, 0.0, 0.9, 0.4, 1.0];
    laws.walls = Walls::Pushing;
    laws.plane = plane;
    (flock, laws)
}

fn run(mut flock: Flock, laws: &MotionLaws) -> (Flock, MotionWork) {
    let mut scratch = Scratch::default();
    let mut work = MotionWork::default();
    for tick in 0..3 {
        work = flock.tick(laws, tick, 6.0, &mut scratch);
    }
    (flock, work)
}

fn both(laws: &MotionLaws) -> [MotionLaws; 2] {
    [laws.clone(), MotionLaws { steps: Steps::Fixed { step_min: 0.1 }, ..laws.clone() }]
}

fn shuffled(n: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|row| Rng::new(seed).at(Purpose(3), *row as u64, 0).bits());
    order
}

#[test]
fn bits_do_not_depend_on_threads() {
    for plane in [false, true] {
        let (flock, laws) = zoo(700, plane);
        for laws in both(&laws) {
            let bits: Vec<_> = [1, 2, 3, 5, 8]
                .map(|threads| {
                    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                    let (end, _) = pool.install(|| run(flock.clone(), &laws));
                    (end.bits(), end.springs)
                })
                .to_vec();
            assert!(bits.windows(2).all(|pair| pair[0] == pair[1]));
            assert!(!bits[0].1.pairs().is_empty(), "springs formed");
        }
    }
}

#[test]
fn bits_do_not_depend_on_bins_nor_on_row_order() {
    for plane in [false, true] {
        let (flock, laws) = zoo(500, plane);
        for laws in both(&laws) {
            let (end, work) = run(flock.clone(), &laws);
            for bin_um in [7.0, 33.0, 500.0] {
                let (other, other_work) =
                    run(flock.clone(), &MotionLaws { bin_um: Some(bin_um), ..laws.clone() });
                assert_eq!(end.bits(), other.bits(), "bins of {bin_um} um");
                assert_eq!(work.sub_steps, other_work.sub_steps);
            }
            let (other, _) = run(flock.permuted(&shuffled(500, 1)), &laws);
            assert_eq!(end.bits(), other.bits(), "another order of rows");
            assert_eq!(end.springs, other.springs);
        }
    }
}

#[test]
fn bits_do_not_depend_on_what_the_scratch_remembers() {
    let (flock, laws) = zoo(300, false);
    for laws in both(&laws) {
        let (end, _) = run(flock.clone(), &laws);
        let mut fresh = flock.clone();
        for tick in 0..3 {
            fresh.tick(&laws, tick, 6.0, &mut Scratch::default());
        }
        assert_eq!(end.bits(), fresh.bits());
    }
}

/// A small tissue takes every pair once, a large one goes cell by cell: large by cells far off that meet nobody.
#[test]
fn small_and_large_tissues_agree() {
    for (n, plane) in [(2, false), (45, false), (200, true), (256, false)] {
        let (mut large, laws) = zoo(n + 300, plane);
        for axis in 0..3 {
            large.at[axis][..n].copy_from_slice(&zoo(n, plane).0.at[axis]);
            large.at[axis][n..].iter_mut().zip(1..).for_each(|(at, k)| *at = 1e3 + 200.0 * f64::from(k));
        }
        large.speed[n..].fill(0.0);
        large.joints.retain(|joint| joint.rows.iter().all(|row| (*row as usize) < n));
        let small = large.permuted(&(0..n).collect::<Vec<_>>());
        for laws in both(&MotionLaws { walls: Walls::Open, ..laws }) {
            let (end, other) = (run(small.clone(), &laws).0, run(large.clone(), &laws).0);
            for row in 0..n {
                assert_eq!(end.position(row), other.position(row), "row {row} of {n}");
            }
            assert!(n == 2 || (0..n).any(|row| end.position(row) != small.position(row)));
        }
    }
}

#[test]
fn momentum_is_exactly_zero() {
    let (mut flock, mut laws) = zoo(600, false);
    (laws.walls, laws.steps) = (Walls::Open, Steps::Fixed { step_min: 0.1 });
    flock.speed.fill(0.0);
    flock.movable.fill(1.0);
    flock.tick(&laws, 0, 0.1, &mut Scratch::default());
    assert!(!flock.springs.pairs().is_empty());
    for v in &flock.velocity {
        let grains = |v: f64| (v * (1_u64 << 36) as f64) as i64;
        assert!(v.iter().any(|v| v.abs() > 0.1));
        assert_eq!(v.iter().map(grains).sum::<i64>(), 0);
    }
}

/// Contacts and pressure by the definition.
fn brute(flock: &Flock, i: usize) -> (f64, [u32; 5]) {
    let (mut pressure, mut contacts) = (0.0, [0; 5]);
    for j in (0..flock.len()).filter(|j| *j != i) {
        let d2: f64 = (0..3).map(|axis| (flock.at[axis][i] - flock.at[axis][j]).powi(2)).sum();
        let (touch, reach) = (
            flock.radius_um[i] + flock.radius_um[j],
            flock.radius_um[i] * flock.reach[i] + flock.radius_um[j] * flock.reach[j],
        );
        pressure += (1.0 - d2.sqrt().max(1e-5) / touch).max(0.0).powi(2) / 0.027_288_820_670_331;
        if d2 < reach * reach {
            contacts[match flock.state[j] {
                State::Live => usize::from(flock.kind[j]),
                State::Apoptotic => 3,
                _ => 4,
            }] += 1;
        }
    }
    (pressure, contacts)
}

fn check_contacts(mut flock: Flock, laws: &MotionLaws, scratch: &mut Scratch) {
    let n = flock.len();
    let felt: Vec<_> = flock.with(|bodies| {
        let felt = sense(bodies, laws, true, scratch);
        let of_row = |row| {
            let kinds = [0, 1, 2].map(|kind| felt.live_of_kind(row, kind));
            (felt.pressure(row), [kinds[0], kinds[1], kinds[2], felt.apoptotic(row), felt.necrotic(row)])
        };
        (0..n).map(of_row).collect()
    });
    let uncounted: Vec<_> = flock.with(|bodies| {
        let felt = sense(bodies, laws, false, scratch);
        (0..n).map(|row| felt.pressure(row)).collect()
    });
    assert!(felt.iter().map(|felt| felt.0).eq(uncounted), "pressure does not depend on who counts");
    for (row, (pressure, contacts)) in felt.into_iter().enumerate() {
        let (expected, counts) = brute(&flock, row);
        assert_eq!(contacts, counts, "row {row}");
        assert!((pressure - expected).abs() <= 1e-9 * expected.max(1.0), "{pressure} not {expected}");
    }
}

#[test]
fn contacts_are_those_of_brute_force() {
    for plane in [false, true] {
        let (flock, laws) = zoo(700, plane);
        let mut scratch = Scratch::default();
        check_contacts(flock.clone(), &laws, &mut scratch);
        let mut moved = flock;
        moved.tick(&laws, 0, 6.0, &mut scratch);
        check_contacts(moved, &laws, &mut scratch);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn contacts_are_those_of_brute_force_anywhere(
        n in 1_usize..60,
        spread in prop_oneof![Just(0.0), Just(1.0), Just(60.0), Just(1e5)],
        bin in prop_oneof![Just(None), (2.0_f64..80.0).prop_map(Some)],
        seed in any::<u64>(),
    ) {
        let mut flock = Flock::cloud(n, 1.0, seed);
        let mut laws = wide(3);
        laws.bin_um = bin;
        for row in 0..n {
            let mut draws = Rng::new(seed).at(Purpose(4), row as u64, 0);
            for axis in 0..3 {
                flock.at[axis][row] *= spread;
            }
            flock.radius_um[row] = 0.5 + 20.0 * draws.uniform() * draws.uniform();
            flock.reach[row] = 0.5 + draws.uniform();
            flock.kind[row] = (draws.bits() % 3) as u16;
        }
        check_contacts(flock, &laws, &mut Scratch::default());
    }
}

#[test]
fn one_cell_and_none_are_fine() {
    let mut scratch = Scratch::default();
    let mut none = Flock::at(&[]);
    assert_eq!(none.tick(&wide(1), 0, 6.0, &mut scratch), MotionWork::default());
    let mut one = Flock::at(&[[1.0, 2.0, 3.0]]);
    one.tick(&wide(1), 0, 6.0, &mut scratch);
    assert_eq!(one.position(0), [1.0, 2.0, 3.0]);
}

#[test]
fn a_lost_cell_stays_visible_and_harms_nobody_far() {
    let mut flock = Flock::at(&[[0.0; 3], [10.0, 0.0, 0.0], [f64::NAN, 0.0, 0.0], [1e300, 0.0, 0.0]]);
    let mut laws = wide(1);
    laws.walls = Walls::Open;
    flock.tick(&laws, 0, 6.0, &mut Scratch::default());
    assert!(flock.at[0][2].is_nan());
    assert!(flock.at[0][1] > 10.0 && flock.at[0][1] < 20.0);
}

#[test]
fn cells_on_one_spot_part_the_same_way_each_time() {
    for plane in [false, true] {
        let mut laws = wide(1);
        laws.plane = plane;
        let mut flock = Flock::at(&[[5.0, 5.0, 0.0]; 4]);
        flock.springs = Springs::default();
        for tick in 0..40 {
            flock.tick(&laws, tick, 6.0, &mut Scratch::default());
        }
        for (i, j) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            assert!(flock.apart(i, j) > 0.8 * 2.0 * flock::RADIUS_UM, "{}", flock.apart(i, j));
        }
        assert!(!plane || flock.at[2].iter().all(|z| *z == 0.0));
    }
}
