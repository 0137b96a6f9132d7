//! The D3 workload (100³ voxels, closed sides, sub-steps of 0.01 min) for 1 and 10 fields on 1 and 4 threads, a tick at
//! once and a steady solve on the same grid, and one pass over the same memory in place, which no sub-step can beat from memory.
#![allow(missing_docs)] // the macros below make undocumented functions

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Span, math};

const VOXELS: usize = 1_000_000;

fn law(field: usize, solve: Solve) -> FieldLaw {
    FieldLaw {
        diffusion_um2_per_min: 1e5 / (1.0 + field as f64),
        decay_per_min: 0.1,
        sides: [Side::Closed; 6],
        solve,
        start: 0.0,
    }
}

fn workload(n_fields: usize) -> Fields {
    let grid = Grid { n: [100; 3], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let laws = (0..n_fields).map(|field| law(field, Solve::Transient)).collect();
    let mut fields = Fields::new(grid, laws, None).expect("valid laws");
    let stepping = Stepping { fixed_step_min: Some(0.01), ..Stepping::default() };
    fields.set_stepping(stepping).expect("a valid stepping");
    for field in 0..n_fields {
        for (voxel, value) in fields.values_mut(field).iter_mut().enumerate() {
            let [x, y, z] = grid.centre_um(voxel);
            *value = 10.0 + 5.0 * math::cos(0.01 * x) * math::cos(0.007 * y) * math::cos(0.005 * z);
        }
    }
    fields
}

fn d3(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("d3");
    group.sample_size(20);
    for (n_fields, threads) in [(1, 1), (1, 4), (10, 1), (10, 4)] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let mut fields = workload(n_fields);
        group.throughput(Throughput::Elements((VOXELS * n_fields * 10) as u64));
        group.bench_function(format!("{n_fields} fields, {threads} threads, 10 sub-steps"), |bencher| {
            bencher.iter(|| pool.install(|| fields.advance(&Span::of_tick(0, 0.1))));
        });
    }
    group.finish();
}

fn tick(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tick of 6 min at once, 1e6 voxels, sinks in every third");
    group.sample_size(10);
    let grid = Grid { n: [100; 3], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    for diffusion_um2_per_min in [1e2, 1e5, 1e7] {
        let law = FieldLaw { diffusion_um2_per_min, start: 38.0, ..law(0, Solve::Transient) };
        let mut fields = Fields::new(grid, vec![law], None).expect("a valid law");
        (0..VOXELS).step_by(3).for_each(|voxel| fields.take_up(0, voxel, 1.0 + (voxel % 5) as f64));
        group.bench_function(format!("D {diffusion_um2_per_min:e} µm²/min"), |bencher| {
            bencher.iter_batched_ref(
                || fields.clone(),
                |fields| fields.advance(&Span::of_tick(0, 6.0)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn steady(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("steady");
    group.sample_size(10);
    let grid = Grid { n: [100; 3], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let mut law = law(0, Solve::Steady);
    law.sides = [Side::Fixed(38.0); 6];
    let mut fresh = Fields::new(grid, vec![law], None).expect("a valid law");
    (0..VOXELS).filter(|voxel| voxel % 5 == 0).for_each(|voxel| fresh.take_up(0, voxel, 3.0));
    group.bench_function("from nothing, 1e6 voxels", |bencher| {
        bencher.iter_batched_ref(
            || fresh.clone(),
            |fields| fields.advance(&Span::of_tick(0, 6.0)),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn memory(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("memory limit");
    for n_fields in [1, 10] {
        let mut values = vec![1.0; VOXELS * n_fields];
        group.throughput(Throughput::Elements((VOXELS * n_fields) as u64));
        group.bench_function(format!("{n_fields} fields in place, 1 thread"), |bencher| {
            bencher.iter(|| {
                for value in black_box(&mut values).iter_mut() {
                    *value *= 1.000_000_1;
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, d3, tick, steady, memory);
criterion_main!(benches);
