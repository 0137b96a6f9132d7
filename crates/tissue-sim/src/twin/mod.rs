//! The well-mixed twin: the same setup in one voxel, a dozen ordinary differential equations.
//!
//! It carries each kind's live count and mean behaviour under the same rules, free vesicles, and the pools and
//! response of a mean cell of each kind, by the functions that the tissue calls. It is what the tissue becomes when
//! everything diffuses infinitely fast: a field with a fixed side holds that side's value. Copies pass between kinds by the
//! mean number of cells that touch (`contacts`), vessels are counted without places (`vessels`) and exchange with the
//! tissue by their wall (`blood`), and the accounts of the ledger close (`accounts`).

mod accounts;
mod blood;
mod cells;
mod contacts;
mod fields;
mod lanes;
mod network;
mod state;
mod vesicles;
mod vessels;
mod waiting;

pub use vessels::VesselMeans;

use crate::ledger::Row;
use crate::setup::Setup;
use state::Twin;
use std::collections::BTreeSet;
use tissue_vesicles::LawError;

/// One instant of the twin.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instant {
    /// Simulated time, minutes.
    pub time_min: f64,
    /// Live cells of each kind.
    pub live: Vec<f64>,
    /// Value of each plain field.
    pub fields: Vec<f64>,
    /// Vesicles of each population that no cell has, free or held by the matrix.
    pub free: Vec<f64>,
    /// Vesicles of each population that blood has brought so far.
    pub brought: Vec<f64>,
    /// Mean vesicles captured so far, per kind and population.
    pub taken_up: Vec<Vec<f64>>,
    /// Mean vesicles that a label shows, per kind and population.
    pub labelled: Vec<Vec<f64>>,
    /// Mean copies in the cytosol, per kind and molecule.
    pub copies: Vec<Vec<f64>>,
    /// Repression of each program, per kind.
    pub repression: Vec<Vec<f64>>,
    /// Way that a mean cell of each kind has moved at its speed, µm.
    pub travelled_um: Vec<f64>,
    /// Vessels, where some cells are joined.
    pub vessels: Option<VesselMeans>,
}

/// How fast the twin may go, and where it must halt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace<'a> {
    /// Longest step, ticks: steps double from one tick up to this, never beyond a tenth of the time that has passed since
    /// something sudden. The chances of a step are worked out once for each length, so few lengths are fast.
    pub longest_ticks: u32,
    /// Ticks that a step must end on, rising.
    pub stops: &'a [u32],
    /// Whether only the start, the stops and the end are shown.
    pub show_stops_only: bool,
    /// Whether repression is shown also for kinds none of whose rules reads it; 0 otherwise.
    pub unread_repression: bool,
}

impl Pace<'_> {
    /// Steps of up to so many ticks, each of them shown.
    pub fn steps_of(longest_ticks: u32) -> Self {
        Self { longest_ticks, stops: &[], show_stops_only: false, unread_repression: true }
    }
}

/// Runs the twin; an instant after every `every` ticks, the start included.
///
/// # Errors
/// Where the response contradicts itself.
pub fn run(setup: &Setup, every: u32) -> Result<Vec<Instant>, LawError> {
    let (mut instants, mut steps) = (Vec::new(), 0_u32);
    let every = every.max(1);
    follow(setup, Pace::steps_of(1), |done, instant| {
        if steps.is_multiple_of(every) || done == setup.n_ticks {
            instants.push(instant.clone());
        }
        steps += 1;
    })?;
    Ok(instants)
}

/// As [`run`], in steps that grow from one tick to `ticks` ticks, with an instant after each: vesicles, pools and
/// fields are advanced exactly over any step, so that only what rules, saturation and re-release change within a step
/// is delayed. Cells live half a step before and half a step after these: what either does to the other is of second order.
///
/// # Errors
/// Where the response contradicts itself.
pub fn run_in_steps(setup: &Setup, ticks: u32) -> Result<Vec<Instant>, LawError> {
    let mut instants = Vec::new();
    follow(setup, Pace::steps_of(ticks), |_, instant| instants.push(instant.clone()))?;
    Ok(instants)
}

/// Steps over this share of the time that has passed, and of one tick at least.
const GROWTH: u32 = 10;

/// Runs the twin at a pace and shows the start and the end of every step (or stop), with the ticks that are done;
/// nothing is kept.
///
/// # Errors
/// Where the response contradicts itself.
pub fn follow(setup: &Setup, pace: Pace<'_>, show: impl FnMut(u32, &Instant)) -> Result<(), LawError> {
    follow_to_the_end(setup, pace, show).map(drop)
}

/// The accounts of every population and molecule at the end of a run in steps of one tick. The signed amounts of each sum
/// to 0; those of a molecule begin with its delivery to the cytosol.
///
/// # Errors
/// Where the response contradicts itself.
pub fn ledger(setup: &Setup) -> Result<Vec<Row>, LawError> {
    follow_to_the_end(setup, Pace::steps_of(1), |_, _| {}).map(|twin| twin.rows())
}

fn follow_to_the_end<'a>(
    setup: &'a Setup,
    pace: Pace<'_>,
    mut show: impl FnMut(u32, &Instant),
) -> Result<Twin<'a>, LawError> {
    let mut twin = Twin::new(setup)?;
    let breaks = twin.breaks();
    let given: BTreeSet<u32> = setup.populations.iter().flat_map(|p| p.dose.ticks.iter().copied()).collect();
    let mut instant = Instant::default();
    let mut stops = pace.stops.iter().copied().peekable();
    let (mut done, mut last_given) = (0, 0);
    twin.give(0);
    twin.respond(0.0);
    twin.fill(&mut instant, 0.0, pace.unread_repression);
    show(0, &instant);
    while done < setup.n_ticks {
        if done > 0 && given.contains(&done) {
            twin.give(done);
        }
        if done > 0 && breaks.contains(&done) {
            last_given = done;
        }
        while stops.next_if(|stop| *stop <= done).is_some() {}
        let stop = stops.peek().copied().unwrap_or(u32::MAX).min(setup.n_ticks);
        let next = breaks.range(done + 1..).next().copied().unwrap_or(stop).min(stop);
        let step = doubled_below(pace.longest_ticks.min((done - last_given) / GROWTH)).min(next - done);
        twin.set_step(f64::from(step) * setup.tick_min)?;
        done += step;
        let time_min = f64::from(done) * setup.tick_min;
        twin.tick(time_min);
        if !pace.show_stops_only || done == stop {
            twin.fill(&mut instant, time_min, pace.unread_repression);
            show(done, &instant);
        }
    }
    Ok(twin)
}

/// The largest power of two up to `ticks`; 1 at least.
fn doubled_below(ticks: u32) -> u32 {
    1 << ticks.max(1).ilog2()
}
