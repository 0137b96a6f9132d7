//! Which mimics, loaded into aged vesicles, move their effect to that of young ones, at what dose and at what cost.
//!
//! Effects are repressions of programs (as in [`crate::effect`]); distance is the root of the mean square difference over
//! programs. A mix is a set of mimics with equal shares of a total dose, as the simulator loads them. Three costs are
//! weighed: distance, off-target repression (log2, summed over expressed genes outside the programs, beyond what the
//! aged vesicles do), and dose. A mimic only adds: what the aged vesicles carry too much of cannot be mended. "None" is
//! an answer: it is given unless a mix beats the scrambled control, which carries the same dose without a target.

mod front;
mod world;

pub use front::{Point, front, recommended};
pub use world::{Effects, Gains, World};

use rayon::prelude::*;
use vesicle_base::random::{Purpose, Rng};

const DONORS: Purpose = Purpose(0x7E03);
const EVIDENCE: Purpose = Purpose(0x7E04);
const LABELS: Purpose = Purpose(0x7E05);

/// Copies of each family that reach a receiver's cytosol, one row a donor.
pub type Donors = Vec<Vec<f64>>;

/// What to design.
#[derive(Clone, Debug)]
pub struct Request {
    /// What programs and other genes feel of each family.
    pub gains: Gains,
    /// How copies act in the receiver.
    pub effects: Effects,
    /// Donors of aged vesicles.
    pub aged: Donors,
    /// Donors of young vesicles.
    pub young: Donors,
    /// Families that may be loaded.
    pub candidates: Vec<usize>,
    /// Most mimic copies, all together, that loading can bring to a receiver's cytosol.
    pub limit_copies: f64,
    /// Most mimics in a mix.
    pub most: usize,
    /// Bootstrap samples of donors and evidence, and permutations of labels.
    pub samples: u32,
    /// Seed of both.
    pub seed: u64,
}

/// Why no mix is recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Aged and young vesicles have the same effect.
    Equal,
    /// Nothing can be loaded.
    NoLoading,
    /// No candidate reaches a program.
    NoReach,
    /// No mix comes nearer than the scrambled control: the receiver is full, or the aged carry too much.
    NoBetter,
    /// Donors of one age differ as much as donors of the two.
    NotToldApart,
    /// The gain is not above 0 in 95 of 100 bootstrap samples.
    Uncertain,
}

/// The design.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// Distance of aged from young, which is that of the scrambled control.
    pub distance: f64,
    /// Share of labellings of donors with a distance as large; 1 where there is one donor.
    pub labels_p: f64,
    /// The Pareto front, by distance.
    pub front: Vec<Point>,
    /// The mix, or why there is none.
    pub mix: Result<Mix, Why>,
}

/// A recommended mix.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    /// Mimics, dose and costs.
    pub point: Point,
    /// Share of the way from aged to young: estimate, and 5 and 95 of 100 bootstrap samples.
    pub gain: (f64, f64, f64),
    /// Of each mimic: share of the gain that is lost without it, the rest at their doses.
    pub lost_without: Vec<f64>,
    /// Of each mimic: share of bootstrap samples whose own best mix holds it.
    pub support: Vec<f64>,
}

/// Designs a mix.
///
/// # Panics
/// When rows and gains do not name equally many families.
pub fn design(request: &Request) -> Design {
    let n = request.gains.off_target.len();
    let whole = |donors: &Donors| donors.iter().all(|row| row.len() == n);
    assert!(whole(&request.aged) && whole(&request.young), "every donor names every family");
    let world = World::new(
        &request.gains,
        request.effects.clone(),
        &mean(&request.aged, n),
        &mean(&request.young, n),
    );
    let distance = world.distance(&[], 0.0);
    let points = front(&world, &request.candidates, request.limit_copies, request.most);
    let labels_p = labels(request, n, distance);
    let mix = chosen(request, &world, distance, labels_p, &points);
    Design { distance, labels_p, front: points, mix }
}

