//! Every small mix of the most promising mimics at every dose of a grid, and of these the ones that no other beats in
//! distance, off-target repression and dose at once.

use super::world::World;
use vesicle_base::math::exp2;

/// Doses of the grid: halvings of the limit, by steps of half a halving.
const DOSES: usize = 25;
/// Most promising mimics that are combined.
const PROMISING: usize = 12;
/// A mix that gives up this share of the best gain for less cost is preferred.
const GIVEN_UP: f64 = 0.1;

/// A mix at a dose with its costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Families loaded, ascending; they share the dose equally.
    pub families: Vec<usize>,
    /// Mimic copies in the cytosol of a receiver, all together.
    pub copies: f64,
    /// Distance from young.
    pub distance: f64,
    /// Off-target repression, log2 summed over genes.
    pub off_target: f64,
}

impl Point {
    fn beats(&self, other: &Self) -> bool {
        self.distance <= other.distance
            && self.off_target <= other.off_target
            && self.copies <= other.copies
            && (self.distance < other.distance
                || self.off_target < other.off_target
                || self.copies < other.copies)
    }
}

/// The Pareto front of mixes that come nearer than the aged vesicles do, by distance, then dose, then families.
pub fn front(world: &World, candidates: &[usize], limit_copies: f64, most: usize) -> Vec<Point> {
    let aged = world.distance(&[], 0.0);
    if limit_copies <= 0.0 || aged <= 0.0 {
        return Vec::new();
    }
    let doses: Vec<f64> = (0..DOSES).map(|k| limit_copies * exp2(-0.5 * k as f64)).collect();
    let point = |families: &[usize], copies: f64| Point {
        families: families.to_vec(),
        copies,
        distance: world.distance(families, copies),
        off_target: world.off_target(families, copies),
    };
    let least = |f: usize| doses.iter().map(|d| world.distance(&[f], *d)).fold(f64::INFINITY, f64::min);
    let reaching = candidates.iter().copied().filter(|f| world.reaches(*f));
    let mut promising: Vec<(f64, usize)> =
        reaching.map(|f| (least(f), f)).filter(|(d, _)| *d < aged * (1.0 - 1e-9)).collect();
    promising.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    promising.dedup_by_key(|p| p.1);
    promising.truncate(PROMISING);
    let mut names: Vec<usize> = promising.into_iter().map(|(_, f)| f).collect();
    names.sort_unstable();
    let mut points = Vec::new();
    for families in subsets(&names, most) {
        points
            .extend(doses.iter().map(|d| point(&families, *d)).filter(|p| p.distance < aged * (1.0 - 1e-9)));
    }
    undominated(points)
}

/// Sets of 1 to `most` of the names, at most four.
fn subsets(names: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = Vec::new();
    let mut last: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..most.min(4) {
        let grown = last.iter().flat_map(|set| {
            let after = set.last().map_or(0, |l| names.partition_point(|n| n <= l));
            names[after..].iter().map(move |n| [set.as_slice(), &[*n]].concat())
        });
        last = grown.collect();
        all.extend(last.iter().cloned());
    }
    all
}

fn undominated(mut points: Vec<Point>) -> Vec<Point> {
    points.sort_by(|a, b| {
        let first = a.distance.total_cmp(&b.distance);
        first
            .then(a.copies.total_cmp(&b.copies))
            .then(a.off_target.total_cmp(&b.off_target))
            .then(a.families.cmp(&b.families))
    });
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if !kept.iter().any(|k| k.beats(&point)) {
            kept.push(point);
        }
    }
    kept
}

/// Of the mixes that keep nine tenths of the best gain, the one with the least off-target repression, then the least
/// dose, then the fewest mimics.
pub fn recommended(points: &[Point], aged: f64) -> Option<Point> {
    let best = points.first()?.distance;
    let enough = best + GIVEN_UP * (aged - best);
    let good = points.iter().filter(|p| p.distance <= enough);
    let found = good.min_by(|a, b| {
        let first = a.off_target.total_cmp(&b.off_target).then(a.copies.total_cmp(&b.copies));
        first.then(a.families.len().cmp(&b.families.len())).then(a.families.cmp(&b.families))
    });
    found.cloned()
}
