//! Which seed family explains what a receiver did: targets of one family that fall, or rise, together.
//!
//! Response ranks are centred within strata of genes that equally many families target, because genes with long 3′UTRs
//! answer differently whatever was delivered. For family f with predicted falls x, the statistic is the stratified
//! permutation score z = Σ x r / √(Σ_s Sxx Srr / (n_s − 1)), in the manner of van Elteren (1960). Family-wise p: share of
//! permutations of the response within strata in which the largest |z| of any family is as large (Westfall and Young
//! 1993). Genes of a receiver move together, so that targets of families that did nothing stray further than shuffled
//! genes: the scores of all families give the median and spread (1.4826 times the median absolute deviation, at least
//! one), by which each is judged: an empirical null of the other seeds (Efron 2004, doi 10.1198/016214504000000089). A
//! family that is found is taken out of the response by regression, and the rest is asked again, so that
//! families that share targets with it are not found for that alone.

use rayon::prelude::*;
use vesicle_base::math::sqrt;
use vesicle_base::random::{Purpose, Rng};
use vesicle_base::ranks::shared_ranks;

const PURPOSE: Purpose = Purpose(0x7E02);
/// Strata of genes.
const STRATA: usize = 10;
/// Level at which a family is found.
pub const LEVEL: f64 = 0.05;

/// What to explain.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Response of each gene, such as a log2 fold change; finite.
    pub response: &'a [f64],
    /// Each family's targets: gene and predicted fall above 0; genes ascending, each once.
    pub families: &'a [Vec<(u32, f64)>],
    /// Fewest targets of a family that is tested.
    pub least: usize,
    /// Permutations.
    pub permutations: u32,
    /// Most families to find one after the other.
    pub most: usize,
    /// Seed of the permutations.
    pub seed: u64,
}

/// One family.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Index of the family.
    pub family: usize,
    /// Targets among the genes.
    pub n_targets: usize,
    /// Mean response of its targets less that of the other genes.
    pub difference: f64,
    /// Score; negative when the targets fall.
    pub z: f64,
    /// The score against those of the other seeds; what the p values judge.
    pub scaled_z: f64,
    /// p over all families.
    pub family_wise_p: f64,
    /// Step in which the family was found, from 1; none when it was not.
    pub step: Option<usize>,
    /// Scaled score after the families found before were taken out; that of its own step for one that was found.
    pub conditional_z: f64,
    /// p of that over all families.
    pub conditional_p: f64,
}

/// Scores every family with enough targets, by family-wise p of the first step, then |z|, then index.
///
/// # Panics
/// When a gene of a family lies outside the response.
pub fn infer(request: &Request<'_>) -> Vec<Row> {
    let n = request.response.len();
    let inside = |f: &Vec<(u32, f64)>| f.last().is_none_or(|t| (t.0 as usize) < n);
    assert!(request.families.iter().all(inside), "targets lie among the genes");
    let tested: Vec<usize> =
        (0..request.families.len()).filter(|&f| request.families[f].len() >= request.least.max(2)).collect();
    let strata = Strata::of_families(request);
    let mut r = strata.ranks(request.response);
    let mut rows: Vec<Row> = tested.iter().map(|&f| row(request, f)).collect();
    let mut found = 0;
    for step in 0..=request.most {
        let scores: Vec<f64> = tested.iter().map(|&f| strata.z(&request.families[f], &r)).collect();
        let largest = strata.largest(request, &tested, &r, step as u32);
        // Families found before have a score of 0 by construction and would narrow the spread.
        let left: Vec<f64> =
            rows.iter().zip(&scores).filter(|(row, _)| row.step.is_none()).map(|(_, z)| *z).collect();
        let others = Others::of(&left);
        for (row, z) in rows.iter_mut().zip(&scores).filter(|(row, _)| row.step.is_none()) {
            let scaled = others.scaled(*z);
            let above = largest.iter().filter(|l| **l >= scaled.abs() * (1.0 - 1e-12)).count();
            (row.conditional_z, row.conditional_p) =
                (scaled, (above + 1) as f64 / (largest.len() + 1) as f64);
            if step == 0 {
                (row.z, row.scaled_z, row.family_wise_p) = (*z, scaled, row.conditional_p);
            }
        }
        let free = rows.iter_mut().filter(|row| row.step.is_none() && row.conditional_p <= LEVEL);
        let best = free.max_by(|a, b| {
            a.conditional_z.abs().total_cmp(&b.conditional_z.abs()).then(b.family.cmp(&a.family))
        });
        let Some(best) = best.filter(|_| step < request.most) else { break };
        found += 1;
        best.step = Some(found);
        strata.take_out(&request.families[best.family], &mut r);
    }
    Row::sort(&mut rows);
    rows
}