fn chosen(
    request: &Request,
    world: &World,
    distance: f64,
    labels_p: f64,
    points: &[Point],
) -> Result<Mix, Why> {
    if distance <= 1e-12 {
        return Err(Why::Equal);
    }
    if request.limit_copies <= 0.0 || request.most == 0 {
        return Err(Why::NoLoading);
    }
    if !request.candidates.iter().any(|f| world.reaches(*f)) {
        return Err(Why::NoReach);
    }
    let Some(point) = recommended(points, distance) else { return Err(Why::NoBetter) };
    if labels_p > f64::max(0.05, least_p(request.aged.len(), request.young.len())) {
        return Err(Why::NotToldApart);
    }
    let (gains, support) = bootstrap(request, &point);
    let at = |share: f64| gains.get(((gains.len() - 1) as f64 * share) as usize).copied().unwrap_or(0.0);
    let gain = (1.0 - point.distance / distance, at(0.05), at(0.95));
    if gain.1 <= 0.0 {
        return Err(Why::Uncertain);
    }
    let each = point.copies / point.families.len() as f64;
    let without = |left: &usize| {
        let rest: Vec<usize> = point.families.iter().copied().filter(|f| f != left).collect();
        let lost = world.distance(&rest, each * rest.len() as f64) - point.distance;
        lost / (distance - point.distance)
    };
    let lost_without = point.families.iter().map(without).collect();
    Ok(Mix { point, gain, lost_without, support })
}

/// Mean over donors.
fn mean(donors: &[Vec<f64>], n: usize) -> Vec<f64> {
    let count = donors.len().max(1) as f64;
    (0..n).map(|f| donors.iter().map(|row| row[f]).sum::<f64>() / count).collect()
}

/// Gain of a mix in each bootstrap sample, ascending, and how often the sample's own best mix holds each mimic.
fn bootstrap(request: &Request, point: &Point) -> (Vec<f64>, Vec<f64>) {
    let n = request.gains.off_target.len();
    let rng = Rng::new(request.seed);
    let sample = |k: u32| {
        let mut d = rng.at(DONORS, u64::from(k), 0);
        let mut again = |donors: &Donors| -> Donors {
            let pick = |_| ((u64::from(d.bits()) * donors.len() as u64) >> 32) as usize;
            (0..donors.len()).map(pick).map(|i| donors[i].clone()).collect()
        };
        let (aged, young) = (mean(&again(&request.aged), n), mean(&again(&request.young), n));
        let mut e = rng.at(EVIDENCE, u64::from(k), 0);
        let gains = request.gains.reweighed(|| e.exponential());
        let world = World::new(&gains, request.effects.clone(), &aged, &young);
        let distance = world.distance(&[], 0.0);
        let gain =
            if distance > 0.0 { 1.0 - world.distance(&point.families, point.copies) / distance } else { 0.0 };
        let own = front(&world, &request.candidates, request.limit_copies, request.most);
        let best = recommended(&own, distance).map_or_else(Vec::new, |p| p.families);
        (gain, point.families.iter().map(|f| best.contains(f)).collect::<Vec<bool>>())
    };
    let all: Vec<(f64, Vec<bool>)> = (0..request.samples).into_par_iter().map(sample).collect();
    let mut gains: Vec<f64> = all.iter().map(|(gain, _)| *gain).collect();
    gains.sort_by(f64::total_cmp);
    let share =
        |i: usize| all.iter().filter(|(_, held)| held[i]).count() as f64 / f64::from(request.samples.max(1));
    (gains, (0..point.families.len()).map(share).collect())
}

/// Share of random labellings of the donors with a distance at least that seen.
fn labels(request: &Request, n: usize, distance: f64) -> f64 {
    let all: Vec<&Vec<f64>> = request.aged.iter().chain(&request.young).collect();
    let k = request.aged.len();
    if k == 0 || all.len() < 3 || k == all.len() {
        return 1.0;
    }
    let rng = Rng::new(request.seed);
    let as_far = |i: &u32| {
        let mut order: Vec<usize> = (0..all.len()).collect();
        let mut d = rng.at(LABELS, u64::from(*i), 0);
        for i in (1..order.len()).rev() {
            order.swap(i, ((u64::from(d.bits()) * (i as u64 + 1)) >> 32) as usize);
        }
        let side = |list: &[usize]| mean(&list.iter().map(|&i| all[i].clone()).collect::<Donors>(), n);
        let world =
            World::new(&request.gains, request.effects.clone(), &side(&order[..k]), &side(&order[k..]));
        world.distance(&[], 0.0) >= distance * (1.0 - 1e-9)
    };
    let above = (0..request.samples).into_par_iter().filter(as_far).count();
    (above + 1) as f64 / f64::from(request.samples + 1)
}

/// About the smallest share that labels can give, with room for the noise of drawing them: few donors cannot tell.
fn least_p(a: usize, b: usize) -> f64 {
    let (mut ways, n) = (1.0, a + b);
    for i in 0..a {
        ways *= (n - i) as f64 / (i + 1) as f64;
    }
    let least = if a == b { 2.0 / ways } else { 1.0 / ways };
    if a < 2 || b < 2 { 1.0 } else { 1.3 * least }
}

#[cfg(test)]
mod tests;
