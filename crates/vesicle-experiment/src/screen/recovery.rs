//! Synthetic truth: is the mechanism that made an outcome found again from what a laboratory would see of it?
//!
//! The reference is a table: for every mechanism and prior draw, ln of each outcome of each arm. A case is one row seen
//! with n animals per arm. It is compared with every other row (all rows of the case's own draw are left out, because
//! mechanisms share their draws), each seen several times with as many animals: the share of a mechanism among the
//! nearest of them is its probability (Cornuet 2008; Biau 2015 for the nearest neighbours of a reference table).
//! Distances are Euclidean over ratios to the first arm in units of their error, through asinh, so that many small
//! differences count beside one large one. A mechanism is named when its probability is [`SURE`] at least; else the
//! answer is "cannot tell".
//! Reference: Cornuet (2008), doi 10.1093/bioinformatics/btn514; Biau (2015), doi 10.1214/13-AIHP590.

use crate::statistics::share::Share;
use rayon::prelude::*;
use vesicle_base::{Purpose, Rng, math};

/// Probability at which a mechanism is named.
pub const SURE: f64 = 0.9;
/// Times that every row of the table is seen.
const SIGHTS: u32 = 10;
/// Nearest sights that vote.
const NEAREST: usize = 60;
const SIGHT: Purpose = Purpose(0x0108);

/// What a table of references holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reference {
    /// Names of the mechanisms.
    pub mechanisms: Vec<String>,
    /// Names of the columns: `outcome, arm`; those of one outcome stand together, its reference arm first.
    pub columns: Vec<String>,
    /// Columns of one outcome.
    pub n_arms: usize,
    /// Per column: standard deviation of ln between animals.
    pub spreads: Vec<f64>,
    /// Per mechanism and draw: ln of every column.
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
    /// All cases.
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

    /// Share of cases in which the truth, or that it cannot be told, was the answer.
    pub fn not_wrong(&self) -> Share {
        Share::of(self.right + self.cannot_tell, self.n())
    }
}

/// Two mechanisms, the first of which is true.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pair {
    /// The true one and its rival.
    pub mechanisms: (usize, usize),
    /// With the larger number of animals.
    pub with_more: Found,
    /// Cases that the larger number tells apart, seen with the smaller one.
    pub told_by_more: Found,
}

impl Reference {
    /// How often each mechanism is found among all, with so many animals per arm.
    pub fn recover(&self, animals: u32) -> Vec<Found> {
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let sights = self.sights(&all, animals);
        let of = |truth: &usize| {
            let answers: Vec<Option<usize>> = (0..self.rows[*truth].len())
                .into_par_iter()
                .map(|draw| self.named(&sights, *truth, draw, animals))
                .collect();
            let mut found = Found::default();
            answers.into_iter().for_each(|named| found.add(named.map(|named| named == *truth)));
            found
        };
        all.iter().map(of).collect()
    }

    /// Every ordered pair alone: which cases `more` animals tell apart, and how those fare with `fewer`.
    pub fn pairs(&self, fewer: u32, more: u32) -> Vec<Pair> {
        let n = self.rows.len();
        let ordered: Vec<(usize, usize)> = (0..n)
            .flat_map(|truth| (0..n).filter(move |rival| *rival != truth).map(move |rival| (truth, rival)))
            .collect();
        ordered.par_iter().map(|pair| self.pair(*pair, fewer, more)).collect()
    }

    fn pair(&self, (truth, rival): (usize, usize), fewer: u32, more: u32) -> Pair {
        let both = [truth, rival];
        let (few, many) = (self.sights(&both, fewer), self.sights(&both, more));
        let mut pair = Pair { mechanisms: (truth, rival), ..Pair::default() };
        for draw in 0..self.rows[truth].len() {
            let right = |sights: &[Sight], animals| {
                self.named(sights, truth, draw, animals).map(|named| named == truth)
            };
            let told = right(&many, more);
            pair.with_more.add(told);
            if told == Some(true) {
                pair.told_by_more.add(right(&few, fewer));
            }
        }
        pair
    }

