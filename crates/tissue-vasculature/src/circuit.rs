//! Pressures of a network of conductances with some pressures held, by elimination of one node after the other.
//!
//! Equation: Σ_j g_ij (p_i − p_j) = 0 at every free node i, p given at held ones.
//! Discretisation: none. The free node of least degree goes first and its star becomes a mesh,
//! g_ij += g_iv g_jv / Σ_k g_kv; pressures come back in reverse as p_v = p_1 + Σ_j (g_jv / Σ_k g_kv)(p_j − p_1). Every
//! conductance is a sum of positive terms, so nothing cancels; a dead end, or a loop that hangs on one node, gets that
//! node's pressure exactly, hence no flow. Chains and trees make no fill. Any network is solved; one without a held
//! node has pressure 0.
//! Reference: Dörfler and Bullo (2013), doi 10.1109/TCSI.2012.2215780 (Kron reduction); George and Liu (1989),
//! doi 10.1137/1031001 (least degree first).
//! Proved by `tests/known_networks.rs`, and here by `flow_is_conserved_at_every_node` and `a_hanging_loop_is_still`.

use core::cmp::Reverse;
use core::mem::take;
use std::collections::BinaryHeap;

/// Where a node's star was written down when it went.
#[derive(Clone, Copy, Debug)]
struct Pivot {
    node: u32,
    first: usize,
    total: f64,
}

/// A network to solve; keeps its memory between solutions.
#[derive(Clone, Debug, Default)]
pub struct Circuit {
    links: Vec<Vec<(u32, f64)>>,
    held: Vec<Option<f64>>,
    gone: Vec<bool>,
    queue: BinaryHeap<Reverse<(u32, u32)>>,
    pivots: Vec<Pivot>,
    stars: Vec<(u32, f64)>,
    pressure: Vec<f64>,
}

impl Circuit {
    /// Starts a network of `n` nodes without links, none of them held.
    pub fn begin(&mut self, n: usize) {
        self.links.resize_with(n.max(self.links.len()), Vec::new);
        self.links.iter_mut().for_each(Vec::clear);
        self.held.clear();
        self.held.resize(n, None);
        self.gone.clear();
        self.gone.resize(n, false);
        self.queue.clear();
        self.pivots.clear();
        self.stars.clear();
        self.pressure.clear();
        self.pressure.resize(n, 0.0);
    }

    /// Holds a node at a pressure.
    pub fn hold(&mut self, node: usize, pressure: f64) {
        self.held[node] = Some(pressure);
    }

    /// Joins two nodes by a positive conductance; parallel links add up, a link of a node to itself does nothing.
    pub fn link(&mut self, a: usize, b: usize, conductance: f64) {
        if a != b && conductance > 0.0 {
            add(&mut self.links[a], b as u32, conductance);
            add(&mut self.links[b], a as u32, conductance);
        }
    }

    /// Solves for all pressures; returns the links that elimination wrote down, a measure of its work.
    pub fn solve(&mut self) -> usize {
        for node in 0..self.held.len() {
            match self.held[node] {
                Some(pressure) => self.pressure[node] = pressure,
                None => self.enqueue(node),
            }
        }
        while let Some(Reverse((degree, node))) = self.queue.pop() {
            let node = node as usize;
            if !self.gone[node] && self.links[node].len() == degree as usize {
                self.eliminate(node);
            }
        }
        self.substitute_back();
        self.stars.len()
    }

    /// Pressure of a node after [`Circuit::solve`], in the unit of what is held.
    pub fn pressure(&self, node: usize) -> f64 {
        self.pressure[node]
    }

    fn enqueue(&mut self, node: usize) {
        self.queue.push(Reverse((self.links[node].len() as u32, node as u32)));
    }

    /// Takes a free node out of the network and joins its neighbours to each other instead.
    fn eliminate(&mut self, node: usize) {
        let mut star = take(&mut self.links[node]);
        let total = star.iter().map(|link| link.1).sum();
        self.pivots.push(Pivot { node: node as u32, first: self.stars.len(), total });
        self.stars.extend_from_slice(&star);
        self.gone[node] = true;
        for &(one, g_one) in &star {
            let one = one as usize;
            if self.held[one].is_some() {
                continue;
            }
            remove(&mut self.links[one], node as u32);
            for &(other, g_other) in &star {
                if other as usize != one {
                    add(&mut self.links[one], other, g_one * g_other / total);
                }
            }
            self.enqueue(one);
        }
        star.clear();
        self.links[node] = star;
    }

