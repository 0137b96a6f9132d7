//! Strata of assayed families within which null sets are drawn: number of targets, and one or several members assayed.

use super::AssayedFamily;
use vesicle_base::Draws;
use vesicle_base::math::{exp, ln_gamma};

/// Fewest distinct null sets under which a p is called coarse.
pub const COARSE: f64 = 1000.0;
/// Distinct null sets that are wanted before strata are made finer.
const ENOUGH: f64 = 10_000.0;
/// Most and fewest strata of number of targets.
const FINEST: usize = 10;
const COARSEST: usize = 4;
/// A stratum split by members keeps at least so many families on either side.
const LEAST: usize = 5;

/// Families alike in number of targets and in members assayed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stratum {
    /// Indices of its families, ascending in number of targets.
    pub families: Vec<usize>,
    /// How many of them were selected, and are drawn.
    pub selected: usize,
}

/// How null sets are matched to the selection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matching {
    /// The strata.
    pub strata: Vec<Stratum>,
    /// Number of distinct matched sets; infinite when it does not fit a number.
    pub distinct: f64,
    /// Assayed families without a target in the universe.
    pub without_targets: usize,
    /// Selected families without one, which say nothing.
    pub selected_without_targets: usize,
    /// Targets of selected families, mean, and expected of a null set.
    pub mean_targets: (f64, f64),
}

impl Matching {
    /// Chooses the finest strata that leave 10,000 distinct sets, and four where none does.
    pub fn of(families: &[AssayedFamily], selected: &[usize]) -> Self {
        let with: Vec<usize> = (0..families.len()).filter(|f| !families[*f].targets.is_empty()).collect();
        let mut is_selected = vec![false; families.len()];
        selected.iter().for_each(|f| is_selected[*f] = true);
        let wanted = |n: usize| {
            let strata = strata(families, &with, &is_selected, n);
            let distinct = distinct(&strata);
            (strata, distinct)
        };
        let finest = (COARSEST..=FINEST).rev().map(wanted).find(|(_, distinct)| *distinct >= ENOUGH);
        let (strata, distinct) = finest.unwrap_or_else(|| wanted(COARSEST));
        let selected_without = selected.iter().filter(|f| families[**f].targets.is_empty()).count();
        let mut out = Self {
            strata,
            distinct,
            without_targets: families.len() - with.len(),
            selected_without_targets: selected_without,
            mean_targets: (0.0, 0.0),
        };
        out.mean_targets = out.balance(families, &is_selected);
        out
    }

    /// Whether so few sets are matched that p values come in coarse steps.
    pub fn is_coarse(&self) -> bool {
        self.distinct < COARSE
    }

    /// Families drawn in all.
    pub fn n_drawn(&self) -> usize {
        self.strata.iter().map(|s| s.selected).sum()
    }

    /// Draws one set: from each stratum as many families as were selected, without replacement. `order` holds the
    /// families of each stratum in any order, and is shuffled.
    pub(super) fn draw(&self, order: &mut [Vec<usize>], draws: &mut Draws, mut each: impl FnMut(usize)) {
        for (stratum, order) in self.strata.iter().zip(order) {
            let n = order.len();
            for i in 0..stratum.selected {
                let left = (n - i) as u64;
                let j = i + ((u64::from(draws.bits()) * left) >> 32) as usize;
                order.swap(i, j);
                each(order[i]);
            }
        }
    }

    fn balance(&self, families: &[AssayedFamily], is_selected: &[bool]) -> (f64, f64) {
        let targets = |f: &usize| families[*f].targets.len() as f64;
        let (mut seen, mut expected) = (0.0, 0.0);
        for s in &self.strata {
            seen += s.families.iter().filter(|f| is_selected[**f]).map(targets).sum::<f64>();
            let mean = s.families.iter().map(targets).sum::<f64>() / s.families.len().max(1) as f64;
            expected += mean * s.selected as f64;
        }
        let n = self.n_drawn().max(1) as f64;
        (seen / n, expected / n)
    }
}

fn strata(families: &[AssayedFamily], with: &[usize], is_selected: &[bool], n: usize) -> Vec<Stratum> {
    let mut ordered = with.to_vec();
    ordered.sort_by_key(|f| (families[*f].targets.len(), *f));
    let size = ordered.len().div_ceil(n).max(1);
    let stratum = |list: Vec<usize>| {
        let selected = list.iter().filter(|f| is_selected[**f]).count();
        Stratum { families: list, selected }
    };
    let mut out = Vec::new();
    for slice in ordered.chunks(size) {
        let (several, one): (Vec<usize>, Vec<usize>) = slice.iter().partition(|f| families[**f].members > 1);
        if several.len() >= LEAST && one.len() >= LEAST {
            out.push(stratum(one));
            out.push(stratum(several));
        } else {
            out.push(stratum(slice.to_vec()));
        }
    }
    out
}

/// Product over strata of the ways to choose as many families as were selected.
fn distinct(strata: &[Stratum]) -> f64 {
    let ln_choose = |n: usize, k: usize| {
        ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0)
    };
    let total = exp(strata.iter().map(|s| ln_choose(s.families.len(), s.selected)).sum());
    if total < 1e12 { total.round() } else { total }
}
