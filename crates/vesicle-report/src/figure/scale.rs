//! From values to places: linear and logarithmic scales with round ticks. Every scale maps every finite value;
//! empty, single and non-finite data get a scale too.

use super::text::{superscript, thousands};
use vesicle_base::math::{log10, pow};

/// A value axis laid along the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    log: bool,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

/// Largest value a scale is made for: differences stay finite.
const LARGEST: f64 = 1e150;

impl Scale {
    /// A linear scale over `values`, widened to round ends, laid from `from` to `to`.
    pub(crate) fn linear(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = extent(values.into_iter().filter(|v| v.is_finite()));
        let (low, high) = if low == high { apart(low) } else { (low, high) };
        let step = round_step((high - low) / 8.0);
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Self { log: false, low, high, from, to }
    }

    /// A linear scale from the lowest to the highest of `values`.
    pub(crate) fn exact(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = extent(values.into_iter().filter(|v| v.is_finite()));
        let (low, high) = if low == high { apart(low) } else { (low, high) };
        Self { log: false, low, high, from, to }
    }

    /// A logarithmic scale over the positive of `values`, widened to powers of ten, or by a tenth where they span
    /// little more than a decade.
    pub(crate) fn log(values: impl IntoIterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = extent(values.into_iter().filter(|v| v.is_finite() && *v > 0.0));
        let (low, high) = if low > 0.0 { (low.max(1.0 / LARGEST), high) } else { (0.1, 10.0) };
        let high = high.max(low);
        let (low, high) = if high / low < 20.0 {
            (low / 1.1, high * 1.1)
        } else {
            (pow(10.0, log10(low).floor()), pow(10.0, log10(high).ceil()))
        };
        let (low, high) = if low < high { (low, high) } else { (low / 2.0, high * 2.0) };
        Self { log: true, low, high, from, to }
    }

