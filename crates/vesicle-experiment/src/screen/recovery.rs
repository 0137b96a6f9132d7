//! Synthetic truth: is the mechanism that made an outcome found again from what a laboratory would see of it?
//!
//! The reference is a table: for every mechanism and prior draw, ln of the ratio of each number of each arm to the first
//! arm's, at every frame. A case is one row as n animals per arm show it: their means err by the spread between animals,
//! an animal's deviation is partly kept from one frame to the next, and all ratios share the first arm's error. Rows and
//! cases are laid into the few directions in which the mechanisms differ (`directions`), in units of that error, through
//! asinh, so that large differences count by their order. A case is compared with every row of other draws (mechanisms
//! share their draws), each seen several times with as many animals: the share of a mechanism among the nearest of them
//! is its probability (Cornuet 2008; Biau 2015). A mechanism is named when that is [`SURE`] at least; else the answer is
//! "cannot tell". The directions of a case are found without its draw.
//!
//! A case and a rival are *told apart* by so many animals when, of [`TRIALS`] experiments with them, no more than
//! [`MISSES`] do not name the case's mechanism, of the two: an experiment of that size hardly ever misses it.
//! References: Cornuet (2008), doi 10.1093/bioinformatics/btn514; Biau (2015), doi 10.1214/13-AIHP590.

use super::directions::Directions;
use crate::statistics::share::Share;
use rayon::prelude::*;
use vesicle_base::{Purpose, Rng, math};

/// Probability at which a mechanism is named.
pub const SURE: f64 = 0.9;
/// Experiments that say whether a case is told from a rival.
pub const TRIALS: u32 = 100;
/// Those of them that may miss the truth.
pub const MISSES: u32 = 5;
/// Experiments of each case and rival with the smaller number of animals.
pub const EXPERIMENTS: u32 = 20;
/// Cases of each mechanism: its first draws. Later draws are reference only.
pub const CASES: usize = 100;
/// Times that every row of the table is seen: often enough that the few draws of a mechanism whose effect is like a case's,
/// one in twenty of them, can fill its neighbourhood.
const SIGHTS: u32 = 10;
/// Nearest sights that vote.
const NEAREST: usize = 40;
/// Parts into which draws are put: the directions of a part's cases come from the other parts.
const PARTS: usize = 5;
const SIGHT: Purpose = Purpose(0x0108);

/// What a table of references holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// Names of the mechanisms.
    pub mechanisms: Vec<String>,
    /// Names of the columns: `number, arm`; those of one number at one time stand together, and its times after each
    /// other.
    pub columns: Vec<String>,
    /// Columns of one number at one time: all arms but the first, to which they are set.
    pub n_arms: usize,
    /// Per column: standard deviation of ln between animals.
    pub spreads: Vec<f64>,
    /// Per column: correlation of an animal's deviation with that of the same number at the time before; 0 at the first.
    pub kept: Vec<f64>,
    /// Per mechanism and draw: ln of the ratio to the first arm, per column.
    pub rows: Vec<Vec<Vec<f64>>>,
}

/// How often the truth was found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Found {
    /// The mechanism that made it was named.
    pub right: u32,
    /// Another was named.
    pub wrong: u32,
    /// None was.
    pub cannot_tell: u32,
}

impl Found {
    /// All experiments.
    pub fn n(&self) -> u32 {
        self.right + self.wrong + self.cannot_tell
    }

    fn add(&mut self, answer: Option<bool>) {
        match answer {
            Some(true) => self.right += 1,
            Some(false) => self.wrong += 1,
            None => self.cannot_tell += 1,
        }
    }

    /// These and others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            cannot_tell: self.cannot_tell + other.cannot_tell,
        }
    }

    /// Share in which the truth, or that it cannot be told, was the answer.
    pub fn not_wrong(&self) -> Share {
        Share::of(self.right + self.cannot_tell, self.n())
    }

    /// Share in which the truth was the answer.
    pub fn recovered(&self) -> Share {
        Share::of(self.right, self.n())
    }
}

