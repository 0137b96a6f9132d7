//! What a division keeps: the middle, the volume, the lineage.

mod small;

use small::{one_kind, quiet};
use tissue_cells::{Behaviours, Cells, CycleModel, Domain, TowardKinds};
use vesicle_base::turnover::daughter_id;
use vesicle_base::{Rng, Span, Turnover};

#[test]
fn the_middle_and_the_volume_stay() {
    let mut law = quiet();
    law.cycle = CycleModel::live().with_fixed(&[true]).with_exits(&[0.5]);
    for plane in [false, true] {
        let behaviours = Behaviours::new(&[law.own_base()], Vec::new());
        let domain = Domain::centred([400.0, 400.0, 40.0], plane);
        let mut cells = Cells::new(vec![law.clone()], behaviours, &TowardKinds::default(), domain);
        let (rng, mut turnover) = (Rng::new(8), Turnover::default());
        let at = [10.0, -20.0, 3.0];
        cells.seed(0, &vec![at; 500], &rng);
        cells.live_and_die(&Span::of_tick(0, 2.0), &rng, &mut turnover);
        let (volume_um3, radius_um) = (cells.volume_um3(0), cells.radius_um(0));
        cells.turn_over(&turnover, &rng);
        let mut mean = [0.0; 3];
        for (mother, daughter) in turnover.pairs() {
            let (a, b) = (cells.position_um(mother), cells.position_um(daughter));
            assert!((0..3).all(|i| (0.5 * (a[i] + b[i]) - at[i]).abs() < 1e-12));
            let apart = (0..3).map(|i| (a[i] - b[i]) * (a[i] - b[i])).sum::<f64>().sqrt();
            assert!((apart - 1.5 * radius_um).abs() < 1e-9);
            assert!(!plane || (a[2] == 3.0 && b[2] == 3.0));
            assert!((cells.volume_um3(mother) + cells.volume_um3(daughter) - volume_um3).abs() < 1e-9);
            assert_eq!(cells.id[daughter], daughter_id(cells.id[mother], 0));
            assert_eq!((cells.life.divisions[mother], cells.life.divisions[daughter]), (1, 0));
            (0..3).for_each(|i| mean[i] += (b[i] - at[i]) / 500.0);
        }
        let spread = 0.75 * radius_um / (if plane { 2.0_f64 } else { 3.0 } * 500.0).sqrt();
        assert!(mean.iter().all(|m| m.abs() < 4.0 * spread), "no direction is preferred: {mean:?}");
    }
}

#[test]
fn cells_at_a_wall_stay_inside() {
    let mut law = quiet();
    law.cycle = CycleModel::live().with_fixed(&[true]).with_exits(&[0.1]);
    let mut tissue = one_kind(law);
    tissue.cells.seed(0, &[[1000.0, 1000.0, -1000.0], [2500.0, 0.0, 0.0]], &tissue.rng);
    (0..10).for_each(|tick| tissue.live(&Span::of_tick(tick, 6.0)));
    assert_eq!(tissue.cells.len(), 128);
    assert_eq!(tissue.cells.health(), None);
}
