//! Is anything lost: the budget closes, nothing turns negative.

use proptest::prelude::*;
use tissue_fields::{FieldLaw, Fields, Side, Solve, Stepping};
use vesicle_base::{Grid, Span};

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Closed), (0.0..50.0).prop_map(Side::Fixed)]
}

fn laws() -> impl Strategy<Value = FieldLaw> {
    let diffusion = prop_oneof![Just(0.0), 1e-2..1e7, Just(1e12)];
    let decay = prop_oneof![Just(0.0), 1e-4..10.0];
    (diffusion, decay, [side(), side(), side(), side(), side(), side()], 0.0..20.0).prop_map(
        |(diffusion_um2_per_min, decay_per_min, sides, start)| FieldLaw {
            diffusion_um2_per_min,
            decay_per_min,
            sides,
            solve: Solve::Transient,
            start,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_budget_closes_and_values_stay_positive(
        law in laws(),
        n in [1_usize..7, 1_usize..7, 1_usize..5],
        rates in prop::collection::vec((0_usize..1000, 0.0..30.0, 0.0..300.0), 0..20),
        walls in prop::collection::vec(0_usize..1000, 0..10),
        length_min in 1e-3..20.0,
        fixed_step_min in prop_oneof![Just(None), Just(Some(0.5))],
    ) {
        let grid = Grid { n, voxel_um: [20.0, 10.0, 15.0], origin_um: [0.0; 3] };
        let count = grid.n_voxels();
        let mut solid = vec![false; count];
        for wall in walls {
            solid[wall % count] = true;
        }
        let mut fields = Fields::new(grid, vec![law], Some(solid)).unwrap();
        fields.set_stepping(Stepping { fixed_step_min, ..Stepping::default() }).unwrap();
        // Through a fixed side the net flow is the difference of two flows that may be far larger; they set the rounding.
        let faces = |axis: usize| (0..2).map(move |end| 2 * axis + end);
        let exchange: f64 = (0..3)
            .filter(|&axis| n[axis] > 1)
            .flat_map(|axis| faces(axis).map(move |face| (axis, face)))
            .map(|(axis, face)| match fields.law(0).sides[face] {
                Side::Closed => 0.0,
                Side::Fixed(value) => {
                    let dx = grid.voxel_um[axis];
                    2.0 * fields.law(0).diffusion_um2_per_min / (dx * dx) * value * grid.volume_um3() / n[axis] as f64
                }
            })
            .sum::<f64>() * length_min;
        for (voxel, supply, uptake) in rates {
            fields.supply(0, voxel % count, supply);
            fields.take_up(0, voxel % count, uptake);
        }
        for tick in 0..2 {
            let before = fields.amount(0);
            fields.advance(&Span::of_tick(tick, length_min));
            let after = fields.amount(0);
            let budget = fields.budget(0);
            let gained = before + budget.supplied;
            let spent = after + budget.taken_up + budget.decayed + budget.left_through_sides;
            let size = before + after + budget.supplied + budget.taken_up + budget.decayed + budget.left_through_sides.abs() + exchange;
            prop_assert!((gained - spent).abs() <= 1e-12 * size, "{gained} against {spent}: {budget:?}");
            let taken: f64 = fields.taken_up(0).iter().sum();
            prop_assert!((taken - budget.taken_up).abs() <= 1e-12 * size);
            prop_assert_eq!(fields.health(), None);
        }
    }
}
