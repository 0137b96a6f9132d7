//! Free vesicles one by one: accounts, limits, and that nothing depends on order, threads or restart.

mod laws;

use tissue_vesicles::particles::{
    Captor, CheckpointError, FreeVesicles, Hold, Motion, Origin, Place, Release, Transport, Walls,
};
use tissue_vesicles::{PopulationLaw, SizeBin};
use vesicle_base::{Purpose, Rng, Span, math};

const SIDE: f64 = 60.0;

fn population(diffusion: f64) -> PopulationLaw {
    let bin = |diameter_um, share| SizeBin {
        diameter_um,
        diffusion_um2_per_min: diffusion * 0.1 / diameter_um,
        share,
    };
    laws::empty(vec![bin(0.1, 0.7), bin(0.2, 0.3)])
}

fn vesicles(diffusion: f64, transport: Transport) -> FreeVesicles {
    let walls = Walls { low_um: [0.0; 3], high_um: [SIDE; 3], open: [[true, false], [false; 2], [false; 2]] };
    FreeVesicles::new(&population(diffusion), transport, walls, 3).expect("the laws are sound")
}

fn cells(n: u64) -> Vec<Captor> {
    let rng = Rng::new(8);
    let of = |id: u64| {
        let mut draws = rng.at(Purpose(1), id, 0);
        let centre_um = [0; 3].map(|_| SIDE * draws.uniform());
        let clearance_um3_per_min = [0.0, 300.0, f64::INFINITY][id as usize % 3];
        Captor { id, centre_um, radius_um: 5.0, clearance_um3_per_min, bound: id, capacity: 40.0 }
    };
    (0..n).map(of).collect()
}

fn releases(cells: &[Captor], tick: u32) -> Vec<Release> {
    let span = Span::of_tick(tick, 2.0);
    let around = cells.iter().map(|cell| Release {
        source: cell.id,
        origin: Origin::Released,
        count: 20 + cell.id,
        place: Place::Around { centre_um: cell.centre_um, radius_um: cell.radius_um },
        between_min: [span.start_min, span.end_min()],
        held_share: 0.0,
    });
    let twice = [500, 700].map(|count| Release {
        source: 900,
        origin: Origin::Injected,
        count,
        place: Place::Within { low_um: [0.0; 3], high_um: [SIDE; 3] },
        between_min: [span.start_min; 2],
        held_share: 0.0,
    });
    around.chain(twice).collect()
}

fn run(
    free: &mut FreeVesicles,
    cells: &[Captor],
    ticks: core::ops::Range<u32>,
    backwards: bool,
) -> Vec<(u64, u64)> {
    let rng = Rng::new(5);
    let mut cells = cells.to_vec();
    if backwards {
        cells.reverse();
    }
    let mut captured = Vec::new();
    for tick in ticks {
        releases(&cells, tick).into_iter().for_each(|release| free.release(release));
        let got = free.advance(&cells, &Span::of_tick(tick, 2.0), &rng).to_vec();
        assert!(free.closes(), "tick {tick}");
        captured.extend(cells.iter().map(|c| c.id).zip(got));
    }
    captured.sort_unstable();
    captured
}

fn motions() -> [Motion; 3] {
    [
        Motion::Brownian,
        Motion::Subdiffusive { exponent: 0.7, reference_min: 10.0, pause_min: 0.05 },
        Motion::Held(Hold { bind_per_min: 1.0, release_per_min: 0.5, half_life_min: 90.0 }),
    ]
}

#[test]
fn threads_and_order_change_nothing() {
    for motion in motions() {
        let transport = Transport { motion, ..Transport::brownian(30.0) };
        let cells = cells(30);
        let mut first = vesicles(20.0, transport);
        let captured = run(&mut first, &cells, 0..3, false);
        assert!(captured.iter().map(|(_, n)| n).sum::<u64>() > 500, "cells capture");
        for (threads, backwards) in [(1, true), (3, false), (3, true)] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let mut again = vesicles(20.0, transport);
            assert_eq!(captured, pool.install(|| run(&mut again, &cells, 0..3, backwards)));
            assert_eq!(first.to_bytes(), again.to_bytes(), "{motion:?}, {threads} threads, {backwards}");
        }
    }
}

