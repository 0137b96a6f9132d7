//! One tick of the clock that every room shares.

/// The stretch of simulated time that one call of `step` covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Number of the tick, from 0; part of every random counter.
    pub tick: u32,
    /// Simulated time at the start of the tick, minutes.
    pub start_min: f64,
    /// Length of the tick, minutes.
    pub length_min: f64,
}

impl Span {
    /// Tick number `tick` of equal ticks of `length_min` minutes from time 0.
    pub fn of_tick(tick: u32, length_min: f64) -> Self {
        Self { tick, start_min: f64::from(tick) * length_min, length_min }
    }

    /// Simulated time at the end of the tick, minutes.
    pub fn end_min(&self) -> f64 {
        f64::from(self.tick + 1) * self.length_min
    }
}
