//! All cells' vesicles and cargo: capture, advance, and what the rest of the tissue may read.

use crate::capture::surface_clearance;
use crate::check::{self, LawError};
use crate::fate::TickOdds;
use crate::few::Load;
use crate::law::{PopulationLaw, SpeciesLaw};
use crate::layout::{BOUND, ENDOSOMAL, FRESH, LABEL, Layout, OUTBOUND, TAKEN_UP};
use crate::ledger::{Flows, Held, Tally};
use crate::purpose::{CAPTURE, part};
use crate::response::{Response, ResponseLaw};
use crate::row::Tick;
use rayon::prelude::*;
use vesicle_base::columns::{Column, fit};
use vesicle_base::{Rng, Span};

/// Rows that one task advances; part of no result.
const ROWS: usize = 128;

/// Vesicles that a cell may take up in one tick, and copies of a species that it may hold; beyond, counting ends.
const COUNTABLE: u64 = 1 << 60;

/// Why a state can no longer be trusted.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// The corridor expected a capture that is no number.
    #[error("cell in row {row} is to capture {expected} vesicles of population {population}")]
    NotANumber {
        /// Row of the cell.
        row: usize,
        /// The population.
        population: usize,
        /// What was expected.
        expected: f64,
    },
    /// More than can be counted.
    #[error("cell in row {row} holds more copies of species {species} than can be counted")]
    TooManyCopies {
        /// Row of the cell.
        row: usize,
        /// The species.
        species: usize,
    },
    /// More than can be counted.
    #[error("cell in row {row} holds more vesicles or copies of population {population} than can be counted")]
    TooMany {
        /// Row of the cell.
        row: usize,
        /// The population.
        population: usize,
    },
}

/// Pools, cargo and response of every cell.
#[derive(Clone, Debug)]
pub struct Vesicles {
    pub(crate) populations: Vec<PopulationLaw>,
    pub(crate) n_species: usize,
    species: Vec<SpeciesLaw>,
    response: Response,
    pub(crate) layout: Layout,
    loads: Vec<Load>,
    odds: TickOdds,
    /// Receivers whose repression nobody asks for between frames; beyond its end, every one is read.
    unread: Vec<bool>,
    pub(crate) receiver: Vec<u16>,
    pub(crate) pools: Vec<u64>,
    pub(crate) repression: Vec<f64>,
    /// Whether a row's repression is of another cytosol or receiver than its own; nothing that a checkpoint needs.
    pub(crate) is_stale: Vec<bool>,
    tally: Vec<Tally>,
    /// Room for each task to work in.
    rooms: Vec<Vec<usize>>,
    pending: Flows,
    tick: Flows,
    pub(crate) totals: Flows,
    fault: Option<Fault>,
}

/// Everything that a checkpoint must keep.
#[derive(Clone, Debug, PartialEq)]
pub struct VesiclesState {
    /// Receiver of each row.
    pub receiver: Vec<u16>,
    /// Pools of each row, one after the other.
    pub pools: Vec<u64>,
    /// Repression of each program, row after row; 0 for receivers that are not read.
    pub repression: Vec<f64>,
    /// Captures since the last advance.
    pub pending: Flows,
    /// Flows of the last tick.
    pub tick: Flows,
    /// Flows since the start.
    pub totals: Flows,
}

impl Vesicles {
    /// No cells yet.
    ///
    /// # Errors
    /// Where the declaration contradicts itself or a number is out of its range.
    #[expect(clippy::needless_pass_by_value, reason = "a declaration is handed over whole")]
    pub fn new(
        populations: Vec<PopulationLaw>,
        species: Vec<SpeciesLaw>,
        response: ResponseLaw,
    ) -> Result<Self, LawError> {
        check::laws(&populations, &species)?;
        Ok(Self {
            response: Response::new(&response, &species)?,
            layout: Layout::new(&populations, species.len()),
            loads: populations.iter().map(|law| Load::new(&law.cargo)).collect(),
            odds: TickOdds::new(&populations, &species, 0.0),
            unread: Vec::new(),
            receiver: Vec::new(),
            pools: Vec::new(),
            repression: Vec::new(),
            is_stale: Vec::new(),
            tally: Vec::new(),
            rooms: Vec::new(),
            pending: Flows::new(populations.len(), species.len()),
            tick: Flows::new(populations.len(), species.len()),
            totals: Flows::new(populations.len(), species.len()),
            fault: None,
            n_species: species.len(),
            species,
            populations,
        })
    }

    /// Leaves out the response of receivers that nobody reads: all but a few cells in most tissues.
    #[must_use]
    pub fn unread(self, unread: Vec<bool>) -> Self {
        Self { unread, ..self }
    }

