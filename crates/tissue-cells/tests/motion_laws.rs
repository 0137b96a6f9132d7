//! Motion against cases with known answers.

mod flock;

use flock::{Flock, RADIUS_UM, fixed, run, wide};
use tissue_cells::motion::{MotionLaws, PairLaw, Scratch, Springs, Steps, Walls};
use vesicle_base::math;

/// d' = 2 r (1 − d/R)², so 1/(1 − d/R) grows by 2 r t / R.
fn repelled(start_um: f64, repulsion: f64, t_min: f64) -> f64 {
    let touch = 2.0 * RADIUS_UM;
    let inverse = 1.0 / (1.0 - start_um / touch) + 2.0 * repulsion * t_min / touch;
    touch * (1.0 - 1.0 / inverse)
}

#[test]
fn two_cells_part_as_the_equation_says() {
    for tolerance_um in [0.02, 1e-4] {
        let mut laws = wide(1);
        laws.steps = Steps::Adaptive { tolerance_um, move_um: 2.0 };
        let mut flock = Flock::at(&[[0.0; 3], [3.0, 2.0, -1.0]]);
        flock.adhesion.fill(0.0);
        let start = flock.apart(0, 1);
        let mut steps = 0;
        for tick in 0..5 {
            steps += flock.tick(&laws, tick, 6.0, &mut Scratch::default()).sub_steps;
            let expected = repelled(start, 10.0, 6.0 * f64::from(tick + 1));
            let error_um = (flock.apart(0, 1) - expected).abs();
            assert!(
                error_um < f64::from(steps) * tolerance_um,
                "tick {tick}: {error_um} after {steps} steps"
            );
        }
        assert!((flock.at[0].iter().sum::<f64>() - 3.0).abs() < 1e-9, "the middle stays");
    }
}

#[test]
fn fixed_steps_are_of_second_order() {
    let error = |step_min: f64| {
        let mut flock = Flock::at(&[[0.0; 3], [8.0, 0.0, 0.0]]);
        flock.adhesion.fill(0.0);
        run(&mut flock, &fixed(&wide(1), step_min), 2, 3.0);
        (flock.apart(0, 1) - repelled(8.0, 10.0, 6.0)).abs()
    };
    // Adams and Bashforth begin with one step of first order, as PhysiCell does: v_before is 0.
    assert!(error(0.1) < 0.15);
    let order = math::log2(error(0.02) / error(0.01));
    assert!((0.9..2.2).contains(&order), "order {order}");
}

/// 11 cells of diameter 1 half overlapped in a row; width from first to last centre.
fn chain(laws: &MotionLaws, repulsion: f64, n_ticks: u32, length_min: f64, scale: f64) -> Vec<f64> {
    let at: Vec<[f64; 3]> = (0..11).map(|k| [0.5 * scale * f64::from(k), 0.0, 0.0]).collect();
    let mut flock = Flock::at(&at);
    flock.radius_um.fill(0.5 * scale);
    flock.adhesion.fill(0.0);
    flock.repulsion.fill(repulsion);
    let mut scratch = Scratch::default();
    (0..n_ticks)
        .map(|tick| {
            flock.tick(laws, tick, length_min, &mut scratch);
            flock.apart(0, 10) / scale
        })
        .collect()
}

#[test]
fn the_openvt_chain_of_linear_springs_is_nine_wide_at_one() {
    let mut laws = wide(1);
    laws.pair = PairLaw::Linear;
    laws.steps = Steps::Adaptive { tolerance_um: 1e-6, move_um: 2.0 };
    let width = chain(&laws, 18.281_664_8, 10, 0.1, 1.0)[9];
    assert!((width - 9.0).abs() < 2e-4, "{width}");
}

#[test]
fn the_physicell_chain_takes_89_minutes() {
    let laws = wide(1);
    let reached = |laws: &MotionLaws| {
        let widths = chain(laws, 10.0, 1000, 0.1, 10.0);
        0.1 * (1 + widths.iter().take_while(|width| **width < 9.0).count()) as f64
    };
    // For cells 10 µm wide; the exact equation gives 88.65 and the time grows with the width.
    for t in [reached(&laws), reached(&fixed(&laws, 0.1))] {
        assert!((t - 88.7).abs() < 0.2, "{t} min");
    }
}

