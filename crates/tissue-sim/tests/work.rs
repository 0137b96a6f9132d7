//! What a small tissue costs, counted: a change that makes the program work more shows here without a clock.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod small;

use std::fmt::Write;
use tissue_sim::{build, step};
use vesicle_base::{Rng, Span};

/// One line a tick: cells; sub-steps and iterations of the fields; sub-steps, rejected ones, evaluations and pairs of
/// motion. Rebuilds of lists are left out: they depend on what the memory held before.
fn work(fixed_steps: bool, n_ticks: u32) -> String {
    let mut setup = small::setup(n_ticks);
    setup.fixed_steps = fixed_steps;
    let rng = Rng::new(7);
    let (mut tissue, plan) = build(&setup, &rng).unwrap();
    let mut lines =
        "tick cells | field sub-steps iterations | motion sub-steps rejected evaluations pairs\n".to_owned();
    for tick in 0..n_ticks {
        let work = step(&mut tissue, &plan, &Span::of_tick(tick, setup.tick_min), &rng);
        let (fields, motion) = (work.fields, work.motion);
        writeln!(
            lines,
            "{tick} {} | {} {} | {} {} {} {}",
            work.n_cells,
            fields.sub_steps,
            fields.iterations,
            motion.sub_steps,
            motion.rejected,
            motion.evaluations,
            motion.pairs
        )
        .unwrap();
    }
    lines
}

#[test]
fn a_small_tissue_does_its_known_work() {
    insta::assert_snapshot!(work(false, 12));
}

#[test]
fn a_small_tissue_in_fixed_steps_does_its_known_work() {
    insta::assert_snapshot!(work(true, 3));
}

#[test]
fn work_does_not_depend_on_threads() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| work(false, 6))
    };
    assert_eq!(on(1), on(4));
}
