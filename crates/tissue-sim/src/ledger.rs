//! Where every vesicle and every copy went. Closes after every tick.
//!
//! released + injected + re-released + left by dead cells + brought by blood = free + matrix-bound + cell-bound +
//! endosomal + fused + degraded + re-released + given up by and lost with dead cells + cleared + left + carried off by
//! blood + unsettled, per population; the same from capture on for each molecule.

use crate::free::Free;
use tissue_vesicles::Vesicles;
use tissue_vesicles::particles::FreeVesicles;

/// Every account by its name; run files keep the number of one, so that new ones stand at the end.
pub const ACCOUNTS: &[&str] = &[
    "injected",
    "released",
    "re-released",
    "free",
    "cell-bound",
    "endosomal",
    "fused",
    "degraded",
    "given back",
    "lost with dead cells",
    "cleared",
    "left through sides",
    "unsettled",
    "spread of unsettled",
    "captured",
    "in the cytosol",
    "decayed",
    "brought by blood",
    "carried off by blood",
    "matrix-bound",
    "left by dead cells",
    "given up by dead cells",
    "sent by contact",
];

/// Accounts of one population that fields keep as real numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Account {
    injected: f64,
    released: f64,
    cleared: f64,
    left: f64,
    expected: f64,
    settled: f64,
    brought: f64,
    carried_off: f64,
}

/// The running accounts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    free: Vec<Account>,
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Index of the population, or of the molecule.
    pub index: usize,
    /// Whether the row is about a molecule.
    pub is_species: bool,
    /// Name of the account.
    pub account: &'static str,
    /// +1 where vesicles come from, −1 where they are or went; the signed amounts of an index sum to 0.
    pub sign: i8,
    /// Vesicles or copies.
    pub amount: f64,
}

impl Ledger {
    /// Accounts for so many populations.
    pub fn new(n_populations: usize) -> Self {
        Self { free: vec![Account::default(); n_populations] }
    }

    /// Books vesicles mixed in at the start.
    pub fn inject(&mut self, population: usize, vesicles: f64) {
        self.free[population].injected += vesicles;
    }

    /// Books vesicles that cells released.
    pub fn release(&mut self, population: usize, vesicles: f64) {
        self.free[population].released += vesicles;
    }

    /// Books one capture: what the field lost and what the cell got.
    pub fn capture(&mut self, population: usize, expected: f64, got: u64) {
        self.free[population].expected += expected;
        self.free[population].settled += got as f64;
    }

    /// Books vesicles that perfused vessels brought.
    pub fn bring(&mut self, population: usize, vesicles: f64) {
        self.free[population].brought += vesicles;
    }

    /// Books vesicles that perfused vessels carried off.
    pub fn carry_off(&mut self, population: usize, vesicles: f64) {
        self.free[population].carried_off += vesicles;
    }

    /// Books vesicles that were lost in the matrix.
    pub fn clear(&mut self, population: usize, vesicles: f64) {
        self.free[population].cleared += vesicles;
    }

    /// Takes over what vesicles carried one by one count themselves.
    pub fn follow(&mut self, population: usize, vesicles: &FreeVesicles) {
        let totals = vesicles.totals();
        let free = &mut self.free[population];
        (free.cleared, free.left) = (totals.cleared as f64, totals.left as f64);
    }

    /// Books what the fields lost in a tick.
    pub fn close(&mut self, carried: &[Free]) {
        for (free, carried) in self.free.iter_mut().zip(carried) {
            for budget in carried.budgets() {
                free.cleared += budget.decayed;
                free.left += budget.left_through_sides;
            }
        }
    }

    /// The numbers that a checkpoint keeps, population after population.
    pub fn state(&self) -> Vec<f64> {
        self.free
            .iter()
            .flat_map(|f| {
                let in_and_out = [f.injected, f.released, f.brought, f.cleared, f.left, f.carried_off];
                in_and_out.into_iter().chain([f.expected, f.settled])
            })
            .collect()
    }

    /// Takes up the numbers of a checkpoint; `false` when they are of another number of populations.
    pub fn restore(&mut self, state: &[f64]) -> bool {
        if state.len() != 8 * self.free.len() {
            return false;
        }
        for (free, s) in self.free.iter_mut().zip(state.chunks(8)) {
            *free = Account {
                injected: s[0],
                released: s[1],
                brought: s[2],
                cleared: s[3],
                left: s[4],
                carried_off: s[5],
                expected: s[6],
                settled: s[7],
            };
        }
        true
    }

    /// All accounts now.
    pub fn rows(&self, vesicles: &Vesicles, carried: &[Free]) -> Vec<Row> {
        let held = vesicles.held();
        let totals = vesicles.totals();
        let mut rows = Vec::new();
        for (index, free) in self.free.iter().enumerate() {
            let flows = totals.populations[index];
            let of = &carried[index];
            let held_by_matrix = of.held();
            let still_free = still_free(of, free, vesicles, index);
            let mut row = |account, sign, amount| {
                rows.push(Row { index, is_species: false, account, sign, amount });
            };
            row("injected", 1, free.injected);
            row("released", 1, free.released);
            row("re-released", 1, flows.rereleased as f64);
            row("left by dead cells", 1, flows.spilled as f64);
            row("brought by blood", 1, free.brought);
            row("free", -1, still_free);
            row("matrix-bound", -1, held_by_matrix);
            row("cell-bound", -1, held.bound[index] as f64);
            row("endosomal", -1, held.endosomal[index] as f64);
            row("fused", -1, flows.fused as f64);
            row("degraded", -1, flows.degraded as f64);
            row("given back", -1, flows.rereleased as f64);
            row("given up by dead cells", -1, flows.spilled as f64);
            row("lost with dead cells", -1, flows.lost as f64);
            row("cleared", -1, free.cleared);
            row("left through sides", -1, free.left);
            row("carried off by blood", -1, free.carried_off);
            row("unsettled", -1, free.expected - free.settled);
            row("spread of unsettled", 0, free.expected.max(0.0).sqrt());
        }
        for (index, flows) in totals.species.iter().enumerate() {
            let mut row = |account, sign, amount: u128| {
                rows.push(Row { index, is_species: true, account, sign, amount: amount as f64 });
            };
            row("captured", 1, flows.captured);
            row("sent by contact", 1, flows.sent);
            row("cell-bound", -1, held.copies_bound[index]);
            row("endosomal", -1, held.copies_endosomal[index]);
            row("in the cytosol", -1, held.copies_cytosol[index]);
            row("decayed", -1, flows.decayed);
            row("degraded", -1, flows.degraded);
            row("given back", -1, flows.rereleased);
            row("given up by dead cells", -1, flows.spilled);
            row("lost with dead cells", -1, flows.lost);
        }
        rows
    }
}

/// Free vesicles, those about to come among them; single ones that the matrix holds are not.
fn still_free(of: &Free, account: &Account, vesicles: &Vesicles, population: usize) -> f64 {
    match of {
        Free::Fields(free) => free.amount(),
        Free::Singly(free) => {
            let flows = &vesicles.totals().populations[population];
            let booked = account.injected + account.released + (flows.rereleased + flows.spilled) as f64;
            free.len() as f64 + booked - free.totals().come() as f64 - free.held() as f64
        }
    }
}
