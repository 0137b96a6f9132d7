//! Which voxels free vesicles are counted in: finer ones of their own where cells empty their surroundings faster than voxels of the tissue
//! show, as long as that is affordable.

mod small;

use tissue_sim::Nested;
use tissue_sim::setup::Setup;

/// Vesicles of one size that cells capture by a clearance.
fn setup(diffusion_um2_per_min: f64, diameter_um: f64, clearance_um3_per_min: f64) -> Setup {
    let mut setup = small::setup(10);
    (setup.size_um, setup.voxel_um, setup.tick_min) = ([100.0, 80.0, 40.0], 20.0, 6.0);
    let law = &mut setup.populations[0].law;
    law.bins.truncate(1);
    law.bins[0].share = 1.0;
    (law.bins[0].diffusion_um2_per_min, law.bins[0].diameter_um) = (diffusion_um2_per_min, diameter_um);
    law.capture.iter_mut().flatten().for_each(|law| law.clearance_um3_per_min = clearance_um3_per_min);
    setup
}

/// Where vesicles touch the cells of the small tissue, µm.
fn contact_um(diameter_um: f64) -> f64 {
    small::setup(1).kinds[0].law.volume.radius_um() + 0.5 * diameter_um
}

#[test]
fn slow_vesicles_that_cells_capture_have_voxels_of_their_own() {
    for (diffusion, diameter_um) in [(1.3, 30.0), (3.9, 10.0), (20.0, 0.1)] {
        let nested = Nested::of(&setup(diffusion, diameter_um, 1e4), 0);
        let along = contact_um(diameter_um) / nested.grid.mean_edge_um();
        assert!(nested.is_fine && (3.3..=8.0).contains(&along), "{diameter_um} um: {along} voxels");
    }
    for (what, fast) in [
        ("fast ones", setup(300.0, 0.1, 1e9)),
        ("those that cells hardly capture", setup(20.0, 0.1, 10.0)),
        ("those that no cell captures", setup(20.0, 0.1, 0.0)),
        ("those that do not move", setup(0.0, 0.1, 1e4)),
    ] {
        let nested = Nested::of(&fast, 0);
        let tissue = fast.grid();
        assert!(!nested.is_fine && nested.grid == tissue, "{what}");
    }
}

#[test]
fn each_of_them_lies_in_one_of_the_tissue() {
    let setup = setup(3.9, 10.0, 1e4);
    let nested = Nested::of(&setup, 0);
    let tissue = setup.grid();
    let mut within = vec![0_usize; tissue.n_voxels()];
    for voxel in 0..nested.grid.n_voxels() {
        let of = nested.in_tissue(voxel);
        assert_eq!(of, tissue.voxel_of(nested.grid.centre_um(voxel)));
        within[of] += 1;
    }
    assert!(within.iter().all(|n| *n == nested.grid.n_voxels() / tissue.n_voxels()));
    assert!((nested.grid.volume_um3() / tissue.volume_um3() - 1.0).abs() < 1e-12);
}

/// Wide tissues have coarser ones, down to two along the contact distance, and in the end none.
#[test]
fn they_cost_no_more_than_they_may() {
    let mut before = f64::INFINITY;
    let mut ended = false;
    for size_um in [100.0, 300.0, 500.0, 800.0, 1600.0, 1e5, 1e7] {
        let large =
            Setup { size_um: [size_um; 3], voxel_um: 20.0_f64.max(size_um / 200.0), ..setup(3.9, 10.0, 1e4) };
        let nested = Nested::of(&large, 0);
        assert!(!ended || !nested.is_fine, "{size_um} um");
        ended = !nested.is_fine;
        if nested.is_fine {
            let along = contact_um(10.0) / nested.grid.mean_edge_um();
            assert!(along <= before && along > 1.6, "{size_um} um: {along} after {before}");
            assert!(nested.grid.n_voxels() < 10_000_000, "{size_um} um");
            before = along;
        }
    }
    assert!(ended && before < 3.0, "both happened: {before}");
}

/// Vesicles that cross the walls of vessels, which are lines on a grid, stay in the voxels of the tissue.
#[test]
fn those_in_blood_have_none() {
    let mut setup = setup(3.9, 10.0, 1e4);
    assert!(Nested::of(&setup, 0).is_fine);
    setup.vessels = small::with_vessels(10).vessels;
    assert!(!Nested::of(&setup, 0).is_fine);
}