#[test]
fn friction_adds_up() {
    let mut flock = Flock::at(&[[0.0; 3], [16.0, 0.0, 0.0], [32.0, 0.0, 0.0], [48.0, 0.0, 0.0]]);
    flock.speed[0] = 0.01;
    flock.bias[0] = 1.0;
    flock.heading = vec![[1.0, 0.0, 0.0]; 4];
    run(&mut flock, &wide(1), 500, 6.0);
    let moved = flock.at[0].iter().sum::<f64>() - 96.0;
    assert!(
        (moved - 0.01 * 3000.0).abs() < 1e-6,
        "one cell pulls with its own speed, whoever is towed: {moved}"
    );
    assert!(
        (flock.at[0][3] - 55.5).abs() < 1.0 && flock.apart(0, 1) < 17.0,
        "the last is towed at a quarter of it"
    );
}

#[test]
fn two_cells_settle_where_push_and_pull_are_equal() {
    let mut flock = Flock::at(&[[0.0; 3], [18.0, 0.0, 0.0]]);
    run(&mut flock, &wide(1), 2000, 6.0);
    // r (1 − s/2)² = a (1 − s/(2f))² with s in radii.
    let (r, a, f) = (10.0_f64.sqrt(), 0.4_f64.sqrt(), 1.25);
    let s = (r - a) / (r / 2.0 - a / (2.0 * f));
    assert!((flock.apart(0, 1) - s * RADIUS_UM).abs() < 1e-3, "{}", flock.apart(0, 1) / RADIUS_UM);
}

fn spread(laws: &MotionLaws, n: usize, persistence_min: f64, n_ticks: u32) -> f64 {
    let at: Vec<[f64; 3]> = (0..n).map(|k| [1000.0 * k as f64, 0.0, 0.0]).collect();
    let mut flock = Flock::at(&at);
    flock.speed.fill(2.0);
    flock.persistence.fill(persistence_min);
    run(&mut flock, laws, n_ticks, 6.0);
    let moved2 = |row: usize| (0..3).map(|axis| (flock.at[axis][row] - at[row][axis]).powi(2)).sum::<f64>();
    (0..n).map(moved2).sum::<f64>() / n as f64
}

fn fuerth(speed: f64, persistence: f64, t: f64) -> f64 {
    2.0 * speed * speed * persistence * (t - persistence * (1.0 - math::exp(-t / persistence)))
}

fn free(plane: bool) -> MotionLaws {
    let mut laws = wide(1);
    (laws.low_um, laws.high_um, laws.plane) = ([-1e8; 3], [1e8; 3], plane);
    laws
}

#[test]
fn a_persistent_walk_spreads_as_fuerth_says() {
    for plane in [false, true] {
        for (laws, n_ticks) in [(free(plane), 10), (free(plane), 1), (fixed(&free(plane), 0.1), 10)] {
            let n = 4000;
            let expected = fuerth(2.0, 15.0, 6.0 * f64::from(n_ticks));
            let got = spread(&laws, n, 15.0, n_ticks);
            assert!((got / expected - 1.0).abs() < 5.0 / (n as f64).sqrt(), "{got} not {expected}");
        }
    }
}

#[test]
fn short_persistence_is_brownian() {
    let (n, t) = (2000, 30.0);
    let got = spread(&free(false), n, 0.05, 5);
    let diffusion = 2.0 * 2.0 * 0.05 / 3.0;
    assert!((got / (6.0 * diffusion * t) - 1.0).abs() < 5.0 / (n as f64).sqrt(), "{got}");
}

#[test]
fn bias_is_a_drift_along_the_heading() {
    let mut flock = Flock::at(&(0..2000).map(|k| [0.0, 200.0 * f64::from(k), 0.0]).collect::<Vec<_>>());
    flock.speed.fill(1.0);
    flock.bias.fill(0.5);
    flock.heading = vec![[1.0, 0.0, 0.0]; 2000];
    let mut laws = wide(1);
    (laws.low_um, laws.high_um) = ([-1e7; 3], [1e7; 3]);
    run(&mut flock, &laws, 20, 6.0);
    // E[cos] of norm(e + u) is E[√((1 + c)/2)] over c uniform = 2/3.
    let drift = flock.at[0].iter().sum::<f64>() / (2000.0 * 120.0);
    assert!((drift - 2.0 / 3.0).abs() < 0.01, "{drift}");
}

