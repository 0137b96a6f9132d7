//! The free vesicles of one population, one by one: every size of it, from release to capture, loss or leaving.
//!
//! Equation: Brownian motion of each vesicle (`motion`), capture at cells by a surface conductance (`surface`) that what is
//! bound already lessens, c = c₀/(1 + B/K), first-order loss, and the matrix (`motion::Hold`). A cell of which a part
//! lies outside the box has its clearance on the part inside.
//! Discretisation: steps of at most `step_share` of the smallest contact radius of a cell that captures; saturation is renewed within
//! the tick whenever a cell has filled or emptied by about a tenth, so a cell that captures everything stops in time.
//! Reference: see `motion`, `surface`, `capture`.
//! Proved by `tests/free.rs` and `tests/two_modes.rs`.
//!
//! Nothing depends on the number of threads, on the order of the cells or on that of the releases: identities are given
//! out by source, and each vesicle draws its own numbers.

use super::exposed::share_in_box;
use super::motion::Motion;
use super::near::Sphere;
use super::release::{Origin, Release};
use super::swarm::{Swarm, SwarmLaw};
use super::walls::Walls;
use crate::check::{LawError, range};
use crate::law::PopulationLaw;
use crate::ledger::FreeFlows;
use crate::purpose::{BIRTH, SIZES, part};
use vesicle_base::{Draws, Rng, Span, math};

/// Parts into which a tick may be cut while cells fill.
const UNITS: u32 = 1024;

/// Most vesicles that are carried one by one: 2²⁶, some 3 GB.
pub const MOST: u64 = 1 << 26;

/// How the vesicles of a population move and last while they are free.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transport {
    /// Half-life of a free vesicle, minutes; infinite allowed.
    pub half_life_min: f64,
    /// What the matrix leaves of the diffusion coefficient of each size, above 0 and at most 1; 1 where that is
    /// already the hindered one.
    pub hindrance: f64,
    /// How it moves.
    pub motion: Motion,
    /// Root mean square step on one axis over the smallest contact radius of a cell that captures, at most a half. A
    /// quarter costs 0.8 % of captures where walls cut all cells, and less elsewhere (`tests/crowd.rs`).
    pub step_share: f64,
}

impl Transport {
    /// Free Brownian motion with a half-life.
    pub fn brownian(half_life_min: f64) -> Self {
        Self { half_life_min, hindrance: 1.0, motion: Motion::Brownian, step_share: 0.25 }
    }

    fn check(&self) -> Result<(), LawError> {
        let holds = self.hindrance > 0.0 && self.hindrance <= 1.0;
        range(holds, "hindrance of free vesicles", self.hindrance, "above 0, at most 1")?;
        let holds = self.step_share > 0.0 && self.step_share <= 0.5;
        range(holds, "step over the smallest radius", self.step_share, "above 0, at most a half")
    }
}

/// A cell as free vesicles meet it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Captor {
    /// Its identity.
    pub id: u64,
    /// Its centre, µm.
    pub centre_um: [f64; 3],
    /// Its radius, µm; that of the vesicle is added here.
    pub radius_um: f64,
    /// Clearance with nothing bound, µm³/min; 0 for a cell that captures nothing, infinite for one that captures
    /// whatever it meets.
    pub clearance_um3_per_min: f64,
    /// Vesicles of this population bound to it now.
    pub bound: u64,
    /// Bound vesicles at which the clearance is halved; infinite where it does not saturate.
    pub capacity: f64,
}

impl Captor {
    fn clearance(&self, bound: f64) -> f64 {
        // Nothing bound at capacity 0 is a cell that is full from the start.
        if self.capacity > 0.0 { self.clearance_um3_per_min / (1.0 + bound / self.capacity) } else { 0.0 }
    }
}

/// Why the vesicles of a population can no longer be carried one by one.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum FreeFault {
    /// More than there is room for.
    #[error("{asked} vesicles are to come free where at most {MOST} are carried one by one")]
    TooMany {
        /// How many there would be.
        asked: u64,
    },
    /// A place or time that is no number.
    #[error("vesicles of source {source_id} come free at a place, time or share that cannot be")]
    NotANumber {
        /// The source.
        source_id: u64,
    },
}

