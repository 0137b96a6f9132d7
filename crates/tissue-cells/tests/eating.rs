//! Who eats whom, and that nothing of the eaten is lost.

mod small;

use small::quiet;
use tissue_cells::{BehaviourId, Behaviours, Cells, Domain, Own, State, TowardKinds};
use vesicle_base::{Rng, Span, Turnover, math};

const EAT_0: BehaviourId = BehaviourId(Own::COUNT as u16);

/// Kind 0 is eaten, kind 1 eats live kind 0 and the apoptotic at the given rates.
fn table(live_per_min: f64, apoptotic_per_min: f64) -> Cells {
    let prey = quiet();
    let mut eater = quiet();
    eater.eating.apoptotic_per_min = apoptotic_per_min;
    let mut base = vec![prey.own_base(), eater.own_base()];
    base[0].push(0.0);
    base[1].push(live_per_min);
    let toward = TowardKinds { phagocytosis: vec![Some(EAT_0)], ..TowardKinds::default() };
    let domain = Domain::centred([4000.0, 4000.0, 4000.0], false);
    Cells::new(vec![prey, eater], Behaviours::new(&base, Vec::new()), &toward, domain)
}

fn total_um3(cells: &Cells) -> f64 {
    (0..cells.len()).map(|row| cells.volume_um3(row)).sum()
}

/// Far apart groups of cells in contact, one for each offset.
fn groups(n: usize, offset_um: f64) -> Vec<[f64; 3]> {
    (0..n)
        .map(|k| [(k % 60) as f64 * 60.0 - 1800.0 + offset_um, (k / 60) as f64 * 60.0 - 1800.0, 0.0])
        .collect()
}

#[test]
fn meals_come_at_their_rate_and_lose_nothing() {
    let (rng, mut turnover, n) = (Rng::new(4), Turnover::default(), 3000);
    for length_min in [6.0, 60.0] {
        let mut cells = table(0.005, 0.0);
        cells.seed(0, &groups(n, 0.0), &rng);
        cells.seed(1, &groups(n, 15.0), &rng);
        let before_um3 = total_um3(&cells);
        let span = Span::of_tick(0, length_min);
        cells.live_and_die(&span, &rng, &mut turnover);
        let eaten = turnover.gone.len() as f64;
        let share = 1.0 - math::exp(-0.005 * length_min);
        let off = (eaten - n as f64 * share) / (n as f64 * share * (1.0 - share)).sqrt();
        assert!(off.abs() < 4.0, "{eaten} eaten, {off} standard errors away");
        cells.turn_over(&turnover, &rng);
        assert_eq!(cells.len(), 2 * n - eaten as usize);
        if length_min == 6.0 {
            let fluid_moves = 0.02 * before_um3;
            assert!((total_um3(&cells) - before_um3).abs() < fluid_moves);
        }
    }
}

#[test]
fn a_meal_keeps_fluid_and_solids() {
    let (rng, mut turnover) = (Rng::new(4), Turnover::default());
    let mut cells = table(1e12, 0.0);
    cells.seed(0, &[[0.0; 3]], &rng);
    cells.seed(1, &[[15.0, 0.0, 0.0]], &rng);
    let solids = |cells: &Cells| -> f64 {
        cells.volume.nuclear_solid_um3.iter().chain(&cells.volume.cytoplasmic_solid_um3).sum()
    };
    let before = (solids(&cells), cells.volume.fluid_um3.iter().sum::<f64>());
    cells.live_and_die(&Span::of_tick(0, 1e-9), &rng, &mut turnover);
    cells.turn_over(&turnover, &rng);
    assert_eq!((cells.len(), cells.kind[0]), (1, 1));
    let after = (solids(&cells), cells.volume.fluid_um3[0]);
    assert!(
        (after.0 - before.0).abs() < 1e-6 && (after.1 - before.1).abs() < 1e-6,
        "{after:?} of {before:?}"
    );
    assert!((cells.radius_um(0) / 8.412_710_547_954_228 - math::cbrt(2.0)).abs() < 1e-9);
}

#[test]
fn two_who_want_one_share_by_their_rates_and_only_one_eats() {
    let (rng, mut turnover, n) = (Rng::new(4), Turnover::default(), 3000);
    let mut cells = table(0.0, 1e3);
    cells.seed(0, &groups(n, 0.0), &rng);
    cells.seed(1, &groups(n, 15.0), &rng);
    cells.seed(1, &groups(n, -15.0), &rng);
    for row in 0..n {
        (cells.life.state[row], cells.life.dead[row]) = (State::Apoptotic, true);
    }
    cells.live_and_die(&Span::of_tick(0, 6.0), &rng, &mut turnover);
    assert_eq!(turnover.gone, (0..n as u32).collect::<Vec<_>>());
    let fed = |rows: core::ops::Range<usize>| rows.filter(|row| cells.volume_um3(*row) > 3000.0).count();
    let (right, left) = (fed(n..2 * n), fed(2 * n..3 * n));
    assert_eq!(right + left, n, "one meal each");
    assert!((right as f64 - 0.5 * n as f64).abs() < 4.0 * (0.25 * n as f64).sqrt(), "{right} and {left}");
}