#[test]
fn adaptive_steps_keep_the_tolerance() {
    let crowd = || {
        let mut flock = Flock::cloud(400, 1800.0, 5);
        flock.speed.iter_mut().step_by(4).for_each(|speed| *speed = 1.0);
        flock.bias.fill(1.0);
        flock.heading = vec![[0.6, 0.8, 0.0]; 400];
        flock
    };
    let end = |steps: Steps| {
        let (mut flock, mut laws, mut scratch) = (crowd(), wide(1), Scratch::default());
        laws.steps = steps;
        let n_steps = (0..5).map(|tick| flock.tick(&laws, tick, 6.0, &mut scratch).sub_steps).sum::<u32>();
        (flock.at.concat(), n_steps)
    };
    let adaptive = |tolerance_um: f64| end(Steps::Adaptive { tolerance_um, move_um: 2.0 });
    let exact = adaptive(1e-6).0;
    let error = |at: &[f64]| at.iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    let as_physicell = error(&end(Steps::Fixed { step_min: 0.1 }).0);
    for tolerance_um in [0.02, 0.001] {
        let (at, n_steps) = adaptive(tolerance_um);
        let error_um = error(&at);
        println!("{tolerance_um}: {error_um} in {n_steps}; fixed {as_physicell}");
        assert!(error_um < f64::from(n_steps) * tolerance_um);
        assert!(error_um < as_physicell);
    }
}

#[test]
fn a_tissue_at_rest_takes_one_step() {
    let mut flock = Flock::ball(15.984, 100.0);
    let (laws, mut scratch) = (wide(1), Scratch::default());
    for tick in 0..200 {
        flock.tick(&laws, tick, 6.0, &mut scratch);
    }
    let before = energy(&flock);
    let work = flock.tick(&laws, 200, 6.0, &mut scratch);
    assert_eq!((work.sub_steps, work.rejected, work.rebuilds), (1, 0, 0));
    assert!(work.evaluations <= 4);
    assert!(energy(&flock) <= before);
}

/// The potential whose slope is the pair law.
fn energy(flock: &Flock) -> f64 {
    let mut sum = 0.0;
    for i in 0..flock.len() {
        for j in 0..i {
            let (d, touch) = (flock.apart(i, j), flock.radius_um[i] + flock.radius_um[j]);
            let reach = 1.25 * touch;
            sum += 10.0 * touch / 3.0 * (1.0 - d / touch).max(0.0).powi(3);
            sum -= 0.4 * reach / 3.0 * (1.0 - d / reach).max(0.0).powi(3);
        }
    }
    sum
}

#[test]
fn energy_falls() {
    let mut flock = Flock::cloud(300, 1500.0, 9);
    let (laws, mut scratch) = (wide(1), Scratch::default());
    let mut last = energy(&flock);
    for tick in 0..40 {
        flock.tick(&laws, tick, 6.0, &mut scratch);
        let now = energy(&flock);
        assert!(now <= last, "tick {tick}: {now} after {last}");
        last = now;
    }
}

#[test]
fn walls_hold_and_push() {
    for walls in [Walls::Closed, Walls::Pushing] {
        let mut flock = Flock::at(&[[0.0; 3], [3.0, 0.0, 0.0], [-3.0, 1.0, 0.0], [0.0, 4.0, 0.5]]);
        flock.wall = [100.0; 4];
        flock.speed.fill(5.0);
        let mut laws = MotionLaws::new(1, [-20.0; 3], [20.0; 3]);
        laws.walls = walls;
        run(&mut flock, &laws, 30, 6.0);
        assert!(flock.at.iter().flatten().all(|x| x.abs() <= 20.0));
        flock.speed.fill(0.0);
        run(&mut flock, &laws, 60, 6.0);
        let farthest = flock.at.iter().flatten().fold(0.0_f64, |far, x| far.max(x.abs()));
        assert!(walls == Walls::Closed || farthest < 20.0 - 0.8 * RADIUS_UM, "{farthest}");
    }
}

