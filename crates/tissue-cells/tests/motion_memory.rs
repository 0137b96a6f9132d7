//! A tick allocates nothing once its memory is warm.
#![allow(unsafe_code)] // SAFETY: the allocator only counts and passes on.

mod flock;

use flock::{Flock, wide};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use tissue_cells::motion::{Scratch, Steps, sense};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: as given by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as given by the caller.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_warm_tick_allocates_nothing() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        for steps in [Steps::default(), Steps::Fixed { step_min: 0.5 }] {
            let mut flock = Flock::ball(15.984, 120.0);
            flock.speed.iter_mut().step_by(5).for_each(|speed| *speed = 0.5);
            let (mut laws, mut scratch) = (wide(1), Scratch::default());
            laws.steps = steps;
            let mut counts = Vec::new();
            for tick in 0..24 {
                let before = ALLOCATIONS.load(Ordering::Relaxed);
                flock.with(|bodies| {
                    sense(bodies, &laws, true, &mut scratch);
                });
                flock.tick(&laws, tick, 6.0, &mut scratch);
                counts.push(ALLOCATIONS.load(Ordering::Relaxed) - before);
            }
            assert!(counts[16..].iter().all(|n| *n == 0), "{steps:?}: {counts:?}");
        }
    });
}
