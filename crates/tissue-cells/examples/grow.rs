//! scratch (not committed): sub-steps in a growing ball
use tissue_cells::*; use vesicle_base::*; use std::time::Instant;
fn main() {
    let a: Vec<f64> = std::env::args().skip(1).map(|x| x.parse().unwrap()).collect();
    let law = KindLaw { cycle: CycleModel::flow_cytometry(), start: Start::Balanced, ..KindLaw::default() };
    let behaviours = Behaviours::new(&[law.own_base()], vec![]);
    let mut cells = Cells::new(vec![law], behaviours, &TowardKinds::default(), Domain::centred([2000.0; 3], false));
    let rng = Rng::new(1);
    let e = a[0]; // ball radius
    let n = (4.19 * e * e * e / 2889.0) as usize;
    let pts: Vec<[f64;3]> = (0..4*n as u64).map(|i| { let mut d = rng.at(Purpose(9), i, 0); [0,1,2].map(|_| (2.0*d.uniform()-1.0)*e) }).filter(|p| p.iter().map(|c| c*c).sum::<f64>() < e*e).take(n).collect();
    cells.seed(0, &pts, &rng);
    let mut turn = Turnover::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(a[1] as usize).build().unwrap();
    pool.install(|| for t in 0..a[2] as u32 {
        let span = Span::of_tick(t, 6.0);
        let t0 = Instant::now();
        let w = cells.move_by(&span, &rng, Heading::None);
        let dt = t0.elapsed().as_secs_f64();
        cells.live_and_die(&span, &rng, &mut turn);
        let b = turn.births.len();
        cells.turn_over(&turn, &rng);
        if t % 5 == 4 || t < 3 { println!("{t}: n {} births {b} {:?} {:.0} ns/cell", cells.len(), w, dt*1e9/cells.len() as f64); }
    });
}
