//! The network that the vessels of a setup begin with: the tissue's own joining and flow, at the places of the founders.

use crate::setup::{Setup, Start, VesselSetup};
use crate::start;
use tissue_cells::Domain;
use tissue_vasculature::flow::edge_conductance;
use tissue_vasculature::perfuse::speed_um_per_min;
use tissue_vasculature::{Anchor, Bodies, Circuit, Edge, Graph, VesselLaw, Vessels};
use vesicle_base::Rng;

/// What counts of it, as numbers of cells, joints and µm.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Begun {
    /// Cells held in faces, and those of them that are joined to nothing.
    pub held: f64,
    pub bare: f64,
    /// Free ends, those without any joint among them; these alone.
    pub ends: f64,
    pub lone: f64,
    /// Free ends with none, one and two cells between them and where their sprout begins.
    pub near: [f64; 3],
    /// Free cells with more than two joints.
    pub forks: f64,
    /// Joints, and their length.
    pub joints: f64,
    pub length_um: f64,
    /// Joints that carry flow, and their length.
    pub flowing: f64,
    pub flowing_um: f64,
    /// Chance that two held cells are held at different pressures.
    pub opposed: f64,
    /// Whether the places of the cells are said and not drawn.
    pub is_said: bool,
}

/// The network at the start; nothing where the law is none.
pub(super) fn begun(setup: &Setup, vessels: &VesselSetup) -> Begun {
    let Some(kind) = setup.kinds.get(usize::from(vessels.kind)) else { return Begun::default() };
    let grid = setup.grid();
    let at = start::founders(&kind.start, &Domain::of_grid(&grid), u64::from(vessels.kind), &Rng::new(0));
    let column = |axis: usize| at.iter().map(|founder| founder.at_um[axis]).collect::<Vec<f64>>();
    let [x, y, z] = [0, 1, 2].map(column);
    let id: Vec<u64> = (0..at.len() as u64).collect();
    let (member, guide) = (vec![true; at.len()], vec![0.0; at.len()]);
    let bodies =
        Bodies { id: &id, member: &member, x: &x, y: &y, z: &z, guide: &guide, box_um: grid.size_um() };
    let Ok(mut seeded) = Vessels::new(vessels.law.clone()) else { return Begun::default() };
    seeded.seed(&bodies);
    let is_said = !matches!(kind.start, Start::Random { .. });
    Begun { is_said, ..counted(&seeded, at.len() as u64, &vessels.law, &bodies) }
}

fn counted(seeded: &Vessels, n: u64, law: &VesselLaw, bodies: &Bodies<'_>) -> Begun {
    let (graph, anchors) = (seeded.graph(), seeded.anchors());
    let is_held = |id: u64| anchors.binary_search_by_key(&id, |anchor| anchor.id).is_ok();
    let count = |is: &dyn Fn(u64) -> bool| (0..n).filter(|id| is(*id)).count() as f64;
    let flows = flowing(graph, anchors, n as usize, law);
    let length = |edge: &Edge| bodies.distance_um(edge.a as usize, edge.b as usize);
    let mut near = [0.0; 3];
    for end in (0..n).filter(|id| !is_held(*id) && graph.degree(*id) == 1) {
        if let Some(count) = near.get_mut(behind(graph, end, &is_held)) {
            *count += 1.0;
        }
    }
    let conducting = || graph.edges().iter().zip(&flows).filter(|(_, flows)| **flows).map(|(edge, _)| edge);
    Begun {
        held: count(&is_held),
        bare: count(&|id| is_held(id) && graph.degree(id) == 0),
        ends: count(&|id| !is_held(id) && graph.degree(id) <= 1),
        lone: count(&|id| !is_held(id) && graph.degree(id) == 0),
        near,
        forks: count(&|id| !is_held(id) && graph.degree(id) > 2),
        joints: graph.edges().len() as f64,
        length_um: graph.edges().iter().map(length).sum(),
        flowing: conducting().count() as f64,
        flowing_um: conducting().map(length).sum(),
        opposed: opposed(anchors, law),
        is_said: true,
    }
}

/// Cells between a free end and the first held cell, fork or other end; 3 stands for more.
fn behind(graph: &Graph, end: u64, is_held: &dyn Fn(u64) -> bool) -> usize {
    let (mut from, mut at) = (end, graph.neighbours(end).next());
    for between in 0..3 {
        let Some(here) = at.filter(|here| !is_held(*here) && graph.degree(*here) == 2) else {
            return between;
        };
        let ahead = graph.neighbours(here).find(|other| *other != from);
        (from, at) = (here, ahead);
    }
    3
}

/// Which joints carry flow, in their order.
fn flowing(graph: &Graph, anchors: &[Anchor], n: usize, law: &VesselLaw) -> Vec<bool> {
    let mut circuit = Circuit::default();
    circuit.begin(n);
    anchors.iter().for_each(|anchor| circuit.hold(anchor.id as usize, anchor.pressure_mmhg));
    let conducts = |edge: &Edge| edge_conductance(edge, law);
    graph.edges().iter().for_each(|edge| circuit.link(edge.a as usize, edge.b as usize, conducts(edge)));
    if graph.edges().is_empty() {
        return Vec::new();
    }
    circuit.solve();
    let flows = |edge: &Edge| {
        let fall = circuit.pressure(edge.a as usize) - circuit.pressure(edge.b as usize);
        let carrying = Edge { flow_um3_per_min: conducts(edge) * fall, ..*edge };
        speed_um_per_min(&carrying) > law.still_below_um_per_min
    };
    graph.edges().iter().map(flows).collect()
}

/// Chance that two different held cells have different pressures.
fn opposed(anchors: &[Anchor], law: &VesselLaw) -> f64 {
    let n = anchors.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let pressures =
        || law.inlets.iter().flat_map(|inlet| [inlet.ends.pressure_mmhg(0), inlet.ends.pressure_mmhg(1)]);
    let mut levels: Vec<u64> = pressures().map(f64::to_bits).collect();
    levels.sort_unstable();
    levels.dedup();
    let same = |level: &u64| {
        let with = anchors.iter().filter(|anchor| anchor.pressure_mmhg.to_bits() == *level).count() as f64;
        with * (with - 1.0)
    };
    1.0 - levels.iter().map(same).sum::<f64>() / (n * (n - 1.0))
}
