//! Explanations and arms that the twin cannot part at all, and support under other priors.

use super::severity::Worlds;
use super::{Course, Screen};
use crate::evidence::{Status, Tests, together};
use crate::statistics::reweight::{self, Reweighted};

/// Largest difference of a natural logarithm that is round-off.
const SAME: f64 = 1e-9;
/// Widths of the priors that support is told for.
pub const WIDTHS: [f64; 3] = [0.8, 1.0, 1.2];

/// Pairs of mechanisms that no arm, world or time tells apart in any outcome: their places among `worlds`.
pub fn same_mechanisms(worlds: &[Worlds]) -> Vec<(usize, usize)> {
    pairs(worlds.len()).filter(|(a, b)| all_alike(&worlds[*a], &worlds[*b])).collect()
}

fn all_alike(a: &Worlds, b: &Worlds) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.iter().zip(b).all(|(a, b)| alike(a, b)))
}

/// Pairs of arms that no mechanism, world or time tells apart in any outcome: their indices in the file.
pub fn same_arms(worlds: &[Worlds]) -> Vec<(usize, usize)> {
    let Some(first) = worlds.first().and_then(|worlds| worlds.first()) else { return Vec::new() };
    let everywhere =
        |(a, b): &(usize, usize)| worlds.iter().flatten().all(|arms| alike(&arms[*a], &arms[*b]));
    let index = |(a, b): (usize, usize)| (first[a].arm, first[b].arm);
    pairs(first.len()).filter(everywhere).map(index).collect()
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (a + 1..n).map(move |b| (a, b)))
}

/// Whether two courses are the same but for round-off.
pub(super) fn alike(a: &Course, b: &Course) -> bool {
    let same = |a: &Option<f64>, b: &Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= SAME * a.abs().max(b.abs()),
        (None, None) => true,
        _ => false,
    };
    let same_way = |a: &f64, b: &f64| (a - b).abs() <= SAME * a.abs().max(b.abs());
    a.frames.len() == b.frames.len()
        && a.frames.iter().zip(&b.frames).all(|(a, b)| {
            a.values.iter().zip(&b.values).all(|(a, b)| same(a, b))
                && a.ways_um.iter().zip(&b.ways_um).all(|(a, b)| same_way(a, b))
        })
}

/// A mechanism's worlds in the twin under priors of one width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ByPrior {
    /// Width of every assumed number's prior over that in the file.
    pub width: f64,
    /// Share of the worlds in which every test that the twin can evaluate holds.
    pub satisfies: Reweighted,
    /// Share of those in which some test fails.
    pub fails: Reweighted,
    /// Tests that the twin can evaluate.
    pub n_tests: usize,
}

/// How a mechanism's worlds satisfy the tests under priors of each of [`WIDTHS`], where every assumed number's prior is
/// narrowed or widened at once; nothing where the twin can evaluate no test.
pub fn support(screen: &Screen<'_>, tests: &Tests, verdicts: &[Vec<Status>]) -> Vec<ByPrior> {
    let is_read = |claim: &usize| verdicts.iter().any(|world| world[*claim] != Status::NotEvaluated);
    let tests: Vec<usize> = tests.counted().filter(is_read).collect();
    if tests.is_empty() {
        return Vec::new();
    }
    let all: Vec<Status> =
        verdicts.iter().map(|world| together(tests.iter().map(|claim| world[*claim]))).collect();
    let worlds = |wanted: Status| all.iter().map(|status| *status == wanted).collect::<Vec<bool>>();
    let (satisfied, failed) = (worlds(Status::Holds), worlds(Status::Fails));
    let assumed: Vec<u64> =
        screen.assumed().iter().filter(|input| input.is_assumed).map(|input| input.key).collect();
    let reweighted = |width: f64| {
        let ln_weights: Vec<f64> = (1..=verdicts.len() as u32)
            .map(|draw| reweight::ln_weight(assumed.iter().map(|key| screen.probability(*key, draw)), width))
            .collect();
        let satisfies = reweight::share(&ln_weights, &satisfied)?;
        let fails = reweight::share(&ln_weights, &failed)?;
        Some(ByPrior { width, satisfies, fails, n_tests: tests.len() })
    };
    WIDTHS.into_iter().filter_map(reweighted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::world_of as world;

    #[test]
    fn what_cannot_differ_is_found() {
        let worlds: Worlds = (1..20).map(|k| world([1.0, f64::from(k), f64::from(k)])).collect();
        let other: Worlds = (1..20).map(|k| world([1.0, f64::from(k), f64::from(k + 1)])).collect();
        assert_eq!(same_arms(std::slice::from_ref(&worlds)), [(1, 2)]);
        assert_eq!(same_arms(&[worlds.clone(), other.clone()]), []);
        assert_eq!(same_mechanisms(&[worlds.clone(), other, worlds]), [(0, 2)]);
    }
}
