//! Cell kinds: laws of the cell, traffic with fields, where they begin.

use super::{Labels, Lowering};
use tissue_cells::{CycleModel, KindLaw};
use tissue_sim::setup::{FieldExchange, KindSetup, Lack, Start};

/// Share of a cell's volume that is nucleus, as in PhysiCell's default cell.
const NUCLEUS_SHARE: f64 = 540.0 / 2494.0;

impl Lowering<'_> {
    /// All declared kinds.
    pub(super) fn kinds(&mut self, size_um: [f64; 3], labels: &Labels) -> Vec<KindSetup> {
        let names = self.experiment.names.cells.clone();
        names.iter().filter_map(|name| self.kind(name, size_um, labels)).collect()
    }

    fn kind(&mut self, name: &str, size_um: [f64; 3], labels: &Labels) -> Option<KindSetup> {
        let start = self.start(name, size_um)?;
        let exchange = labels.fields.iter().map(|field| self.exchange(name, field)).collect();
        let heads_up = self.map.text(&["cell", name, "migration", "up"]).map(str::to_owned);
        Some(KindSetup {
            law: self.law(name)?,
            start,
            exchange,
            lack: self.lack(name, labels),
            release_per_min: Vec::new(),
            heads_up: heads_up.and_then(|field| labels.fields.iter().position(|known| *known == field)),
        })
    }

    fn law(&mut self, name: &str) -> Option<KindLaw> {
        let mut law = KindLaw::default();
        let number = |lowering: &mut Self, key: &[&str]| {
            let path: Vec<&str> = ["cell", name].iter().chain(key).copied().collect();
            lowering.number(&path)
        };
        let model = match self.map.text(&["cell", name, "cycle_model"]) {
            Some("Ki67 basic") => CycleModel::ki67_basic(),
            Some("Ki67 advanced") => CycleModel::ki67_advanced(),
            Some("flow cytometry") => CycleModel::flow_cytometry(),
            Some("flow cytometry separated") => CycleModel::flow_cytometry_separated(),
            Some("cycling quiescent") => CycleModel::cycling_quiescent(),
            _ => CycleModel::live(),
        };
        law.cycle = model.with_exits(&[number(self, &["cycle"])?]);
        law.apoptosis.rate_per_min = number(self, &["apoptosis"])?;
        law.volume.total_um3 = number(self, &["volume"])?;
        law.volume.nucleus_um3 = NUCLEUS_SHARE * law.volume.total_um3;
        law.mechanics.adhesion_um_per_min = number(self, &["adhesion"])?;
        law.mechanics.repulsion_um_per_min = number(self, &["repulsion"])?;
        law.mechanics.relative_adhesion_distance = number(self, &["reach"])?;
        law.motility.speed_um_per_min = number(self, &["migration", "speed"])?;
        law.motility.persistence_min = number(self, &["migration", "persistence"])?;
        law.motility.bias = number(self, &["migration", "bias"])?;
        Some(law)
    }

    fn exchange(&mut self, cell: &str, field: &str) -> FieldExchange {
        let map = self.map;
        let number = |key| map.number(&["cell", cell, field, key]).unwrap_or(0.0);
        let exchange = FieldExchange {
            secretion_per_min: number("secretion"),
            target: number("target"),
            uptake_per_min: number("uptake"),
        };
        if exchange.secretion_per_min > 0.0 && map.number(&["cell", cell, field, "target"]).is_none() {
            let place = map.at(&["cell", cell, field, "secretion"]).and_then(|item| item.place.clone());
            let expected = "the value that secretion drives to, such as `20 ng/mL`";
            self.missing(&format!("cell.{cell}.{field}.target"), expected, place);
        }
        exchange
    }

    fn lack(&mut self, cell: &str, labels: &Labels) -> Option<Lack> {
        let of = self.map.text(&["cell", cell, "necrosis", "of"])?.to_owned();
        let field = labels.fields.iter().position(|known| *known == of)?;
        let below = self.number(&["cell", cell, "necrosis", "below"])?;
        let rate_per_min = self.number(&["cell", cell, "necrosis", "rate"])?;
        Some(Lack { field, below, rate_per_min })
    }

    pub(super) fn start(&mut self, cell: &str, size_um: [f64; 3]) -> Option<Start> {
        let map = self.map;
        let key = |key| ["cell", cell, "start", key];
        match map.text(&key("how")) {
            Some("random") => {
                let density = map.number(&key("density")).map(|d| (d * size_um[0] * size_um[1]).round());
                let count = density.or(map.number(&key("count")))?;
                Some(Start::Random { count: count as u64 })
            }
            Some("side") => {
                let side = match map.text(&key("side"))? {
                    "left" => 0,
                    "right" => 1,
                    "front" => 2,
                    _ => 3,
                };
                Some(Start::Side { side, every_um: self.number(&key("every"))? })
            }
            Some("lattice") => Some(Start::Lattice { every_um: self.number(&key("every"))? }),
            _ => Some(Start::None),
        }
    }

    /// Vesicles that each kind releases, once the populations of the run are known.
    pub(super) fn releases(&mut self, mut kinds: Vec<KindSetup>, labels: &Labels) -> Vec<KindSetup> {
        for (kind, cell) in kinds.iter_mut().zip(&self.experiment.names.cells) {
            let rate =
                |population: &String| self.map.number(&["cell", cell, population, "release"]).unwrap_or(0.0);
            kind.release_per_min = labels.populations.iter().map(rate).collect();
        }
        kinds
    }
}