    /// Place of `value`; values outside lie at the end, no number stays none.
    pub(crate) fn place(&self, value: f64) -> f64 {
        if value.is_nan() {
            return f64::NAN;
        }
        self.from + self.share(value).clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// `value` as a share of the scale, not clamped; 0 and below are minus infinity on a logarithmic scale.
    pub(crate) fn share(&self, value: f64) -> f64 {
        let value = value.clamp(-LARGEST, LARGEST);
        if !self.log {
            return (value - self.low) / (self.high - self.low);
        }
        if value <= 0.0 {
            return f64::NEG_INFINITY;
        }
        (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
    }

    /// Where the axis begins and ends in the figure.
    pub(crate) fn span(&self) -> (f64, f64) {
        (self.from, self.to)
    }

    /// Ticks with their labels, at most about one per `room` of the figure's length.
    pub(crate) fn ticks(&self, room: f64) -> Vec<(f64, String)> {
        let count = ((self.to - self.from).abs() / room).clamp(1.0, 12.0);
        if self.log { self.log_ticks(count) } else { self.linear_ticks(count) }
    }

    /// Ticks of a scale in days: whole weeks where it spans more than ten days.
    pub(crate) fn day_ticks(&self, room: f64) -> Vec<(f64, String)> {
        let count = ((self.to - self.from).abs() / room).clamp(1.0, 12.0);
        let span = self.high - self.low;
        let weeks = [7.0, 14.0, 28.0, 56.0, 91.0, 182.0, 364.0];
        match weeks.into_iter().find(|step| span / step <= count) {
            Some(step) if span > 10.0 => {
                let (first, last) = ((self.low / step).ceil(), (self.high / step + 1e-9).floor());
                let n = (last - first).clamp(0.0, 30.0) as usize;
                let at = |i: usize| (first + i as f64) * step;
                (0..=n).map(|i| (at(i), super::text::number(at(i)))).collect()
            }
            _ => self.ticks(room),
        }
    }

    fn linear_ticks(&self, count: f64) -> Vec<(f64, String)> {
        let step = round_step((self.high - self.low) / count);
        let first = (self.low / step - 1e-9).ceil();
        let last = (self.high / step + 1e-9).floor();
        let n = (last - first).clamp(0.0, 30.0) as usize;
        let biggest = self.low.abs().max(self.high.abs());
        (0..=n)
            .map(|i| {
                let value = (first + i as f64) * step;
                (value, tick_label(value, step, biggest))
            })
            .collect()
    }

    /// Powers of ten; within few decades 1, 2 and 5 times one; within less than a factor of three or so, the ticks
    /// of a linear scale.
    fn log_ticks(&self, count: f64) -> Vec<(f64, String)> {
        let (first, last) = (log10(self.low).floor() as i32, log10(self.high).ceil() as i32);
        let decades = log10(self.high) - log10(self.low);
        if decades * 2.5 <= count {
            let fine = self.ticks_of(first, last, 1, &[1.0, 2.0, 5.0]);
            return if fine.len() > 1 { fine } else { self.linear_ticks(count.min(5.0)) };
        }
        let every = [1, 2, 3, 5, 10, 20, 50, 100, 200].into_iter().find(|e| decades / *e as f64 <= count);
        let powers = self.ticks_of(first, last, every.unwrap_or(300), &[1.0]);
        if powers.len() > 1 { powers } else { self.ticks_of(first, last, 1, &[1.0, 3.0]) }
    }

    fn ticks_of(&self, first: i32, last: i32, every: usize, digits: &[f64]) -> Vec<(f64, String)> {
        let fits = |v: f64| v >= self.low * 0.999 && v <= self.high * 1.001;
        let plain = self.low >= 0.000_99 && self.high <= 10_001.0;
        (first..=last)
            .step_by(every)
            .flat_map(|e| digits.iter().map(move |d| (*d, e)))
            .filter(|(d, e)| fits(d * pow(10.0, f64::from(*e))))
            .map(|(d, e)| (d * pow(10.0, f64::from(e)), log_label(d, e, plain)))
            .collect()
    }
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let inside = values.map(|v| v.clamp(-LARGEST, LARGEST));
    let (low, high) = inside.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high { (0.0, 0.0) } else { (low, high) }
}

fn apart(value: f64) -> (f64, f64) {
    if value == 0.0 { (0.0, 1.0) } else { (value - value.abs() * 0.5, value + value.abs() * 0.5) }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `step`.
pub(crate) fn round_step(step: f64) -> f64 {
    if !(step.is_finite() && step > 0.0) {
        return 1.0;
    }
    above(step)
}

fn above(value: f64) -> f64 {
    let power = pow(10.0, log10(value).floor());
    let digits = [1.0, 2.0, 5.0, 10.0];
    digits.into_iter().map(|d| d * power).find(|v| *v >= value * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// The largest of 1, 2, 5 times a power of ten that is at most `value`: a scale bar's length.
pub(crate) fn below(value: f64) -> f64 {
    let power = pow(10.0, log10(value).floor());
    let digits = [10.0, 5.0, 2.0, 1.0];
    digits.into_iter().map(|d| d * power).find(|v| *v <= value * (1.0 + 1e-9)).unwrap_or(power)
}

fn tick_label(value: f64, step: f64, biggest: f64) -> String {
    let value = if value.abs() < step * 1e-6 { 0.0 } else { value };
    if value != 0.0 && (biggest >= 1e6 || step < 1e-4) {
        return super::text::number(value);
    }
    let decimals = (-log10(step) - 1e-9).ceil().clamp(0.0, 6.0) as usize;
    let digits = thousands(&format!("{:.decimals$}", value.abs()));
    if value < 0.0 { format!("−{digits}") } else { digits }
}

fn log_label(digit: f64, exponent: i32, plain: bool) -> String {
    if plain {
        return super::text::number(digit * pow(10.0, f64::from(exponent)));
    }
    let power = format!("10{}", superscript(exponent));
    if digit == 1.0 { power } else { format!("{digit:.0}·{power}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, room: f64) -> Vec<String> {
        scale.ticks(room).into_iter().map(|t| t.1).collect()
    }

    #[test]
    fn linear_ticks_are_round() {
        assert_eq!(labels(Scale::linear([0.3, 21.0], 0.0, 200.0), 30.0), ["0", "5", "10", "15", "20", "25"]);
        assert_eq!(labels(Scale::exact([0.0, 0.4], 0.0, 100.0), 25.0), ["0.0", "0.1", "0.2", "0.3", "0.4"]);
    }

    #[test]
    fn days_are_told_in_weeks() {
        let labels = |scale: Scale| scale.day_ticks(30.0).into_iter().map(|t| t.1).collect::<Vec<_>>();
        assert_eq!(labels(Scale::exact([0.0, 21.0], 0.0, 150.0)), ["0", "7", "14", "21"]);
        assert_eq!(labels(Scale::exact([0.0, 7.0], 0.0, 150.0)), ["0", "2", "4", "6"]);
        assert_eq!(labels(Scale::exact([0.0, 100.0], 0.0, 150.0)), ["0", "28", "56", "84"]);
    }

    #[test]
    fn log_ticks_are_powers() {
        assert_eq!(
            labels(Scale::log([3.0, 2e5], 0.0, 200.0), 30.0),
            ["10⁰", "10¹", "10²", "10³", "10⁴", "10⁵", "10⁶"]
        );
        assert_eq!(labels(Scale::log([0.6, 2.2], 0.0, 200.0), 20.0), ["1", "2"]);
    }

    #[test]
    fn every_data_gets_a_scale() {
        for values in [
            vec![],
            vec![f64::NAN],
            vec![0.0],
            vec![-3.0],
            vec![f64::INFINITY, 1.0],
            vec![1e308, -1e308],
            vec![5e-324],
        ] {
            for scale in [Scale::linear(values.clone(), 0.0, 10.0), Scale::log(values.clone(), 0.0, 10.0)] {
                assert!(scale.low < scale.high, "{values:?} {scale:?}");
                assert!(scale.place(1.0).is_finite(), "{values:?} {scale:?}");
                assert!(scale.ticks(2.0).len() < 60, "{values:?} {scale:?}");
            }
        }
    }
}
