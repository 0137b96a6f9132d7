//! Springs form and break at their rates, in order of time, whoever asks first.

mod flock;

use flock::{Flock, wide};
use tissue_cells::motion::{Scratch, Springs, Steps};
use vesicle_base::math;

/// Pairs of touching cells far from other pairs.
fn pairs(n: usize) -> Flock {
    let at: Vec<[f64; 3]> =
        (0..2 * n).map(|k| [200.0 * (k / 2) as f64 + 16.0 * (k % 2) as f64, 0.0, 0.0]).collect();
    Flock::at(&at)
}

#[test]
fn springs_form_and_break_at_their_rates() {
    for steps in [Steps::default(), Steps::Fixed { step_min: 0.1 }] {
        let n = 4000;
        let mut laws = wide(1);
        (laws.steps, laws.high_um) = (steps, [1e7; 3]);
        let mut flock = pairs(n);
        flock.attach = [0.01; 4];
        flock.tick(&laws, 0, 6.0, &mut Scratch::default());
        let expected = n as f64 * (1.0 - math::exp(-0.02 * 6.0));
        let formed = flock.springs.pairs().len() as f64;
        assert!((formed - expected).abs() < 5.0 * expected.sqrt(), "{formed} formed, not {expected}");
        (flock.attach, flock.detach) = ([0.0; 4], [0.02; 4]);
        flock.tick(&laws, 1, 6.0, &mut Scratch::default());
        let (left, expected) = (flock.springs.pairs().len() as f64, formed * math::exp(-0.04 * 6.0));
        assert!((left - expected).abs() < 5.0 * expected.sqrt(), "{left} left, not {expected}");
    }
}

#[test]
fn nobody_holds_more_than_the_most() {
    let mut flock = Flock::ball(15.984, 60.0);
    flock.attach = [1e3; 4];
    flock.most_springs = [2.0; 4];
    flock.tick(&wide(1), 0, 6.0, &mut Scratch::default());
    let mut held = vec![0; flock.len()];
    for id in flock.springs.pairs().as_flattened() {
        held[*id as usize] += 1;
    }
    assert!(held.iter().all(|n| *n <= 2) && held.iter().filter(|n| **n == 2).count() > flock.len() / 2);
}

#[test]
fn springs_of_the_absent_are_dropped() {
    let mut flock = pairs(2);
    flock.springs = Springs::of_pairs([[0, 1], [1, 77], [3, 2], [2, 3], [5, 5]]);
    assert_eq!(flock.springs.pairs(), [[0, 1], [1, 77], [2, 3]]);
    flock.tick(&wide(1), 0, 6.0, &mut Scratch::default());
    assert_eq!(flock.springs.pairs(), [[0, 1], [2, 3]]);
    assert!(flock.springs.ties(3, 2) && !flock.springs.ties(0, 2));
    flock.springs.drop_of(|id| id == 3);
    assert_eq!(flock.springs.pairs(), [[0, 1]]);
}
