//! Sprouts from a face: growth, meeting, perfusion, regression, division, death, and a bare end.

use tissue_vasculature::{Bodies, Ends, Face, Fault, Inlet, Role, VesselLaw, VesselWork, Vessels};
use vesicle_base::{Birth, Rng, Span, Turnover};

struct Tissue {
    id: Vec<u64>,
    member: Vec<bool>,
    x: Vec<f64>,
    y: Vec<f64>,
    z: Vec<f64>,
    guide: Vec<f64>,
}

impl Tissue {
    fn of(places: &[(f64, f64)], guide: f64) -> Self {
        let n = places.len();
        Self {
            id: (0..n as u64).map(|k| 100 + k).collect(),
            member: vec![true; n],
            x: places.iter().map(|p| p.0).collect(),
            y: places.iter().map(|p| p.1).collect(),
            z: vec![0.0; n],
            guide: vec![guide; n],
        }
    }

    fn bodies(&self) -> Bodies<'_> {
        let Self { id, member, x, y, z, guide } = self;
        Bodies { id, member, x, y, z, guide, box_um: [200.0, 100.0, 20.0] }
    }

    fn tick(&self, vessels: &mut Vessels, tick: u32) -> VesselWork {
        vessels.join_and_flow(&self.bodies(), &Span::of_tick(tick, 6.0), &Rng::new(5))
    }
}

fn law() -> VesselLaw {
    let ends = Ends::Alternate { arterial_mmhg: 25.0, venous_mmhg: 15.0 };
    VesselLaw {
        inlets: vec![Inlet { face: Face::XLow, depth_um: 5.0, ends }],
        branch_per_min: 0.0,
        perfused_after_min: 18.0,
        ..VesselLaw::default()
    }
}

fn seeded(tissue: &Tissue, law: VesselLaw) -> Vessels {
    let mut vessels = Vessels::new(law).expect("the law holds");
    vessels.seed(&tissue.bodies());
    vessels
}

/// Two sprouts from the left whose ends are 14 µm apart.
fn two_sprouts(guide: f64) -> Tissue {
    Tissue::of(&[(0.0, 20.0), (10.0, 20.0), (20.0, 23.0), (0.0, 40.0), (10.0, 40.0), (20.0, 37.0)], guide)
}

#[test]
fn sprouts_meet_and_close_a_loop() {
    let tissue = two_sprouts(1.0);
    let mut vessels = seeded(&tissue, VesselLaw { join_distance_um: 13.0, ..law() });
    let roles: Vec<Role> = (0..6).map(|row| vessels.role(row)).collect();
    assert_eq!(roles[..3], [Role::Stalk, Role::Stalk, Role::Tip]);
    assert!(vessels.is_anchored(0) && vessels.is_anchored(3) && !vessels.is_anchored(1));
    assert_eq!(tissue.tick(&mut vessels, 0).joined, 0);
    let mut near = two_sprouts(1.0);
    (near.y[2], near.y[5]) = (24.0, 36.0);
    assert_eq!(near.tick(&mut vessels, 1).joined, 1);
    assert!((0..6).all(|row| !vessels.is_tip(row) && vessels.flow(row) > 0.0));
    assert!(!vessels.perfused(2), "perfusion takes time");
}

#[test]
fn perfusion_waits_and_regression_follows() {
    let law = VesselLaw { join_distance_um: 14.5, regress_after_min: 24.0, ..law() };
    let mut tissue = two_sprouts(1.0);
    let mut vessels = seeded(&tissue, law);
    let perfused: Vec<bool> = (0..4)
        .map(|tick| {
            tissue.tick(&mut vessels, tick);
            vessels.perfused(2)
        })
        .collect();
    assert_eq!(perfused, [false, false, true, true], "18 min are three ticks");
    let volume: f64 = vessels.segments().map(|s| core::f64::consts::PI * 16.0 * s.length_um).sum();
    assert!((vessels.perfused_volume_um3() / volume - 1.0).abs() < 1e-12);
    tissue.member[4] = false;
    let work = tissue.tick(&mut vessels, 4);
    assert_eq!((work.severed, work.joined), (2, 0), "a dead cell cuts its vessel");
    assert_eq!(vessels.perfused_volume_um3(), 0.0);
    (5..20).for_each(|tick| {
        assert_eq!(tissue.tick(&mut vessels, tick).regressed, 0, "the guide keeps a sprout");
    });
    tissue.guide.fill(0.0);
    let gone: Vec<usize> = (20..24).map(|tick| tissue.tick(&mut vessels, tick).regressed).collect();
    assert_eq!(gone, [0, 0, 0, 3], "24 min are four ticks");
    assert_eq!(vessels.segments().count(), 0);
}

