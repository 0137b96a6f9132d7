//! Vessels without places: how many cells lead, how many joints there are, and how many of them carry blood.
//!
//! Equation, for E cells of the kind that divide at r, tips at r_t (a share of the cycle entry), die at d:
//!
//! ```text
//! E' = r (E − T) + r_t T − d E         T = F, the free ends, while the guide is above the threshold; else 0
//! F' = r U + r_t L + b B − κ F (1 + φ)   ends come from bare held cells U, lone cells L and branching
//! J' = r (E − T) + r_t T + κ F − 2 d J    every division and every meeting makes a joint
//! P' = r P + q κ F · (what a meeting closes), after the delay of perfusion
//! ```
//!
//! B counts the cells that may branch: free, two joints, no tip within two; sprouts of 0, 1 and 2 cells behind their tip
//! are counted apart, so that B is exact while sprouts are simple. A tip walks at its speed v and meets cells as if they
//! lay anywhere: κ = v π a² n (2 a v n in a plane) with a the reach and n the cells per volume (area) that are not of its
//! own vessel; φ of those met are tips. q is the chance that a meeting joins vessels of different pressure.
//! Discretisation: sub-steps of at most a quarter of the fastest time, eight a step, each rate held over it and what it
//! takes from exhausted exponentially: of first order, and stable for any step. Growth without tips is exact.
//! What has no place cannot know whether sprouts meet: κ and q are the assumption of this file. So `is_seeded` says whether
//! the network that carries blood is still the one that the setup says, which needs neither; otherwise what depends on it is
//! an estimate, and no outcome is read from it. Also assumed: one guide for all cells, new joints at their length of rest,
//! a lumen as made, death that cuts a joint at each end and none of the flow elsewhere.
//! Reference: Balding and McElwain (1985), A mathematical model of tumour-induced capillary growth (not looked up again; tips that walk, branch and meet, in the mean).
//! Proved by `tests/twin_vessels.rs` and `vesicle validate sprouts`.

use super::network::{Begun, begun};
use super::waiting::Waiting;
use crate::setup::{Setup, VesselSetup};
use core::f64::consts::PI;

/// Vessels of an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VesselMeans {
    /// Free ends that lead.
    pub tips: f64,
    /// Joints.
    pub joints: f64,
    /// Length of all joints, µm.
    pub length_um: f64,
    /// Length of those that count as perfused, µm.
    pub perfused_um: f64,
    /// Lumen of those that count as perfused, µm³.
    pub perfused_um3: f64,
    /// Whether the network is still the one of the start, so that nothing here rests on chance meetings.
    pub is_seeded: bool,
    /// Meetings so far among them and the free ends that are left: how much the counts of cells rest on them.
    pub met_share: f64,
}

/// The rates of a step, 1/min.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    pub division: f64,
    pub tip_division: f64,
    pub death: f64,
    pub speed_um_per_min: f64,
}

/// Share that has gone when the mean number of goings is `x`.
fn passed(x: f64) -> f64 {
    -vesicle_base::math::expm1(-x)
}

/// Expected number of changes of the network from which on it no longer counts as that of the start.
const CHANGES: f64 = 0.05;
/// Share of the fastest time that a sub-step may take, and how many a step may have.
const SUB_STEP: f64 = 0.25;
const SUB_STEPS: f64 = 8.0;

/// The state.
pub(super) struct MeanVessels<'a> {
    pub setup: &'a VesselSetup,
    now: Begun,
    /// Cells of the kind.
    cells: f64,
    /// Free ends that came from branching and have no cell behind them.
    just_branched: f64,
    /// Joints that carry flow but not for long enough yet.
    waiting: Waiting,
    /// Joints that count as perfused, and the mean length of one.
    perfused: f64,
    perfused_each_um: f64,
    /// Whether the guide is above the threshold.
    is_led: bool,
    /// For how long it has not been, min.
    idle_min: f64,
    /// Expected number of changes, and of meetings among them, so far.
    changes: f64,
    met: f64,
    size_um: [f64; 3],
    is_plane: bool,
}

impl<'a> MeanVessels<'a> {
    /// At the start of a setup; none where it has no vessels.
    pub(super) fn of(setup: &'a Setup) -> Option<Self> {
        let vessels = setup.vessels.as_ref()?;
        let now = begun(setup, vessels);
        let grid = setup.grid();
        let ready_min = vessels.law.perfused_after_min.max(setup.tick_min);
        let adapts = vessels.law.lumen.adapt_per_min > 0.0 && now.flowing > 0.0;
        Some(Self {
            setup: vessels,
            now,
            cells: 0.0,
            just_branched: 0.0,
            waiting: Waiting::of(ready_min, now.flowing),
            perfused: 0.0,
            perfused_each_um: if now.flowing > 0.0 { now.flowing_um / now.flowing } else { 0.0 },
            is_led: false,
            idle_min: 0.0,
            changes: if now.is_said && !adapts { 0.0 } else { f64::INFINITY },
            met: 0.0,
            size_um: grid.size_um(),
            is_plane: grid.n[2] == 1,
        })
    }