/// Two mechanisms, the first of which is true.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pair {
    /// The true one and its rival.
    pub mechanisms: (usize, usize),
    /// Cases, and those that the larger number of animals tells from the rival.
    pub told_apart: (u32, u32),
    /// Experiments with the smaller number on all cases.
    pub all: Found,
    /// Experiments with the smaller number on the cases that the larger tells apart.
    pub told_by_more: Found,
}

impl Reference {
    /// Covariance of one animal per arm between two columns, the first arm's own deviation included.
    pub fn covariance(&self, i: usize, j: usize) -> f64 {
        let n_arms = self.n_arms.max(1);
        let (early, late) = (i.min(j) / n_arms, i.max(j) / n_arms);
        let kept: f64 = (early + 1..=late).map(|group| self.kept[group * n_arms]).product();
        // Each arm's own animals, and the first arm's, which stand under every ratio.
        let arms = if i % n_arms == j % n_arms { 2.0 } else { 1.0 };
        arms * kept * self.spreads[i] * self.spreads[j]
    }

    /// How often each mechanism is found among all, with so many animals per arm, one experiment a case.
    pub fn recover(&self, animals: u32) -> Vec<Found> {
        let order = self.order();
        let sorted = self.sorted(&order);
        let all: Vec<usize> = (0..order.len()).collect();
        let answers = sorted.cases(&all, &all, animals, |seen| seen.is_right(0));
        let mut found = vec![Found::default(); order.len()];
        for (answers, at) in answers.into_iter().zip(&order) {
            answers.into_iter().for_each(|answer| found[*at].add(answer));
        }
        found
    }

    /// Every ordered pair alone: which cases `more` animals tell apart, and how those fare with `fewer`.
    pub fn pairs(&self, fewer: u32, more: u32) -> Vec<Pair> {
        let order = self.order();
        let sorted = self.sorted(&order);
        let n = order.len();
        let both: Vec<[usize; 2]> = (0..n).flat_map(|a| (a + 1..n).map(move |b| [a, b])).collect();
        let mut pairs: Vec<Pair> =
            both.par_iter().flat_map_iter(|both| sorted.both(*both, fewer, more)).collect();
        pairs.iter_mut().for_each(|pair| {
            pair.mechanisms = (order[pair.mechanisms.0], order[pair.mechanisms.1]);
        });
        pairs.sort_by_key(|pair| pair.mechanisms);
        pairs
    }