    /// The mechanism that a case is put down to.
    fn named(&self, sights: &[Sight], truth: usize, draw: usize, animals: u32) -> Option<usize> {
        let case = self.sight(truth, draw, animals, SIGHTS);
        let mut near: Vec<(f64, usize)> = sights
            .iter()
            .filter(|sight| sight.draw != draw)
            .map(|sight| (distance(&case.at, &sight.at), sight.mechanism))
            .collect();
        if near.is_empty() {
            return None;
        }
        let k = NEAREST.min(near.len());
        near.select_nth_unstable_by(k - 1, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let votes = |mechanism: usize| near[..k].iter().filter(|(_, of)| *of == mechanism).count();
        (0..self.rows.len()).find(|mechanism| votes(*mechanism) as f64 >= SURE * k as f64)
    }

    fn sights(&self, mechanisms: &[usize], animals: u32) -> Vec<Sight> {
        let mut sights = Vec::new();
        for mechanism in mechanisms {
            for draw in 0..self.rows[*mechanism].len() {
                sights.extend((0..SIGHTS).map(|nth| self.sight(*mechanism, draw, animals, nth)));
            }
        }
        sights
    }

    /// A row as so many animals per arm show it: ratios to the first arm in units of their error.
    fn sight(&self, mechanism: usize, draw: usize, animals: u32, nth: u32) -> Sight {
        let seed = vesicle_base::random::mix_seed(&[0x7369_6768, u64::from(animals), mechanism as u64]);
        let mut draws = Rng::new(seed).at(SIGHT, draw as u64, nth);
        let share = 1.0 / f64::from(animals.max(1)).sqrt();
        let row = &self.rows[mechanism][draw];
        let seen: Vec<f64> = row
            .iter()
            .zip(&self.spreads)
            .map(|(ln, spread)| {
                let z = math::normal_quantile(draws.uniform_positive().min(1.0 - 1e-12));
                ln + spread * share * z
            })
            .collect();
        let mut at = Vec::with_capacity(seen.len());
        for (arms, spreads) in seen.chunks(self.n_arms.max(1)).zip(self.spreads.chunks(self.n_arms.max(1))) {
            let ratios = arms.iter().zip(spreads).skip(1);
            at.extend(ratios.map(|(ln, spread)| {
                let error = (spread * share * core::f64::consts::SQRT_2).max(1e-6);
                asinh((ln - arms[0]) / error)
            }));
        }
        Sight { mechanism, draw, at }
    }
}

/// A row as it was seen once.
struct Sight {
    mechanism: usize,
    draw: usize,
    at: Vec<f64>,
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

    /// Mechanisms that move arm 1 by so much in every draw, beside a nuisance that moves all arms.
    fn reference(effects: &[f64]) -> Reference {
        let row = |effect: f64, draw: u32| {
            let nuisance = 0.3 * f64::from(draw % 10);
            vec![nuisance, nuisance + effect * (1.0 + 0.01 * f64::from(draw))]
        };
        Reference {
            mechanisms: effects.iter().map(ToString::to_string).collect(),
            columns: vec!["x, a".into(), "x, b".into()],
            n_arms: 2,
            spreads: vec![0.2, 0.2],
            rows: effects.iter().map(|e| (0..100).map(|draw| row(*e, draw)).collect()).collect(),
        }
    }

    #[test]
    fn what_differs_is_found_and_what_does_not_cannot_be_told() {
        let found = reference(&[0.0, 3.0]).recover(4);
        assert!(found.iter().all(|f| f.right >= 99), "{found:?}");
        let found = reference(&[1.0, 1.0]).recover(4);
        assert!(found.iter().all(|f| f.right + f.wrong <= 5), "{found:?}");
        assert_eq!(found[0].n(), 100);
    }

    #[test]
    fn more_animals_tell_more() {
        let pairs = reference(&[0.0, 0.5]).pairs(4, 12);
        for pair in pairs {
            assert!(pair.with_more.right > pair.told_by_more.right.min(pair.with_more.n()), "{pair:?}");
            assert_eq!(pair.told_by_more.n(), pair.with_more.right);
        }
    }
}
