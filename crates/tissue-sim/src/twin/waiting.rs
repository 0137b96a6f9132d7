//! Joints that carry flow but do not yet count as perfused: a queue in which all grow at one rate.

use std::collections::VecDeque;

/// Joints by the time at which they are ready, the first ahead. All are kept in the size that they would have had at the
/// start and share one growth since, so that growing costs the same whatever waits.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    /// When they will be ready, min, and how many they are in the size of the start.
    queue: VecDeque<(f64, f64)>,
    /// All of the queue.
    sum: f64,
    /// Joints of now in one of the start.
    growth: f64,
}

/// Growths outside of which the queue is kept in another size, long before a number ends.
const GROWTHS: core::ops::Range<f64> = 1e-100..1e100;

impl Waiting {
    /// So many from the start on; none where there are none.
    pub(super) fn of(ready_min: f64, joints: f64) -> Self {
        let mut waiting = Self { queue: VecDeque::new(), sum: 0.0, growth: 1.0 };
        if joints > 0.0 {
            waiting.push(ready_min, joints);
        }
        waiting
    }

    /// When the first are ready, min.
    pub(super) fn first_ready_min(&self) -> Option<f64> {
        self.queue.front().map(|(ready_min, _)| *ready_min)
    }

    /// All that wait.
    pub(super) fn joints(&self) -> f64 {
        self.growth * self.sum
    }

    /// Adds some; late ones mostly come last.
    pub(super) fn push(&mut self, ready_min: f64, joints: f64) {
        let at = self.queue.iter().rev().take_while(|(other_min, _)| *other_min > ready_min).count();
        let then = joints / self.growth;
        self.queue.insert(self.queue.len() - at, (ready_min, then));
        self.sum += then;
    }

    /// All become so many times as many.
    pub(super) fn grow(&mut self, times: f64) {
        self.growth *= times;
        if !GROWTHS.contains(&self.growth) {
            self.queue.iter_mut().for_each(|(_, joints)| *joints *= self.growth);
            self.queue.retain(|(_, joints)| *joints > 0.0);
            self.growth = 1.0;
            self.sum_up();
        }
    }

    /// Takes the first, where they are ready by then.
    pub(super) fn next_ready(&mut self, by_min: f64) -> Option<f64> {
        let (_, joints) = self.queue.pop_front_if(|(ready_min, _)| *ready_min <= by_min)?;
        // Nothing that waits is nothing, whatever was rounded.
        self.sum = if self.queue.is_empty() { 0.0 } else { (self.sum - joints).max(0.0) };
        Some(self.growth * joints)
    }

    fn sum_up(&mut self) {
        self.sum = self.queue.iter().map(|(_, joints)| joints).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_grows_and_comes_in_order() {
        let mut waiting = Waiting::of(30.0, 4.0);
        assert_eq!(waiting.first_ready_min(), Some(30.0));
        waiting.grow(1.5);
        waiting.push(50.0, 2.0);
        waiting.push(40.0, 1.0);
        assert!((waiting.joints() - 9.0).abs() < 1e-12);
        waiting.grow(2.0);
        assert_eq!(waiting.next_ready(29.0), None);
        let ready: Vec<f64> = std::iter::from_fn(|| waiting.next_ready(45.0)).collect();
        assert!(ready.len() == 2 && (ready[0] - 12.0).abs() < 1e-12 && (ready[1] - 2.0).abs() < 1e-12);
        assert!((waiting.joints() - 4.0).abs() < 1e-12);
    }

    #[test]
    fn any_growth_is_a_number() {
        let mut waiting = Waiting::of(30.0, 4.0);
        (0..30).for_each(|_| waiting.grow(1e20));
        assert!(waiting.joints() > 1e300 || waiting.joints().is_infinite());
        let mut waiting = Waiting::of(30.0, 4.0);
        (0..60).for_each(|_| waiting.grow(1e-10));
        assert_eq!((waiting.joints(), waiting.first_ready_min()), (0.0, None));
        waiting.push(31.0, 1.0);
        waiting.grow(0.0);
        assert_eq!((waiting.joints(), waiting.next_ready(1e9)), (0.0, None));
        assert!(Waiting::of(1.0, 0.0).first_ready_min().is_none());
    }
}