fn row(request: &Request<'_>, family: usize) -> Row {
    let targets = &request.families[family];
    let (n, k) = (request.response.len() as f64, targets.len() as f64);
    let all: f64 = request.response.iter().sum();
    let own: f64 = targets.iter().map(|t| request.response[t.0 as usize]).sum();
    let others = if n > k { (all - own) / (n - k) } else { f64::NAN };
    Row::of(family, targets.len(), own / k - others)
}

impl Row {
    /// A family before it is scored.
    pub(crate) fn of(family: usize, n_targets: usize, difference: f64) -> Self {
        Self {
            family,
            n_targets,
            difference,
            z: 0.0,
            scaled_z: 0.0,
            family_wise_p: 1.0,
            step: None,
            conditional_z: 0.0,
            conditional_p: 1.0,
        }
    }

    /// The found ones in their order, then by family-wise p, |z| and index.
    pub(crate) fn sort(rows: &mut [Self]) {
        rows.sort_by(|a, b| {
            let first = a.step.unwrap_or(usize::MAX).cmp(&b.step.unwrap_or(usize::MAX));
            let second = a.family_wise_p.total_cmp(&b.family_wise_p);
            first.then(second).then(b.z.abs().total_cmp(&a.z.abs())).then(a.family.cmp(&b.family))
        });
    }
}

/// Fewest families whose scores can tell how far families stray that did nothing.
const FEWEST: usize = 20;

/// Middle and spread of the scores of all families.
pub(crate) struct Others {
    middle: f64,
    spread: f64,
}

impl Others {
    pub(crate) fn of(scores: &[f64]) -> Self {
        if scores.len() < FEWEST {
            return Self { middle: 0.0, spread: 1.0 };
        }
        let middle = median(scores.to_vec());
        let spread = 1.4826 * median(scores.iter().map(|z| (z - middle).abs()).collect());
        Self { middle, spread: spread.max(1.0) }
    }

    pub(crate) fn scaled(&self, z: f64) -> f64 {
        (z - self.middle) / self.spread
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 { 0.0 } else { f64::midpoint(values[(n - 1) / 2], values[n / 2]) }
}

/// Genes that equally many families target.
pub(crate) struct Strata {
    /// Stratum of each gene.
    of: Vec<usize>,
    /// Genes of each stratum.
    genes: Vec<Vec<usize>>,
}

impl Strata {
    fn of_families(request: &Request<'_>) -> Self {
        let mut hits = vec![0_u32; request.response.len()];
        for (gene, _) in request.families.iter().flatten() {
            hits[*gene as usize] += 1;
        }
        Self::by(&hits)
    }

    /// Genes of like number.
    pub(crate) fn by(hits: &[u32]) -> Self {
        let n = hits.len();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&g| (hits[g], g));
        let size = n.div_ceil(STRATA).max(2);
        let mut of = vec![0; n];
        let mut genes: Vec<Vec<usize>> = order.chunks(size).map(<[usize]>::to_vec).collect();
        // One gene alone has no variance: it joins its neighbours.
        if genes.len() > 1 && genes.last().is_some_and(|last| last.len() == 1) {
            let last = genes.pop().unwrap_or_default();
            if let Some(list) = genes.last_mut() {
                list.extend(last);
            }
        }
        for (stratum, list) in genes.iter().enumerate() {
            list.iter().for_each(|&g| of[g] = stratum);
        }
        Self { of, genes }
    }

    /// Number of strata.
    pub(crate) fn n(&self) -> usize {
        self.genes.len()
    }

    /// Stratum of a gene.
    pub(crate) fn of(&self, gene: usize) -> usize {
        self.of[gene]
    }

