//! The matrix as a depot in field mode: free vesicles are bound, bound ones are set free again or are lost.
//!
//! Equation: df/dt = k_off b − (k_on + λ_f) f, db/dt = k_on f − (k_off + λ_b) b, with f and b the free and the bound of one place.
//! Discretisation: the exponential of the linear system, exact for any tick; every entry is a sum of positive terms, so
//! nothing cancels, and what is left and what is lost sum to what there was. Split from diffusion: half a tick before the
//! fields advance and half after it is second order in the tick.
//! Reference: Moler and Van Loan (2003), doi 10.1137/S00361445024180 (scaling and squaring); Stewart (1994), Numerical
//! Solution of Markov Chains, ch. 2 (uniformisation: the shift that keeps all terms positive).
//! Proved by `tests` below; single particles follow the same law in `particles::motion::Hold`.

use crate::check::LawError;
use crate::particles::Hold;
use vesicle_base::math;

/// What becomes in one tick of what is free and of what is bound at its start; each row sums to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DepotOdds {
    /// Of a free vesicle: still or again free, bound, lost while free, lost while bound.
    pub free: [f64; 4],
    /// Of a bound vesicle: the same.
    pub bound: [f64; 4],
}

/// What was lost in an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct DepotLoss {
    /// While free.
    pub free: f64,
    /// In the matrix.
    pub bound: f64,
}

impl DepotOdds {
    /// For a tick of `length_min`; `free_loss_per_min` is 0 where the field takes the free ones' loss itself.
    ///
    /// # Errors
    /// Where a number is out of its range.
    pub fn new(hold: &Hold, free_loss_per_min: f64, length_min: f64) -> Result<Self, LawError> {
        hold.check()?;
        for (what, x) in [("loss of free vesicles", free_loss_per_min), ("length of a tick", length_min)] {
            crate::check::range(x >= 0.0 && x.is_finite(), what, x, "0 or more, finite")?;
        }
        let (on, off) = (hold.bind_per_min * length_min, hold.release_per_min * length_min);
        let lost_free = free_loss_per_min * length_min;
        let lost_bound = math::rate_of_half_life(hold.half_life_min) * length_min;
        let odds = exponential([
            [-(on + lost_free), on, lost_free, 0.0],
            [off, -(off + lost_bound), 0.0, lost_bound],
            [0.0; 4],
            [0.0; 4],
        ]);
        Ok(Self { free: odds[0], bound: odds[1] })
    }

    /// Exchanges the free and the bound of one place; returns what was lost.
    pub fn exchange(&self, free: &mut f64, bound: &mut f64) -> DepotLoss {
        let of = |k: usize| *free * self.free[k] + *bound * self.bound[k];
        let [now_free, now_bound, lost_free, lost_bound] = [of(0), of(1), of(2), of(3)];
        (*free, *bound) = (now_free, now_bound);
        DepotLoss { free: lost_free, bound: lost_bound }
    }
}

/// Exponential of a generator: no entry beside the diagonal is negative and rows sum to 0.
fn exponential(generator: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    let fastest = (0..4).map(|i| -generator[i][i]).fold(0.0, f64::max);
    let mut squarings = 0;
    let mut scale = 1.0;
    while fastest * scale > 1.0 {
        scale *= 0.5;
        squarings += 1;
    }
    let shift = fastest * scale;
    let mut jump = generator.map(|row| row.map(|x| x * scale));
    (0..4).for_each(|i| jump[i][i] = (shift + jump[i][i]).max(0.0));
    let mut term = [[0.0; 4]; 4];
    (0..4).for_each(|i| term[i][i] = math::exp(-shift));
    let mut sum = term;
    for k in 1..=24 {
        term = product(&term, &jump).map(|row| row.map(|x| x / f64::from(k)));
        sum.iter_mut().flatten().zip(term.iter().flatten()).for_each(|(s, t)| *s += t);
    }
    for _ in 0..squarings {
        sum = whole(product(&sum, &sum));
    }
    whole(sum)
}

