//! All vessels of a tissue: one call a tick, and what the rest of the tissue may read.

use crate::join::Joiner;
use crate::members::{Members, Role};
use crate::perfuse::is_perfused;
use crate::{Bodies, Circuit, Edge, Graph, LawError, VesselLaw, branch, flow, lumen, perfuse, seed};
use core::mem::take;
use vesicle_base::{Rng, Span};

vesicle_base::columns! {
    /// What each row of the tissue is to the vessels; rows of other cells are empty.
    pub struct VesselRows,
    /// One row of [`VesselRows`].
    row VesselRow {
        /// Identity of the cell.
        pub id: Vec<u64>,
        /// Whether the cell is endothelial and alive.
        pub member: Vec<bool>,
        /// Whether its guide is above the threshold.
        pub active: Vec<bool>,
        /// Its role.
        pub role: Vec<Role>,
        /// Flow through the cell, µm³/min.
        pub flow_um3_per_min: Vec<f64>,
        /// Whether a perfused segment ends here.
        pub perfused: Vec<bool>,
    }
}

/// A cell held at a face of the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// Identity of the cell.
    pub id: u64,
    /// Pressure there, mmHg.
    pub pressure_mmhg: f64,
}

/// What one tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VesselWork {
    /// Cells that left their vessel as a new tip.
    pub branched: usize,
    /// Tips joined to another cell.
    pub joined: usize,
    /// Segments lost because a cell at their end died or went.
    pub severed: usize,
    /// Segments lost for want of flow.
    pub regressed: usize,
    /// Segments at the end.
    pub segments: usize,
    /// Links written down by the pressure solver.
    pub solver_links: usize,
}

/// Why vessels can no longer be trusted.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// An endothelial cell without a place or a guide.
    #[error("endothelial cell {id} in row {row}: its {what} is not a finite number")]
    NotFinite {
        /// Identity of the cell.
        id: u64,
        /// Its row.
        row: usize,
        /// Place or guide.
        what: &'static str,
    },
}

/// One stretch of vessel, by the rows of its ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Row of the cell with the lower id.
    pub a_row: usize,
    /// Row of the cell with the higher id.
    pub b_row: usize,
    /// Radius of the lumen, µm.
    pub radius_um: f64,
    /// Length, µm.
    pub length_um: f64,
    /// Length at which its ends do not pull, µm.
    pub rest_um: f64,
    /// Flow from `a` to `b`, µm³/min.
    pub flow_um3_per_min: f64,
    /// Whether it counts as perfused.
    pub perfused: bool,
}

/// Endothelial cells joined to vessels.
#[derive(Clone, Debug)]
pub struct Vessels {
    law: VesselLaw,
    pub(crate) graph: Graph,
    pub(crate) anchors: Vec<Anchor>,
    pub(crate) rows: VesselRows,
    pub(crate) fault: Option<Fault>,
    order: Vec<(u64, u32)>,
    inflow: Vec<f64>,
    circuit: Circuit,
    joiner: Joiner,
}

impl Vessels {
    /// No cells yet.
    ///
    /// # Errors
    /// The first number of the law that is out of its range.
    pub fn new(law: VesselLaw) -> Result<Self, LawError> {
        law.check()?;
        Ok(Self {
            law,
            graph: Graph::default(),
            anchors: Vec::new(),
            rows: VesselRows::default(),
            fault: None,
            order: Vec::new(),
            inflow: Vec::new(),
            circuit: Circuit::default(),
            joiner: Joiner::default(),
        })
    }

    /// The law.
    pub fn law(&self) -> &VesselLaw {
        &self.law
    }

    /// Begins anew: holds the cells near the faces of the law's inlets and joins neighbours within reach. Flow is
    /// first known after [`Vessels::join_and_flow`].
    pub fn seed(&mut self, bodies: &Bodies<'_>) {
        self.graph.clear();
        self.anchors.clear();
        self.meet(bodies);
        self.anchors = seed::anchors(bodies, &self.order, &self.law);
        self.graph = seed::graph(bodies, &self.order, &self.anchors, &self.law);
        self.settle();
    }

    /// One tick: cells branch, tips join, blood flows, clocks run, idle segments go.
    ///
    /// Rows may stand in another order than before; cells are known by id. Cells that are no longer members lose
    /// their edges.
    ///
    /// # Panics
    /// When the columns of `bodies` differ in length.
    pub fn join_and_flow(&mut self, bodies: &Bodies<'_>, span: &Span, rng: &Rng) -> VesselWork {
        let mut work = VesselWork { severed: self.meet(bodies), ..VesselWork::default() };
        let Self { law, graph, anchors, rows, order, circuit, joiner, .. } = self;
        let active = take(&mut rows.active);
        let members = Members { order, anchors, active: &active };
        work.branched = branch::sprout(graph, &members, bodies, law, span, *rng);
        work.joined = joiner.join(graph, &members, bodies, law);
        measure(graph, &members, bodies);
        work.solver_links = flow::carry(graph, &members, law, circuit);
        perfuse::run_clocks(graph, &members, law, span);
        lumen::adapt(graph, law, span);
        work.regressed = perfuse::regress(graph, law);
        rows.active = active;
        work.segments = self.graph.edges().len();
        self.settle();
        work
    }

    /// What a row is to its vessel.
    pub fn role(&self, row: usize) -> Role {
        self.rows.role[row]
    }

    /// Whether a row leads a sprout up the guide.
    pub fn is_tip(&self, row: usize) -> bool {
        self.rows.role[row] == Role::Tip
    }

    /// Whether a row is held at a face: it must not be moved.
    pub fn is_anchored(&self, row: usize) -> bool {
        let id = self.rows.id[row];
        self.rows.member[row] && self.anchors.binary_search_by_key(&id, |anchor| anchor.id).is_ok()
    }

