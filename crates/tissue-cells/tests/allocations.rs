//! Nothing allocates in a tick unless columns double; memory per cell.

mod small;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

// SAFETY: every call is handed to the system allocator unchanged.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, new: usize) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(new as isize - layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.realloc(at, layout, new) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations, and bytes in use, by one thread at a time.
fn on_one_thread(test: impl FnOnce() + Send) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock();
    #[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(test);
}

#[test]
fn a_tick_allocates_only_when_columns_double() {
    on_one_thread(|| {
        let mut tissue = small::busy(400, false);
        tissue.run(0..40);
        let middle = tissue.cells.state();
        tissue.run(40..80);
        tissue.cells.restore(&middle).unwrap();
        let before = CALLS.load(Ordering::Relaxed);
        tissue.run(40..80);
        assert_eq!(
            CALLS.load(Ordering::Relaxed) - before,
            0,
            "allocations in 40 ticks whose memory is there"
        );
    });
}

#[test]
fn the_columns_of_a_cell_fit_in_their_memory() {
    on_one_thread(|| {
        let n_cells = 1 << 14;
        let before = BYTES.load(Ordering::Relaxed);
        let mut tissue = small::spread(n_cells);
        let span = vesicle_base::Span::of_tick(0, 6.0);
        tissue.cells.live_and_die(&span, &tissue.rng, &mut tissue.turnover);
        let bytes = (BYTES.load(Ordering::Relaxed) - before) / n_cells as isize;
        assert!(bytes <= 256, "{bytes} bytes a cell, without what motion needs");
    });
}
