//! A run: a pure function of a setup and a seed.

use crate::build::{BuildError, build};
use crate::record::{Frame, Record};
use crate::setup::Setup;
use crate::step::step;
use vesicle_base::{Rng, Span};

/// Known bits of a few recorded runs: what the same setup and seed give. They change when, and only when, the simulator's
/// answers do, so that whoever keeps results under a hash takes them into it.
pub const BITS: &str = include_str!("../tests/snapshots/golden__recorded_runs_have_their_known_bits.snap");

/// Told after every tick: ticks done and ticks in all. Returning `false` abandons the run.
pub type Progress<'a> = &'a (dyn Fn(u32, u32) -> bool + Sync);

/// Simulates a setup; the same setup and seed give the same record on any number of threads. `None` when `progress`
/// abandoned it.
///
/// # Errors
/// When the setup cannot be built.
pub fn simulate(setup: &Setup, run_seed: u64, progress: Progress<'_>) -> Result<Option<Record>, BuildError> {
    let rng = Rng::new(run_seed);
    let (mut tissue, plan) = build(setup, &rng)?;
    let mut record = Record::default();
    let mut wanted = setup.frame_ticks.iter().copied().peekable();
    for tick in 0..=setup.n_ticks {
        while wanted.next_if(|frame| *frame == tick).is_some() {
            record.frames.push(Frame::of(&tissue, f64::from(tick) * setup.tick_min));
        }
        if tick == setup.n_ticks {
            break;
        }
        let span = Span::of_tick(tick, setup.tick_min);
        let work = step(&mut tissue, &plan, &span, &rng);
        record.work[0] += work.n_cells as u64;
        record.work[1] += work.fields.sub_steps;
        record.work[2] += work.fields.iterations;
        if let Some(wrong) = tissue.health() {
            record.invalid = Some(format!("{} at {} min", wrong.0, span.end_min()));
            break;
        }
        if !progress(tick + 1, setup.n_ticks) {
            return Ok(None);
        }
    }
    Ok(Some(record))
}