    fn substitute_back(&mut self) {
        let mut end = self.stars.len();
        for pivot in self.pivots.iter().rev() {
            let star = &self.stars[pivot.first..end];
            end = pivot.first;
            if let Some((first, rest)) = star.split_first() {
                let base = self.pressure[first.0 as usize];
                let above =
                    |link: &(u32, f64)| link.1 / pivot.total * (self.pressure[link.0 as usize] - base);
                self.pressure[pivot.node as usize] = base + rest.iter().map(above).sum::<f64>();
            }
        }
    }
}

/// Adds a conductance to a list sorted by node.
fn add(links: &mut Vec<(u32, f64)>, node: u32, conductance: f64) {
    match links.binary_search_by_key(&node, |link| link.0) {
        Ok(at) => links[at].1 += conductance,
        Err(at) => links.insert(at, (node, conductance)),
    }
}

fn remove(links: &mut Vec<(u32, f64)>, node: u32) {
    if let Ok(at) = links.binary_search_by_key(&node, |link| link.0) {
        links.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Links = Vec<(usize, usize, f64)>;

    fn solved(n: usize, links: &Links, held: &[(usize, f64)]) -> Circuit {
        let mut circuit = Circuit::default();
        circuit.begin(n);
        for (node, pressure) in held {
            circuit.hold(*node, *pressure);
        }
        for (a, b, g) in links {
            circuit.link(*a, *b, *g);
        }
        circuit.solve();
        circuit
    }

    #[test]
    fn a_hanging_loop_is_still() {
        let links =
            vec![(0, 1, 0.3), (1, 2, 0.7), (2, 3, 1.1), (3, 4, 0.9), (4, 2, 0.1), (1, 5, 2.0), (3, 6, 0.77)];
        let circuit = solved(8, &links, &[(0, 10.0), (5, 3.0)]);
        let at = |node| circuit.pressure(node);
        assert_eq!([at(2), at(3), at(4), at(6)], [at(1); 4]);
        assert_eq!(at(7), 0.0);
        assert!((at(1) - (0.3 * 10.0 + 2.0 * 3.0) / 2.3).abs() < 1e-14);
    }

    #[test]
    fn a_chain_makes_no_fill() {
        let links: Links = (0..9_999).map(|k| (k, k + 1, 1.0)).collect();
        let mut circuit = Circuit::default();
        circuit.begin(10_000);
        circuit.hold(0, 1.0);
        circuit.hold(9_999, 0.0);
        for (a, b, g) in &links {
            circuit.link(*a, *b, *g);
        }
        assert!(circuit.solve() <= 2 * 9_998);
        assert!((circuit.pressure(2_500) - (1.0 - 2_500.0 / 9_999.0)).abs() < 1e-12);
    }

    #[test]
    fn nothing_and_one_node_are_solved() {
        assert_eq!(Circuit::default().solve(), 0);
        assert_eq!(solved(1, &vec![], &[]).pressure(0), 0.0);
        assert_eq!(solved(1, &vec![], &[(0, 7.0)]).pressure(0), 7.0);
    }

    fn networks() -> impl Strategy<Value = (Links, Vec<(usize, f64)>)> {
        let link = (0_usize..24, 0_usize..24, -4.0_f64..4.0)
            .prop_map(|(a, b, e)| (a, b, vesicle_base::math::exp(e)));
        (prop::collection::vec(link, 0..60), prop::collection::vec((0_usize..24, -50.0_f64..50.0), 0..4))
    }

    proptest! {
        #[test]
        fn flow_is_conserved_at_every_node((links, held) in networks()) {
            let circuit = solved(24, &links, &held);
            let (mut net, mut size) = ([0.0; 24], 0.0_f64);
            for (a, b, g) in &links {
                let flow = g * (circuit.pressure(*a) - circuit.pressure(*b));
                net[*a] += flow;
                net[*b] -= flow;
                size = size.max(g * 50.0);
            }
            for (node, net) in net.iter().enumerate() {
                let free = held.iter().all(|(held, _)| *held != node);
                prop_assert!(!free || net.abs() <= 1e-12 * size, "node {node}: {net}");
            }
        }

        #[test]
        fn no_pressure_leaves_the_range_of_the_held((links, held) in networks()) {
            let circuit = solved(24, &links, &held);
            let low = held.iter().fold(0.0_f64, |low, (_, p)| low.min(*p));
            let high = held.iter().fold(0.0_f64, |high, (_, p)| high.max(*p));
            for node in 0..24 {
                prop_assert!((low - 1e-9..=high + 1e-9).contains(&circuit.pressure(node)));
            }
        }
    }
}
