//! A run: a pure function of a setup and a seed.

use crate::build::{BuildError, build};
use crate::free::{Free, FreeState};
use crate::ledger::Ledger;
use crate::plan::Plan;
use crate::record::{Frame, Record};
use crate::setup::Setup;
use crate::step::step;
use crate::tissue::Tissue;
use tissue_vasculature::VesselsState;
use tissue_vesicles::VesiclesState;
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
    let mut simulation = Simulation::new(setup, run_seed)?;
    while simulation.tick() {
        if !progress(simulation.done, setup.n_ticks) {
            return Ok(None);
        }
    }
    Ok(Some(simulation.record))
}

/// A run on its way: it can be stopped after any tick and go on from its checkpoint, with the same bytes at the end.
#[derive(Clone, Debug)]
pub struct Simulation<'a> {
    setup: &'a Setup,
    rng: Rng,
    tissue: Tissue,
    plan: Plan,
    done: u32,
    record: Record,
}

/// All that a run needs to go on, beside its setup and seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    done: u32,
    fields: Vec<Vec<f64>>,
    cells: Vec<u8>,
    vesicles: VesiclesState,
    vessels: Option<VesselsState>,
    free: Vec<FreeState>,
    ledger: Ledger,
    record: Record,
}

impl<'a> Simulation<'a> {
    /// Begins a run; its first frame is taken when that is wanted.
    ///
    /// # Errors
    /// When the setup cannot be built.
    pub fn new(setup: &'a Setup, run_seed: u64) -> Result<Self, BuildError> {
        let rng = Rng::new(run_seed);
        let (tissue, plan) = build(setup, &rng)?;
        let mut begun = Self { setup, rng, tissue, plan, done: 0, record: Record::default() };
        begun.take_frames();
        Ok(begun)
    }

    /// Goes on from a checkpoint of the same setup and seed.
    ///
    /// # Errors
    /// When the setup cannot be built, or the checkpoint is of another.
    pub fn resume(setup: &'a Setup, run_seed: u64, from: &Checkpoint) -> Result<Self, BuildError> {
        let rng = Rng::new(run_seed);
        let (mut tissue, plan) = build(setup, &rng)?;
        let columns: Vec<&[f64]> = from.fields.iter().map(Vec::as_slice).collect();
        tissue.fields.restore(&columns)?;
        tissue.cells.restore(&from.cells)?;
        tissue.vesicles.restore(from.vesicles.clone())?;
        if let (Some(bed), Some(state)) = (&mut tissue.bed, &from.vessels) {
            bed.restore(state.clone())?;
        }
        for (population, (free, state)) in tissue.free.iter_mut().zip(&from.free).enumerate() {
            if !free.restore(state)? {
                return Err(BuildError::FreeOfAnother(population));
            }
        }
        tissue.ledger = from.ledger.clone();
        Ok(Self { setup, rng, tissue, plan, done: from.done, record: from.record.clone() })
    }

    /// The state after the last tick.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            done: self.done,
            fields: self.tissue.fields.state().into_iter().map(<[f64]>::to_vec).collect(),
            cells: self.tissue.cells.state(),
            vesicles: self.tissue.vesicles.state(),
            free: self.tissue.free.iter().map(Free::state).collect(),
            vessels: self.tissue.bed.as_ref().map(|bed| bed.vessels.state()),
            ledger: self.tissue.ledger.clone(),
            record: self.record.clone(),
        }
    }

    /// Advances by one tick; `false` when the run had ended before, whole or as invalid.
    pub fn tick(&mut self) -> bool {
        if self.done == self.setup.n_ticks || self.record.invalid.is_some() {
            return false;
        }
        let span = Span::of_tick(self.done, self.setup.tick_min);
        let work = step(&mut self.tissue, &self.plan, &span, &self.rng);
        self.record.work[0] += work.n_cells as u64;
        self.record.work[1] += work.fields.sub_steps;
        self.record.work[2] += work.fields.iterations;
        self.done += 1;
        if let Some(wrong) = self.tissue.health() {
            self.record.invalid = Some(format!("{} at {} min", wrong.0, span.end_min()));
        } else {
            self.take_frames();
        }
        true
    }

    /// What was recorded so far.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The tissue as it is.
    pub fn tissue(&self) -> &Tissue {
        &self.tissue
    }

    fn take_frames(&mut self) {
        let wanted = self.setup.frame_ticks.iter().filter(|tick| **tick == self.done).count();
        for _ in 0..wanted {
            self.record.frames.push(Frame::of(&self.tissue, f64::from(self.done) * self.setup.tick_min));
        }
    }
}
