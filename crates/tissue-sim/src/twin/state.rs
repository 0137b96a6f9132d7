//! The state of the twin, and its tick as a table of contents.

use super::Instant;
use super::accounts::Accounts;
use super::cells::changes_kind;
use super::contacts::Contacts;
use super::fields::fixed_value;
use super::lanes::Lanes;
use super::vessels::MeanVessels;
use crate::plan::{Numbers, Plan};
use crate::setup::Setup;
use crate::start;
use std::collections::BTreeSet;
use tissue_cells::{Behaviours, Signals};
use tissue_vesicles::particles::Hold;
use tissue_vesicles::{DepotOdds, LawError, MeanPools, Response, TickOdds, Together};

/// State of the twin.
pub(super) struct Twin<'a> {
    pub setup: &'a Setup,
    pub plan: Plan,
    pub response: Together,
    /// What stands for the molecules: the cytosol of the pools holds one number a lane.
    pub lanes: Lanes,
    pub odds: TickOdds,
    pub volume_um3: f64,
    pub live: Vec<f64>,
    pub damage: Vec<f64>,
    pub fields: Vec<f64>,
    /// Density of each population and size, per µm³.
    pub free: Vec<Vec<f64>>,
    /// What the matrix holds of each, per µm³.
    pub bound: Vec<Vec<f64>>,
    /// Half a step of the matrix, per population.
    pub depots: Vec<Option<DepotOdds>>,
    /// Chances of other lengths of step.
    known_odds: Vec<(TickOdds, Vec<Option<DepotOdds>>)>,
    pub pools: Vec<MeanPools>,
    pub repression: Vec<Vec<f64>>,
    /// Whether some rule of a kind reads repression, so that it must be known at every step.
    pub reads_repression: Vec<bool>,
    pub travelled_um: Vec<f64>,
    pub behaviours: Behaviours,
    pub signals: Signals,
    pub radius_um: Vec<f64>,
    pub kinds: Vec<u16>,
    pub none_dead: Vec<bool>,
    /// Vesicles captured per cell and minute in this step, per kind and population.
    pub captured: Vec<Vec<f64>>,
    /// What the surfaces of all kinds clear of the population at hand.
    pub surfaces: Vec<f64>,
    /// Clearances of all kinds for the size at hand.
    pub clearances: Vec<f64>,
    /// Vesicles given back, fused and degraded before the step, per population; scratch of one kind.
    pub before: Vec<[f64; 3]>,
    /// Copies before the step; scratch of one kind.
    pub copies_before: Vec<f64>,
    /// Who touches whom.
    pub contacts: Contacts,
    /// Vessels, where some cells are joined.
    pub vessels: Option<MeanVessels<'a>>,
    /// Whether cells of some kind may become another.
    pub changes_kind: bool,
    /// Where everything went.
    pub accounts: Accounts,
}

impl<'a> Twin<'a> {
    /// At the start, before anything is given.
    pub(super) fn new(setup: &'a Setup) -> Result<Self, LawError> {
        let plan = Plan::of(setup);
        let n_kinds = setup.kinds.len();
        let response = Response::new(&setup.response, &setup.species)?;
        let lanes = Lanes::of(setup);
        let n_lanes = lanes.decays.len();
        if let Some(contact) = &setup.contact {
            contact.check(n_kinds, setup.species.len())?;
        }
        let (behaviours, signals) = mean_cells(setup, &plan);
        let fixed = |law: &tissue_fields::FieldLaw| law.sides.iter().find_map(fixed_value);
        let starts = setup.fields.iter().map(|law| fixed(law).unwrap_or(law.start));
        Ok(Self {
            odds: TickOdds::new(&lanes.laws, &lanes.decays, 0.0),
            volume_um3: setup.size_um.iter().product(),
            live: start::counts(setup).iter().map(|n| *n as f64).collect(),
            damage: vec![0.0; n_kinds],
            fields: starts.zip(&setup.field_doses).map(|(start, dose)| start + dose).collect(),
            free: setup.populations.iter().map(|p| vec![0.0; p.law.bins.len()]).collect(),
            bound: setup.populations.iter().map(|p| vec![0.0; p.law.bins.len()]).collect(),
            depots: Vec::new(),
            known_odds: Vec::new(),
            pools: vec![MeanPools::new(setup.populations.len(), n_lanes); n_kinds],
            repression: vec![vec![0.0; response.n_programs()]; n_kinds],
            reads_repression: (0..n_kinds).map(|kind| setup.reads_repression(kind)).collect(),
            travelled_um: vec![0.0; n_kinds],
            behaviours,
            signals,
            radius_um: setup.kinds.iter().map(|kind| kind.law.volume.radius_um()).collect(),
            kinds: (0..n_kinds as u16).collect(),
            none_dead: vec![false; n_kinds],
            captured: vec![vec![0.0; setup.populations.len()]; n_kinds],
            surfaces: vec![0.0; n_kinds],
            clearances: vec![0.0; n_kinds],
            before: vec![[0.0; 3]; setup.populations.len()],
            copies_before: Vec::new(),
            contacts: Contacts::of(setup),
            vessels: MeanVessels::of(setup),
            changes_kind: changes_kind(setup),
            accounts: Accounts::new(setup.populations.len(), n_lanes),
            response: response.together(n_lanes, &lanes.of_molecule),
            lanes,
            plan,
            setup,
        })
    }

