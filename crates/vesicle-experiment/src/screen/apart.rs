//! Explanations and arms that the twin cannot part at all, and support under other priors.

use super::severity::Worlds;
use super::{Course, Screen};
use crate::evidence::Status;
use crate::experiment::{ClaimRole, Experiment};
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

/// Share of a mechanism's worlds that satisfy the tests (one holds at least and none fails) under priors of each of
/// [`WIDTHS`], where every assumed number's prior is narrowed or widened at once.
pub fn support(
    screen: &Screen<'_>,
    experiment: &Experiment,
    verdicts: &[Vec<Status>],
) -> Vec<(f64, Reweighted)> {
    let tests: Vec<usize> =
        (0..experiment.claims.len()).filter(|c| experiment.claims[*c].role == ClaimRole::Test).collect();
    let any = |world: &[Status], status: Status| tests.iter().any(|claim| world[*claim] == status);
    let holds: Vec<bool> =
        verdicts.iter().map(|world| any(world, Status::Holds) && !any(world, Status::Fails)).collect();
    let assumed: Vec<u64> =
        screen.assumed().iter().filter(|input| input.is_assumed).map(|input| input.key).collect();
    let reweighted = |width: f64| {
        let ln_weights: Vec<f64> = (1..=verdicts.len() as u32)
            .map(|draw| reweight::ln_weight(assumed.iter().map(|key| screen.probability(*key, draw)), width))
            .collect();
        reweight::share(&ln_weights, &holds).map(|found| (width, found))
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
