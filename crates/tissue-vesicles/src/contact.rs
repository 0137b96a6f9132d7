//! Contact transfer: copies that pass from cytosol to cytosol through gap junctions of touching cells.
//!
//! Equation: each copy of species s in cell i crosses to a touching cell j at the rate k = r_s g_ij w, with w the weight of the
//! contact (1, or its area); a donor whose own level o_j is above that of i sends besides k max(o_j − o_i, 0) a minute,
//! which it makes anew, so that only what is above a cell's own level is counted here.
//! Discretisation: exact in distribution for any tick and any network of contacts, by uniformisation: each copy makes a
//! Poisson number of jumps of a Markov chain; above `JUMPS` a tick the cells are mixed anyway and no more are made.
//! What donors make arrives at the end of the tick. Copies do not decay on their way: `row` does that apart.
//! Reference: Jensen (1953), doi 10.1080/03461238.1953.10419459 (uniformisation); Lim (2011), doi
//! 10.1158/0008-5472.CAN-10-2372 (miRNA through gap junctions of marrow stroma).
//! Proved by `tests/contact.rs`.

use crate::check::{LawError, range};
use crate::purpose::{CONTACT, part};
use crate::store::Vesicles;
use vesicle_base::{Rng, Span, math};

/// Mean jumps a tick beyond which touching cells count as mixed.
const JUMPS: f64 = 4096.0;

/// Two cells that touch, by row, in either order and each pair once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// One cell.
    pub a: u32,
    /// The other.
    pub b: u32,
    /// 1 where rates are per contact, the contact's area in µm² where they are per area.
    pub weight: f64,
}

/// How readily molecules pass between touching cells.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactLaw {
    /// Rate at which one copy crosses a contact of weight 1, 1/min; one a species.
    pub crossing_per_min: Vec<f64>,
    /// Share of that rate between receivers i and j, 0 where they form no junction: a symmetric square.
    pub coupling: Vec<Vec<f64>>,
    /// A receiver's own copies of each species, which it keeps up and hands on; one row a receiver.
    pub own_copies: Vec<Vec<f64>>,
}

impl ContactLaw {
    /// Whether it fits so many receivers and species.
    ///
    /// # Errors
    /// Where it does not, or a number is out of its range.
    pub fn check(&self, n_receivers: usize, n_species: usize) -> Result<(), LawError> {
        length("rates of contact transfer", self.crossing_per_min.len(), n_species)?;
        length("receivers of contact transfer", self.coupling.len(), n_receivers)?;
        length("receivers with own copies", self.own_copies.len(), n_receivers)?;
        for (i, row) in self.coupling.iter().enumerate() {
            length("couplings of a receiver", row.len(), n_receivers)?;
            for (j, g) in row.iter().enumerate() {
                range(
                    *g >= 0.0 && g.is_finite(),
                    format!("coupling of receivers {i} and {j}"),
                    *g,
                    "0 or more",
                )?;
            }
        }
        for i in 0..n_receivers {
            for j in 0..i {
                let (g, other) = (self.coupling[i][j], self.coupling[j][i]);
                range(g == other, format!("coupling of receivers {i} and {j}"), g, "the same both ways")?;
            }
        }
        for row in &self.own_copies {
            length("own copies of a receiver", row.len(), n_species)?;
        }
        let rates = self.crossing_per_min.iter().map(|r| (*r, "rate of contact transfer"));
        let own = self.own_copies.iter().flatten().map(|n| (*n, "own copies of a receiver"));
        rates
            .chain(own)
            .try_for_each(|(n, what)| range(n >= 0.0 && n.is_finite(), what, n, "0 or more, finite"))
    }
}

fn length(what: &str, found: usize, expected: usize) -> Result<(), LawError> {
    if found == expected { Ok(()) } else { Err(LawError::Length { what: what.into(), found, expected }) }
}

/// The contacts of one tick, with the memory of the last.
#[derive(Clone, Debug, Default)]
pub struct ContactTransfer {
    /// Where the neighbours of a row begin; one more than there are rows.
    first: Vec<usize>,
    /// Neighbours of each row in order of identity, with the coupling times the weight.
    to: Vec<(u32, f64)>,
    moving: Vec<u64>,
    arriving: Vec<u64>,
    settled: Vec<u64>,
    /// Chance of each further jump, given those made.
    goes_on: Vec<f64>,
}

impl ContactTransfer {
    /// Lets copies pass between the cytosols of touching cells for one tick. `ids` are the cells' identities by row.
    ///
    /// Nothing depends on the order of contacts or cells. Contacts of a cell with itself, of no weight or with rows that
    /// do not exist are passed over, as are receivers that the law does not know.
    ///
    /// # Panics
    /// Where there is not one identity per cell.
    pub fn pass(
        &mut self,
        cells: &mut Vesicles,
        law: &ContactLaw,
        contacts: &[Contact],
        ids: &[u64],
        span: &Span,
        rng: &Rng,
    ) {
        assert_eq!(ids.len(), cells.len(), "one identity per cell");
        self.lay_out(cells, law, contacts, ids);
        for species in 0..law.crossing_per_min.len().min(cells.n_species) {
            let rate = law.crossing_per_min[species];
            if rate > 0.0 && !self.to.is_empty() {
                self.cross(cells, species, rate * span.length_min, ids, span, rng);
                self.make(cells, law, species, rate * span.length_min, ids, span, rng);
            }
        }
    }

