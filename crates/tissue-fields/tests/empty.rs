//! What cells have taken up altogether costs no more than what is there: a population that decays without end reaches
//! the smallest numbers that exist, and must not cut the sub-steps there.

use tissue_fields::{FieldLaw, Fields, Side, Solve};
use vesicle_base::{Grid, Span};

#[test]
fn a_field_that_was_emptied_is_advanced_in_few_sub_steps() {
    let grid = Grid { n: [10, 4, 1], voxel_um: [20.0; 3], origin_um: [0.0; 3] };
    let law = FieldLaw {
        diffusion_um2_per_min: 80.0,
        decay_per_min: 5e-4,
        sides: [Side::Closed; 6],
        solve: Solve::Transient,
        start: 1e-3,
    };
    let mut fields = Fields::new(grid, vec![law], None).unwrap();
    let mut most = 0;
    for tick in 0..4000 {
        fields.clear_rates();
        for voxel in 0..20 {
            fields.take_up(0, 2 * voxel, 0.1 + 0.001 * voxel as f64);
        }
        let work = fields.advance(&Span { tick, start_min: 6.0 * f64::from(tick), length_min: 6.0 });
        most = most.max(work.sub_steps);
        assert_eq!(fields.health(), None);
    }
    assert!(fields.values(0).iter().all(|value| (0.0..1e-300).contains(value)), "emptied");
    assert!(most < 200, "{most} solves in one span");
}