    /// Ranks with ties shared, centred within strata.
    pub(crate) fn ranks(&self, response: &[f64]) -> Vec<f64> {
        let n = response.len() as f64;
        self.centred(shared_ranks(response).into_iter().map(|rank| (rank - 1.0) / n).collect())
    }

    fn centred(&self, mut values: Vec<f64>) -> Vec<f64> {
        for genes in &self.genes {
            let mean = genes.iter().map(|&g| values[g]).sum::<f64>() / genes.len().max(1) as f64;
            genes.iter().for_each(|&g| values[g] -= mean);
        }
        values
    }

    /// Variance of a response within each stratum over permutations, Srr / (n − 1).
    pub(crate) fn variance(&self, r: &[f64]) -> Vec<f64> {
        let one = |genes: &Vec<usize>| {
            let sum: f64 = genes.iter().map(|&g| r[g] * r[g]).sum();
            sum / (genes.len().max(2) - 1) as f64
        };
        self.genes.iter().map(one).collect()
    }

    /// Standard deviation of the score of a family over permutations.
    fn spread(&self, family: &[(u32, f64)], variance: &[f64]) -> f64 {
        let mut sums = vec![(0.0, 0.0); self.genes.len()];
        for (gene, x) in family {
            let sum = &mut sums[self.of[*gene as usize]];
            *sum = (sum.0 + x, sum.1 + x * x);
        }
        self.spread_of(&sums, variance)
    }

    /// The same from Σ x and Σ x² of each stratum.
    pub(crate) fn spread_of(&self, sums: &[(f64, f64)], variance: &[f64]) -> f64 {
        let stratum = |(s, (sum, square)): (usize, &(f64, f64))| {
            let n = self.genes[s].len() as f64;
            variance[s] * (square - sum * sum / n)
        };
        sqrt(sums.iter().enumerate().map(stratum).sum::<f64>().max(0.0))
    }

    fn z(&self, family: &[(u32, f64)], r: &[f64]) -> f64 {
        standardised(product(family, r), self.spread(family, &self.variance(r)))
    }

    /// Largest |z| of any family in each permutation within strata.
    fn largest(&self, request: &Request<'_>, tested: &[usize], r: &[f64], step: u32) -> Vec<f64> {
        let variance = self.variance(r);
        let spreads: Vec<f64> =
            tested.iter().map(|&f| self.spread(&request.families[f], &variance)).collect();
        let rng = Rng::new(request.seed);
        (0..request.permutations)
            .into_par_iter()
            .map(|k| {
                let mut draws = rng.at(PURPOSE, u64::from(k), step);
                let shuffled = self.shuffled(r, || draws.bits());
                let each = tested.iter().zip(&spreads);
                each.map(|(&f, &s)| standardised(product(&request.families[f], &shuffled), s).abs())
                    .fold(0.0, f64::max)
            })
            .collect()
    }

    fn shuffled(&self, r: &[f64], mut bits: impl FnMut() -> u32) -> Vec<f64> {
        let mut out = r.to_vec();
        for genes in &self.genes {
            for i in (1..genes.len()).rev() {
                let j = ((u64::from(bits()) * (i as u64 + 1)) >> 32) as usize;
                out.swap(genes[i], genes[j]);
            }
        }
        out
    }

    /// Takes the part of the response away that goes with a family.
    pub(crate) fn take_out(&self, family: &[(u32, f64)], r: &mut [f64]) {
        let mut x = vec![0.0; r.len()];
        family.iter().for_each(|(gene, fall)| x[*gene as usize] = *fall);
        let x = self.centred(x);
        let square: f64 = x.iter().map(|v| v * v).sum();
        if square > 0.0 {
            let slope = x.iter().zip(&*r).map(|(x, r)| x * r).sum::<f64>() / square;
            r.iter_mut().zip(&x).for_each(|(r, x)| *r -= slope * x);
        }
    }
}

fn product(family: &[(u32, f64)], r: &[f64]) -> f64 {
    family.iter().map(|(gene, x)| x * r[*gene as usize]).sum()
}