fn product(a: &[[f64; 4]; 4], b: &[[f64; 4]; 4]) -> [[f64; 4]; 4] {
    core::array::from_fn(|i| core::array::from_fn(|j| (0..4).map(|k| a[i][k] * b[k][j]).sum()))
}

/// The rows rescaled to sum to 1, which they do but for rounding.
fn whole(odds: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    odds.map(|row| {
        let sum: f64 = row.iter().sum();
        row.map(|x| x / sum)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hold(bind_per_min: f64, release_per_min: f64, half_life_min: f64) -> Hold {
        Hold { bind_per_min, release_per_min, half_life_min }
    }

    #[test]
    fn without_loss_it_relaxes_to_the_bound_share() {
        let law = hold(0.3, 0.1, f64::INFINITY);
        for t in [0.01, 1.0, 6.0, 500.0, 1e9] {
            let odds = DepotOdds::new(&law, 0.0, t).unwrap();
            let bound = 0.75 * -math::expm1(-0.4 * t);
            assert!((odds.free[1] / bound - 1.0).abs() < 1e-12, "{t}: {odds:?}");
            assert!((odds.bound[0] * 3.0 / bound - 1.0).abs() < 1e-12, "{t}: {odds:?}");
        }
        assert_eq!(hold(3.0, 1.0, 1.0).bound_share(), 0.75);
        assert_eq!(hold(0.0, 0.0, 1.0).bound_share(), 0.0);
    }

    #[test]
    fn a_depot_lasts_as_long_as_it_says() {
        let odds = DepotOdds::new(&hold(0.0, 0.0, 43_200.0), 0.01, 43_200.0).unwrap();
        assert!((odds.bound[3] - 0.5).abs() < 1e-14 && odds.bound[0] == 0.0);
        assert!((odds.free[2] - 1.0).abs() < 1e-14 && odds.free[1] == 0.0);
        let (mut free, mut bound) = (0.0, 8.0);
        assert!((odds.exchange(&mut free, &mut bound).bound - 4.0).abs() < 1e-13);
        assert!((bound - 4.0).abs() < 1e-13 && free == 0.0);
    }

    #[test]
    fn impossible_numbers_are_refused() {
        assert!(DepotOdds::new(&hold(-1.0, 0.0, 1.0), 0.0, 1.0).is_err());
        assert!(DepotOdds::new(&hold(1.0, f64::NAN, 1.0), 0.0, 1.0).is_err());
        assert!(DepotOdds::new(&hold(1.0, 1.0, 0.0), 0.0, 1.0).is_err());
        assert!(DepotOdds::new(&hold(1.0, 1.0, 1.0), f64::INFINITY, 1.0).is_err());
    }

    proptest! {
        #[test]
        fn nothing_is_made_and_two_halves_are_one(
            on in 0.0..50.0_f64, off in 0.0..50.0_f64, half_life in 0.1..1e5_f64, loss in 0.0..5.0_f64,
            t in 0.0..100.0_f64, free in 0.0..1e9_f64, bound in 0.0..1e9_f64,
        ) {
            let law = hold(on, off, half_life);
            let (whole, half) = (DepotOdds::new(&law, loss, t).unwrap(), DepotOdds::new(&law, loss, 0.5 * t).unwrap());
            let (mut f, mut b) = (free, bound);
            let lost = whole.exchange(&mut f, &mut b);
            prop_assert!((f + b + lost.free + lost.bound - free - bound).abs() <= 1e-14 * (free + bound));
            prop_assert!(f >= 0.0 && b >= 0.0 && lost.free >= 0.0 && lost.bound >= 0.0);
            let (mut f2, mut b2) = (free, bound);
            half.exchange(&mut f2, &mut b2);
            half.exchange(&mut f2, &mut b2);
            let scale = 1e-11 * (free + bound);
            prop_assert!((f - f2).abs() <= scale && (b - b2).abs() <= scale, "{} {} {} {}", f, f2, b, b2);
        }
    }
}
