//! How long the dead stay and what becomes of their volume.

mod small;

use small::{one_kind, quiet};
use tissue_cells::{Death, KindLaw, Own, State};
use vesicle_base::{Span, math};

fn dying(apoptosis_per_min: f64, necrosis_per_min: f64) -> KindLaw {
    let mut law = quiet();
    law.apoptosis.rate_per_min = apoptosis_per_min;
    law.necrosis.rate_per_min = necrosis_per_min;
    law
}

#[test]
fn the_apoptotic_stay_as_long_as_stated() {
    for length_min in [1.0, 6.0, 10.0] {
        let mut tissue = one_kind(dying(1e9, 0.0));
        tissue.cells.seed(0, &[[0.0; 3]], &tissue.rng);
        let mut gone_min = f64::INFINITY;
        for tick in 0..600 {
            let span = Span::of_tick(tick, length_min);
            tissue.live(&span);
            if tissue.cells.is_empty() {
                gone_min = span.end_min();
                break;
            }
            assert_eq!(tissue.cells.death(0), Some(Death::Apoptotic));
        }
        assert!(
            (516.0..=516.0 + length_min).contains(&gone_min),
            "gone at {gone_min} in ticks of {length_min}"
        );
    }
}

#[test]
fn the_necrotic_swell_burst_and_shrink() {
    let mut law = dying(0.0, 1e9);
    law.necrosis.lysed_min = 3000.0;
    let mut bursts = Vec::new();
    for length_min in [0.5, 6.0] {
        let mut tissue = one_kind(law.clone());
        tissue.cells.seed(0, &[[0.0; 3]], &tissue.rng);
        let (mut largest_um3, mut gone_min, mut tick) = (0.0_f64, 0.0, 0);
        while !tissue.cells.is_empty() {
            let span = Span::of_tick(tick, length_min);
            let before = tissue.cells.life.state[0];
            tissue.live(&span);
            (gone_min, tick) = (span.end_min(), tick + 1);
            if let Some(state) = tissue.cells.life.state.first() {
                assert_eq!(tissue.cells.death(0), Some(Death::Necrotic));
                largest_um3 = largest_um3.max(tissue.cells.volume_um3(0));
                if before == State::Swelling && *state == State::Lysed {
                    bursts.push(span.end_min() - tissue.cells.life.elapsed_min[0]);
                }
            }
        }
        assert!((2.0..2.02).contains(&(largest_um3 / 2494.0)), "burst at {largest_um3}");
        let due_min = bursts[bursts.len() - 1] + 3000.0;
        assert!((due_min - 1e-9..=due_min + length_min).contains(&gone_min));
    }
    assert!((bursts[0] - bursts[1]).abs() < 0.1, "bursts at {bursts:?} whatever the tick");
}

#[test]
fn deaths_compete_as_exponential_times_do() {
    let (a, n) = (2e-3, 1e-3);
    let n_cells = 20_000;
    for length_min in [6.0, 60.0] {
        let mut tissue = one_kind(dying(a, n));
        tissue.cells.seed(0, &vec![[0.0; 3]; n_cells], &tissue.rng);
        for tick in 0..(300.0 / length_min) as u32 {
            tissue.live(&Span::of_tick(tick, length_min));
        }
        let count = |death| (0..n_cells).filter(|row| tissue.cells.death(*row) == death).count() as f64;
        let dead = 1.0 - math::exp(-(a + n) * 300.0);
        for (death, share) in [
            (None, 1.0 - dead),
            (Some(Death::Apoptotic), dead * a / (a + n)),
            (Some(Death::Necrotic), dead * n / (a + n)),
        ] {
            let spread = (n_cells as f64 * share * (1.0 - share)).sqrt();
            let off = (count(death) - n_cells as f64 * share) / spread;
            assert!(off.abs() < 4.0, "{death:?}: {off} standard errors at ticks of {length_min} min");
        }
    }
}

#[test]
fn the_dead_do_not_walk_and_keep_no_cycle() {
    let mut law = dying(1e9, 0.0);
    law.motility.speed_um_per_min = 1.0;
    let mut tissue = one_kind(law);
    tissue.cells.seed(0, &[[0.0; 3]], &tissue.rng);
    tissue.live(&Span::of_tick(0, 6.0));
    assert!(tissue.cells.is_dead(0) && tissue.cells.life.dead[0]);
    assert_eq!(tissue.cells.behaviour.value_when_dead(Own::MigrationSpeed.id(), 0, 0), 0.0);
    assert_eq!(tissue.cells.volume.target_nuclear_solid_um3[0], 0.0);
}
