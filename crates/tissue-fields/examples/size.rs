//! Cost against size: time and memory per voxel of one field from 10⁴ voxels to the number given (10⁷ unless said), on
//! the number of threads given (1 unless said): `size [VOXELS] [THREADS]`. Columns, ns per voxel: one split sub-step; a
//! tick of 6 min at once with cells in every third voxel, slow (100 µm²/min) and fast (10⁵); a steady state, from nothing
//! and after small changes; then bytes per voxel: of the field itself, and of the room that all fields share.
#![allow(unsafe_code)] // counts what is allocated

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Instant;
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Span, math};

static BYTES: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: passes everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(address, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Bytes of the field, time of the first and of a later span in s, bytes of field and room.
struct Cost {
    field: usize,
    first_s: f64,
    later_s: f64,
    all: usize,
}

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let most = arguments.first().copied().unwrap_or(10_000_000);
    let threads = arguments.get(1).copied().unwrap_or(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
    println!(
        "    voxels  sub-step  slow tick  fast tick  steady  steady again  bytes/voxel: field  room  implicit room"
    );
    let mut logs: Vec<[f64; 5]> = Vec::new();
    for edge in [22_usize, 46, 100, 215].into_iter().filter(|edge| edge * edge * edge <= most) {
        let n = (edge * edge * edge) as f64;
        let cost = |diffusion, solve, step| pool.install(|| cost(edge, diffusion, solve, step));
        let split = cost(1e5, Solve::Transient, Some(0.01));
        let [slow, fast] = [100.0, 1e5].map(|diffusion| cost(diffusion, Solve::Transient, None));
        let steady = cost(1e5, Solve::Steady, None);
        let of = |cost: &Cost| cost.later_s * 1e9 / n;
        let row = [of(&split), of(&slow), of(&fast), steady.first_s * 1e9 / n, of(&steady)];
        let room = |cost: &Cost| (cost.all - cost.field) as f64 / n;
        println!(
            "{n:>10} {:>9.2} {:>10.0} {:>10.0} {:>7.0} {:>13.0} {:>19.1} {:>5.1} {:>14.1}",
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            slow.field as f64 / n,
            room(&slow),
            room(&steady),
        );
        logs.push(row.map(|ns| math::log10(ns * n)));
    }
    if let [first, .., last] = &logs[..] {
        let decades = 3.0 * math::log10(if logs.len() == 4 { 215.0 / 22.0 } else { 100.0 / 22.0 });
        let slopes: Vec<String> =
            first.iter().zip(last).map(|(a, b)| format!("{:.3}", (b - a) / decades)).collect();
        println!("slope of log time over log voxels: {}", slopes.join("  "));
    }
}

fn cost(edge: usize, diffusion_um2_per_min: f64, solve: Solve, fixed_step_min: Option<f64>) -> Cost {
    let empty = BYTES.load(Relaxed);
    let mut sides = [Side::Closed; 6];
    sides[0] = Side::Fixed(38.0);
    let law = FieldLaw { diffusion_um2_per_min, decay_per_min: 0.1, sides, solve, start: 38.0 };
    let grid = Grid { n: [edge; 3], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let mut fields = Fields::new(grid, vec![law], None).expect("a valid law");
    fields.set_stepping(Stepping { fixed_step_min, ..Stepping::default() }).expect("a valid stepping");
    feed(&mut fields, 0);
    let field = BYTES.load(Relaxed) - empty;
    let steps = if fixed_step_min.is_some() { 20 } else { 1 };
    let length_min = if fixed_step_min.is_some() { 0.2 } else { 6.0 };
    let mut times = [0.0, f64::INFINITY];
    for tick in 0..4 {
        feed(&mut fields, tick);
        let start = Instant::now();
        fields.advance(&Span::of_tick(tick, length_min));
        let time_s = start.elapsed().as_secs_f64() / f64::from(steps);
        times = if tick == 0 { [time_s, times[1]] } else { [times[0], times[1].min(time_s)] };
    }
    assert_eq!(fields.health(), None, "a healthy field");
    Cost { field, first_s: times[0], later_s: times[1], all: BYTES.load(Relaxed) - empty }
}

/// Cells in every third voxel that take up about 1/min; a hundredth of them differ from tick to tick.
fn feed(fields: &mut Fields, tick: u32) {
    fields.clear_rates();
    for voxel in (0..fields.grid().n_voxels()).step_by(3) {
        let differs = voxel * 7919 % 300 == 3 * tick as usize;
        fields.take_up(0, voxel, if differs { 0.1 } else { 1.0 });
        fields.supply(0, voxel, if differs { 20.0 } else { 0.0 });
    }
}