    /// When the first joints count as perfused, min; for ever where none carry flow at the start.
    pub(super) fn first_ready_min(&self) -> Option<f64> {
        self.waiting.first_ready_min()
    }

    /// Takes up how many cells there are and what leads them.
    pub(super) fn meet(&mut self, cells: f64, guide: f64) {
        self.is_led = guide > self.setup.law.branch_above;
        self.cells = cells;
    }

    /// Free ends that lead.
    fn tips(&self) -> f64 {
        if self.is_led { self.now.ends.min(self.cells) } else { 0.0 }
    }

    /// Vessels as they are.
    pub(super) fn means(&self) -> VesselMeans {
        let r = self.setup.law.lumen_um;
        let perfused_um = self.perfused_um();
        VesselMeans {
            tips: self.tips(),
            joints: self.now.joints,
            length_um: self.now.length_um,
            perfused_um,
            perfused_um3: PI * r * r * perfused_um,
            is_seeded: self.is_seeded(),
            met_share: if self.met > 0.0 { self.met / (self.met + self.now.ends) } else { 0.0 },
        }
    }

    /// Length that counts as perfused, µm.
    pub(super) fn perfused_um(&self) -> f64 {
        self.perfused * self.perfused_each_um
    }

    /// Whether the network is still that of the start.
    pub(super) fn is_seeded(&self) -> bool {
        self.changes < CHANGES
    }

    /// Advances to `end_min` over `dt`; returns divisions per cell and minute, the mean over the step.
    pub(super) fn advance(&mut self, pace: Pace, end_min: f64, dt: f64) -> f64 {
        let before = self.cells;
        let fastest = pace.division
            + pace.tip_division
            + pace.death
            + self.setup.law.branch_per_min
            + self.meetings_per_min(pace.speed_um_per_min);
        let parts = (fastest * dt / SUB_STEP).ceil().clamp(1.0, SUB_STEPS);
        for part in 1..=parts as u32 {
            let h = dt / parts;
            self.sub_step(pace, end_min - dt + f64::from(part) * h, h);
        }
        self.regress(dt);
        if before > 0.0 && self.cells > 0.0 {
            vesicle_base::math::ln(self.cells / before) / dt + pace.death
        } else {
            0.0
        }
    }

    /// Meetings of one tip, 1/min.
    fn meetings_per_min(&self, speed_um_per_min: f64) -> f64 {
        let law = &self.setup.law;
        if !self.is_led || self.now.ends <= 0.0 {
            return 0.0;
        }
        let others = (self.cells - 1.0 - f64::from(law.join_beyond_edges)).max(0.0);
        let [a, b, c] = self.size_um;
        let reach = law.join_distance_um;
        if self.is_plane {
            2.0 * reach * speed_um_per_min * others / (a * b)
        } else {
            PI * reach * reach * speed_um_per_min * others / (a * b * c)
        }
    }

    /// Cells that may branch.
    fn may_branch(&self) -> f64 {
        let n = &self.now;
        let long = (n.ends - n.lone - n.near.iter().sum::<f64>()).max(0.0);
        let restrained = n.near[1] + 2.0 * (n.near[2] + long) + 2.0 * self.just_branched;
        (self.cells - n.held - n.ends - n.forks - restrained).max(0.0)
    }

    fn sub_step(&mut self, pace: Pace, end_min: f64, h: f64) {
        let (r, d) = (pace.division, pace.death);
        let r_end = if self.is_led { pace.tip_division } else { r };
        let ends = self.now.ends.min(self.cells);
        let deaths = d * self.cells * h;
        // As a rate over the sub-step, so that growth without tips is exact.
        let grown = self.cells
            * vesicle_base::math::expm1(self.growth(r * (self.cells - ends) + r_end * ends, d) * h);
        let births = grown + deaths;
        // A new tip takes itself and two more from those that may branch.
        let branch = if self.is_led { self.setup.law.branch_per_min } else { 0.0 };
        let branched = self.may_branch() / 3.0 * passed(3.0 * branch * h);
        let met = ends * passed(self.meetings_per_min(pace.speed_um_per_min) * h);
        self.met += met;
        self.changes += births + branched + met + deaths;
        self.close(met, end_min);
        self.ripen(end_min, r * h, 2.0 * d * h);
        self.sprout(h * r, h * r_end, branched);
        self.join(met, ends);
        self.die(d * h);
        let rest_um = self.setup.law.edge_rest_um;
        self.now.joints += births + met;
        self.now.length_um += (births + branched + met) * rest_um;
        self.cells = (self.cells + grown).max(0.0);
    }

    /// Rate at which the cells become more, 1/min.
    fn growth(&self, births_per_min: f64, death: f64) -> f64 {
        if self.cells > 0.0 { births_per_min / self.cells - death } else { 0.0 }
    }

