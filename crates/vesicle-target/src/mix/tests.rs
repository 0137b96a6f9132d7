#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
use super::*;

/// Six families; program 0 is hit by families 0 and 1, program 1 by family 2; 3 has many off-targets, 5 none at all.
fn request() -> Request {
    let donors = |lacks: &[usize], shift: f64| -> Donors {
        (0..6_u32)
            .map(|d| {
                let one = |f: usize| if lacks.contains(&f) { 5.0 } else { 900.0 };
                (0..6)
                    .map(|f| one(f) * (1.0 + shift + 0.02 * f64::from((d * 7 + f as u32 * 3) % 5)))
                    .collect()
            })
            .collect()
    };
    Request {
        gains: Gains {
            programs: vec![vec![(0, 0.3), (1, 0.2), (3, 0.3)], vec![(2, 0.25)], vec![(4, 0.2)]],
            off_target: vec![vec![0.1; 3], vec![0.1; 3], vec![0.1; 2], vec![0.3; 80], vec![0.1], vec![]],
        },
        effects: Effects { own: vec![0.0; 6], pool: 0.0, threshold_copies: 300.0, hill: 1.0 },
        aged: donors(&[0, 2], 0.01),
        young: donors(&[], 0.0),
        candidates: (0..6).collect(),
        limit_copies: 4000.0,
        most: 3,
        samples: 200,
        seed: 1,
    }
}

#[test]
fn what_is_missing_is_loaded_and_what_costs_is_not() {
    let design = design(&request());
    let mix = design.mix.unwrap();
    assert_eq!(mix.point.families, [0, 2]);
    assert!(mix.gain.0 > 0.85 && mix.gain.1 > 0.5 && mix.gain.1 <= mix.gain.2, "{mix:?}");
    assert!(mix.lost_without.iter().all(|l| *l > 0.1) && mix.support.iter().all(|s| *s > 0.5), "{mix:?}");
    assert!(mix.point.copies <= 4000.0 && mix.point.copies > 300.0);
    assert!(design.labels_p < 0.05);
    for (i, a) in design.front.iter().enumerate() {
        for b in &design.front[i + 1..] {
            let better = b.off_target < a.off_target || b.copies < a.copies;
            assert!(b.distance >= a.distance && (better || b == a), "{a:?} beats {b:?}");
        }
    }
}

#[test]
fn equal_profiles_no_loading_and_a_full_receiver_get_none() {
    let why = |change: &dyn Fn(&mut Request)| {
        let mut request = request();
        change(&mut request);
        design(&request).mix.unwrap_err()
    };
    assert_eq!(why(&|r| r.aged = r.young.clone()), Why::Equal);
    assert_eq!(why(&|r| r.limit_copies = 0.0), Why::NoLoading);
    assert_eq!(why(&|r| r.candidates = vec![5]), Why::NoReach);
    assert_eq!(why(&|r| r.candidates.clear()), Why::NoReach);
    // Aged vesicles that carry too much cannot be mended by adding, in most worlds if not in all.
    let too_much = why(&|r| std::mem::swap(&mut r.aged, &mut r.young));
    assert!(matches!(too_much, Why::NoBetter | Why::Uncertain), "{too_much:?}");
    // full of what would be loaded: neither vesicle does anything
    let full = why(&|r| r.effects.own = vec![1e12; 6]);
    assert!(matches!(full, Why::Equal | Why::NoBetter), "{full:?}");
}

#[test]
fn donors_of_one_kind_are_not_told_apart() {
    let mut one = request();
    let pool: Donors = (0..12_u64)
        .map(|d| {
            let mut draws = Rng::new(4).at(Purpose(0xFE06), d, 0);
            (0..6).map(|_| 600.0 * draws.gamma(2.0)).collect()
        })
        .collect();
    (one.aged, one.young) = (pool[..6].to_vec(), pool[6..].to_vec());
    let found = design(&one);
    assert!(found.mix.is_err() && found.labels_p > 0.05, "{found:?}");
}

#[test]
fn threads_change_nothing() {
    let pool = |n| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
    let go = || design(&request());
    assert_eq!(pool(1).install(go), pool(3).install(go));
}