    /// Ticks that a step must end on because something sudden happens there: doses, and the first blood.
    pub(super) fn breaks(&self) -> BTreeSet<u32> {
        let given = self.setup.populations.iter().flat_map(|p| p.dose.ticks.iter().copied());
        let first_blood = self.vessels.as_ref().and_then(MeanVessels::first_ready_min);
        // Delays are rounded up to whole ticks; a cast of one that is for ever ends at the last tick there is.
        let ready = first_blood.map(|min| (min / self.setup.tick_min - 1e-9).ceil() as u32);
        given.chain(ready).collect()
    }

    /// Works out the chances of a step of so many minutes.
    pub(super) fn set_step(&mut self, step_min: f64) -> Result<(), LawError> {
        let is_meant = |odds: &TickOdds| odds.length_min.to_bits() == step_min.to_bits();
        if is_meant(&self.odds) {
            return Ok(());
        }
        // Lengths come again after every dose, and the first is of no length.
        let known = self.known_odds.iter().position(|(odds, _)| is_meant(odds));
        let (odds, depots) = match known {
            Some(known) => self.known_odds.swap_remove(known),
            None => self.odds_of(step_min)?,
        };
        let odds = core::mem::replace(&mut self.odds, odds);
        let depots = core::mem::replace(&mut self.depots, depots);
        self.known_odds.push((odds, depots));
        Ok(())
    }

    /// The chances of a step of so many minutes, and half a step of the matrix.
    fn odds_of(&self, step_min: f64) -> Result<(TickOdds, Vec<Option<DepotOdds>>), LawError> {
        let half = |hold: &Hold| DepotOdds::new(hold, 0.0, 0.5 * step_min);
        let depots = self.setup.populations.iter().map(|p| p.matrix.as_ref().map(half).transpose());
        Ok((TickOdds::new(&self.lanes.laws, &self.lanes.decays, step_min), depots.collect::<Result<_, _>>()?))
    }

    /// Writes the state into an instant whose room is used again.
    pub(super) fn fill(&mut self, instant: &mut Instant, time_min: f64, unread_repression: bool) {
        for kind in 0..self.pools.len() {
            if unread_repression && !self.reads_repression[kind] {
                self.repress(kind);
            }
        }
        instant.time_min = time_min;
        instant.live.clone_from(&self.live);
        instant.fields.clone_from(&self.fields);
        instant.free.clear();
        let both = |(free, bound): (&Vec<f64>, &Vec<f64>)| {
            (free.iter().sum::<f64>() + bound.iter().sum::<f64>()) * self.volume_um3
        };
        instant.free.extend(self.free.iter().zip(&self.bound).map(both));
        instant.taken_up.resize_with(self.pools.len(), Vec::new);
        instant.labelled.resize_with(self.pools.len(), Vec::new);
        instant.copies.resize_with(self.pools.len(), Vec::new);
        for (kind, pools) in self.pools.iter().enumerate() {
            instant.taken_up[kind].clone_from(&pools.taken_up);
            instant.labelled[kind].clear();
            instant.labelled[kind]
                .extend((0..pools.label.len()).map(|population| pools.labelled(population)));
            instant.copies[kind].clear();
            let molecules = 0..self.setup.species.len();
            instant.copies[kind].extend(molecules.map(|m| self.lanes.copies(m, &pools.cytosol)));
        }
        instant.brought.clear();
        instant.brought.extend((0..self.free.len()).map(|population| self.accounts.brought(population)));
        instant.repression.clone_from(&self.repression);
        instant.travelled_um.clone_from(&self.travelled_um);
        instant.vessels = self.vessels.as_ref().map(MeanVessels::means);
    }

    /// What the copies in a mean cell of a kind repress.
    pub(super) fn repress(&mut self, kind: usize) {
        self.response.respond(kind, &self.pools[kind].cytosol, &mut self.repression[kind]);
    }

    /// One step: cells live half of it, then vesicles and fields go on, then cells by what they meet now (Strang 1968).
    pub(super) fn tick(&mut self, end_min: f64) {
        let half_min = 0.5 * self.odds.length_min;
        self.live_and_die(end_min - half_min, half_min);
        self.advance_fields();
        self.exchange_with_matrix();
        self.exchange_vesicles();
        self.exchange_with_matrix();
        self.respond(end_min);
        self.pass();
        self.live_and_die(end_min, half_min);
    }
}

/// One mean cell per kind: its behaviours at base, its signals at 0.
fn mean_cells(setup: &Setup, plan: &Plan) -> (Behaviours, Signals) {
    let numbers: &Numbers = &plan.numbers;
    let base: Vec<Vec<f64>> =
        setup.kinds.iter().map(|kind| crate::build::base(kind, setup, numbers)).collect();
    let mut behaviours = Behaviours::new(&base, plan.ruled());
    (0..setup.kinds.len()).for_each(|kind| behaviours.push(kind as u16));
    let mut signals = Signals::new(plan.signals.len());
    signals.resize(setup.kinds.len());
    (behaviours, signals)
}