    /// Appends a cell that has met no vesicle.
    pub fn push(&mut self, receiver: u16) {
        Column::push(&mut self.receiver, receiver);
        Column::push(&mut self.is_stale, true);
        let (stride, programs) = (self.pools_stride(), self.programs_stride());
        fit(&mut self.pools, self.receiver.len() * stride, 0);
        fit(&mut self.repression, self.receiver.len() * programs, 0.0);
        self.grow_tally();
    }

    /// Appends cells up to `n_cells`, all of one receiver.
    pub fn resize(&mut self, n_cells: usize, receiver: u16) {
        while self.len() < n_cells {
            self.push(receiver);
        }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.receiver.len()
    }

    /// Whether there are no cells.
    pub fn is_empty(&self) -> bool {
        self.receiver.is_empty()
    }

    /// Number of populations.
    pub fn n_populations(&self) -> usize {
        self.populations.len()
    }

    /// Number of species.
    pub fn n_species(&self) -> usize {
        self.n_species
    }

    /// Number of programs.
    pub fn n_programs(&self) -> usize {
        self.response.n_programs()
    }

    /// The declaration of a population.
    pub fn population(&self, population: usize) -> &PopulationLaw {
        &self.populations[population]
    }

    /// The compiled response.
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// Volume that the surface of a cell empties of vesicles, µm³/min at the concentration there, with what it has bound now.
    pub fn clearance_of(&self, row: usize, population: usize) -> f64 {
        let capture = self.populations[population].capture.get(self.receiver[row] as usize);
        let Some(Some(capture)) = capture else { return 0.0 };
        surface_clearance(capture, self.pool(row, population, BOUND) as f64)
    }