pub(crate) fn standardised(value: f64, spread: f64) -> f64 {
    if spread > 0.0 { value / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENES: usize = 1500;

    fn families(n: u64) -> Vec<Vec<(u32, f64)>> {
        (0..n)
            .map(|i| {
                let mut d = Rng::new(3).at(Purpose(0xFE03), i, 0);
                let mut genes: Vec<(u32, f64)> =
                    (0..60).map(|_| ((d.uniform() * GENES as f64) as u32, 0.1 + 0.3 * d.uniform())).collect();
                genes.sort_by_key(|g| g.0);
                genes.dedup_by_key(|g| g.0);
                genes
            })
            .collect()
    }

    fn noise(seed: u64) -> Vec<f64> {
        (0..GENES as u64).map(|g| Rng::new(seed).at(Purpose(0xFE04), g, 0).normal()).collect()
    }

    fn run(response: &[f64], families: &[Vec<(u32, f64)>]) -> Vec<Row> {
        infer(&Request { response, families, least: 5, permutations: 199, most: 3, seed: 1 })
    }

    #[test]
    fn the_family_that_acted_is_first_and_its_shadow_is_not_found() {
        let mut families = families(40);
        let mut response = noise(1);
        families[7].iter().for_each(|(gene, fall)| response[*gene as usize] -= 5.0 * fall);
        // a family that shares most targets with it
        families[8] = families[7].iter().copied().skip(10).collect();
        let rows = run(&response, &families);
        assert!(rows[0].family == 7 && rows[0].step == Some(1), "{:?}", rows[0]);
        assert!(rows[0].z < 0.0 && rows[0].difference < -0.5 && rows[0].family_wise_p <= 0.005);
        let shadow = rows.iter().find(|r| r.family == 8).unwrap();
        assert!(shadow.family_wise_p <= 0.05 && shadow.step.is_none(), "{shadow:?}");
    }

    #[test]
    fn a_loss_is_a_rise_and_two_causes_are_two_steps() {
        let families = families(30);
        let mut response = noise(2);
        families[3].iter().for_each(|(gene, fall)| response[*gene as usize] += 5.0 * fall);
        families[11].iter().for_each(|(gene, fall)| response[*gene as usize] -= 4.0 * fall);
        let rows = run(&response, &families);
        let found: Vec<(usize, bool)> =
            rows.iter().filter(|r| r.step.is_some()).map(|r| (r.family, r.z > 0.0)).collect();
        assert_eq!(found, [(3, true), (11, false)]);
    }

    #[test]
    fn noise_explains_nothing() {
        let families = families(40);
        let false_finds = (10..30).filter(|s| run(&noise(*s), &families)[0].step.is_some()).count();
        assert!(false_finds <= 3, "{false_finds} of 20 at 5 %");
    }

    /// Genes move in blocks: far more families stray than under shuffled genes, and none is an answer.
    #[test]
    fn genes_that_move_together_are_no_answer() {
        let mut families = families(40);
        for (i, family) in families.iter_mut().enumerate() {
            let block = |b: usize| (b % 50) as u32 * 30;
            let genes = [i, i + 17].into_iter().flat_map(|b| (0..20).map(move |g| block(b) + g));
            *family = genes.map(|g| (g, 0.2)).collect();
            family.sort_by_key(|t| t.0);
        }
        let mut astray = 0;
        let found = (0..10)
            .filter(|seed| {
                let mut response = noise(50 + seed);
                for (g, r) in response.iter_mut().enumerate() {
                    *r += 0.8 * Rng::new(*seed).at(Purpose(0xFE05), g as u64 / 30, 0).normal();
                }
                let rows = run(&response, &families);
                astray += usize::from(rows.iter().any(|r| r.z.abs() > 5.0));
                rows[0].step.is_some()
            })
            .count();
        assert!(found <= 2 && astray >= 5, "{found} found, {astray} astray of 10");
    }

    #[test]
    fn small_and_empty_inputs_say_nothing() {
        assert!(run(&[], &[]).is_empty());
        assert!(run(&[0.0; 3], &[vec![(0, 1.0)]]).is_empty());
        let flat = run(&[1.0; 20], &[(0..6).map(|g| (g, 0.2)).collect()]);
        assert!(flat[0].step.is_none() && flat[0].z == 0.0 && flat[0].family_wise_p == 1.0);
    }
}
