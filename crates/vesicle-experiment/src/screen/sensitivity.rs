//! Which assumption carries how much of an outcome's variance, in the twin.
//!
//! The number looked at is ln of an outcome in the first arm that gives something over that of the reference, at the
//! end; where that does not vary, ln of the outcome in the reference. Every number with a prior is an input, and all
//! abundances that are drawn from their posterior are one more. The animals' own spread is the noise.

use super::world::Lens;
use super::{Course, Known, Screen};
use crate::statistics::variance::{Design, Portion, Portions, portions};
use crate::template::Assumed;
use rayon::prelude::*;
use vesicle_base::{Problem, Purpose, Rng};

/// Points of each sample of a design.
pub const POINTS: u32 = 128;
const POINT: Purpose = Purpose(0x0106);
/// What the input of all posterior abundances is called.
pub const POSTERIOR: &str = "abundances that are not quantified";

/// What an assumption carries of one number's variance.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// What it is, in words.
    pub words: String,
    /// Its value with unit and prior, as written; empty for what has none.
    pub said: String,
    /// Where it was said; empty for what has no one place.
    pub path: String,
    /// First-order share.
    pub first: Portion,
    /// Total share.
    pub total: Portion,
}

/// The shares of one number's variance.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// Index of the outcome.
    pub outcome: usize,
    /// Index of the arm that is set against the reference; `None` where the reference stands alone.
    pub arm: Option<usize>,
    /// Per input, in order of falling total.
    pub inputs: Vec<Input>,
    /// Share of the spread between animals.
    pub noise: f64,
    /// Variance without that spread, of the natural logarithm.
    pub variance: f64,
    /// R² of the surrogate through which the outcome is read; `None` where the twin expresses it.
    pub r_squared: Option<f64>,
}

/// The shares for every outcome that can be screened; `screen` holds the reference and the other arm, in that order.
///
/// # Errors
/// Where a point cannot be lowered or contradicts itself.
pub fn sensitivities(
    screen: &Screen<'_>,
    lens: &Lens,
    points: u32,
) -> Result<Vec<Sensitivity>, Vec<Problem>> {
    let inputs = screen.assumed();
    let runs = Runs { keys: inputs.iter().map(|input| input.key).collect(), points };
    let courses = runs.courses(screen)?;
    let n_outcomes = screen.experiment().outcomes.len();
    let of = |outcome: usize| {
        let against = |courses: &Vec<Course>| {
            let [reference, arm] = [courses.first()?, courses.get(1)?].map(Course::last);
            Some(lens.ln_value(outcome, arm?)? - lens.ln_value(outcome, reference?)?)
        };
        let alone = |courses: &Vec<Course>| lens.ln_value(outcome, courses.first()?.last()?);
        let spread = lens.spreads.get(outcome).copied().unwrap_or(0.0);
        let arm = courses.first().and_then(|world| world.get(1)).map(|course| course.arm);
        let shares = |value: &dyn Fn(&Vec<Course>) -> Option<f64>, noise: f64| {
            let values: Vec<f64> = courses.iter().map(value).collect::<Option<_>>()?;
            with_noise(portions(&runs.design(&values))?, noise)
        };
        let (arm, found) = match shares(&against, 2.0 * spread * spread) {
            Some(found) => (arm, Some(found)),
            None => (None, shares(&alone, spread * spread)),
        };
        let r_squared = lens.r_squared(outcome);
        found.map(|found| told(outcome, arm, &inputs, &found, r_squared))
    };
    Ok((0..n_outcomes).filter_map(of).collect())
}

/// All points of a design: A, B, and A with each input from B.
struct Runs {
    keys: Vec<u64>,
    points: u32,
}

impl Runs {
    /// Points of A, of B, then of each input.
    fn courses(&self, screen: &Screen<'_>) -> Result<Vec<Vec<Course>>, Vec<Problem>> {
        let n_inputs = self.keys.len() as u32 + 1;
        let rng = Rng::new(0x0073_616c_7465);
        let at = |key: u64, sample: u32, point: u32| {
            rng.at(POINT, key, 2 * point + sample).uniform_positive().min(1.0 - 1e-12)
        };
        let one = |screen: &mut Screen<'_>, block: u32, point: u32, known: &mut Vec<Known>| {
            let from_b = |input: usize| block == 1 || block == input as u32 + 2;
            let probability = |key: u64| {
                let input = self.keys.iter().position(|known| *known == key)?;
                Some(at(key, u32::from(from_b(input)), point))
            };
            let posterior = 1 + 2 * point + u32::from(from_b(self.keys.len()));
            screen.at(probability, posterior, known)
        };
        let of_point = |screen: &mut Screen<'_>, point: u32| -> Result<Vec<Vec<Course>>, Vec<Problem>> {
            // An input that an arm does not read leaves it as it was in A.
            let mut known = Vec::new();
            let a = one(screen, 0, point, &mut known)?;
            let n_known = known.len();
            let others = (1..n_inputs + 2).map(|block| {
                known.truncate(n_known);
                one(screen, block, point, &mut known)
            });
            std::iter::once(Ok(a)).chain(others).collect()
        };
        let points: Vec<Vec<Vec<Course>>> =
            (0..self.points).into_par_iter().map_with(screen.clone(), of_point).collect::<Result<_, _>>()?;
        let block = |block: usize| points.iter().map(move |point| point[block].clone());
        Ok((0..n_inputs as usize + 2).flat_map(block).collect())
    }

    fn design(&self, values: &[f64]) -> Design {
        let mut blocks = values.chunks(self.points as usize).map(<[f64]>::to_vec);
        Design {
            a: blocks.next().unwrap_or_default(),
            b: blocks.next().unwrap_or_default(),
            ab: blocks.collect(),
            noise_variance: 0.0,
        }
    }
}

/// The shares when every animal adds its own variance; the twin itself has none.
fn with_noise(mut shares: Portions, noise_variance: f64) -> Option<Portions> {
    // Round-off between two runs of the same numbers is no variance.
    if shares.variance < 1e-20 {
        return None;
    }
    let kept = shares.variance / (shares.variance + noise_variance);
    let scale = |p: &mut Portion| {
        *p = Portion { value: p.value * kept, low: p.low * kept, high: p.high * kept };
    };
    shares.first.iter_mut().chain(&mut shares.total).for_each(scale);
    shares.noise = 1.0 - kept;
    Some(shares)
}

fn told(
    outcome: usize,
    arm: Option<usize>,
    assumed: &[Assumed],
    found: &Portions,
    r_squared: Option<f64>,
) -> Sensitivity {
    let input = |(at, (first, total)): (usize, (&Portion, &Portion))| {
        let (words, said, path) = assumed.get(at).map_or_else(
            || (POSTERIOR.to_owned(), String::new(), String::new()),
            |input| (input.words.clone(), input.said.clone(), input.origin.to_string()),
        );
        Input { words, said, path, first: *first, total: *total }
    };
    let mut inputs: Vec<Input> = found.first.iter().zip(&found.total).enumerate().map(input).collect();
    inputs.sort_by(|a, b| b.total.value.total_cmp(&a.total.value));
    Sensitivity { outcome, arm, inputs, noise: found.noise, variance: found.variance, r_squared }
}
