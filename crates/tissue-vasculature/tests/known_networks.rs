//! Flow through networks whose answer is known.

use tissue_vasculature::flow::conductance;
use tissue_vasculature::lumen::wall_shear_pa;
use tissue_vasculature::{Anchor, Bodies, Circuit, Edge, LumenLaw, VesselLaw, Vessels, VesselsState};
use vesicle_base::{Rng, Span};

/// Resistance between two nodes of a network of unit conductances.
fn resistance(n: usize, links: &[(usize, usize)], from: usize, to: usize) -> f64 {
    let mut circuit = Circuit::default();
    circuit.begin(n);
    circuit.hold(from, 1.0);
    circuit.hold(to, 0.0);
    for (a, b) in links {
        circuit.link(*a, *b, 1.0);
    }
    circuit.solve();
    let ends = links.iter().filter(|(a, b)| *a == from || *b == from);
    1.0 / ends.map(|(a, b)| 1.0 - circuit.pressure(if *a == from { *b } else { *a })).sum::<f64>()
}

/// Links of a square lattice of `n × n` nodes.
fn lattice(n: usize) -> Vec<(usize, usize)> {
    let right = (0..n * n).filter(|k| k % n + 1 < n).map(|k| (k, k + 1));
    right.chain((0..n * (n - 1)).map(|k| (k, k + n))).collect()
}

#[test]
fn a_cube_has_five_sixths_between_opposite_corners() {
    let edges: Vec<(usize, usize)> =
        (0..8).flat_map(|a| [1, 2, 4].map(|bit| (a, a ^ bit))).filter(|(a, b)| a < b).collect();
    assert_eq!(edges.len(), 12);
    for (to, expected) in [(7, 5.0 / 6.0), (3, 3.0 / 4.0), (1, 7.0 / 12.0)] {
        assert!((resistance(8, &edges, 0, to) - expected).abs() < 1e-14);
    }
}

#[test]
fn a_lattice_has_its_known_corner_to_corner_resistance() {
    for (n, expected) in [(2, 1.0), (3, 1.5), (4, 13.0 / 7.0)] {
        let got = resistance(n * n, &lattice(n), 0, n * n - 1);
        assert!((got - expected).abs() < 1e-13, "{n}: {got}");
    }
}

#[test]
fn a_complete_graph_has_two_over_n() {
    let links: Vec<(usize, usize)> = (0..12).flat_map(|a| (0..a).map(move |b| (b, a))).collect();
    assert!((resistance(12, &links, 3, 8) - 2.0 / 12.0).abs() < 1e-14);
}

#[test]
fn a_lattice_between_two_faces_flows_in_straight_rows() {
    let n = 30;
    let mut circuit = Circuit::default();
    circuit.begin(n * n);
    for row in 0..n {
        circuit.hold(row * n, 30.0);
        circuit.hold(row * n + n - 1, 10.0);
    }
    for (a, b) in lattice(n) {
        circuit.link(a, b, 2.0);
    }
    circuit.solve();
    for (a, b) in lattice(n) {
        let flow = 2.0 * (circuit.pressure(a) - circuit.pressure(b));
        let expected = if b == a + 1 { 2.0 * 20.0 / (n as f64 - 1.0) } else { 0.0 };
        assert!((flow - expected).abs() < 1e-11, "{a}–{b}: {flow}");
    }
}

/// Cells, their joints with lumen radius, and pressures of the held ones, brought into the room as a checkpoint.
struct Case {
    id: Vec<u64>,
    x: Vec<f64>,
    y: Vec<f64>,
    zero: Vec<f64>,
    vessels: Vessels,
}

impl Case {
    fn new(places: &[(f64, f64)], edges: &[(u64, u64, f64)], held: &[(u64, f64)], law: VesselLaw) -> Self {
        let n = places.len();
        let mut case = Self {
            id: (0..n as u64).collect(),
            x: places.iter().map(|p| p.0).collect(),
            y: places.iter().map(|p| p.1).collect(),
            zero: vec![0.0; n],
            vessels: Vessels::new(VesselLaw { join_distance_um: 0.0, ..law }).expect("the law holds"),
        };
        let mut vessels = case.vessels.clone();
        vessels.seed(&case.bodies(&vec![true; n]));
        let edges = edges.iter().map(|(a, b, r)| Edge::new(*a, *b, *r, 10.0)).collect();
        let anchors = held.iter().map(|(id, p)| Anchor { id: *id, pressure_mmhg: *p }).collect();
        vessels.restore(VesselsState { edges, anchors, ..vessels.state() }).expect("the state holds");
        case.vessels = vessels;
        case
    }

