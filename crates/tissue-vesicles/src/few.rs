//! Species of which few copies are drawn, drawn together: natural cargo is a few species of many copies and many of few.
//!
//! Equation: where copies are independent of each other, the copies of several species that do something with one
//! chance p are together binomial (Poisson where vesicles bring them), and those that do it are any of them alike.
//! Discretisation: none; the law of each species is that of a draw of its own, and costs what moves, not what is declared.
//! Reference: splitting and pooling of Poisson and binomial counts, Kingman, Poisson Processes (1993), ch. 2 and 5.
//! Proved by `tests/few.rs`, `tests/means.rs` and `tests/ledger.rs`.

use crate::cargo;
use crate::law::CargoLaw;
use vesicle_base::Draws;

/// Copies expected of a species below which it is drawn together with others: the draws that a species needs by itself
/// cost about what finding this many copies among those of several species does.
pub(crate) const FEW: f64 = 4.0;

/// The cargo of one population, in the order in which it is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// Cargo of which some vesicles are fuller than others: its copies depend on each other.
    uneven: Vec<usize>,
    /// The rest, the most abundant first.
    even: Vec<usize>,
    /// Copies per vesicle of an entry of `even` and of all after it; one more entry, 0.
    from: Vec<f64>,
}

impl Load {
    pub fn new(laws: &[CargoLaw]) -> Self {
        let mean = |c: usize| laws[c].mean_copies_per_vesicle;
        let (mut even, uneven): (Vec<usize>, Vec<usize>) =
            (0..laws.len()).partition(|c| laws[*c].dispersion == 0.0);
        even.sort_by(|a, b| mean(*b).total_cmp(&mean(*a)));
        let mut from = vec![0.0; even.len() + 1];
        (0..even.len()).rev().for_each(|i| from[i] = from[i + 1] + mean(even[i]));
        Self { uneven, even, from }
    }

    /// Every cargo, the most abundant of the even ones first: there a copy is soon found.
    pub fn order(&self) -> impl Iterator<Item = usize> {
        self.uneven.iter().chain(&self.even).copied()
    }

    /// Draws what `vesicles` vesicles carry together and hands it over as cargo and copies, a cargo perhaps in parts.
    pub fn draw(
        &self,
        laws: &[CargoLaw],
        vesicles: u64,
        draws: &mut Draws,
        mut bring: impl FnMut(usize, u64),
    ) {
        let many = self.even.partition_point(|c| vesicles as f64 * laws[*c].mean_copies_per_vesicle >= FEW);
        for c in self.uneven.iter().chain(&self.even[..many]) {
            bring(*c, cargo::draw(&laws[*c], vesicles, draws));
        }
        let few = &self.from[many..];
        for _ in 0..draws.poisson(vesicles as f64 * few[0]) {
            let at = draws.uniform() * few[0];
            let i = few.partition_point(|from| *from > at).saturating_sub(1);
            bring(self.even[many + i], 1);
        }
    }
}

/// Finds one copy, any alike, in the `slots` of a row moved on by `offset`, which hold `total` copies together; returns
/// the place of its slot among them.
pub(crate) fn any_copy(row: &[u64], slots: &[usize], offset: usize, total: u64, draws: &mut Draws) -> usize {
    let mut before = draws.below(total);
    let holds = |slot: &usize| {
        let held = row[slot + offset];
        let is_here = before < held;
        before = before.wrapping_sub(held);
        is_here
    };
    slots.iter().position(holds).unwrap_or(0)
}