    /// The mechanisms in order of their rows, so that neither sums nor chance know where one stands in the table.
    fn order(&self) -> Vec<usize> {
        let numbers = |at: usize| self.rows[at].iter().flatten();
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|a, b| {
            let mut pairs = numbers(*a).zip(numbers(*b)).map(|(a, b)| a.total_cmp(b));
            pairs.find(|ordering| ordering.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        order
    }

    fn sorted(&self, order: &[usize]) -> Self {
        let rows = order.iter().map(|at| self.rows[*at].clone()).collect();
        let mechanisms = order.iter().filter_map(|at| self.mechanisms.get(*at).cloned()).collect();
        Self { mechanisms, rows, ..self.clone() }
    }

    fn both(&self, both: [usize; 2], fewer: u32, more: u32) -> [Pair; 2] {
        let told = self.cases(&both, &both, more, |seen| {
            let missed = (0..TRIALS).filter(|nth| seen.is_right(*nth) != Some(true));
            missed.take(MISSES as usize + 1).count() <= MISSES as usize
        });
        let few = self.cases(&both, &both, fewer, |seen| {
            let mut found = Found::default();
            (0..EXPERIMENTS).for_each(|nth| found.add(seen.is_right(nth)));
            found
        });
        [0, 1].map(|at| {
            let mut pair = Pair { mechanisms: (both[at], both[1 - at]), ..Pair::default() };
            for (is_told, found) in told[at].iter().zip(&few[at]) {
                pair.told_apart = (pair.told_apart.0 + 1, pair.told_apart.1 + u32::from(*is_told));
                pair.all = pair.all.and(*found);
                pair.told_by_more = if *is_told { pair.told_by_more.and(*found) } else { pair.told_by_more };
            }
            pair
        })
    }

    /// What `ask` finds of each draw of each of the mechanisms, seen with so many animals among some.
    fn cases<T: Send>(
        &self,
        mechanisms: &[usize],
        among: &[usize],
        animals: u32,
        ask: impl Fn(&Case<'_>) -> T + Sync,
    ) -> Vec<Vec<T>> {
        let parts: Vec<Part> = (0..PARTS).map(|part| self.part(part, among, animals)).collect();
        let of = |mechanism: &usize| {
            let of_draw = |draw: usize| {
                let part = &parts[draw % PARTS];
                ask(&Case { reference: self, part, among, animals, mechanism: *mechanism, draw })
            };
            (0..self.rows[*mechanism].len().min(CASES)).into_par_iter().map(of_draw).collect()
        };
        mechanisms.iter().map(of).collect()
    }

    fn part(&self, part: usize, among: &[usize], animals: u32) -> Part {
        let directions = Directions::of(self, among, |draw| draw % PARTS != part);
        let mut found = Part { directions, sights: Vec::new() };
        for mechanism in among {
            for draw in 0..self.rows[*mechanism].len() {
                for nth in 0..SIGHTS {
                    let at = self.seen(&found, (*mechanism, draw), animals, nth);
                    found.sights.push(Sight { mechanism: *mechanism, draw, at });
                }
            }
        }
        found
    }

    /// Where so many animals per arm show a row: one in each direction is the standard error.
    fn seen(&self, part: &Part, (mechanism, draw): (usize, usize), animals: u32, nth: u32) -> Vec<f64> {
        let animals = animals.max(1);
        let seed = vesicle_base::random::mix_seed(&[0x7369_6768, u64::from(animals), mechanism as u64]);
        let mut draws = Rng::new(seed).at(SIGHT, draw as u64, nth);
        let place = part.directions.place(&self.rows[mechanism][draw], animals);
        let error = || math::normal_quantile(draws.uniform_positive().min(1.0 - 1e-12));
        place.into_iter().zip(core::iter::repeat_with(error)).map(|(x, error)| asinh(x + error)).collect()
    }
}

/// One draw of one mechanism, put to experiments.
struct Case<'a> {
    reference: &'a Reference,
    part: &'a Part,
    among: &'a [usize],
    animals: u32,
    mechanism: usize,
    draw: usize,
}

impl Case<'_> {
    /// Whether an experiment names the mechanism that made the case; none where it cannot tell.
    fn is_right(&self, experiment: u32) -> Option<bool> {
        let made = (self.mechanism, self.draw);
        let at = self.reference.seen(self.part, made, self.animals, SIGHTS + experiment);
        self.part.named(self.among, self.draw, &at).map(|named| named == self.mechanism)
    }
}

/// A part of the draws: the directions for its cases, and every row as it is seen along them.
struct Part {
    directions: Directions,
    sights: Vec<Sight>,
}

/// A row as it was seen once.
struct Sight {
    mechanism: usize,
    draw: usize,
    at: Vec<f64>,
}

impl Part {
    /// The mechanism that a case of a draw is put down to.
    fn named(&self, among: &[usize], draw: usize, case: &[f64]) -> Option<usize> {
        let others = self.sights.iter().filter(|sight| sight.draw != draw);
        let mut near: Vec<(f64, usize)> =
            others.map(|sight| (distance(case, &sight.at), sight.mechanism)).collect();
        if near.is_empty() || case.is_empty() {
            return None;
        }
        let k = NEAREST.min(near.len());
        near.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let votes = |mechanism: usize| near[..k].iter().filter(|(_, of)| *of == mechanism).count();
        among.iter().copied().find(|mechanism| votes(*mechanism) as f64 >= SURE * k as f64)
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

fn asinh(x: f64) -> f64 {
    let size = x.abs();
    math::ln(size + (size * size + 1.0).sqrt()).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mechanisms that move one arm by so much in every draw, beside a nuisance that moves another arm far more, at two
    /// times.
    fn reference(effects: &[f64]) -> Reference {
        let row = |effect: f64, draw: u32| {
            let nuisance = 3.0 * f64::from(draw % 10);
            let effect = effect * (1.0 + 0.01 * f64::from(draw));
            vec![nuisance, effect, nuisance, 0.5 * effect]
        };
        Reference {
            mechanisms: effects.iter().map(ToString::to_string).collect(),
            columns: ["x at 1 d, a", "x at 1 d, b", "x at 2 d, a", "x at 2 d, b"].map(String::from).to_vec(),
            n_arms: 2,
            spreads: vec![0.2; 4],
            kept: vec![0.0, 0.0, 0.7, 0.7],
            rows: effects.iter().map(|e| (0..100).map(|draw| row(*e, draw)).collect()).collect(),
        }
    }

    #[test]
    fn what_differs_is_found_and_what_does_not_cannot_be_told() {
        let found = reference(&[0.0, 3.0]).recover(4);
        assert!(found.iter().all(|f| f.right >= 99), "{found:?}");
        let found = reference(&[1.0, 1.0]).recover(4);
        assert!(found.iter().all(|f| f.cannot_tell == 100), "nothing differs: {found:?}");
        let found = reference(&[1.0, 1.02]).recover(4);
        assert!(found.iter().all(|f| f.wrong <= 5 && f.cannot_tell >= 90), "{found:?}");
    }

    #[test]
    fn more_animals_tell_more_and_what_they_tell_well_is_found_by_fewer() {
        for pair in reference(&[0.0, 0.5]).pairs(4, 12) {
            assert_eq!(pair.all.n(), 100 * EXPERIMENTS);
            assert_eq!(pair.told_by_more.n(), pair.told_apart.1 * EXPERIMENTS);
            assert!(pair.told_apart.1 > 80 && pair.told_by_more.recovered().value > 0.8, "{pair:?}");
        }
        for pair in reference(&[0.0, 0.1]).pairs(4, 12) {
            let share = |found: Found| f64::from(found.right) / f64::from(found.n());
            assert!(pair.told_apart.1 < 20 && share(pair.all) < 0.5, "{pair:?}");
        }
        let none = reference(&[1.0, 1.0]).pairs(4, 12);
        assert!(none.iter().all(|pair| pair.told_apart == (100, 0)), "{none:?}");
    }

    #[test]
    fn the_names_of_mechanisms_do_not_matter() {
        let (one, other) = (reference(&[0.0, 0.5, 2.0]), reference(&[0.0, 0.5, 2.0]));
        let renamed = Reference { mechanisms: ["p", "q", "r"].map(String::from).to_vec(), ..other };
        assert_eq!(one.recover(4), renamed.recover(4));
    }

    #[test]
    fn the_order_of_mechanisms_does_not_matter() {
        let (one, other) = (reference(&[0.0, 0.5, 2.0]), reference(&[2.0, 0.0, 0.5]));
        let found = one.recover(4);
        assert_eq!(other.recover(4), [found[2], found[0], found[1]]);
        let place = [1, 2, 0];
        let mut moved = one.pairs(4, 12);
        moved.iter_mut().for_each(|pair| {
            pair.mechanisms = (place[pair.mechanisms.0], place[pair.mechanisms.1]);
        });
        moved.sort_by_key(|pair| pair.mechanisms);
        assert_eq!(moved, other.pairs(4, 12));
    }

    #[test]
    fn ratios_share_the_error_of_the_first_arm() {
        let reference = reference(&[0.0, 1.0]);
        let variance = 0.2 * 0.2;
        let expected = [(0, 0, 2.0), (0, 1, 1.0), (0, 2, 1.4), (1, 2, 0.7), (3, 0, 0.7), (3, 3, 2.0)];
        for (i, j, times) in expected {
            assert!((reference.covariance(i, j) - times * variance).abs() < 1e-12, "{i} {j}");
        }
    }
}
