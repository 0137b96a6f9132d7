//! Free vesicles: what is given, when and where; what the matrix holds; as concentrations or one by one.

use super::{Labels, Lowering};
use tissue_sim::resolved_per_um;
use tissue_sim::setup::{Carried, Dose, PopulationSetup, Setup, Site};
use tissue_vesicles::capture::depletion;
use tissue_vesicles::particles::{FEW, Hold, Motion};
use vesicle_base::{Dimension, Grid, Problem, math};

/// Share by which a cell may empty its voxel before it matters how wide that is.
const DEPLETED: f64 = 0.15;
/// Radii of a cell that a voxel may be wide: up to here a cell that captures whatever it meets gets as many vesicles from
/// concentrations as one by one within 6 %, away from the corners
/// of the box (`tissue-sim/tests/alone.rs`: `table`); less is missed the less it captures.
const WIDE: f64 = 2.4;

impl Lowering<'_> {
    /// Share of endosomal vesicles that go out again; with those that fuse they are at most all.
    pub(super) fn again(&mut self, name: &str) -> Option<f64> {
        let again = self.number(&["vesicle", name, "escape", "again"])?;
        let fused = self.number(&["vesicle", name, "escape", "fraction"])?;
        if again + fused > 1.0 {
            let problem =
                Problem::new(format!("`vesicle.{name}.escape`: `fraction` and `again` exceed 1 together"))
                    .expected("shares of the same vesicles, at most 1 together")
                    .found(format!("{fused} and {again}"));
            self.problems.push(self.at_first(problem, &["vesicle", name, "escape", "again"]));
            return None;
        }
        Some(again)
    }

    /// The dose of an injected population; one per cell is spread over the tissue that the cells are in.
    pub(super) fn dose(&mut self, name: &str) -> Option<Dose> {
        let amount = self.number(&["vesicle", name, "dose"])?;
        let item = self.map.at(&["vesicle", name, "dose"])?;
        let is_per_cell = item.quantity().is_some_and(|dose| dose.dimension == Dimension::NONE);
        let per_um3 = if is_per_cell { amount * self.founders_per_um3()? } else { amount };
        let tick_min = self.number(&["run", "tick"])?;
        let ticks = match self.map.at(&["vesicle", name, "given"]).map(|item| &item.value) {
            Some(crate::map::Value::Times(times)) => {
                let mut ticks: Vec<u32> = times.iter().map(|time| (time / tick_min).round() as u32).collect();
                ticks.sort_unstable();
                ticks.dedup();
                ticks
            }
            _ => vec![0],
        };
        let site = match self.map.text(&["vesicle", name, "site"]) {
            Some("middle") => Site::Middle,
            word => word.and_then(super::side).map_or(Site::Everywhere, Site::Side),
        };
        Some(Dose { per_um3, ticks, site })
    }

    fn founders_per_um3(&mut self) -> Option<f64> {
        Some(self.n_founders as f64 / self.size()?.iter().product::<f64>())
    }

    /// How the matrix holds the population; it binds nothing where the rate is 0.
    pub(super) fn matrix(&mut self, name: &str) -> Option<Hold> {
        let bind_per_min = self.number(&["vesicle", name, "matrix", "bind"])?;
        let release_per_min = self.number(&["vesicle", name, "matrix", "release"])?;
        let half_life_min =
            self.map.number(&["vesicle", name, "matrix", "half_life"]).unwrap_or(f64::INFINITY);
        Some(Hold { bind_per_min, release_per_min, half_life_min })
    }

    /// As concentrations or one by one.
    pub(super) fn carried(&mut self, name: &str, population: &PopulationSetup) -> Option<Carried> {
        let exponent = self.number(&["vesicle", name, "subdiffusion", "exponent"])?;
        let reference_min = self.number(&["vesicle", name, "subdiffusion", "at"])?;
        let pause_min = self.number(&["vesicle", name, "subdiffusion", "pause"])?;
        let how = self.map.text(&["vesicle", name, "carried"]).unwrap_or("by number").to_owned();
        let motion = if exponent < 1.0 {
            Motion::Subdiffusive { exponent, reference_min, pause_min }
        } else {
            Motion::Brownian
        };
        let needs_singly = exponent < 1.0;
        let in_blood = self.is_in_blood(name);
        let refuse =
            |what: &str, expected: &str| Problem::new(format!("`vesicle.{name}`: {what}")).expected(expected);
        let problem = if needs_singly && how == "as fields" {
            Some(refuse("subdiffusion of concentrations", "`carried = \"one by one\"`, or no subdiffusion"))
        } else if needs_singly && population.matrix.is_some() {
            Some(refuse("subdiffusion and a matrix at once", "one of them: pauses are what a matrix does"))
        } else if in_blood && (how == "one by one" || needs_singly) {
            Some(refuse("vesicles in blood are carried as concentrations", "`carried = \"as fields\"`"))
        } else {
            None
        };
        if let Some(problem) = problem {
            self.problems.push(self.at_first(problem, &["vesicle", name, "carried"]));
            return None;
        }
        let few = !in_blood && self.expected_free(name, population)? <= FEW;
        Some(match how.as_str() {
            "one by one" => Carried::Singly { motion },
            "by number" if few || needs_singly => Carried::Singly { motion },
            _ => Carried::AsFields,
        })
    }

    /// Tells where cells capture so much faster than diffusion brings that concentrations, even in a voxel, are coarse.
    pub(super) fn note_depletion(&mut self, setup: &Setup, labels: &Labels) {
        let resolved = resolved_per_um(&Grid::of_box(setup.size_um, setup.voxel_um));
        let as_fields = |(_, population): &(usize, &PopulationSetup)| population.carried == Carried::AsFields;
        for (number, population) in setup.populations.iter().enumerate().filter(as_fields) {
            let (most, radius_um) = most_depleted(setup, population, resolved);
            let fine_um = WIDE * radius_um;
            let is_coarse = most > DEPLETED && setup.voxel_um > fine_um;
            let (Some(name), true) = (labels.populations.get(number), is_coarse) else { continue };
            self.note(format!(
                "vesicle {name}: a cell by itself would empty its voxel by {:.0} %, and within the first {:.0} min \
                 concentrations then give too few captures; a `tissue.voxel` of {:.0} um keeps them within 6 %, \
                 `carried = \"one by one\"` follows each",
                100.0 * most.min(1.0),
                setup.voxel_um * setup.voxel_um / slowest(population),
                fine_um.floor().max(1.0)
            ));
        }
    }

    /// About how many are free at a time: a dose, and what founders release within a mean life.
    fn expected_free(&mut self, name: &str, population: &PopulationSetup) -> Option<f64> {
        let volume: f64 = self.size()?.iter().product();
        let mean_life =
            if population.decay_per_min > 0.0 { 1.0 / population.decay_per_min } else { f64::INFINITY };
        let lasts = mean_life.min(self.number(&["run", "duration"])?);
        let mut released = 0.0;
        for cell in self.experiment.names.cells.clone() {
            let rate = self.map.number(&["cell", &cell, name, "release"]).unwrap_or(0.0);
            if rate > 0.0 {
                released += rate * lasts * self.founders_per_um3()? * volume;
            }
        }
        let by_rule = self.is_released(name) && released == 0.0;
        Some(if by_rule { f64::INFINITY } else { population.dose.per_um3 * volume + released })
    }
}