#[test]
fn a_restart_changes_nothing_and_bad_bytes_are_refused() {
    for motion in motions() {
        let transport = Transport { motion, ..Transport::brownian(30.0) };
        let cells = cells(9);
        let mut whole = vesicles(20.0, transport);
        run(&mut whole, &cells, 0..2, false);
        let waiting = releases(&cells, 2)[0];
        whole.release(waiting);
        let bytes = whole.to_bytes();
        let mut again = vesicles(20.0, transport);
        again.restore(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(run(&mut whole, &cells, 2..4, false), run(&mut again, &cells, 2..4, false));
        assert_eq!(whole.to_bytes(), again.to_bytes());
        for short in (0..bytes.len()).step_by(7919).chain([bytes.len() - 1]) {
            assert!(again.restore(&bytes[..short]).is_err(), "{short}");
        }
        let mut long = bytes.clone();
        long.push(0);
        assert_eq!(again.restore(&long), Err(CheckpointError::Length { at: bytes.len() }));
        for at in (8..bytes.len().min(4000)).step_by(3) {
            let mut bent = bytes.clone();
            bent[at] ^= 0xFF;
            let _ = again.restore(&bent); // may be another state, may be refused; never a panic
        }
    }
}

#[test]
fn each_origin_has_its_column() {
    let mut free = vesicles(20.0, Transport::brownian(f64::INFINITY));
    for (k, origin) in (1..).zip([Origin::Released, Origin::Injected, Origin::Rereleased, Origin::Spilled]) {
        let place = Place::Point([30.0; 3]);
        free.release(Release {
            source: 1,
            origin,
            count: 10 * k,
            place,
            between_min: [0.0; 2],
            held_share: 0.0,
        });
    }
    free.advance(&[], &Span::of_tick(0, 0.1), &Rng::new(1));
    let come: Vec<(&str, u128)> = free.totals().columns().take(4).collect();
    assert_eq!(come, [("released", 10), ("injected", 20), ("re-released", 30), ("spilled", 40)]);
    assert_eq!(free.len(), 100);
}

/// Born evenly over the tick, lost at rate k: of all, (1 − e^(−kt))/(kt) are left at its end.
#[test]
fn lives_begin_when_vesicles_are_born() {
    let (half_life, t) = (7.0, 10.0);
    for motion in motions() {
        let mut motion = motion;
        if let Motion::Held(hold) = &mut motion {
            hold.half_life_min = half_life;
        }
        let mut free = vesicles(0.001, Transport { motion, ..Transport::brownian(half_life) });
        let n = 40_000;
        let place = Place::Point([30.0; 3]);
        free.release(Release {
            source: 1,
            origin: Origin::Injected,
            count: n,
            place,
            between_min: [0.0, t],
            held_share: 0.0,
        });
        free.advance(&[], &Span::of_tick(0, t), &Rng::new(3));
        let kt = core::f64::consts::LN_2 / half_life * t;
        let share = -math::expm1(-kt) / kt;
        let got = free.len() as f64 / n as f64;
        let error = 5.0 * (share * (1.0 - share) / n as f64).sqrt();
        assert!((got - share).abs() < error, "{motion:?}: {got} not {share} ± {error}");
    }
}

/// Of those that are mobile at birth, held(t) = p (1 − e^(−(on + off) t)), p = on/(on + off); their displacement
/// follows from the mean time spent mobile.
#[test]
fn the_matrix_holds_and_slows() {
    let hold = Hold { bind_per_min: 0.8, release_per_min: 0.2, half_life_min: f64::INFINITY };
    let transport =
        Transport { motion: Motion::Held(hold), hindrance: 0.25, ..Transport::brownian(f64::INFINITY) };
    let mut law = population(4.0);
    law.bins = vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 4.0, share: 1.0 }];
    let walls = Walls::closed([-300.0; 3], [300.0; 3]);
    let mut free = FreeVesicles::new(&law, transport, walls, 0).unwrap();
    let (n, rng) = (20_000, Rng::new(6));
    let place = Place::Point([0.0; 3]);
    free.release(Release {
        source: 1,
        origin: Origin::Injected,
        count: n,
        place,
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    let share = hold.bound_share();
    assert!((share - 0.8).abs() < 1e-15);
    for tick in 0..5 {
        let span = Span::of_tick(tick, 2.0);
        free.advance(&[], &span, &rng);
        let t = span.end_min();
        let relaxed = -math::expm1(-t);
        let held = share * relaxed;
        let got = free.held() as f64 / n as f64;
        assert!((got - held).abs() < 5.0 * (held * (1.0 - held) / n as f64).sqrt(), "{t}: {got} not {held}");
        let mobile = t - share * (t - relaxed);
        let square =
            free.positions_um().map(|at| at.iter().map(|x| x * x).sum::<f64>()).sum::<f64>() / n as f64;
        let want = 6.0 * 1.0 * mobile;
        assert!((square / want - 1.0).abs() < 5.0 * 1.3 / (n as f64).sqrt(), "{t}: {square} not {want}");
    }
}

/// A bound vesicle lasts as its own half-life says: free and held follow two coupled linear equations.
#[test]
fn the_depot_has_its_own_half_life() {
    let hold = Hold { bind_per_min: 0.5, release_per_min: 0.1, half_life_min: 200.0 };
    let mut free = vesicles(1e-6, Transport { motion: Motion::Held(hold), ..Transport::brownian(4.0) });
    let n = 40_000_u64;
    let place = Place::Point([30.0; 3]);
    free.release(Release {
        source: 1,
        origin: Origin::Injected,
        count: n,
        place,
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    let (mut mobile, mut bound) = (1.0, 0.0);
    let (loss, slow) = (math::rate_of_half_life(4.0), math::rate_of_half_life(200.0));
    for tick in 0..4 {
        free.advance(&[], &Span::of_tick(tick, 5.0), &Rng::new(3));
        let h = 5e-5;
        for _ in 0..100_000 {
            let (m, b) = (mobile, bound);
            mobile += h * (0.1 * b - (0.5 + loss) * m);
            bound += h * (0.5 * m - (0.1 + slow) * b);
        }
        for (got, want) in [(free.held(), bound), (free.len() - free.held(), mobile)]
            .map(|(n_got, w)| (n_got as f64 / n as f64, w))
        {
            let error = 5.0 * (want * (1.0 - want) / n as f64).sqrt() + 2e-4;
            assert!((got - want).abs() < error, "{tick}: {got} not {want} ± {error}");
        }
    }
}

#[test]
fn a_cell_that_captures_everything_does() {
    let mut free = vesicles(60.0, Transport::brownian(f64::INFINITY));
    let all = Captor {
        id: 1,
        centre_um: [30.0; 3],
        radius_um: 60.0,
        clearance_um3_per_min: f64::INFINITY,
        bound: 0,
        capacity: f64::INFINITY,
    };
    let place = Place::Within { low_um: [0.0; 3], high_um: [SIDE; 3] };
    free.release(Release {
        source: 2,
        origin: Origin::Injected,
        count: 1000,
        place,
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    assert_eq!(free.advance(&[all], &Span::of_tick(0, 1.0), &Rng::new(2)), [1000]);
    assert!(free.is_empty() && free.closes());
}

/// A population that would be captured to many times its capacity stops short of it: dB/dt = c₀ ρ/(1 + B/K), which for a
/// constant ρ gives B + B²/2K = c₀ ρ t.
#[test]
fn filling_cells_stop_within_the_tick() {
    let mut law = population(800.0);
    law.bins = vec![SizeBin { diameter_um: 0.1, diffusion_um2_per_min: 800.0, share: 1.0 }];
    let walls = Walls::closed([0.0; 3], [SIDE; 3]);
    let mut free = FreeVesicles::new(&law, Transport::brownian(f64::INFINITY), walls, 0).unwrap();
    let n = 4000;
    let cell = Captor {
        id: 1,
        centre_um: [30.0; 3],
        radius_um: 15.0,
        clearance_um3_per_min: 2000.0,
        bound: 0,
        capacity: 10.0,
    };
    let place = Place::Within { low_um: [0.0; 3], high_um: [SIDE; 3] };
    free.release(Release {
        source: 2,
        origin: Origin::Injected,
        count: n,
        place,
        between_min: [0.0; 2],
        held_share: 0.0,
    });
    let got = free.advance(&[cell], &Span::of_tick(0, 6.0), &Rng::new(2))[0] as f64;
    let unsaturated = 2000.0 * n as f64 / SIDE.powi(3) * 6.0;
    let want = 10.0 * ((1.0 + 2.0 * unsaturated / 10.0).sqrt() - 1.0);
    assert!(unsaturated > 20.0 * 10.0, "{unsaturated}");
    assert!((got - want).abs() < 4.0 * want.sqrt(), "{got} captured, {want} by the equation");
}

#[test]
fn what_cannot_be_carried_is_a_fault() {
    let mut free = vesicles(20.0, Transport::brownian(f64::INFINITY));
    let place = Place::Point([30.0; 3]);
    let release = Release {
        source: 4,
        origin: Origin::Injected,
        count: u64::MAX,
        place,
        between_min: [0.0; 2],
        held_share: 0.0,
    };
    free.release(release);
    assert!(free.health().unwrap().to_string().contains("at most 67108864 are carried one by one"));
    assert!(free.is_empty() && free.closes());
    let mut free = vesicles(20.0, Transport::brownian(f64::INFINITY));
    free.release(Release { count: 1, between_min: [f64::NAN; 2], ..release });
    assert_eq!(
        free.health().unwrap().to_string(),
        "vesicles of source 4 come free at a place, time or share that cannot be"
    );
}

#[test]
fn what_the_matrix_holds_for_good_meets_no_cell() {
    let hold = Hold { bind_per_min: 0.0, release_per_min: 0.0, half_life_min: f64::INFINITY };
    let transport = Transport { motion: Motion::Held(hold), ..Transport::brownian(f64::INFINITY) };
    let all = Captor {
        id: 1,
        centre_um: [30.0; 3],
        radius_um: 20.0,
        clearance_um3_per_min: f64::INFINITY,
        bound: 0,
        capacity: f64::INFINITY,
    };
    for (held_share, held) in [(1.0, 1000), (0.0, 0)] {
        let mut free = vesicles(200.0, transport);
        let place = Place::Within { low_um: [20.0, 0.0, 0.0], high_um: [40.0, SIDE, SIDE] };
        let release = Release {
            source: 2,
            origin: Origin::Injected,
            count: 1000,
            place,
            between_min: [0.0; 2],
            held_share,
        };
        free.release(release);
        let captured = free.advance(&[all], &Span::of_tick(0, 20.0), &Rng::new(2))[0];
        assert_eq!(free.held(), held);
        assert!(free.closes() && (captured == 0) == (held > 0) && (held > 0 || captured > 400), "{captured}");
    }
}
