//! Change of kind and asymmetric division.

mod small;

use small::quiet;
use tissue_cells::{BehaviourId, Behaviours, Cells, CycleModel, Domain, KindLaw, Own, TowardKinds};
use vesicle_base::{Rng, Span, Turnover, math};

const FIRST: u16 = Own::COUNT as u16;

/// Three kinds; kind 0 has a behaviour towards kinds 1 and 2 with the given values, the others 0.
fn three(laws: &[KindLaw; 3], values: [f64; 2], toward: &TowardKinds) -> Cells {
    let base = laws.clone().map(|law| law.own_base());
    let base: Vec<Vec<f64>> = base
        .into_iter()
        .zip([values, [0.0; 2], [0.0; 2]])
        .map(|(mut own, more)| {
            own.extend(more);
            own
        })
        .collect();
    let domain = Domain::centred([1000.0; 3], false);
    Cells::new(laws.to_vec(), Behaviours::new(&base, Vec::new()), toward, domain)
}

fn list() -> Vec<Option<BehaviourId>> {
    vec![None, Some(BehaviourId(FIRST)), Some(BehaviourId(FIRST + 1))]
}

fn counts(cells: &Cells) -> [f64; 3] {
    [0, 1, 2].map(|kind| cells.kind.iter().filter(|of| **of == kind).count() as f64)
}

fn near(count: f64, n: f64, share: f64) {
    let off = (count - n * share) / (n * share * (1.0 - share)).sqrt();
    assert!(off.abs() < 4.0, "{count} of {n}, {off} standard errors from a share of {share}");
}

#[test]
fn changes_of_kind_compete_whatever_the_tick() {
    let (one, two, n) = (4e-3, 1e-3, 20_000);
    for length_min in [6.0, 100.0] {
        let toward = TowardKinds { transformation: list(), ..TowardKinds::default() };
        let mut bigger = quiet();
        bigger.volume.nucleus_um3 *= 2.0;
        let mut cells = three(&[quiet(), bigger.clone(), quiet()], [one, two], &toward);
        let (rng, mut turnover) = (Rng::new(3), Turnover::default());
        cells.seed(0, &vec![[0.0; 3]; n], &rng);
        for tick in 0..(300.0 / length_min) as u32 {
            cells.live_and_die(&Span::of_tick(tick, length_min), &rng, &mut turnover);
            assert!(turnover.is_empty());
        }
        let changed = 1.0 - math::exp(-(one + two) * 300.0);
        let [_, ones, twos] = counts(&cells);
        near(ones, n as f64, changed * 0.8);
        near(twos, n as f64, changed * 0.2);
        let row = cells.kind.iter().position(|kind| *kind == 1).unwrap();
        assert_eq!(cells.volume.target_nuclear_solid_um3[row], bigger.volume.nuclear_solid_um3());
    }
}

#[test]
fn daughters_are_born_as_other_kinds_by_their_odds() {
    let toward = TowardKinds { asymmetric_division: list(), ..TowardKinds::default() };
    let mut dividing = quiet();
    dividing.cycle = CycleModel::live().with_fixed(&[true]).with_exits(&[0.5]);
    let mut cells = three(&[dividing, quiet(), quiet()], [0.3, 0.1], &toward);
    let (rng, mut turnover) = (Rng::new(3), Turnover::default());
    let n = 20_000;
    cells.seed(0, &vec![[0.0; 3]; n], &rng);
    cells.live_and_die(&Span::of_tick(0, 2.0), &rng, &mut turnover);
    assert_eq!(turnover.births.len(), n);
    cells.turn_over(&turnover, &rng);
    assert!(cells.kind[..n].iter().all(|kind| *kind == 0), "mothers stay what they are");
    let [_, ones, twos] = counts(&cells);
    near(ones, n as f64, 0.3);
    near(twos, n as f64, 0.1);
}