/// Least diffusion coefficient of a size that moves, µm²/min.
fn slowest(population: &PopulationSetup) -> f64 {
    let all = population.law.bins.iter().map(|bin| bin.diffusion_um2_per_min);
    all.filter(|diffusion| *diffusion > 0.0).fold(f64::INFINITY, f64::min)
}

/// Largest depletion of a voxel by one cell of any kind, for any size, and the radius of that cell, µm.
fn most_depleted(setup: &Setup, population: &PopulationSetup, resolved_per_um: f64) -> (f64, f64) {
    let (mut most, mut of_um) = (0.0, 0.0);
    for (kind, capture) in setup.kinds.iter().zip(&population.law.capture) {
        let Some(capture) = capture else { continue };
        let volume_um3 = kind.law.volume.total_um3;
        let radius_um = math::cbrt(volume_um3 * 3.0 / (4.0 * core::f64::consts::PI));
        for bin in &population.law.bins {
            let d = bin.diffusion_um2_per_min;
            let clearance = tissue_vesicles::clearance(capture, 0.0, radius_um, 0.5 * bin.diameter_um, d);
            let share = if d > 0.0 { depletion(clearance, d, resolved_per_um) } else { 0.0 };
            if share > most {
                (most, of_um) = (share, radius_um);
            }
        }
    }
    (most, of_um)
}
