//! The same bytes for any order of rows, and after stop and restart; mass stays whole on vessels that grew.

use proptest::prelude::*;
use tissue_vasculature::{Bodies, Ends, Face, Inlet, LumenLaw, StateError, VesselLaw, Vessels, VesselsState};
use vesicle_base::turnover::daughter_id;
use vesicle_base::{Birth, Purpose, Rng, Span, Turnover};

const SIZE_UM: f64 = 150.0;

#[derive(Clone)]
struct Tissue {
    id: Vec<u64>,
    place: Vec<[f64; 3]>,
    vessels: Vessels,
}

fn law() -> VesselLaw {
    let inlet = |face, mmhg| Inlet { face, depth_um: 12.0, ends: Ends::All { mmhg } };
    VesselLaw {
        inlets: vec![inlet(Face::XLow, 25.0), inlet(Face::XHigh, 15.0)],
        branch_per_min: 0.01,
        perfused_after_min: 30.0,
        regress_after_min: 60.0,
        lumen: LumenLaw { adapt_per_min: 1e-3, ..LumenLaw::default() },
        ..VesselLaw::default()
    }
}

/// A shaken lattice of 13 cells a row, so that paths lead from side to side.
fn tissue(seed: u64, n: u64) -> Tissue {
    let place = |id: u64| {
        let mut draws = Rng::new(seed).at(Purpose(1), id, 0);
        let mut near = |at: u64| (11.5 * (at as f64 + 0.5) + 6.0 * (draws.uniform() - 0.5)).min(SIZE_UM);
        [near(id % 13), near(id / 13), 10.0]
    };
    let id: Vec<u64> = (0..n).collect();
    let mut tissue = Tissue {
        place: id.iter().map(|id| place(*id)).collect(),
        id,
        vessels: Vessels::new(law()).expect("the law holds"),
    };
    tissue.meet(Vessels::seed);
    tissue
}

