//! A tick of a whole tissue allocates nothing once its memory is there; it does so only when columns double.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(unsafe_code)] // counts what is allocated

mod small;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tissue_cells::{CycleModel, Own};
use tissue_sim::setup::{Behaviour, Setup};
use tissue_sim::{build, step};
use vesicle_base::{Rng, Span};

static CALLS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call is handed to the system allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The small tissue with everything in it but turnover: nobody divides or dies, so that its columns have their length.
fn steady(fixed_steps: bool) -> Setup {
    let mut setup = small::setup(90);
    setup.fixed_steps = fixed_steps;
    for kind in &mut setup.kinds {
        kind.law.cycle = CycleModel::live().with_exits(&[0.0]);
        kind.law.apoptosis.rate_per_min = 0.0;
        kind.lack = None;
    }
    setup.rules.retain(|rule| rule.behaviour != Behaviour::Own(Own::CycleEntry));
    setup
}

/// Allocations in each tick, on the one thread of a pool.
fn allocations(setup: &Setup) -> Vec<usize> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| {
        let rng = Rng::new(3);
        let (mut tissue, plan) = build(setup, &rng).unwrap();
        let n_cells = tissue.cells.len();
        let mut counts = Vec::with_capacity(setup.n_ticks as usize);
        for tick in 0..setup.n_ticks {
            let before = CALLS.load(Relaxed);
            step(&mut tissue, &plan, &Span::of_tick(tick, setup.tick_min), &rng);
            counts.push(CALLS.load(Relaxed) - before);
        }
        assert_eq!((tissue.health(), tissue.cells.len()), (None, n_cells));
        counts
    })
}

/// One test, so that no other test allocates meanwhile.
#[test]
fn a_tick_in_steady_state_allocates_nothing() {
    for fixed_steps in [false, true] {
        let counts = allocations(&steady(fixed_steps));
        assert!(counts[0] > 0, "the allocator counts");
        assert!(counts[60..].iter().all(|n| *n == 0), "fixed steps {fixed_steps}: {counts:?}");
    }
}
