//! scratch timing (not committed)
use tissue_cells::motion::*;
use std::time::Instant;
#[path = "../tests/flock/mod.rs"] mod flock;
use flock::Flock;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (ball, threads, mode, n): (f64, usize, &str, u32) = (a[1].parse().unwrap(), a[2].parse().unwrap(), &a[3], a[4].parse().unwrap());
    let mut f = Flock::ball(15.984, ball);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let mut laws = MotionLaws::new(1, [-500.0; 3], [500.0; 3]);
    let (len, fresh, sensing) = match mode { "step" => (0.1, false, false), "stepfresh" => (0.1, true, false), "tick" => (6.0, false, false), "tickfresh" => (6.0, true, false), "sense" => (6.0, false, true), "sensefresh"|_ => (6.0, true, true) };
    if len < 1.0 { laws.steps = Steps::Fixed { step_min: 0.1 }; }
    let mut s = Scratch::default();
    let cells = f.len();
    pool.install(|| {
        let mut times = vec![]; let mut work = MotionWork::default();
        for t in 0..n + 5 {
            if fresh { s.forget(); }
            let t0 = Instant::now();
            if sensing { f.with(|b| { sense(b, &laws, &mut s); }); } else { work = f.tick(&laws, t, len, &mut s); }
            if t >= 5 { times.push(t0.elapsed().as_secs_f64() * 1e3); }
        }
        times.sort_by(f64::total_cmp);
        println!("{mode} T={threads} cells {cells} median {:.3} ms min {:.3}  {:.1} ns/cell {:?}", times[times.len()/2], times[0], times[times.len()/2]*1e6/cells as f64, work);
    });
}
