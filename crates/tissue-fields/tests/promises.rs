//! What is promised whatever the machine: same bits for any number of threads, nothing allocated once warm, a checkpoint
//! that continues as if nothing had happened, and known work.

use rayon::ThreadPoolBuilder;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use tissue_fields::{FieldError, FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Span};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: passes everything on to the system's allocator.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(address, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn laws() -> Vec<FieldLaw> {
    let law = |diffusion: f64, solve: Solve| FieldLaw {
        diffusion_um2_per_min: diffusion,
        decay_per_min: 0.1,
        sides: [Side::Closed; 6],
        solve,
        start: 1.0,
    };
    let mut open = law(2e3, Solve::Transient);
    open.sides[1] = Side::Fixed(38.0);
    open.sides[2] = Side::Fixed(3.0);
    open.sides[5] = Side::Fixed(0.0);
    let moving = |diffusion| law(diffusion, Solve::Transient);
    vec![open, law(1e5, Solve::Steady), moving(0.0), moving(30.0), moving(1e7)]
}

fn fields(n: [usize; 3], with_walls: bool) -> Fields {
    let grid = Grid { n, voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let solid = with_walls.then(|| (0..grid.n_voxels()).map(|voxel| voxel * 7919 % 11 == 0).collect());
    Fields::new(grid, laws(), solid).expect("valid laws")
}

fn feed(fields: &mut Fields, tick: u32) {
    fields.clear_rates();
    let n = fields.grid().n_voxels();
    for cell in 0..n / 20 {
        let voxel = (cell * 7907 + tick as usize * 13) % n;
        for field in 0..fields.len() {
            fields.supply(field, voxel, 0.1 * (cell % 7) as f64);
            fields.take_up(field, voxel, 0.05 * (cell % 3) as f64);
        }
    }
}

fn bits(fields: &Fields) -> Vec<u64> {
    let budgets = (0..fields.len()).flat_map(|field| {
        let budget = fields.budget(field);
        [budget.supplied, budget.taken_up, budget.decayed, budget.left_through_sides]
    });
    let taken = (0..fields.len()).flat_map(|field| fields.taken_up(field).iter().copied());
    let state = fields.state().into_iter().flatten().copied();
    state.chain(taken).chain(budgets).map(f64::to_bits).collect()
}

#[test]
fn threads_do_not_change_bits() {
    for (n, with_walls) in [([64, 40, 20], false), ([64, 40, 20], true), ([300, 150, 1], false)] {
        let run = |threads: usize| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| {
                let mut fields = fields(n, with_walls);
                for tick in 0..2 {
                    feed(&mut fields, tick);
                    fields.advance(&Span::of_tick(tick, 0.3));
                }
                assert_eq!(fields.health(), None);
                bits(&fields)
            })
        };
        let one = run(1);
        for threads in [2, 3, 4, 8] {
            assert!(one == run(threads), "{threads} threads on {n:?} give other bits than one");
        }
    }
}

#[test]
fn a_warm_advance_allocates_nothing() {
    let pool = ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    pool.install(|| {
        for with_walls in [false, true] {
            let mut fields = fields([24, 17, 9], with_walls);
            for tick in 0..3 {
                feed(&mut fields, 0);
                let before = ALLOCATIONS.get();
                fields.advance(&Span::of_tick(tick, 6.0));
                assert!(tick == 0 || ALLOCATIONS.get() == before, "tick {tick} allocated");
            }
        }
    });
}

#[test]
fn a_restored_state_continues_with_the_same_bits() {
    let advance = |fields: &mut Fields, ticks: std::ops::Range<u32>| {
        for tick in ticks {
            feed(fields, tick);
            fields.advance(&Span::of_tick(tick, 6.0));
        }
    };
    let mut whole = fields([12, 10, 9], true);
    advance(&mut whole, 0..4);
    let mut first = fields([12, 10, 9], true);
    advance(&mut first, 0..2);
    let saved: Vec<Vec<f64>> = first.state().into_iter().map(<[f64]>::to_vec).collect();
    let columns: Vec<&[f64]> = saved.iter().map(Vec::as_slice).collect();
    let mut second = fields([12, 10, 9], true);
    second.restore(&columns).expect("a state of the same shape");
    advance(&mut second, 2..4);
    assert!(bits(&whole) == bits(&second));
    let error = second.restore(&columns[1..]).expect_err("a column is missing");
    assert_eq!(error, FieldError::State { column: 4, expected: 1080, found: 0 });
}

#[test]
fn the_work_is_known() {
    let mut fields = fields([40, 40, 10], false);
    let work: Vec<[u64; 2]> = (0..6)
        .map(|tick| {
            feed(&mut fields, 0);
            let work = fields.advance(&Span::of_tick(tick, 6.0));
            [work.sub_steps, work.iterations]
        })
        .collect();
    assert_eq!(
        work,
        [[3, 259], [3, 229], [3, 213], [3, 207], [3, 200], [3, 184]],
        "spans and passes of all fields, tick by tick"
    );
}

#[test]
fn what_cannot_be_built_says_why() {
    let grid = Grid { n: [2, 2, 2], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let mut laws = laws();
    laws[1].sides[3] = Side::Fixed(f64::NAN);
    let error = Fields::new(grid, laws.clone(), None).expect_err("a side is not a number");
    assert_eq!(
        error.to_string(),
        "field 1: value at a side is NaN; needs a finite number that is not negative"
    );
    laws[1].sides[3] = Side::Closed;
    let error = Fields::new(grid, laws.clone(), Some(vec![false; 7])).expect_err("a voxel is missing");
    assert_eq!(error, FieldError::Solid { expected: 8, found: 7 });
    let flat = Grid { n: [2, 0, 2], ..grid };
    assert!(matches!(Fields::new(flat, laws.clone(), None), Err(FieldError::Grid { axis: 1, .. })));
    let mut fields = Fields::new(grid, laws, None).expect("valid laws");
    let never = Stepping { fixed_step_min: Some(0.0), ..Stepping::default() };
    assert!(matches!(fields.set_stepping(never), Err(FieldError::Stepping { what: "fixed sub-step", .. })));
}
