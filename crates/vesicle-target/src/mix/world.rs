//! One state of knowledge: what each family does to programs and other genes, and what aged and young vesicles carry.

use tissue_vesicles::response::{activity, repression};

/// What programs and other genes feel of families at full occupancy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gains {
    /// For each program the pairs (family, weighted fall of log2 expression), one entry a gene.
    pub programs: Vec<Vec<(usize, f64)>>,
    /// For each family the falls of the expressed genes outside the programs.
    pub off_target: Vec<Vec<f64>>,
}

impl Gains {
    /// The same pairs with random weights of mean 1: a Bayesian bootstrap of the evidence (Rubin 1981, doi
    /// 10.1214/aos/1176345338).
    #[must_use]
    pub fn reweighed(&self, mut weight: impl FnMut() -> f64) -> Self {
        let mut out = self.clone();
        out.programs.iter_mut().flatten().for_each(|(_, fall)| *fall *= weight());
        out.off_target.iter_mut().flatten().for_each(|fall| *fall *= weight());
        out
    }
}

/// How copies act in the receiver, per family.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// Own copies per cell.
    pub own: Vec<f64>,
    /// Competing sites per cell.
    pub pool: f64,
    /// Free copies at half occupancy.
    pub threshold_copies: f64,
    /// Hill power.
    pub hill: f64,
}

/// One state of knowledge.
#[derive(Clone, Debug)]
pub struct World {
    effects: Effects,
    aged: Vec<f64>,
    /// Weighted fall of each program for each family: programs by families.
    gains: Vec<Vec<f64>>,
    off_target: Vec<f64>,
    /// Rise of occupancy by aged vesicles alone.
    rise: Vec<f64>,
    young: Vec<f64>,
}

impl World {
    /// Compiles it: mean copies per cell of each family that aged and young vesicles bring.
    pub fn new(gains: &Gains, effects: Effects, aged: &[f64], young: &[f64]) -> Self {
        let n = aged.len();
        let summed = |program: &Vec<(usize, f64)>| {
            let mut row = vec![0.0; n];
            program.iter().for_each(|(family, fall)| row[*family] += fall);
            row
        };
        let mut out = Self {
            effects,
            aged: aged.to_vec(),
            gains: gains.programs.iter().map(summed).collect(),
            off_target: gains
                .off_target
                .iter()
                .map(|falls| falls.iter().fold(0.0, |sum, fall| sum + fall))
                .collect(),
            rise: Vec::new(),
            young: Vec::new(),
        };
        out.rise = (0..n).map(|f| out.occupied(f, aged[f])).collect();
        let rise: Vec<f64> = (0..n).map(|f| out.occupied(f, young[f])).collect();
        out.young = out.gains.iter().map(|row| repressed(row, &rise)).collect();
        out
    }

    fn occupied(&self, family: usize, copies: f64) -> f64 {
        let e = &self.effects;
        activity(copies, e.own[family], e.pool, e.threshold_copies, e.hill)
    }

    /// Whether a family does anything to a program.
    pub fn reaches(&self, family: usize) -> bool {
        self.gains.iter().any(|row| row[family] != 0.0)
    }

    /// Distance from young when these mimics share so many copies; without a mimic, that of the aged vesicles.
    pub fn distance(&self, families: &[usize], copies: f64) -> f64 {
        let rise = self.with(families, copies);
        let square = |(row, young): (&Vec<f64>, &f64)| {
            let miss = repressed(row, &rise) - young;
            miss * miss
        };
        let sum: f64 = self.gains.iter().zip(&self.young).map(square).sum();
        (sum / self.gains.len().max(1) as f64).sqrt()
    }

    /// Off-target repression beyond that of the aged vesicles, log2 summed over genes.
    pub fn off_target(&self, families: &[usize], copies: f64) -> f64 {
        let rise = self.with(families, copies);
        let of_family = |&f: &usize| (rise[f] - self.rise[f]) * self.off_target[f];
        // From 0 on: the sum of nothing is -0.
        families.iter().map(of_family).fold(0.0, |sum, fall| sum + fall)
    }

    fn with(&self, families: &[usize], copies: f64) -> Vec<f64> {
        let mut rise = self.rise.clone();
        let each = copies / families.len().max(1) as f64;
        families.iter().for_each(|&f| rise[f] = self.occupied(f, self.aged[f] + each));
        rise
    }
}

fn repressed(row: &[f64], rise: &[f64]) -> f64 {
    repression(0.0 - row.iter().zip(rise).map(|(fall, rise)| fall * rise).sum::<f64>())
}