    /// Whether a perfused segment ends at a row.
    pub fn perfused(&self, row: usize) -> bool {
        self.rows.perfused[row]
    }

    /// Flow through a row, µm³/min: what enters or what leaves through its segments, the greater.
    pub fn flow(&self, row: usize) -> f64 {
        self.rows.flow_um3_per_min[row]
    }

    /// All columns by row.
    pub fn rows(&self) -> &VesselRows {
        &self.rows
    }

    /// Who is joined to whom, by id.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Cells held at faces, by id.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The segments in the order of their cells' ids.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        self.graph.edges().iter().filter_map(|edge| {
            let (a_row, b_row) = self.members().rows(edge.a, edge.b)?;
            Some(self.segment(edge, a_row, b_row))
        })
    }

    /// Lumen of all perfused segments, µm³.
    pub fn perfused_volume_um3(&self) -> f64 {
        let perfused = self.graph.edges().iter().filter(|edge| is_perfused(edge, &self.law));
        perfused.map(Edge::volume_um3).sum()
    }

    /// What is wrong, if anything; the first since the last seeding or restoring.
    pub fn health(&self) -> Option<Fault> {
        self.fault
    }

    fn segment(&self, edge: &Edge, a_row: usize, b_row: usize) -> Segment {
        Segment {
            a_row,
            b_row,
            radius_um: edge.radius_um,
            length_um: edge.length_um,
            rest_um: edge.rest_um,
            flow_um3_per_min: edge.flow_um3_per_min,
            perfused: is_perfused(edge, &self.law),
        }
    }

    fn members(&self) -> Members<'_> {
        Members { order: &self.order, anchors: &self.anchors, active: &self.rows.active }
    }

    /// Takes up this tick's rows; returns how many edges were severed.
    fn meet(&mut self, bodies: &Bodies<'_>) -> usize {
        bodies.assert_shape();
        let (rows, above) = (&mut self.rows, self.law.branch_above);
        rows.resize(bodies.len());
        rows.id.copy_from_slice(bodies.id);
        rows.member.copy_from_slice(bodies.member);
        let guides = bodies.guide.iter().zip(bodies.member);
        rows.active
            .iter_mut()
            .zip(guides)
            .for_each(|(active, (guide, member))| *active = *member && *guide > above);
        let Self { order, rows, graph, anchors, .. } = self;
        sort_members(order, rows);
        let known = |id: u64| order.binary_search_by_key(&id, |member| member.0).is_ok();
        anchors.retain(|anchor| known(anchor.id));
        let severed = graph.retain(|edge| known(edge.a) && known(edge.b));
        self.fault = self.fault.or_else(|| first_fault(bodies, &self.order));
        severed
    }

    /// Works out what rows are to the vessels after the graph or the rows have changed.
    pub(crate) fn settle(&mut self) {
        let Self { law, graph, anchors, rows, order, inflow, .. } = self;
        sort_members(order, rows);
        rows.role.fill(Role::None);
        let members = Members { order, anchors, active: &rows.active };
        for &(id, row) in members.order {
            rows.role[row as usize] = members.role(graph, id);
        }
        rows.perfused.fill(false);
        rows.flow_um3_per_min.fill(0.0);
        inflow.clear();
        inflow.resize(rows.role.len(), 0.0);
        for edge in graph.edges() {
            let Some((a, b)) = members.rows(edge.a, edge.b) else { continue };
            let (from, to) = if edge.flow_um3_per_min >= 0.0 { (a, b) } else { (b, a) };
            rows.flow_um3_per_min[from] += edge.flow_um3_per_min.abs();
            inflow[to] += edge.flow_um3_per_min.abs();
            if is_perfused(edge, law) {
                (rows.perfused[a], rows.perfused[b]) = (true, true);
            }
        }
        rows.flow_um3_per_min.iter_mut().zip(inflow).for_each(|(out, into)| *out = out.max(*into));
    }
}

impl VesselRows {
    fn resize(&mut self, n: usize) {
        self.id.resize(n, 0);
        self.member.resize(n, false);
        self.active.resize(n, false);
        self.role.resize(n, Role::None);
        self.flow_um3_per_min.resize(n, 0.0);
        self.perfused.resize(n, false);
    }
}

/// Members by id.
fn sort_members(order: &mut Vec<(u64, u32)>, rows: &VesselRows) {
    order.clear();
    let members = rows.id.iter().zip(&rows.member).enumerate();
    order.extend(members.filter(|(_, (_, member))| **member).map(|(row, (id, _))| (*id, row as u32)));
    order.sort_unstable();
    debug_assert!(order.windows(2).all(|pair| pair[0].0 < pair[1].0), "no two cells have the same id");
}

/// Measures every edge; one without a finite length keeps its last.
fn measure(graph: &mut Graph, members: &Members<'_>, bodies: &Bodies<'_>) {
    for edge in graph.edges_mut() {
        let length = members.rows(edge.a, edge.b).map(|(a, b)| bodies.distance_um(a, b));
        edge.length_um = length.filter(|length| length.is_finite()).unwrap_or(edge.length_um);
    }
}

fn first_fault(bodies: &Bodies<'_>, order: &[(u64, u32)]) -> Option<Fault> {
    order.iter().find_map(|&(id, row)| {
        let row = row as usize;
        let what = match (bodies.at(row).iter().all(|x| x.is_finite()), bodies.guide[row].is_finite()) {
            (true, true) => return None,
            (true, false) => "guide",
            (false, _) => "place",
        };
        Some(Fault::NotFinite { id, row, what })
    })
}
