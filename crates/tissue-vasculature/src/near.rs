//! Members within a distance of a place: sorted bins, rebuilt when asked.

use crate::Bodies;
use core::cmp::Ordering;

/// Members sorted by the bin they lie in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Near {
    reach_um: f64,
    bins: Vec<([i32; 3], u64, u32)>,
}

impl Near {
    /// Sorts the members into bins of edge `reach_um`, positive.
    pub fn fill(&mut self, bodies: &Bodies<'_>, order: &[(u64, u32)], reach_um: f64) {
        self.reach_um = reach_um;
        self.bins.clear();
        self.bins.extend(order.iter().map(|(id, row)| (bin(bodies.at(*row as usize), reach_um), *id, *row)));
        self.bins.sort_unstable();
    }

    /// Calls `found(distance², id, row)` for each member within reach of `row`, itself too.
    pub fn around(&self, bodies: &Bodies<'_>, row: usize, mut found: impl FnMut(f64, u64, usize)) {
        let [x, y, z] = bin(bodies.at(row), self.reach_um);
        for dx in -1..=1 {
            for dy in -1..=1 {
                let (bx, by) = (x.saturating_add(dx), y.saturating_add(dy));
                let low = [bx, by, z.saturating_sub(1)];
                let high = [bx, by, z.saturating_add(1)];
                let first = self.bins.partition_point(|entry| entry.0.cmp(&low) == Ordering::Less);
                for (_, id, other) in self.bins[first..].iter().take_while(|entry| entry.0 <= high) {
                    let distance2 = bodies.distance2_um2(row, *other as usize);
                    if distance2 <= self.reach_um * self.reach_um {
                        found(distance2, *id, *other as usize);
                    }
                }
            }
        }
    }
}

fn bin(at: [f64; 3], edge_um: f64) -> [i32; 3] {
    at.map(|along| (along / edge_um).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nobody_within_reach_is_missed(
            places in prop::collection::vec((-50.0_f64..50.0, -50.0_f64..50.0, -50.0_f64..50.0), 1..60),
            reach in 0.5_f64..60.0,
        ) {
            let column = |of: fn(&(f64, f64, f64)) -> f64| places.iter().map(of).collect::<Vec<f64>>();
            let (x, y, z) = (column(|p| p.0), column(|p| p.1), column(|p| p.2));
            let id: Vec<u64> = (0..places.len() as u64).collect();
            let member = vec![true; places.len()];
            let bodies = Bodies { id: &id, member: &member, x: &x, y: &y, z: &z, guide: &x, box_um: [100.0; 3] };
            let order: Vec<(u64, u32)> = id.iter().map(|id| (*id, *id as u32)).collect();
            let mut near = Near::default();
            near.fill(&bodies, &order, reach);
            for row in 0..places.len() {
                let mut found = Vec::new();
                near.around(&bodies, row, |_, id, _| found.push(id));
                found.sort_unstable();
                let expected: Vec<u64> =
                    id.iter().copied().filter(|o| bodies.distance2_um2(row, *o as usize) <= reach * reach).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }
}