#[test]
fn division_lengthens_and_death_cuts() {
    let tissue = Tissue::of(&[(0.0, 20.0), (10.0, 20.0), (22.0, 20.0), (150.0, 80.0)], 1.0);
    let mut vessels = seeded(&tissue, law());
    tissue.tick(&mut vessels, 0);
    let births = vec![Birth { mother_row: 1, daughter_id: 7 }, Birth { mother_row: 3, daughter_id: 9 }];
    let turnover = Turnover { n_before: 4, births, gone: vec![0] };
    vessels.turn_over(&turnover, &tissue.id);
    let pairs: Vec<(u64, u64)> = vessels.graph().edges().iter().map(|edge| (edge.a, edge.b)).collect();
    assert_eq!(pairs, [(7, 101), (7, 102), (9, 103)], "into the longer edge; a lone mother's beside her");
    assert_eq!(vessels.rows().id, [101, 102, 103, 7, 9]);
    assert!((0..5).all(|row| !vessels.is_anchored(row)));
    let roles: Vec<Role> = (0..5).map(|row| vessels.role(row)).collect();
    assert_eq!(roles, [Role::Tip, Role::Tip, Role::Tip, Role::Stalk, Role::Tip]);
    let rows: Vec<(usize, usize)> = vessels.segments().map(|s| (s.a_row, s.b_row)).collect();
    assert_eq!(rows, [(3, 0), (3, 1), (4, 2)]);
}

#[test]
fn flow_survives_a_division() {
    let tissue = two_sprouts(1.0);
    let mut vessels = seeded(&tissue, VesselLaw { join_distance_um: 14.5, ..law() });
    for tick in 0..4 {
        tissue.tick(&mut vessels, tick);
    }
    let before = vessels.perfused_volume_um3();
    let births = (0..6).map(|row| Birth { mother_row: row, daughter_id: 1000 + u64::from(row) }).collect();
    vessels.turn_over(&Turnover { n_before: 6, births, gone: vec![] }, &tissue.id);
    assert_eq!(vessels.segments().count(), 11);
    assert!((vessels.perfused_volume_um3() / before - 1.0).abs() < 1e-12);
    assert!((0..12).all(|row| vessels.perfused(row)));
    let through = vessels.flow(0);
    assert!((0..12).all(|row| (vessels.flow(row) / through - 1.0).abs() < 1e-9), "direction is kept");
}

#[test]
fn a_held_cell_sends_its_daughter() {
    let mut tissue = Tissue::of(&[(0.0, 20.0)], 1.0);
    let mut vessels = seeded(&tissue, law());
    assert_eq!(vessels.role(0), Role::Quiescent);
    let births = vec![Birth { mother_row: 0, daughter_id: 7 }];
    vessels.turn_over(&Turnover { n_before: 1, births, gone: vec![] }, &tissue.id);
    assert_eq!((vessels.role(0), vessels.role(1)), (Role::Stalk, Role::Tip));
    tissue = Tissue { id: vec![100, 7], ..Tissue::of(&[(0.0, 20.0), (30.0, 20.0)], 1.0) };
    tissue.tick(&mut vessels, 0);
    assert!(vessels.is_anchored(0) && !vessels.is_anchored(1), "the wall holds");
    let stretch: Vec<f64> = vessels.segments().map(|s| s.length_um - s.rest_um).collect();
    assert_eq!(stretch, [20.0]);
}

#[test]
fn other_cells_are_nothing_to_vessels() {
    let mut tissue = two_sprouts(1.0);
    tissue.member[2] = false;
    let mut vessels = seeded(&tissue, law());
    tissue.tick(&mut vessels, 0);
    assert_eq!((vessels.role(2), vessels.perfused(2), vessels.flow(2)), (Role::None, false, 0.0));
    assert!(vessels.segments().all(|segment| segment.a_row != 2 && segment.b_row != 2));
}

#[test]
fn nothing_one_and_coincident_cells_pass() {
    for places in [vec![], vec![(0.0, 0.0)], vec![(0.0, 0.0); 7], vec![(50.0, 50.0); 7]] {
        let tissue = Tissue::of(&places, 1.0);
        let mut vessels = seeded(&tissue, VesselLaw { branch_per_min: 1e9, ..law() });
        for tick in 0..5 {
            tissue.tick(&mut vessels, tick);
        }
        assert_eq!(vessels.health(), None);
        assert!(vessels.segments().all(|segment| segment.length_um.is_finite()));
        vessels.turn_over(&Turnover { n_before: places.len(), ..Turnover::default() }, &tissue.id);
    }
}

#[test]
fn a_number_that_is_none_is_reported_and_harms_nothing_else() {
    let mut tissue = two_sprouts(1.0);
    let mut vessels = seeded(&tissue, law());
    tissue.x[2] = f64::NAN;
    tissue.tick(&mut vessels, 0);
    assert_eq!(vessels.health(), Some(Fault::NotFinite { id: 102, row: 2, what: "place" }));
    assert_eq!(
        vessels.health().unwrap().to_string(),
        "endothelial cell 102 in row 2: its place is not a finite number"
    );
    assert!((0..6).all(|row| vessels.flow(row).is_finite()));
}
