//! Copies in the cytosol of one mean cell while vesicles are captured and after they are washed away.
//!
//! Equation: vesicles decay at λ and are captured at k, so that copies arrive at A·e^(−a t), a = k + λ, up to the end T
//! of the exposure, and are lost at δ: C(t) = A·(e^(−a t) − e^(−δ t))/(δ − a) for t ≤ T, then C(T)·e^(−δ (t − T)).
//! Discretisation: none; the crossing of a threshold is bisected. The delay in the endosome (hours, short beside the
//! half-lives) is left out; `vesicle run` has it.
//! Proved by `tests::meets_small_steps` and `tests::days_are_between_the_crossings`.

use vesicle_base::math;

/// Arrival and loss of one molecule in one mean cell; rates per minute.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(clippy::struct_field_names, reason = "every number here is per minute or in minutes, and says so")]
pub struct Course {
    /// Copies that arrive per minute at the start.
    pub arrival_per_min: f64,
    /// Rate at which arrival falls.
    pub fall_per_min: f64,
    /// Rate of loss in the cytosol.
    pub loss_per_min: f64,
    /// End of the exposure, minutes.
    pub exposure_min: f64,
}

/// Halvings of an interval before a crossing counts as found: to 1e-9 of it.
const HALVINGS: u32 = 30;

impl Course {
    /// Copies at a time, minutes.
    pub fn copies(&self, time_min: f64) -> f64 {
        let inside = time_min.min(self.exposure_min);
        let after = (time_min - self.exposure_min).max(0.0);
        self.while_exposed(inside) * math::exp(-self.loss_per_min * after)
    }

    fn while_exposed(&self, time_min: f64) -> f64 {
        let (slow, fast) =
            (self.fall_per_min.min(self.loss_per_min), self.fall_per_min.max(self.loss_per_min));
        let x = (fast - slow) * time_min;
        // (1 − e^(−x))/x, which is 1 where both rates are one.
        let share = if x > 0.0 { -math::expm1(-x) / x } else { 1.0 };
        self.arrival_per_min * time_min * share * math::exp(-slow * time_min)
    }

    /// When copies are most, minutes: at the end of the exposure or before.
    pub fn peak_min(&self) -> f64 {
        let (a, loss) = (self.fall_per_min, self.loss_per_min);
        if a <= 0.0 || loss <= 0.0 {
            return self.exposure_min;
        }
        let ratio = loss / a;
        let free = if (ratio - 1.0).abs() < 1e-9 { 1.0 / a } else { math::ln(ratio) / (loss - a) };
        free.min(self.exposure_min)
    }

    /// Minutes during which copies are at least `needed`.
    pub fn above_min(&self, needed: f64) -> f64 {
        let peak = self.peak_min();
        if self.copies(peak) < needed || needed <= 0.0 {
            return 0.0;
        }
        let up = self.crossing(needed, 0.0, peak);
        let at_end = self.copies(self.exposure_min);
        let down = if at_end >= needed {
            let lasts = if self.loss_per_min > 0.0 {
                math::ln(at_end / needed) / self.loss_per_min
            } else {
                f64::INFINITY
            };
            self.exposure_min + lasts
        } else {
            self.crossing(needed, self.exposure_min, peak)
        };
        down - up
    }

    /// Where copies cross `needed` between a time below it and one at or above it.
    fn crossing(&self, needed: f64, mut below: f64, mut above: f64) -> f64 {
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(below, above);
            if self.copies(middle) >= needed { above = middle } else { below = middle }
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(fall: f64, loss: f64, exposure: f64) -> Course {
        Course { arrival_per_min: 2.0, fall_per_min: fall, loss_per_min: loss, exposure_min: exposure }
    }

    #[test]
    fn meets_small_steps() {
        for (fall, loss, exposure) in [
            (1e-3, 3e-4, 1440.0),
            (3e-4, 1e-3, 1e5),
            (5e-4, 5e-4, 3000.0),
            (0.0, 1e-3, 600.0),
            (5.0, 1e-4, 600.0),
        ] {
            let course = course(fall, loss, exposure);
            let (mut copies, mut most, dt) = (0.0_f64, 0.0_f64, 0.01);
            for step in 0..(exposure / dt) as u32 {
                let t = (f64::from(step) + 0.5) * dt;
                copies += dt * (2.0 * math::exp(-fall * t) - loss * copies);
                most = most.max(copies);
            }
            assert!((course.copies(exposure) / copies - 1.0).abs() < 1e-3, "{fall} {loss}: {copies}");
            assert!((course.copies(course.peak_min()) / most - 1.0).abs() < 1e-3, "{fall} {loss}: {most}");
        }
    }

    #[test]
    fn days_are_between_the_crossings() {
        for exposure in [1000.0, 1e6] {
            let course = course(1e-3, 4e-4, exposure);
            let needed = 0.4 * course.copies(course.peak_min());
            let steps = (0..40_000).filter(|t| course.copies(f64::from(*t)) >= needed).count();
            assert!((course.above_min(needed) - steps as f64).abs() < 2.0);
        }
        assert_eq!(course(1e-3, 4e-4, 1000.0).above_min(1e9), 0.0);
        assert_eq!(course(1e-3, 0.0, 1000.0).above_min(1.0), f64::INFINITY);
    }
}
