//! What this room promises: the same bytes for any threads, order of rows and interruption; memory.

mod small;

use small::{busy, shuffled};

const TICKS: u32 = 90;

#[test]
fn everything_happens_in_the_busy_tissue() {
    for plane in [false, true] {
        let mut tissue = busy(120, plane);
        let (mut births, mut gone, mut states, mut damaged) = (0, 0, [false; 4], false);
        for tick in 0..TICKS {
            tissue.tick(tick);
            births += tissue.turnover.births.len();
            gone += tissue.turnover.gone.len();
            tissue.cells.life.state.iter().for_each(|state| states[*state as usize] = true);
            damaged |= tissue.cells.life.damage.iter().any(|damage| damage > 0.0);
        }
        assert!(births > 10 && gone > 5 && damaged, "{births} births, {gone} gone");
        assert_eq!(states, [true; 4]);
        assert_eq!(tissue.cells.health(), None);
    }
}

#[test]
fn threads_do_not_matter() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut tissue = busy(2500, false);
            tissue.run(0..3);
            tissue.cells.state()
        })
    };
    let one = run(1);
    assert!((2..=8).all(|threads| run(threads) == one));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    for plane in [false, true] {
        let mut plain = busy(120, plane);
        let mut mixed = plain.clone();
        mixed.cells.reorder(&shuffled(mixed.cells.len()));
        for tick in 0..TICKS {
            plain.tick(tick);
            mixed.tick(tick);
            assert!(plain.by_identity() == mixed.by_identity(), "first differs after tick {tick}");
        }
    }
}

#[test]
fn a_stop_at_any_tick_does_not_matter() {
    let fresh = || busy(60, false);
    let mut whole = fresh();
    for tick in 0..TICKS {
        let mut resumed = fresh();
        resumed.cells.restore(&whole.cells.state()).unwrap();
        assert_eq!(resumed.cells.state(), whole.cells.state());
        resumed.run(tick..tick + 2);
        whole.tick(tick);
        let mut next = whole.clone();
        next.tick(tick + 1);
        assert!(resumed.cells.state() == next.cells.state(), "stopped before tick {tick}");
    }
}

#[test]
fn bad_states_are_refused() {
    let mut tissue = busy(20, false);
    tissue.run(0..3);
    let good = tissue.cells.state();
    for cut in [0, 7, 40, good.len() - 1] {
        assert!(tissue.cells.clone().restore(&good[..cut]).is_err());
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(tissue.cells.restore(&longer).is_err());
    assert!(tissue.cells.is_empty(), "an error leaves no cells");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        let _ = tissue.cells.restore(&bad);
    }
    assert!(tissue.cells.restore(&good).is_ok() && tissue.cells.state() == good);
}
