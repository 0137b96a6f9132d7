//! Work shared between threads. What a task computes never depends on who does it or on how many they are.
#![allow(unsafe_code)]

use rayon::prelude::*;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::Range;

/// Voxels below which a pass is not worth waking anyone.
const WORTH: usize = 1 << 15;

/// Whether a pass over this many voxels should be shared.
pub fn is_worth(n_voxels: usize) -> bool {
    n_voxels >= WORTH && rayon::current_num_threads() > 1
}

/// Calls `task` for 0..n, in parallel when asked.
pub fn each(n: usize, parallel: bool, task: impl Fn(usize) + Send + Sync) {
    if parallel {
        (0..n).into_par_iter().for_each(task);
    } else {
        (0..n).for_each(task);
    }
}

/// Calls `task` for each value and its position, in parallel when asked.
pub fn each_mut<T: Send>(values: &mut [T], parallel: bool, task: impl Fn(usize, &mut T) + Sync) {
    if parallel {
        values.par_iter_mut().enumerate().for_each(|(index, value)| task(index, value));
    } else {
        values.iter_mut().enumerate().for_each(|(index, value)| task(index, value));
    }
}

thread_local! {
    static ROOM: RefCell<Vec<f64>> = const { RefCell::new(Vec::new()) };
}

/// Calls `with` with room for `n` values that this thread keeps between calls.
pub fn with_room<R>(n: usize, with: impl FnOnce(&mut [f64]) -> R) -> R {
    ROOM.with_borrow_mut(|room| {
        if room.len() < n {
            room.resize(n, 0.0);
        }
        with(&mut room[..n])
    })
}

/// A slice that tasks share, each taking parts that no other takes.
pub struct Shared<'a, T> {
    first: *mut T,
    n: usize,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: parts are handed out by unsafe functions whose callers keep them apart; then this is a `&mut [T]` in pieces.
unsafe impl<T: Send> Sync for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    pub fn new(slice: &'a mut [T]) -> Self {
        Self { first: slice.as_mut_ptr(), n: slice.len(), slice: PhantomData }
    }

    pub fn len(&self) -> usize {
        self.n
    }

    /// One part.
    ///
    /// # Safety
    /// No other task holds any value of `range` while the part is in use.
    #[allow(clippy::mut_from_ref)] // the whole point: the caller keeps the parts apart
    pub unsafe fn part(&self, range: Range<usize>) -> &mut [T] {
        assert!(range.start <= range.end && range.end <= self.n, "a part lies inside");
        // SAFETY: inside the slice, and held by nobody else as the caller promises.
        unsafe { std::slice::from_raw_parts_mut(self.first.add(range.start), range.len()) }
    }

    /// Address of one value, for parts that are not contiguous.
    pub fn at(&self, index: usize) -> *mut T {
        assert!(index < self.n, "a value lies inside");
        // SAFETY: inside the slice.
        unsafe { self.first.add(index) }
    }
}
