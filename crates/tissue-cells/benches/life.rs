//! Cost of one tick without motion: rules, then life and death.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tissue_cells::{
    Behaviours, Cells, CycleModel, Domain, KindLaw, Own, Rule, Rules, SignalId, Signals, Start, TowardKinds,
    start,
};
use vesicle_base::{Rng, Span, Turnover};

fn rules() -> Rules {
    let row = |signal: u16, behaviour: Own, rises: bool, maximum: f64| Rule {
        kind: 0,
        signal: SignalId(signal),
        rises,
        behaviour: behaviour.id(),
        maximum,
        half: 0.5,
        hill: 4.0,
        applies_to_dead: false,
    };
    Rules::new(vec![
        row(0, Own::CycleEntry, true, 0.01),
        row(1, Own::CycleEntry, false, 0.0),
        row(0, Own::Necrosis, false, 0.0),
        row(2, Own::MigrationSpeed, true, 1.0),
    ])
}

fn tissue(n: usize) -> (Cells, Rules, Signals) {
    let rules = rules();
    let law = KindLaw { cycle: CycleModel::flow_cytometry(), start: Start::Balanced, ..KindLaw::default() };
    let behaviours = Behaviours::new(&[law.own_base()], rules.ruled());
    let mut cells =
        Cells::new(vec![law], behaviours, &TowardKinds::default(), Domain::centred([2000.0; 3], false));
    let rng = Rng::new(1);
    let points = start::at_random(cells.domain(), n, 0, &rng);
    cells.seed(0, &points, &rng);
    let mut signals = Signals::new(3);
    signals.resize(n);
    for signal in 0..3 {
        for (row, value) in signals.column_mut(SignalId(signal)).iter_mut().enumerate() {
            *value = (row % 17) as f64 / 17.0;
        }
    }
    (cells, rules, signals)
}

fn life(criterion: &mut Criterion) {
    let n = 100_000;
    let (cells, rules, signals) = tissue(n);
    let rng = Rng::new(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let mut group = criterion.benchmark_group("life");
    group.throughput(Throughput::Elements(n as u64)).sample_size(20);
    group.bench_function("respond", |bencher| {
        let mut cells = cells.clone();
        bencher.iter(|| {
            pool.install(|| rules.respond(&cells.kind, &cells.life.dead, &signals, &mut cells.behaviour));
        });
    });
    group.bench_function("live and die", |bencher| {
        let (mut cells, mut turnover, mut tick) = (cells.clone(), Turnover::default(), 0);
        bencher.iter(|| {
            tick += 1;
            pool.install(|| cells.live_and_die(&Span::of_tick(tick % 60, 6.0), &rng, &mut turnover));
        });
    });
    group.bench_function("health", |bencher| bencher.iter(|| pool.install(|| cells.health())));
    group.finish();
}

criterion_group!(benches, life);
criterion_main!(benches);