    fn lay_out(&mut self, cells: &Vesicles, law: &ContactLaw, contacts: &[Contact], ids: &[u64]) {
        let n = cells.len();
        let coupled = |c: &Contact| {
            let (a, b) = (c.a as usize, c.b as usize);
            if a == b || a >= n || b >= n || !(c.weight > 0.0 && c.weight.is_finite()) {
                return None;
            }
            let [i, j] = [a, b].map(|row| cells.receiver(row) as usize);
            let g = law.coupling.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0.0) * c.weight;
            (g > 0.0).then_some((a, b, g))
        };
        self.first.clear();
        self.first.resize(n + 1, 0);
        for (a, b, _) in contacts.iter().filter_map(coupled) {
            self.first[a + 1] += 1;
            self.first[b + 1] += 1;
        }
        for row in 0..n {
            self.first[row + 1] += self.first[row];
        }
        let mut next = self.first.clone();
        self.to.clear();
        self.to.resize(self.first[n], (0, 0.0));
        for (a, b, g) in contacts.iter().filter_map(coupled) {
            for (from, to) in [(a, b), (b, a)] {
                self.to[next[from]] = (to as u32, g);
                next[from] += 1;
            }
        }
        for row in 0..n {
            let own = self.first[row]..self.first[row + 1];
            let key = |(to, g): &(u32, f64)| (ids[*to as usize], g.to_bits());
            self.to[own].sort_unstable_by_key(key);
        }
    }

    fn neighbours(&self, row: usize) -> &[(u32, f64)] {
        &self.to[self.first[row]..self.first[row + 1]]
    }

    /// Exchanges what is there; `per_weight` is the mean number of crossings of a contact of weight 1 in the tick.
    fn cross(
        &mut self,
        cells: &mut Vesicles,
        species: usize,
        per_weight: f64,
        ids: &[u64],
        span: &Span,
        rng: &Rng,
    ) {
        let leaving = |row: usize| self.neighbours(row).iter().map(|(_, g)| g).sum::<f64>();
        let most = (0..cells.len()).map(leaving).fold(0.0, f64::max);
        let slot = |row: usize| row * cells.pools_stride() + cells.layout.cytosol(species);
        self.moving.clear();
        self.moving.extend((0..cells.len()).map(|row| cells.pools[slot(row)]));
        if self.moving.iter().all(|n| *n == 0) {
            return;
        }
        self.settled.clear();
        self.settled.resize(cells.len(), 0);
        self.arriving.clear();
        self.arriving.resize(cells.len(), 0);
        chances(&mut self.goes_on, (per_weight * most).min(JUMPS));
        let mut crossed = 0;
        for round in 0..self.goes_on.len() {
            for (row, id) in ids.iter().enumerate() {
                if self.moving[row] > 0 {
                    let which = part(*id, species, round);
                    crossed += self.jump(row, round, most, &mut rng.at(CONTACT, which, span.tick));
                }
            }
            core::mem::swap(&mut self.moving, &mut self.arriving);
            self.arriving.fill(0);
            if self.moving.iter().all(|n| *n == 0) {
                break;
            }
        }
        for row in 0..cells.len() {
            let slot = row * cells.pools_stride() + cells.layout.cytosol(species);
            cells.pools[slot] = self.settled[row];
        }
        cells.book_species(species, |flows| flows.crossed += u128::from(crossed));
    }

    /// One more jump of the copies that are on the move in a row; returns how many crossed to another cell.
    fn jump(&mut self, row: usize, round: usize, most: f64, draws: &mut vesicle_base::Draws) -> u64 {
        let mut rest = draws.binomial(self.moving[row], self.goes_on[round]);
        self.settled[row] += self.moving[row] - rest;
        let (mut crossed, mut rate) = (0, most);
        for at in self.first[row]..self.first[row + 1] {
            let (to, g) = self.to[at];
            let n = draws.binomial(rest, (g / rate).min(1.0));
            self.arriving[to as usize] += n;
            rest -= n;
            crossed += n;
            rate -= g;
            if rest == 0 || rate <= 0.0 {
                break;
            }
        }
        self.arriving[row] += rest;
        crossed
    }

    /// What neighbours with a higher level of their own send.
    #[expect(clippy::too_many_arguments, reason = "one corridor line: who, what, how much, when")]
    fn make(
        &self,
        cells: &mut Vesicles,
        law: &ContactLaw,
        species: usize,
        per_weight: f64,
        ids: &[u64],
        span: &Span,
        rng: &Rng,
    ) {
        let own = |cells: &Vesicles, row: usize| {
            let receiver = law.own_copies.get(cells.receiver(row) as usize);
            receiver.and_then(|own| own.get(species)).copied().unwrap_or(0.0)
        };
        for (row, id) in ids.iter().enumerate() {
            let here = own(cells, row);
            let send = |(to, g): &(u32, f64)| g * (own(cells, *to as usize) - here).max(0.0);
            let mean = per_weight * self.neighbours(row).iter().map(send).sum::<f64>();
            if mean > 0.0 {
                let copies = rng.at(CONTACT, part(*id, species, 0xFFFF), span.tick).poisson(mean);
                cells.receive(row, species, copies);
            }
        }
    }
}

/// The chance of a jump more, given those made, for a Poisson number of them.
fn chances(goes_on: &mut Vec<f64>, mean: f64) {
    let last = (mean + 12.0 * mean.sqrt() + 40.0).ceil() as usize;
    goes_on.clear();
    goes_on.resize(last + 1, 0.0);
    let mut beyond = 0.0;
    for jumps in (0..=last).rev() {
        let here = math::exp(math::ln_poisson(jumps as f64, mean));
        let from_here = beyond + here;
        goes_on[jumps] = if from_here > 0.0 { beyond / from_here } else { 0.0 };
        beyond = from_here;
    }
}
