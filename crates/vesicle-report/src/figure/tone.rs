//! From a value to a colour: one scale for all panels of a figure. Fields lie on viridis; quantities of cells run
//! from pale to dark in one hue, so that a cell with nothing in it carries almost no ink.

use super::colour::{BLUE, Colour, PALE, blend, viridis};
use vesicle_base::math::log10;

/// Colour of a cell with the lowest value.
const LEAST: Colour = Colour([0xe8, 0xec, 0xf0]);
/// Colour of a cell with the highest value.
const MOST: Colour = Colour([0x00, 0x1f, 0x3d]);

/// What is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ramp {
    Field,
    Cells,
}

/// A scale of colours with its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tone {
    low: f64,
    high: f64,
    log: bool,
    ramp: Ramp,
}

impl Tone {
    /// Over the finite values of a field; from 0 where the lowest value is well below the highest.
    pub(crate) fn of_field(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = extent(values);
        let low = if low > 0.0 && low < 0.5 * high { 0.0 } else { low };
        Self { low, high, log: false, ramp: Ramp::Field }
    }

    /// From the lowest to the highest of the values.
    pub(crate) fn exact(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = extent(values);
        Self { low, high, log: false, ramp: Ramp::Field }
    }

    /// Over a quantity of cells, from 0, or from the lowest positive value where it is logarithmic.
    pub(crate) fn of_cells(values: impl Iterator<Item = f64>, log: bool) -> Self {
        let positive = values.filter(|v| *v > 0.0);
        let (low, high) = extent(positive);
        Self { low: if log { low } else { 0.0 }, high, log, ramp: Ramp::Cells }
    }

    /// Lowest and highest value that have a colour of their own.
    pub(crate) fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Whether equal ratios are equal steps.
    pub(crate) fn is_log(&self) -> bool {
        self.log
    }

    /// Colour of a value; grey where it is no number.
    pub(crate) fn colour(&self, value: f64) -> Colour {
        self.at(self.share(value))
    }

    /// Colour at a share of the scale.
    pub(crate) fn at(&self, share: f64) -> Colour {
        match self.ramp {
            Ramp::Field => viridis(share),
            Ramp::Cells if share.is_nan() => PALE,
            Ramp::Cells if share < 0.5 => blend(LEAST, BLUE, 2.0 * share.max(0.0)),
            Ramp::Cells => blend(BLUE, MOST, 2.0 * share.min(1.0) - 1.0),
        }
    }

    /// Where a value lies, 0 to 1.
    pub(crate) fn share(&self, value: f64) -> f64 {
        if self.log {
            if value <= 0.0 {
                return 0.0;
            }
            let span = log10(self.high / self.low);
            return if span > 0.0 { (log10(value / self.low) / span).clamp(0.0, 1.0) } else { 1.0 };
        }
        let span = self.high - self.low;
        if span > 0.0 { ((value - self.low) / span).clamp(0.0, 1.0) } else { (value - self.low).min(1.0) }
    }
}

/// Lowest and highest finite value; 0 and 1 of none.
fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|v| v.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high { (0.0, 1.0) } else { (low, high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_run_from_pale_to_dark() {
        let tone = Tone::of_cells([0.0, 5.0, 10.0].into_iter(), false);
        assert_eq!(tone.ends(), (0.0, 10.0));
        assert_eq!((tone.colour(0.0), tone.colour(5.0), tone.colour(10.0)), (LEAST, BLUE, MOST));
        assert_eq!(tone.colour(f64::NAN), PALE);
        let log = Tone::of_cells([0.0, 1.0, 100.0].into_iter(), true);
        assert_eq!((log.ends(), log.share(10.0), log.share(0.0)), ((1.0, 100.0), 0.5, 0.0));
    }

    #[test]
    fn any_value_has_a_colour() {
        for values in
            [vec![], vec![f64::NAN], vec![0.0], vec![-1.0], vec![1e300, 5e-324], vec![f64::MAX, f64::MIN]]
        {
            for tone in [
                Tone::of_field(values.iter().copied()),
                Tone::of_cells(values.iter().copied(), true),
                Tone::of_cells(values.iter().copied(), false),
            ] {
                for value in [0.0, -1.0, 1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
                    assert_eq!(tone.colour(value).to_string().len(), 7);
                }
            }
        }
    }
}
