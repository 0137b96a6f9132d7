//! Times the D3 workload (100³ voxels, 20 µm, sub-steps of 0.01 min, closed sides) and prints ms per sub-step:
//! `d3 FIELDS THREADS [SUB-STEPS PER TICK] [ROUNDS]`, the median over rounds, and the mean of the first field.

use std::time::Instant;
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Span, math};

fn main() {
    let arguments: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let get = |at: usize, default: usize| arguments.get(at).copied().unwrap_or(default);
    let (n_fields, threads, steps, rounds) = (get(0, 1), get(1, 1), get(2, 1), get(3, 15));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a thread pool");
    let mut fields = workload(n_fields);
    let mut times_ms: Vec<f64> = pool.install(|| {
        let mut run = |tick: u32, steps: usize| {
            let start = Instant::now();
            fields.advance(&Span::of_tick(tick, 0.01 * steps as f64));
            start.elapsed().as_secs_f64() * 1e3 / steps as f64
        };
        for tick in 0..3 {
            run(tick, 1);
        }
        (0..rounds).map(|round| run(round as u32 + 3, steps)).collect()
    });
    times_ms.sort_by(f64::total_cmp);
    let mean = fields.values(0).iter().sum::<f64>() / fields.grid().n_voxels() as f64;
    println!("{:.4} least {:.4} mean {mean:.7}", times_ms[times_ms.len() / 2], times_ms[0]);
}

fn workload(n_fields: usize) -> Fields {
    let n_z = std::env::var("NZ").ok().and_then(|n| n.parse().ok()).unwrap_or(100_usize);
    let grid = Grid { n: [100, 100, n_z], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let law = |field: usize| FieldLaw {
        diffusion_um2_per_min: 1e5 / (1.0 + field as f64),
        decay_per_min: 0.1,
        sides: [Side::Closed; 6],
        solve: Solve::Transient,
        start: 0.0,
    };
    let mut fields = Fields::new(grid, (0..n_fields).map(law).collect(), None).expect("valid laws");
    fields
        .set_stepping(Stepping { fixed_step_min: Some(0.01), ..Stepping::default() })
        .expect("a valid stepping");
    for field in 0..n_fields {
        for (voxel, value) in fields.values_mut(field).iter_mut().enumerate() {
            let [x, y, z] = grid.centre_um(voxel);
            *value = 10.0 + 5.0 * math::cos(0.01 * x) * math::cos(0.007 * y) * math::cos(0.005 * z);
        }
    }
    fields
}
