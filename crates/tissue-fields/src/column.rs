//! A column of values that begins on a cache line, so that no vector of a kernel straddles two.

use std::ops::{Deref, DerefMut};

/// Bytes of a cache line.
const LINE: usize = 64;

/// Values from the start of a cache line.
#[derive(Debug, Default)]
pub struct Column {
    store: Vec<f64>,
    start: usize,
    n: usize,
}

impl Column {
    /// `n` times `value`.
    pub fn new(n: usize, value: f64) -> Self {
        let store = vec![value; n + LINE / size_of::<f64>()];
        let start = store.as_ptr().align_offset(LINE).min(LINE / size_of::<f64>());
        Self { store, start, n }
    }

    /// Makes it `n` long; keeps the values when it is so already.
    pub fn fit(&mut self, n: usize) {
        if self.n != n {
            *self = Self::new(n, 0.0);
        }
    }
}

impl Clone for Column {
    fn clone(&self) -> Self {
        let mut column = Self::new(self.n, 0.0);
        column.copy_from_slice(self);
        column
    }
}

impl Deref for Column {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.store[self.start..self.start + self.n]
    }
}

impl DerefMut for Column {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.store[self.start..self.start + self.n]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_and_its_copy_begin_on_a_line() {
        for n in [0, 1, 7, 1000] {
            let column = Column::new(n, 1.5).clone();
            assert_eq!(column.as_ptr().align_offset(LINE), 0);
            assert_eq!(&column[..], vec![1.5; n]);
        }
    }
}