/// The free vesicles of one population.
#[derive(Clone, Debug)]
pub struct FreeVesicles {
    pub(super) swarms: Vec<Swarm>,
    pub(super) pending: Vec<Release>,
    pub(super) totals: FreeFlows,
    pub(super) tick: FreeFlows,
    shares: Vec<f64>,
    step_share: f64,
    walls: Walls,
    spheres: Vec<Vec<Sphere>>,
    /// Share of the surface of each sphere that lies in the box.
    exposed: Vec<Vec<f64>>,
    /// Row of each captor in order of identity.
    order: Vec<u32>,
    captured: Vec<u64>,
    /// Vesicles on each captor now, expected of those that were there and internalised since.
    on: Vec<f64>,
    leave_per_min: f64,
    fault: Option<FreeFault>,
}

impl FreeVesicles {
    /// No vesicles yet. `number` sets the populations of one run apart.
    ///
    /// # Errors
    /// Where a number is out of its range.
    pub fn new(
        population: &PopulationLaw,
        transport: Transport,
        walls: Walls,
        number: u16,
    ) -> Result<Self, LawError> {
        transport.check()?;
        let n = population.bins.len();
        range((1..=64).contains(&n), "number of sizes", n as f64, "1 to 64")?;
        range(number < 1024, "number of the population", f64::from(number), "below 1024")?;
        let swarm = |bin: usize| {
            let mut law =
                SwarmLaw::of(population, bin, transport.half_life_min, transport.motion, f64::INFINITY);
            law.diffusion_um2_per_min *= transport.hindrance;
            Swarm::new(law, walls, number << 6 | bin as u16)
        };
        Ok(Self {
            swarms: (0..n).map(swarm).collect::<Result<_, _>>()?,
            pending: Vec::new(),
            totals: FreeFlows::default(),
            tick: FreeFlows::default(),
            shares: population.bins.iter().map(|bin| bin.share).collect(),
            step_share: transport.step_share,
            walls,
            spheres: vec![Vec::new(); n],
            exposed: vec![Vec::new(); n],
            order: Vec::new(),
            captured: Vec::new(),
            on: Vec::new(),
            leave_per_min: population.fate.internalise_per_min,
            fault: None,
        })
    }

    /// Vesicles that come free in the next advance.
    pub fn release(&mut self, release: Release) {
        if release.count == 0 {
            return;
        }
        if !release.is_finite() {
            self.fault.get_or_insert(FreeFault::NotANumber { source_id: release.source });
            return;
        }
        let waiting = self.pending.iter().fold(0, |n: u64, r| n.saturating_add(r.count));
        let asked = release.count.saturating_add(waiting).saturating_add(self.len());
        if asked > MOST {
            self.fault.get_or_insert(FreeFault::TooMany { asked });
        } else {
            self.pending.push(release);
        }
    }

    /// Moves every vesicle through the tick; returns how many each captor captured, in the order of `captors`.
    pub fn advance(&mut self, captors: &[Captor], span: &Span, rng: &Rng) -> &[u64] {
        self.tick = FreeFlows::default();
        if self.is_empty() && self.pending.is_empty() {
            self.captured.clear();
            self.captured.resize(captors.len(), 0);
            return &self.captured;
        }
        self.admit(span, rng);
        self.meet(captors, span);
        self.run(captors, span, rng);
        self.swarms.iter_mut().for_each(Swarm::grow_up);
        self.totals.add(&self.tick);
        &self.captured
    }

    /// Vesicles captured by each captor in the last advance.
    pub fn captured(&self) -> &[u64] {
        &self.captured
    }

    /// Free vesicles now, those that the matrix holds among them; those that are yet to come are not.
    pub fn len(&self) -> u64 {
        self.swarms.iter().map(|swarm| swarm.len() as u64).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Of them, those that the matrix holds.
    pub fn held(&self) -> u64 {
        self.swarms.iter().map(|swarm| swarm.n_held() as u64).sum()
    }

    /// Where each is, µm, size after size.
    pub fn positions_um(&self) -> impl Iterator<Item = [f64; 3]> + '_ {
        self.swarms.iter().flat_map(|swarm| (0..swarm.len()).map(|k| swarm.at_um(k)))
    }