    fn bodies<'a>(&'a self, member: &'a [bool]) -> Bodies<'a> {
        let (x, y, z) = (&self.x, &self.y, &self.zero);
        Bodies { id: &self.id, member, x, y, z, guide: &self.zero, box_um: [1e3; 3] }
    }

    fn tick(&mut self, tick: u32) {
        let member = vec![true; self.id.len()];
        let mut vessels = self.vessels.clone();
        vessels.join_and_flow(&self.bodies(&member), &Span::of_tick(tick, 6.0), &Rng::new(1));
        self.vessels = vessels;
    }

    fn flow(&self, a: u64, b: u64) -> f64 {
        self.vessels.graph().edge(a, b).expect("the two are joined").flow_out_of(a)
    }
}

const MPA_S: f64 = 4.0;

#[test]
fn a_tube_obeys_poiseuille() {
    let places: Vec<(f64, f64)> = (0..11).map(|k| (20.0 * f64::from(k), 0.0)).collect();
    let edges: Vec<(u64, u64, f64)> = (0..10).map(|k| (k, k + 1, 5.0)).collect();
    let mut case = Case::new(&places, &edges, &[(0, 30.0), (10, 10.0)], VesselLaw::default());
    case.tick(0);
    let whole = conductance(5.0, 200.0, MPA_S) * 20.0;
    for k in 0..10 {
        assert!((case.flow(k, k + 1) / whole - 1.0).abs() < 1e-13);
        assert!((case.vessels.flow(k as usize) / whole - 1.0).abs() < 1e-13);
    }
}

#[test]
fn a_y_junction_is_exact() {
    let places = [(0.0, 0.0), (100.0, 0.0), (160.0, 80.0), (130.0, -40.0)];
    let edges = [(0, 1, 6.0), (1, 2, 4.0), (1, 3, 5.0)];
    let mut case = Case::new(&places, &edges, &[(0, 25.0), (2, 12.0), (3, 9.0)], VesselLaw::default());
    case.tick(0);
    let g = [conductance(6.0, 100.0, MPA_S), conductance(4.0, 100.0, MPA_S), conductance(5.0, 50.0, MPA_S)];
    let middle = (g[0] * 25.0 + g[1] * 12.0 + g[2] * 9.0) / (g[0] + g[1] + g[2]);
    for ((from, to), expected) in
        [((0, 1), g[0] * (25.0 - middle)), ((1, 2), g[1] * (middle - 12.0)), ((1, 3), g[2] * (middle - 9.0))]
    {
        assert!((case.flow(from, to) / expected - 1.0).abs() < 1e-13, "{from}–{to}");
    }
    assert!((case.vessels.flow(1) / case.flow(0, 1) - 1.0).abs() < 1e-13);
}

/// A bridge 0–1–3, 0–2–3 with the crossing 1–2; all sides 50 µm long on paper of their own.
fn bridge(radii: [f64; 5]) -> Case {
    let places = [(0.0, 0.0), (40.0, 30.0), (40.0, -30.0), (80.0, 0.0)];
    let [r01, r02, r13, r23, r12] = radii;
    let edges = [(0, 1, r01), (0, 2, r02), (1, 2, r12), (1, 3, r13), (2, 3, r23)];
    let mut case = Case::new(&places, &edges, &[(0, 20.0), (3, 0.0)], VesselLaw::default());
    case.tick(0);
    case
}

#[test]
fn a_balanced_bridge_is_still() {
    let case = bridge([4.0, 6.0, 4.0, 6.0, 5.0]);
    let through = case.flow(0, 1);
    assert!(through > 0.0 && case.flow(1, 2).abs() < 1e-12 * through);
    assert_eq!(case.vessels.graph().edge(1, 2).unwrap().with_flow_min, 0.0, "noise is no flow");
}

