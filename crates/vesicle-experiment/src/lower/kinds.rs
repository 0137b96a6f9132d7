//! Cell kinds: traffic with fields, what they do to other kinds, what they release. Their laws and starts have files
//! of their own.

use super::{Labels, Lowering};
use tissue_sim::setup::{FieldExchange, Gradients, KindSetup, Lack, TowardKind};
use vesicle_base::Problem;

/// Rounding of shares that add up to 1.
const ROUNDING: f64 = 1e-9;

impl Lowering<'_> {
    /// All declared kinds.
    pub(super) fn kinds(&mut self, labels: &Labels) -> Vec<KindSetup> {
        let names = self.experiment.names.cells.clone();
        names.iter().filter_map(|name| self.kind(name, labels)).collect()
    }

    /// The kinds of a known setup that has the same ones.
    pub(super) fn known_kinds(&self) -> Option<Vec<KindSetup>> {
        self.known?.kinds.map(|setup| setup.kinds.clone())
    }

    fn kind(&mut self, name: &str, labels: &Labels) -> Option<KindSetup> {
        // Each part is read even where another is missing, so that all mistakes are told.
        let start = self.start(name);
        let law = self.law(name);
        let slopes = self.map.text(&["cell", name, "migration", "gradients"]) == Some("slopes");
        let exchange = labels.fields.iter().map(|field| self.exchange(name, field)).collect();
        let toward = self.toward(name);
        let lack = self.lack(name, labels);
        Some(KindSetup {
            law: law?,
            start: start?,
            exchange,
            lack,
            release_per_min: Vec::new(),
            gradients: if slopes { Gradients::Slopes } else { Gradients::Directions },
            toward,
        })
    }

    fn exchange(&mut self, cell: &str, field: &str) -> FieldExchange {
        let map = self.map;
        let number = |key| map.number(&["cell", cell, field, key]).unwrap_or(0.0);
        let exchange = FieldExchange {
            secretion_per_min: number("secretion"),
            target: number("target"),
            uptake_per_min: number("uptake"),
            chemotaxis: self.chemotaxis(cell, field),
        };
        if exchange.secretion_per_min > 0.0 && map.number(&["cell", cell, field, "target"]).is_none() {
            let place = map.at(&["cell", cell, field, "secretion"]).and_then(|item| item.place.clone());
            let expected = "the value that secretion drives to, such as `20 ng/mL`";
            self.missing(&format!("cell.{cell}.{field}.target"), expected, place);
        }
        exchange
    }

    /// Weight of a field's gradient: what `toward` says, or 1 for the field named by `up`.
    fn chemotaxis(&self, cell: &str, field: &str) -> f64 {
        let up = self.map.text(&["cell", cell, "migration", "up"]) == Some(field);
        let weight = self.map.number(&["cell", cell, "migration", "toward", field]);
        weight.unwrap_or(if up { 1.0 } else { 0.0 })
    }

    fn lack(&mut self, cell: &str, labels: &Labels) -> Option<Lack> {
        let of = self.map.text(&["cell", cell, "necrosis", "of"])?.to_owned();
        let field = labels.fields.iter().position(|known| *known == of)?;
        let below = self.number(&["cell", cell, "necrosis", "below"])?;
        let rate_per_min = self.number(&["cell", cell, "necrosis", "rate"])?;
        Some(Lack { field, below, rate_per_min })
    }

    /// What a kind does to and becomes of every kind.
    fn toward(&mut self, cell: &str) -> Vec<TowardKind> {
        let map = self.map;
        let number = |path: &[&str]| map.number(&[&["cell", cell][..], path].concat()).unwrap_or(0.0);
        let toward = |other: &String| TowardKind {
            transformation_per_min: number(&["transformation", other]),
            daughter_share: number(&["asymmetric_division", other]),
            eating_per_min: number(&["phagocytosis", "live", other]),
        };
        let toward: Vec<TowardKind> = self.experiment.names.cells.iter().map(toward).collect();
        self.check_shares(cell, toward.iter().map(|other| other.daughter_share).sum());
        self.check_self(cell);
        toward
    }

    fn check_shares(&mut self, cell: &str, sum: f64) {
        if sum > 1.0 + ROUNDING {
            let problem =
                Problem::new(format!("shares of `cell.{cell}.asymmetric_division` add up to {sum}"))
                    .expected("at most 1: one of the two cells is of one of these kinds, or of none");
            let problem = self.at_first(problem, &["cell", cell, "asymmetric_division"]);
            self.problems.push(problem);
        }
    }

    fn check_self(&mut self, cell: &str) {
        if self.map.number(&["cell", cell, "transformation", cell]).is_some_and(|rate| rate > 0.0) {
            let problem = Problem::new(format!("`{cell}` cannot become itself")).expected("another cell");
            let problem = self.at_first(problem, &["cell", cell, "transformation", cell]);
            self.problems.push(problem);
        }
    }

    /// The problem at the first item below a path.
    pub(super) fn at_first(&self, problem: Problem, path: &[&str]) -> Problem {
        let place = self.map.items().iter().find(|item| item.path.starts_with(path));
        match place.and_then(|item| item.place.as_ref()) {
            Some(place) => problem.at(place),
            None => problem,
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