    /// Flows of the last tick.
    pub fn flows(&self) -> &FreeFlows {
        &self.tick
    }

    /// Flows since the start.
    pub fn totals(&self) -> &FreeFlows {
        &self.totals
    }

    /// Whether every vesicle that came is here, captured, lost or gone: to the last one.
    pub fn closes(&self) -> bool {
        self.totals.come() == u128::from(self.len()) + self.totals.gone()
    }

    /// What is wrong, if anything.
    pub fn health(&self) -> Option<FreeFault> {
        self.fault
    }

    /// Lays the spheres out in order of identity and maps them.
    fn meet(&mut self, captors: &[Captor], span: &Span) {
        self.order.clear();
        self.order.extend(0..captors.len() as u32);
        let at = |row: u32| captors[row as usize].centre_um;
        self.order.sort_unstable_by(|a, b| {
            let by_id = captors[*a as usize].id.cmp(&captors[*b as usize].id);
            let by_place = at(*a).iter().zip(at(*b)).map(|(a, b)| a.total_cmp(&b)).find(|o| o.is_ne());
            by_id.then(by_place.unwrap_or(core::cmp::Ordering::Equal))
        });
        self.captured.clear();
        self.captured.resize(captors.len(), 0);
        self.on.clear();
        self.on.extend(captors.iter().map(|captor| captor.bound as f64));
        let sides = (0..3).map(|a| self.walls.high_um[a] - self.walls.low_um[a]);
        let widest = sides.fold(0.0, f64::max);
        let bins = self.swarms.iter_mut().zip(&mut self.spheres).zip(&mut self.exposed);
        for ((swarm, spheres), exposed) in bins {
            let vesicle_um = swarm.law().radius_um;
            spheres.clear();
            exposed.clear();
            for row in &self.order {
                let captor = &captors[*row as usize];
                let contact_um = captor.radius_um + vesicle_um;
                let (radius_um, share) = if captor.clearance_um3_per_min == f64::INFINITY {
                    (contact_um, 1.0)
                } else {
                    met_in_box(&self.walls, captor.centre_um, contact_um)
                };
                exposed.push(share);
                let clearance_um3_per_min = captor.clearance(captor.bound as f64) / share;
                spheres.push(Sphere { centre_um: captor.centre_um, radius_um, clearance_um3_per_min });
            }
            let capture = spheres.iter().filter(|s| s.clearance_um3_per_min > 0.0);
            let smallest = capture.map(|s| s.radius_um).fold(widest, f64::min);
            swarm.set_step_um(self.step_share * smallest);
            swarm.map(spheres, span.length_min);
        }
    }

    /// Lets those come that are due.
    fn admit(&mut self, span: &Span, rng: &Rng) {
        self.pending.sort_unstable_by(Release::canonical);
        let mut like_before = (0, Origin::Released, 0);
        for release in self.pending.drain(..) {
            let again = (release.source, release.origin) == (like_before.0, like_before.1);
            like_before = (release.source, release.origin, if again { like_before.2 + 1 } else { 0 });
            let which = part(release.source, release.origin.index(), like_before.2);
            let mut sizes = rng.at(SIZES, which, span.tick);
            let mut rest = (release.count, 1.0);
            let last = self.swarms.len() - 1;
            for (bin, swarm) in self.swarms.iter_mut().enumerate() {
                let share = if bin == last { f64::INFINITY } else { self.shares[bin] };
                for _ in 0..share_of(&mut rest, share, &mut sizes) {
                    let id = swarm.take_id();
                    let mut draws = rng.at(BIRTH, id, 0);
                    let born = release.time(span.start_min, span.start_min + span.length_min, &mut draws);
                    let radius = swarm.law().radius_um;
                    let at = release.place(radius, &self.walls, &mut draws);
                    let held = release.held_share > 0.0 && draws.happens(release.held_share);
                    swarm.add_within(id, at, born, held, rng);
                }
            }
            self.tick.come_by(release.origin, release.count);
        }
    }