    /// Captures a Poisson number of vesicles of mean `expected`, with their cargo, and returns it.
    #[expect(
        clippy::too_many_arguments,
        reason = "who, what, how many, when: all scalars of one corridor line"
    )]
    pub fn capture(
        &mut self,
        row: usize,
        id: u64,
        population: usize,
        bin: usize,
        expected: f64,
        span: &Span,
        rng: &Rng,
    ) -> u64 {
        if expected == 0.0 {
            return 0;
        }
        if !expected.is_finite() {
            self.fault.get_or_insert(Fault::NotANumber { row, population, expected });
            return 0;
        }
        let mut draws = rng.at(CAPTURE, part(id, population, bin), span.tick);
        let vesicles = draws.poisson(expected);
        self.bind(row, population, vesicles, &mut draws)
    }

    /// Captures exactly `vesicles` vesicles, with their cargo: what single particles do.
    pub fn capture_counted(
        &mut self,
        row: usize,
        id: u64,
        population: usize,
        vesicles: u64,
        span: &Span,
        rng: &Rng,
    ) -> u64 {
        let mut draws = rng.at(CAPTURE, part(id, population, 0xFFFF), span.tick);
        self.bind(row, population, vesicles, &mut draws)
    }

    fn bind(&mut self, row: usize, population: usize, vesicles: u64, draws: &mut vesicle_base::Draws) -> u64 {
        if vesicles == 0 {
            return 0;
        }
        let first = row * self.pools_stride();
        let own = first + Layout::population(population);
        if vesicles.saturating_add(self.pools[own + TAKEN_UP]) > COUNTABLE {
            self.fault.get_or_insert(Fault::TooMany { row, population });
            return 0;
        }
        self.pools[own + BOUND] += vesicles;
        self.pools[own + FRESH] += vesicles;
        self.pools[own + TAKEN_UP] += vesicles;
        for flows in [&mut self.pending, &mut self.totals] {
            flows.populations[population].captured += u128::from(vesicles);
        }
        let Self { populations, layout, loads, pools, pending, totals, fault, .. } = self;
        let laws = &populations[population].cargo;
        loads[population].draw(laws, vesicles, draws, |c, copies| {
            let slot = &mut pools[first + layout.cargo(population, c)];
            if slot.saturating_add(copies) > COUNTABLE {
                fault.get_or_insert(Fault::TooMany { row, population });
                return;
            }
            *slot += copies;
            for flows in [&mut *pending, &mut *totals] {
                flows.species[laws[c].species as usize].captured += u128::from(copies);
            }
        });
        vesicles
    }

    /// Takes up copies that touching cells sent.
    pub(crate) fn receive(&mut self, row: usize, species: usize, copies: u64) {
        let at = row * self.pools_stride() + self.layout.cytosol(species);
        let slot = &mut self.pools[at];
        if slot.saturating_add(copies) > COUNTABLE {
            self.fault.get_or_insert(Fault::TooManyCopies { row, species });
            return;
        }
        *slot += copies;
        self.is_stale[row] = true;
        self.book_species(species, |flows| flows.sent += u128::from(copies));
    }

    /// Books something that happened between two advances.
    pub(crate) fn book_species(&mut self, species: usize, book: impl Fn(&mut crate::SpeciesFlows)) {
        for flows in [&mut self.pending, &mut self.totals] {
            book(&mut flows.species[species]);
        }
    }

    /// Moves every vesicle and copy on by one tick, then responds. `ids` are the cells' identities by row.
    ///
    /// # Panics
    /// Where there is not one identity per cell.
    pub fn advance(&mut self, ids: &[u64], span: &Span, rng: &Rng) -> &Flows {
        assert_eq!(ids.len(), self.len(), "one identity per cell");
        if self.odds.length_min != span.length_min {
            self.odds = TickOdds::new(&self.populations, &self.species, span.length_min);
        }
        self.advance_rows(ids, span, *rng);
        core::mem::swap(&mut self.tick, &mut self.pending);
        self.pending.clear();
        for tally in self.tally.chunks(self.tally_stride()) {
            self.tick.count(tally);
            self.totals.count(tally);
        }
        &self.tick
    }

    fn advance_rows(&mut self, ids: &[u64], span: &Span, rng: Rng) {
        if self.is_bare() {
            return;
        }
        let (stride, programs) = (self.pools_stride(), self.programs_stride());
        let tally_stride = self.tally_stride();
        let tick = Tick {
            populations: &self.populations,
            loads: &self.loads,
            layout: &self.layout,
            odds: &self.odds,
            span: *span,
            rng,
        };
        let (response, unread, cytosol) = (&self.response, &self.unread, self.layout.cytosol(0));
        let advance = |pools: &mut [u64],
                       repression: &mut [f64],
                       is_stale: &mut [bool],
                       receiver: &[u16],
                       ids: &[u64],
                       tally: &mut [Tally],
                       room: &mut Vec<usize>| {
            tally.fill([0; 4]);
            let rows = pools.chunks_mut(stride).zip(repression.chunks_mut(programs)).zip(is_stale);
            for ((((row, repression), is_stale), receiver), id) in rows.zip(receiver).zip(ids) {
                *is_stale |= tick.advance(*id, row, tally, room);
                let receiver = usize::from(*receiver);
                if *is_stale && !is_unread(unread, receiver) {
                    response.respond(receiver, |s| row[cytosol + s] as f64, repression);
                    *is_stale = false;
                }
            }
        };
        if ids.len() <= ROWS {
            // One chunk is not worth waking another thread for.
            let Self { pools, repression, is_stale, receiver, tally, rooms, .. } = self;
            if let Some(room) = rooms.first_mut() {
                advance(pools, repression, is_stale, receiver, ids, tally, room);
            }
            return;
        }
        self.pools
            .par_chunks_mut(stride * ROWS)
            .zip(self.repression.par_chunks_mut(programs * ROWS))
            .zip(self.is_stale.par_chunks_mut(ROWS))
            .zip(self.receiver.par_chunks(ROWS))
            .zip(ids.par_chunks(ROWS))
            .zip(self.tally.par_chunks_mut(tally_stride))
            .zip(&mut self.rooms)
            .for_each(|((((((pools, repression), is_stale), receiver), ids), tally), room)| {
                advance(pools, repression, is_stale, receiver, ids, tally, room);
            });
    }

    /// Repression of a program in a cell, as of the last advance: 0 at rest, 1 when silenced, negative when raised; 0 in
    /// receivers that are not read.
    pub fn repression(&self, program: usize, row: usize) -> f64 {
        self.repression[row * self.programs_stride() + program]
    }

    /// Repression of every program by what a cell holds now, whoever reads it.
    pub fn repressions(&self, row: usize) -> Vec<f64> {
        let mut repressions = vec![0.0; self.n_programs()];
        let copies = |species: usize| self.copies(species, row) as f64;
        self.response.respond(usize::from(self.receiver[row]), copies, &mut repressions);
        repressions
    }

    /// Copies of a species in the cytosol of a cell.
    pub fn copies(&self, species: usize, row: usize) -> u64 {
        self.pools[row * self.pools_stride() + self.layout.cytosol(species)]
    }

    /// Vesicles that a cell has captured; a daughter has her share of her mother's.
    pub fn taken_up(&self, population: usize, row: usize) -> u64 {
        self.pool(row, population, TAKEN_UP)
    }

    /// Vesicles that a label shows in a cell: bound, endosomal, and what those that are gone left behind.
    pub fn labelled(&self, population: usize, row: usize) -> u64 {
        self.bound(population, row) + self.endosomal(population, row) + self.pool(row, population, LABEL)
    }

    /// Vesicles bound to a cell.
    pub fn bound(&self, population: usize, row: usize) -> u64 {
        self.pool(row, population, BOUND)
    }

    /// Vesicles in the endosomes of a cell.
    pub fn endosomal(&self, population: usize, row: usize) -> u64 {
        self.pool(row, population, ENDOSOMAL)
    }

    /// Vesicles that a cell released again in the last advance: for the corridor to put back into the field, shared
    /// over the sizes of the population.
    pub fn rereleased(&self, population: usize, row: usize) -> u64 {
        self.pool(row, population, OUTBOUND)
    }

    /// The receiver of a cell.
    pub fn receiver(&self, row: usize) -> u16 {
        self.receiver[row]
    }

    /// Makes a cell another receiver, as when it changes its kind; what it holds stays.
    pub fn set_receiver(&mut self, row: usize, receiver: u16) {
        self.receiver[row] = receiver;
        self.is_stale[row] = true;
        let programs = self.programs_stride();
        self.repression[row * programs..(row + 1) * programs].fill(0.0);
    }

    /// Flows of the last tick.
    pub fn flows(&self) -> &Flows {
        &self.tick
    }

    /// Flows since the start.
    pub fn totals(&self) -> &Flows {
        &self.totals
    }

    /// What all cells hold now.
    pub fn held(&self) -> Held {
        let mut held = Held::new(self.populations.len(), self.n_species);
        // A bare store has no pools to go through.
        let rows = self.pools.chunks(self.pools_stride().max(1));
        rows.take(self.len()).for_each(|row| self.hold(row, &mut held));
        held
    }

    /// What is wrong, if anything.
    pub fn health(&self) -> Option<Fault> {
        self.fault
    }

    /// What a checkpoint keeps.
    pub fn state(&self) -> VesiclesState {
        VesiclesState {
            receiver: self.receiver.clone(),
            pools: self.pools.clone(),
            repression: self.repression.clone(),
            pending: self.pending.clone(),
            tick: self.tick.clone(),
            totals: self.totals.clone(),
        }
    }

    /// Takes up a checkpoint of the same declaration.
    ///
    /// # Errors
    /// Where a column does not have the length that its number of cells asks for.
    pub fn restore(&mut self, state: VesiclesState) -> Result<(), LawError> {
        let n = state.receiver.len();
        let lengths = [
            ("pools of the checkpoint", state.pools.len(), n * self.pools_stride()),
            ("repressions of the checkpoint", state.repression.len(), n * self.programs_stride()),
            ("flows of the checkpoint", state.totals.populations.len(), self.populations.len()),
            ("species of the checkpoint", state.totals.species.len(), self.n_species),
        ];
        for (what, found, expected) in lengths {
            if found != expected {
                return Err(LawError::Length { what: what.into(), found, expected });
            }
        }
        (self.receiver, self.pools, self.repression) = (state.receiver, state.pools, state.repression);
        (self.pending, self.tick, self.totals) = (state.pending, state.tick, state.totals);
        self.is_stale = vec![true; n];
        self.grow_tally();
        Ok(())
    }

    pub(crate) fn hold(&self, row: &[u64], held: &mut Held) {
        for (p, law) in self.populations.iter().enumerate() {
            held.bound[p] += u128::from(row[Layout::population(p) + BOUND]);
            held.endosomal[p] += u128::from(row[Layout::population(p) + ENDOSOMAL]);
            for (c, cargo) in law.cargo.iter().enumerate() {
                let at = self.layout.cargo(p, c);
                held.copies_bound[cargo.species as usize] += u128::from(row[at]);
                held.copies_endosomal[cargo.species as usize] += u128::from(row[at + 1]);
            }
        }
        for (s, copies) in held.copies_cytosol.iter_mut().enumerate() {
            *copies += u128::from(row[self.layout.cytosol(s)]);
        }
    }

    pub(crate) fn grow_tally(&mut self) {
        let n_tasks = self.len().div_ceil(ROWS);
        self.tally.resize(n_tasks * self.tally_stride(), [0; 4]);
        self.rooms.resize(n_tasks, Vec::new());
    }

    /// Whether nothing that a cell could hold is declared: then a row takes no memory but its receiver.
    pub(crate) fn is_bare(&self) -> bool {
        self.populations.is_empty() && self.n_species == 0 && self.response.n_programs() == 0
    }

    /// Integers in a row of pools.
    pub(crate) fn pools_stride(&self) -> usize {
        if self.is_bare() { 0 } else { self.layout.stride() }
    }

    /// Repressions in a row.
    pub(crate) fn programs_stride(&self) -> usize {
        if self.is_bare() { 0 } else { self.response.n_programs().max(1) }
    }

    fn tally_stride(&self) -> usize {
        (self.populations.len() + self.n_species).max(1)
    }

    fn pool(&self, row: usize, population: usize, pool: usize) -> u64 {
        self.pools[row * self.pools_stride() + Layout::population(population) + pool]
    }
}

/// Whether nobody reads the repression of a receiver.
fn is_unread(unread: &[bool], receiver: usize) -> bool {
    unread.get(receiver).copied().unwrap_or(false)
}
