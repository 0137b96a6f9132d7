//! Mechanics of a close-packed ball of cells: workload M, one step of 0.1 min and one tick of 6 min.
#![allow(missing_docs, reason = "a benchmark")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tissue_cells::motion::{MotionLaws, Scratch, Steps, sense};

#[path = "../tests/flock/mod.rs"]
mod flock;
use flock::Flock;

/// Radius of the ball and number of cells, threads.
const BALLS: [(&str, f64); 2] = [("1e4", 190.3), ("1e5", 410.0)];

fn laws(steps: Steps) -> MotionLaws {
    let mut laws = MotionLaws::new(1, [-500.0; 3], [500.0; 3]);
    laws.steps = steps;
    laws
}

fn mechanics(criterion: &mut Criterion) {
    let cases = [
        ("step of 0.1 min", Steps::Fixed { step_min: 0.1 }, 0.1),
        ("tick of 6 min, fixed steps", Steps::Fixed { step_min: 0.1 }, 6.0),
        ("tick of 6 min, adaptive", Steps::default(), 6.0),
    ];
    for (name, ball_um) in BALLS {
        for (case, steps, length_min) in cases {
            let mut group = criterion.benchmark_group(case);
            let mut flock = Flock::ball(15.984, ball_um);
            group.sample_size(10).throughput(Throughput::Elements(flock.len() as u64));
            for threads in [1, 4] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
                let (laws, mut scratch, mut tick) = (laws(steps), Scratch::default(), 0);
                group.bench_function(BenchmarkId::new(name, threads), |bencher| {
                    pool.install(|| {
                        bencher.iter(|| {
                            tick += 1;
                            flock.tick(&laws, tick, length_min, &mut scratch)
                        });
                    });
                });
            }
        }
    }
}

fn feeling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sense, lists built");
    for (name, ball_um) in BALLS {
        let mut flock = Flock::ball(15.984, ball_um);
        group.sample_size(10).throughput(Throughput::Elements(flock.len() as u64));
        let (laws, pool) = (laws(Steps::default()), rayon::ThreadPoolBuilder::new().num_threads(1).build());
        pool.expect("a pool").install(|| {
            group.bench_function(BenchmarkId::new(name, 1), |bencher| {
                bencher.iter_batched_ref(
                    Scratch::default,
                    |scratch| flock.with(|bodies| sense(bodies, &laws, scratch).pressure(0)),
                    BatchSize::LargeInput,
                );
            });
        });
    }
}

criterion_group!(benches, mechanics, feeling);
criterion_main!(benches);