    /// Moves all through the tick, in as many parts as filling cells ask for.
    fn run(&mut self, captors: &[Captor], span: &Span, rng: &Rng) {
        let mut unit = self.first_units(captors, span.length_min);
        let mut left = UNITS;
        while left > 0 {
            let now = unit.min(left);
            let of_tick = |units: u32| span.length_min * f64::from(units) / f64::from(UNITS);
            let filled = self.run_part(captors, span.start_min + of_tick(UNITS - left), of_tick(now), rng);
            left -= now;
            if filled > 0.1 {
                unit = (unit / 2).max(1);
            } else if filled < 0.025 {
                unit = (unit * 2).min(UNITS);
            }
        }
    }

    /// The whole tick when the vesicles are too few to fill anyone and none empties, else a small part of it.
    fn first_units(&self, captors: &[Captor], length_min: f64) -> u32 {
        let room = || captors.iter().filter(|c| c.clearance_um3_per_min > 0.0 && c.capacity > 0.0);
        let least = room().map(|c| c.capacity + c.bound as f64).fold(f64::INFINITY, f64::min);
        let fullest = room().map(|c| c.bound as f64 / (c.capacity + c.bound as f64)).fold(0.0, f64::max);
        let empties = fullest * (1.0 - math::left_after(self.leave_per_min, length_min));
        if self.len() as f64 <= 0.05 * least && empties <= 0.1 { UNITS } else { UNITS / 64 }
    }

    /// One part of a tick; returns the largest change of 1 + B/K in it, relative, by what came or by what left.
    fn run_part(&mut self, captors: &[Captor], start_min: f64, length_min: f64, rng: &Rng) -> f64 {
        let mut filled = 0.0_f64;
        let bins = self.swarms.iter_mut().zip(&mut self.spheres).zip(&self.exposed);
        for ((swarm, spheres), exposed) in bins {
            for ((sphere, row), share) in spheres.iter_mut().zip(&self.order).zip(exposed) {
                let row = *row as usize;
                sphere.clearance_um3_per_min = captors[row].clearance(self.on[row]) / share;
            }
            let before = swarm.totals();
            swarm.forget_captures(spheres.len());
            swarm.run(spheres, start_min, length_min, rng);
            self.tick.lose(&before, &swarm.totals());
        }
        let leaves = math::left_after(self.leave_per_min, length_min);
        // Those that came meanwhile came at any time of it.
        let part = self.leave_per_min * length_min;
        let stay = if part > 1e-9 { (1.0 - leaves) / part } else { 1.0 };
        for (place, row) in self.order.iter().enumerate() {
            let row = *row as usize;
            let got: u64 = self.swarms.iter().map(|swarm| swarm.captures()[place]).sum();
            self.captured[row] += got;
            let gone = self.on[row] * (1.0 - leaves);
            let change = (got as f64).max(gone);
            if change > 0.0 {
                filled = filled.max(change / (captors[row].capacity + self.on[row]));
            }
            self.on[row] += stay * got as f64 - gone;
        }
        filled
    }
}

/// Least share of a surface that must lie in the box.
const LEAST_SHARE: f64 = 0.05;

/// The radius at which a sphere is met, and the share of its surface there that lies in the box. A sphere that holds
/// nearly the whole box is met where enough of its surface lies in it.
fn met_in_box(walls: &Walls, centre_um: [f64; 3], contact_um: f64) -> (f64, f64) {
    let mut radius_um = contact_um;
    loop {
        let share = share_in_box(walls, centre_um, radius_um);
        if share >= LEAST_SHARE || radius_um < 1e-3 * contact_um {
            return (radius_um, share.max(LEAST_SHARE));
        }
        radius_um *= 0.9;
    }
}

/// Of what is left of a count, the part of one size; `rest` holds the count and the shares that are left.
fn share_of(rest: &mut (u64, f64), share: f64, draws: &mut Draws) -> u64 {
    let n = if share >= rest.1 { rest.0 } else { draws.binomial(rest.0, share / rest.1) };
    *rest = (rest.0 - n, rest.1 - share);
    n
}