impl Tissue {
    /// Every fifth cell is none of ours; the guide rises to the right.
    fn meet<T>(&mut self, act: impl FnOnce(&mut Vessels, &Bodies<'_>) -> T) -> T {
        let member: Vec<bool> = self.id.iter().map(|id| id % 5 != 0).collect();
        let [x, y, z] = [0, 1, 2].map(|axis| self.place.iter().map(|p| p[axis]).collect::<Vec<f64>>());
        let guide: Vec<f64> = x.iter().map(|x| x / SIZE_UM).collect();
        let box_um = [SIZE_UM, SIZE_UM, 20.0];
        let bodies = Bodies { id: &self.id, member: &member, x: &x, y: &y, z: &z, guide: &guide, box_um };
        act(&mut self.vessels, &bodies)
    }

    fn tick(&mut self, tick: u32) {
        let span = Span::of_tick(tick, 6.0);
        self.meet(|vessels, bodies| vessels.join_and_flow(bodies, &span, &Rng::new(3)));
        let before = self.place.clone();
        for segment in self.vessels.segments() {
            for (row, other) in [(segment.a_row, segment.b_row), (segment.b_row, segment.a_row)] {
                let share = 0.05 * (segment.length_um - segment.rest_um) / segment.length_um.max(1.0);
                let pull = [0, 1, 2].map(|axis| share * (before[other][axis] - before[row][axis]));
                let held = self.vessels.is_anchored(row);
                (0..3).for_each(|axis| self.place[row][axis] += if held { 0.0 } else { pull[axis] });
            }
        }
        for (row, place) in self.place.iter_mut().enumerate() {
            place[0] += if self.vessels.is_tip(row) { 3.0 } else { 0.0 };
        }
        self.turn_over(tick);
    }

    /// By identity and tick: some divide, some go.
    fn turn_over(&mut self, tick: u32) {
        let draw = |id: u64| Rng::new(9).at(Purpose(2), id, tick).uniform();
        let rows = || 0..self.id.len() as u32;
        let id = |row: u32| self.id[row as usize];
        let divides = rows().filter(|row| draw(id(*row)) < 0.03);
        let births: Vec<Birth> =
            divides.map(|row| Birth { mother_row: row, daughter_id: daughter_id(id(row), tick) }).collect();
        let gone = rows().filter(|row| draw(id(*row)) > 0.99).collect();
        let turnover = Turnover { n_before: self.id.len(), births, gone };
        self.vessels.turn_over(&turnover, &self.id);
        let daughters: Vec<u64> = turnover.births.iter().map(|birth| birth.daughter_id).collect();
        self.id.extend(daughters);
        for birth in &turnover.births {
            let mother = self.place[birth.mother_row as usize];
            self.place.push([mother[0] + 3.0, mother[1] + 1.0, mother[2]]);
        }
        turnover.close(&mut self.id);
        turnover.close(&mut self.place);
    }

    fn shuffled(mut self, seed: u64) -> Self {
        let mut order: Vec<usize> = (0..self.id.len()).collect();
        order.sort_by_key(|row| Rng::new(seed).at(Purpose(3), self.id[*row], 0).bits());
        self.place = order.iter().map(|row| self.place[*row]).collect();
        self.id = order.iter().map(|row| self.id[*row]).collect();
        self.meet(Vessels::seed);
        self
    }
}

/// A state with its rows in the order of their ids, bit by bit.
fn by_id(state: &VesselsState) -> String {
    let rows = &state.rows;
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_by_key(|row| rows.id[*row as usize]);
    let mut state = state.clone();
    state.rows.reorder(&order);
    format!("{state:?}")
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let mut first = tissue(1, 160);
    let mut other = first.clone().shuffled(4);
    let mut most = 0;
    for tick in 0..60 {
        first.tick(tick);
        other.tick(tick);
        assert_eq!(by_id(&first.vessels.state()), by_id(&other.vessels.state()), "tick {tick}");
        most = most.max(first.vessels.segments().filter(|segment| segment.perfused).count());
    }
    assert!(most > 10, "the test must see perfused vessels: {most}");
}

#[test]
fn stop_and_restart_change_nothing() {
    let mut whole = tissue(2, 120);
    (0..20).for_each(|tick| whole.tick(tick));
    let mut again = Tissue { vessels: Vessels::new(law()).expect("the law holds"), ..whole.clone() };
    again.vessels.restore(whole.vessels.state()).unwrap();
    assert_eq!(by_id(&again.vessels.state()), by_id(&whole.vessels.state()));
    for tick in 20..40 {
        whole.tick(tick);
        again.tick(tick);
    }
    assert_eq!(format!("{:?}", again.vessels.state()), format!("{:?}", whole.vessels.state()));
}

#[test]
fn a_false_checkpoint_is_refused() {
    let mut tissue = tissue(3, 60);
    (0..5).for_each(|tick| tissue.tick(tick));
    let good = tissue.vessels.state();
    let refused = |change: fn(&mut VesselsState)| {
        let mut state = good.clone();
        change(&mut state);
        let mut vessels = tissue.vessels.clone();
        let error = vessels.restore(state).unwrap_err();
        assert_eq!(vessels.state(), good, "the vessels stay as they were");
        error
    };
    assert!(matches!(refused(|s| s.rows.role.truncate(1)), StateError::Length { what: "roles", .. }));
    assert!(matches!(refused(|s| s.rows.id[1] = s.rows.id[0]), StateError::Twice { .. }));
    assert!(matches!(refused(|s| s.edges.reverse()), StateError::Entry { what: "edges", .. }));
    assert!(matches!(refused(|s| s.edges[0].b = 5), StateError::Entry { what: "edges", .. }));
    assert!(matches!(refused(|s| s.anchors[0].id = 5), StateError::Entry { what: "held cells", .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn rows_stay_aligned_and_mass_is_conserved(seed in 0_u64..1000, n in 0_u64..90) {
        let mut tissue = tissue(seed, n);
        for tick in 0..12 {
            tissue.tick(tick);
            prop_assert_eq!(&tissue.vessels.rows().id, &tissue.id);
        }
        let (span, rng) = (Span::of_tick(12, 6.0), Rng::new(3));
        tissue.meet(|vessels, bodies| vessels.join_and_flow(bodies, &span, &rng));
        let vessels = &tissue.vessels;
        let mut net = vec![0.0; tissue.id.len()];
        let mut most = 0.0_f64;
        for segment in vessels.segments() {
            net[segment.a_row] -= segment.flow_um3_per_min;
            net[segment.b_row] += segment.flow_um3_per_min;
            most = most.max(segment.flow_um3_per_min.abs());
            prop_assert!(segment.radius_um > 0.0 && segment.length_um.is_finite());
        }
        for (row, net) in net.iter().enumerate() {
            prop_assert!(vessels.is_anchored(row) || net.abs() <= 1e-9 * most, "row {row}: {net} of {most}");
        }
        prop_assert_eq!(vessels.health(), None);
    }
}