    /// Sprouts begin and lengthen; `r` and `r_end` are the divisions of a cell and of an end in the sub-step.
    fn sprout(&mut self, r: f64, r_end: f64, branched: f64) {
        let n = &mut self.now;
        let (from_bare, from_lone) = (passed(r) * n.bare, passed(r_end) * n.lone);
        let others = (n.near[0] - self.just_branched).max(0.0);
        // A fork puts a daughter into the longest of three joints, a held cell into its only one.
        let of_forks = (r_end + r / 3.0) * self.just_branched;
        let grown =
            [(r_end + r) * others + of_forks, (r_end + 2.0 * r) * n.near[1], (r_end + 3.0 * r) * n.near[2]];
        n.near[2] += grown[1] - grown[2];
        n.near[1] += grown[0] - grown[1];
        n.near[0] += from_bare + 2.0 * from_lone + branched - grown[0];
        self.just_branched += branched - of_forks;
        n.bare -= from_bare;
        n.lone -= from_lone;
        n.ends += from_bare + from_lone + branched;
        n.forks += branched;
    }

    /// Tips that met something lead no more.
    fn join(&mut self, met: f64, ends: f64) {
        if met <= 0.0 || ends <= 0.0 {
            return;
        }
        let of_tips = (ends / self.cells.max(ends)).min(1.0);
        let kept = (1.0 - met * (1.0 + of_tips) / ends).max(0.0);
        self.now.ends *= kept;
        self.now.lone *= kept;
        self.now.near.iter_mut().for_each(|near| *near *= kept);
        self.just_branched *= kept;
        self.now.forks += met * (1.0 - of_tips);
    }

    /// Cells die; every joint goes with either end, and what it joined is free.
    fn die(&mut self, share: f64) {
        if share <= 0.0 {
            return;
        }
        let n = &mut self.now;
        let inner = (self.cells - n.held - n.ends).max(0.0);
        let stay = (1.0 - share).max(0.0);
        n.ends = n.ends * stay + share * ((n.ends - n.lone).max(0.0) + 2.0 * inner);
        n.length_um *= (1.0 - 2.0 * share).max(0.0);
        n.joints *= (1.0 - 2.0 * share).max(0.0);
        for count in [&mut n.held, &mut n.bare, &mut n.lone, &mut n.forks, &mut self.just_branched] {
            *count *= stay;
        }
        n.near.iter_mut().for_each(|near| *near *= stay);
    }

    /// What meetings close: the sprout of the tip, and what lies between the cell met and where its own vessel begins.
    fn close(&mut self, met: f64, end_min: f64) {
        let carrying = self.perfused + self.waiting.joints();
        let idle = (self.now.joints - carrying).max(0.0);
        if met <= 0.0 || idle <= 0.0 || self.now.joints <= 0.0 {
            return;
        }
        let carried = (carrying / self.now.joints).min(1.0);
        let chance = carried + (1.0 - carried) * self.now.opposed;
        let each = idle / self.now.ends.max(1.0);
        let of_tips = (self.now.ends / self.cells.max(1.0)).min(1.0);
        let also = (1.0 - carried) * (0.5 * (1.0 - of_tips) + of_tips);
        let closed = (chance * met * each * (1.0 + also)).min(idle);
        if closed > 0.0 {
            self.waiting.push(end_min + self.setup.law.perfused_after_min, closed);
        }
    }

    /// Joints that have carried flow for long enough are perfused; those that are grow with their cells.
    fn ripen(&mut self, end_min: f64, grown: f64, cut: f64) {
        let more = (1.0 + grown - cut).max(0.0);
        let rest_um = self.setup.law.edge_rest_um;
        let add = |perfused: &mut f64, each_um: &mut f64, joints: f64, length_um: f64| {
            let all_um = *perfused * *each_um + joints * length_um;
            *perfused += joints;
            *each_um = if *perfused > 0.0 { all_um / *perfused } else { *each_um };
        };
        let born = self.perfused * (more - 1.0);
        if born > 0.0 {
            add(&mut self.perfused, &mut self.perfused_each_um, born, rest_um);
        } else {
            self.perfused += born;
        }
        let seeded_um = self.perfused_each_um;
        self.waiting.grow(more);
        while let Some(joints) = self.waiting.next_ready(end_min * (1.0 + 1e-12)) {
            let each_um = if self.perfused > 0.0 { rest_um } else { seeded_um.max(0.0) };
            let each_um = if each_um > 0.0 { each_um } else { rest_um };
            add(&mut self.perfused, &mut self.perfused_each_um, joints, each_um);
        }
    }

    /// Without a guide for too long, what carries no flow goes.
    fn regress(&mut self, dt: f64) {
        self.idle_min = if self.is_led { self.idle_min } else { self.idle_min + dt };
        if self.idle_min < self.setup.law.regress_after_min {
            return;
        }
        let carrying = self.perfused + self.waiting.joints();
        let kept = if self.now.joints > 0.0 { (carrying / self.now.joints).min(1.0) } else { 0.0 };
        let free = (self.cells - self.now.held).max(0.0) * (1.0 - kept);
        self.now.joints = carrying;
        self.now.length_um *= kept;
        (self.now.ends, self.now.lone) = (free, free);
        self.now.bare = self.now.held * (1.0 - kept);
        self.now.near = [0.0; 3];
        self.just_branched = 0.0;
    }
}