#[test]
fn an_unbalanced_bridge_meets_cramers_rule() {
    let radii = [4.0, 6.0, 5.0, 3.5, 4.5];
    let case = bridge(radii);
    let lengths = [50.0, 50.0, 50.0, 50.0, 60.0];
    let g: Vec<f64> = radii.iter().zip(lengths).map(|(r, l)| conductance(*r, l, MPA_S)).collect();
    let (s1, s2) = (g[0] + g[2] + g[4], g[1] + g[3] + g[4]);
    let det = s1 * s2 - g[4] * g[4];
    let p1 = (g[0] * 20.0 * s2 + g[4] * g[1] * 20.0) / det;
    let p2 = (s1 * g[1] * 20.0 + g[4] * g[0] * 20.0) / det;
    for ((a, b), expected) in [((0, 1), g[0] * (20.0 - p1)), ((1, 2), g[4] * (p1 - p2)), ((2, 3), g[3] * p2)]
    {
        assert!((case.flow(a, b) / expected - 1.0).abs() < 1e-11, "{a}–{b}");
    }
}

#[test]
fn what_does_not_reach_both_sides_is_still() {
    let places = [
        (0.0, 0.0),
        (50.0, 0.0),
        (100.0, 0.0),
        (50.0, 40.0),
        (300.0, 0.0),
        (350.0, 0.0),
        (0.0, 90.0),
        (40.0, 90.0),
    ];
    let edges = [(0, 1, 4.0), (1, 2, 4.0), (1, 3, 4.0), (4, 5, 4.0), (6, 7, 4.0)];
    let mut case = Case::new(&places, &edges, &[(0, 20.0), (2, 5.0), (6, 20.0)], VesselLaw::default());
    case.tick(0);
    assert!(case.flow(0, 1) > 0.0);
    assert_eq!([case.flow(1, 3), case.flow(4, 5), case.flow(6, 7)], [0.0; 3]);
}

#[test]
fn murray_at_a_junction() {
    let lumen = LumenLaw { adapt_per_min: 0.01, shear_pa: 1.5, least_um: 1.0, most_um: 60.0 };
    let places = [(0.0, 0.0), (100.0, 0.0), (160.0, 80.0), (160.0, -80.0)];
    let edges = [(0, 1, 6.0), (1, 2, 6.0), (1, 3, 6.0)];
    let shear = 1.5;
    let cbrt_half = 0.5_f64.cbrt();
    let (parent_um, child_um) = (8.0, 8.0 * cbrt_half);
    let drop_mmhg = |r: f64| 2.0 * shear * 100.0 / r / 133.322;
    let total = drop_mmhg(parent_um) + drop_mmhg(child_um);
    let law = VesselLaw { lumen, ..VesselLaw::default() };
    let mut case = Case::new(&places, &edges, &[(0, total), (2, 0.0), (3, 0.0)], law);
    let [mut ends, mut radii] = [[0.0; 3]; 2];
    for tick in 0..3 {
        case.tick(tick);
        let segments: Vec<_> = case.vessels.segments().collect();
        for (k, segment) in segments.iter().enumerate() {
            ends[k] = wall_shear_pa(segment.flow_um3_per_min, segment.radius_um, MPA_S);
            radii[k] = segment.radius_um;
        }
    }
    assert!((radii[1] / radii[2] - 1.0).abs() < 1e-12, "twins stay alike: {radii:?} {ends:?}");
    let mut steady = Case::new(
        &places,
        &[(0, 1, parent_um), (1, 2, child_um), (1, 3, child_um)],
        &[(0, total), (2, 0.0), (3, 0.0)],
        VesselLaw { lumen, ..VesselLaw::default() },
    );
    steady.tick(0);
    let cubes: Vec<f64> = steady.vessels.segments().map(|s| s.radius_um.powi(3)).collect();
    assert!((cubes[0] / (cubes[1] + cubes[2]) - 1.0).abs() < 1e-9, "r³ of the parent is the sum: {cubes:?}");
    assert!((cubes[0].cbrt() - parent_um).abs() < 1e-9, "and the lumen stays");
}