/// Every cell walks straight on at its own velocity.
fn walk(flock: &mut Flock, velocity_um_per_min: impl Fn(usize) -> [f64; 3]) {
    let velocities: Vec<[f64; 3]> = (0..flock.len()).map(velocity_um_per_min).collect();
    flock.speed = velocities.iter().map(|v| v.iter().map(|v| v * v).sum::<f64>().sqrt()).collect();
    flock.heading = velocities.iter().zip(&flock.speed).map(|(v, speed)| v.map(|v| v / speed)).collect();
    flock.bias.fill(1.0);
}

#[test]
fn a_cell_that_comes_to_a_face_stops_there_in_one_step() {
    let mut flock = Flock::at(&[[19.99, 0.0, 0.0], [19.99, -15.0, 15.0]]);
    flock.adhesion.fill(0.0);
    walk(&mut flock, |row| [[0.02, 0.01, 0.0], [-0.02, 0.0, 0.01]][row]);
    let mut laws = MotionLaws::new(1, [-20.0; 3], [20.0; 3]);
    laws.walls = Walls::Closed;
    let work = flock.tick(&laws, 0, 6.0, &mut Scratch::default());
    assert_eq!((work.sub_steps, work.rejected), (1, 0), "a stop is no error to be resolved");
    assert_eq!(flock.at[0][0], 20.0);
    for (at, expected) in [(flock.at[1][0], 0.06), (flock.at[0][1], 19.87), (flock.at[2][1], 15.06)] {
        assert!((at - expected).abs() < 1e-9, "{at} {expected}");
    }
}

#[test]
fn a_crowd_pressed_against_faces_keeps_the_tolerance() {
    let end = |tolerance_um: f64| {
        let (mut flock, mut scratch) = (Flock::cloud(120, 1500.0, 11), Scratch::default());
        walk(&mut flock, |row| [0.3, -0.1, (row % 3) as f64 * 0.1 - 0.1]);
        let mut laws = MotionLaws::new(1, [-28.0; 3], [28.0; 3]);
        laws.walls = Walls::Closed;
        laws.steps = Steps::Adaptive { tolerance_um, move_um: 2.0 };
        let n_steps = (0..5).map(|tick| flock.tick(&laws, tick, 6.0, &mut scratch).sub_steps).sum::<u32>();
        (flock.at.concat(), n_steps)
    };
    let exact = end(1e-6).0;
    assert!(exact.iter().filter(|x| x.abs() == 28.0).count() > 20, "many lie at faces");
    for tolerance_um in [0.02, 0.001] {
        let (at, n_steps) = end(tolerance_um);
        let error_um = at.iter().zip(&exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{tolerance_um}: {error_um} in {n_steps}");
        assert!(error_um < f64::from(n_steps) * tolerance_um);
    }
}

#[test]
fn fixed_cells_stay_and_push() {
    let mut flock = Flock::at(&[[0.0; 3], [8.0, 0.0, 0.0]]);
    flock.movable[0] = 0.0;
    flock.adhesion.fill(0.0);
    run(&mut flock, &wide(1), 20, 6.0);
    assert_eq!(flock.position(0), [0.0; 3]);
    assert!(flock.apart(0, 1) > 14.0);
}

#[test]
fn a_spring_relaxes_exponentially() {
    let mut flock = Flock::at(&[[0.0; 3], [100.0, 0.0, 0.0]]);
    flock.springs = Springs::of_pairs([[1, 0]]);
    let mut laws = wide(1);
    laws.steps = Steps::Adaptive { tolerance_um: 1e-4, move_um: 2.0 };
    run(&mut flock, &laws, 5, 6.0);
    let expected = 100.0 * math::exp(-2.0 * 0.01 * 30.0);
    assert!((flock.apart(0, 1) - expected).abs() < 0.01, "{} not {expected}", flock.apart(0, 1));
}
