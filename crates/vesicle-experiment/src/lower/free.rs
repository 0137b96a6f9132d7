//! Free vesicles: what is given, when and where; what the matrix holds; as concentrations or one by one.

use super::{Labels, Lowering};
use tissue_sim::setup::{Carried, Dose, PopulationSetup, Setup, Site};
use tissue_sim::{Nested, resolved_per_um};
use tissue_vesicles::capture::depletion;
use tissue_vesicles::particles::{FEW, Hold, MOST, Motion};
use vesicle_base::{Dimension, Problem};

/// Share by which a cell may empty its voxel before it matters how wide that is.
const DEPLETED: f64 = 0.15;
/// Radii of a cell that a voxel may be wide: up to here a cell that captures whatever it meets gets as many vesicles from
/// concentrations as one by one within 6 %, away from the corners
/// of the box (`tissue-sim/tests/alone.rs`: `table`); less is missed the less it captures.
const WIDE: f64 = 2.4;
/// Share of a run that may pass before vesicles have diffused as far as a cell, or a voxel, is wide. Of vesicles of 30 µm in voxels of
/// 20 µm a cell that takes all it meets got 40 % too few, or where walls touch it 30 % too many, after a seventh of that time.
const SETTLED: f64 = 0.1;
/// Vesicles, and steps of theirs in a run, up to which they are carried one by one where concentrations are coarse. Vesicles of 30 µm that
/// take a day's run or more to settle take at most 320 steps each: 10⁵ of them took 2 s a run; 10⁶ took
/// 21 s. Of fast ones that few are affordable only where runs are short: 10⁸ steps take 7 to 10 s of one core, measured on 5·10⁷ of
/// 500 to 50 000 vesicles beside one cell and among eight.
const AFFORDABLE: f64 = 1e5;
const AFFORDABLE_STEPS: f64 = 1e8;

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
        let is_singly = how == "one by one" || needs_singly;
        if let Some(problem) = is_singly.then(|| self.is_too_many(name, population)).flatten() {
            self.problems.push(self.at_first(problem, &["vesicle", name, "dose"]));
            return None;
        }
        let few = !in_blood && self.expected_free(name, population)? <= FEW;
        Some(match how.as_str() {
            "one by one" => Carried::Singly { motion },
            "by number" if few || needs_singly => Carried::Singly { motion },
            _ => Carried::AsFields,
        })
    }

    /// Carries one by one, unless the mode is forced, what concentrations would be coarse for, where that is affordable.
    pub(super) fn follow_each_where_coarse(&mut self, setup: &mut Setup, labels: &Labels) {
        for (number, name) in labels.populations.iter().enumerate() {
            let population = &setup.populations[number];
            let by_number =
                self.map.text(&["vesicle", name, "carried"]).unwrap_or("by number") == "by number";
            if !by_number || self.is_in_blood(name) || !Coarse::of(setup, population).is_coarse() {
                continue;
            }
            let minutes = f64::from(setup.n_ticks) * setup.tick_min;
            let steps = tissue_sim::vesicle_steps_per_min(setup, population) * minutes;
            let Some(expected) = self.expected_free(name, &population.clone()) else { continue };
            let most = expected * population.dose.ticks.len().max(1) as f64;
            if most <= AFFORDABLE && most * steps <= AFFORDABLE_STEPS {
                setup.populations[number].carried = Carried::Singly { motion: Motion::Brownian };
            }
        }
    }

    /// Tells where cells capture so much faster than diffusion brings that concentrations, even in a voxel, are coarse.
    pub(super) fn note_depletion(&mut self, setup: &Setup, labels: &Labels) {
        for (number, name) in labels.populations.iter().enumerate() {
            let coarse = Coarse::of(setup, &setup.populations[number]);
            let voxels = Nested::of(setup, number);
            let notes = if voxels.is_fine && coarse.emptied > 0.0 {
                [Some(in_fine(name, &voxels)), coarse.in_size(name), None]
            } else {
                [coarse.in_space(name), coarse.in_time(name), coarse.in_size(name)]
            };
            notes.into_iter().flatten().for_each(|note| self.note(note));
        }
    }

    /// Refuses more vesicles than can be carried one by one.
    fn is_too_many(&mut self, name: &str, population: &PopulationSetup) -> Option<Problem> {
        let volume: f64 = self.size()?.iter().product();
        let given = population.dose.per_um3 * volume * population.dose.ticks.len() as f64;
        (given > MOST as f64).then(|| {
            Problem::new(format!("`vesicle.{name}`: too many vesicles to carry one by one"))
                .expected(format!("at most {MOST} given in all, or `carried = \"as fields\"`"))
                .found(format!("{given:.3e}"))
        })
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

/// That concentrations have voxels of their own.
fn in_fine(name: &str, voxels: &Nested) -> String {
    format!(
        "vesicle {name}: cells empty their surroundings faster than voxels of the tissue show; its concentrations have voxels of \
         {:.2} um of their own, in which a cell captures as many as one by one within 5 %",
        voxels.grid.mean_edge_um()
    )
}

/// Where concentrations of one population are coarse: of the cell and the size for which they are most so.
#[derive(Clone, Copy, Debug, Default)]
struct Coarse {
    /// Share by which a cell alone empties its voxel.
    emptied: f64,
    voxel_um: f64,
    /// Where vesicles touch that cell.
    contact_um: f64,
    diffusion_um2_per_min: f64,
    duration_min: f64,
    /// Diameter of the vesicles.
    wide_um: f64,
}

impl Coarse {
    /// Nothing is coarse where vesicles are carried one by one, or nobody captures them.
    fn of(setup: &Setup, population: &PopulationSetup) -> Self {
        let resolved = resolved_per_um(&setup.grid());
        let duration_min = f64::from(setup.n_ticks) * setup.tick_min;
        let mut most = Self { voxel_um: setup.voxel_um, duration_min, ..Self::default() };
        if population.carried != Carried::AsFields {
            return most;
        }
        for (kind, capture) in setup.kinds.iter().zip(&population.law.capture) {
            let Some(capture) = capture else { continue };
            let radius_um = kind.law.volume.radius_um();
            for bin in population.law.bins.iter().filter(|bin| bin.diffusion_um2_per_min > 0.0) {
                let (d, vesicle_um) = (bin.diffusion_um2_per_min, 0.5 * bin.diameter_um);
                let clearance = tissue_vesicles::clearance(capture, 0.0, radius_um, vesicle_um, d);
                let emptied = depletion(clearance, d, resolved);
                if emptied > most.emptied {
                    let contact_um = radius_um + vesicle_um;
                    let wide_um = bin.diameter_um;
                    most = Self { emptied, contact_um, diffusion_um2_per_min: d, wide_um, ..most };
                }
            }
        }
        most
    }

    fn is_coarse(&self) -> bool {
        self.in_space("").is_some() || self.in_time("").is_some()
    }

    /// Where voxels are narrower than the vesicles.
    fn in_size(&self, name: &str) -> Option<String> {
        (self.emptied > 0.0 && self.wide_um > self.voxel_um).then(|| {
            format!(
                "vesicle {name}: {:.0} um wide, more than a voxel of {:.0} um: what concentrations tell of a voxel is where the middles \
                 of vesicles are; `carried = \"one by one\"` follows each",
                self.wide_um, self.voxel_um
            )
        })
    }

    /// Where voxels are too wide for the cell.
    fn in_space(&self, name: &str) -> Option<String> {
        let fine_um = WIDE * self.contact_um;
        (self.emptied > DEPLETED && self.voxel_um > fine_um).then(|| {
            format!(
                "vesicle {name}: a cell by itself would empty its voxel by {:.0} %, and within the first {:.0} min \
                 concentrations then give too few captures; a `tissue.voxel` of {:.0} um keeps them within 6 %, \
                 `carried = \"one by one\"` follows each",
                100.0 * self.emptied.min(1.0),
                self.voxel_um * self.voxel_um / self.diffusion_um2_per_min,
                fine_um.floor().max(1.0)
            )
        })
    }

    /// Where the run is short beside the time in which vesicles diffuse as far as the cell, or a voxel, is wide.
    fn in_time(&self, name: &str) -> Option<String> {
        let far_um = self.contact_um.max(self.voxel_um.min(WIDE * self.contact_um));
        let settled_min = far_um * far_um / self.diffusion_um2_per_min;
        (self.emptied > DEPLETED && settled_min > SETTLED * self.duration_min).then(|| {
            format!(
                "vesicle {name}: to diffuse {far_um:.0} um takes {settled_min:.0} min of a run of {:.0} min; until then \
                 concentrations give up to two thirds too few captures or a third too many, as cells lie to walls and voxels; \
                 `carried = \"one by one\"` follows each",
                self.duration_min
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Coarse = Coarse {
        emptied: 0.5,
        voxel_um: 20.0,
        contact_um: 8.46,
        diffusion_um2_per_min: 20.0,
        duration_min: 10_080.0,
        wide_um: 0.1,
    };

    #[test]
    fn a_wide_voxel_is_told_with_the_one_that_is_fine_enough() {
        let wide = Coarse { voxel_um: 30.0, ..FINE };
        let told = "vesicle v: a cell by itself would empty its voxel by 50 %, and within the first 45 min concentrations then \
                    give too few captures; a `tissue.voxel` of 20 um keeps them within 6 %, `carried = \"one by one\"` follows each";
        assert_eq!(wide.in_space("v").as_deref(), Some(told));
        assert_eq!(wide.in_time("v"), None);
        assert_eq!(FINE.in_space("v"), None, "the voxel it names is silent");
        assert_eq!(Coarse { emptied: 0.14, ..wide }.in_space("v"), None, "cells that hardly empty it");
        assert!(Coarse { emptied: 7.0, ..wide }.in_space("v").is_some_and(|note| note.contains("by 100 %")));
        let small = Coarse { contact_um: 0.3, ..wide };
        assert!(small.in_space("v").is_some_and(|note| note.contains("of 1 um")), "never a voxel of 0");
    }

    #[test]
    fn a_run_that_is_over_before_vesicles_came_far_is_told() {
        let short = Coarse { contact_um: 23.4, diffusion_um2_per_min: 1.3, duration_min: 60.0, ..FINE };
        let told = "vesicle v: to diffuse 23 um takes 421 min of a run of 60 min; until then concentrations give up to two \
                    thirds too few captures or a third too many, as cells lie to walls and voxels; `carried = \"one by one\"` follows each";
        assert_eq!(short.in_time("v").as_deref(), Some(told));
        assert_eq!(short.in_space("v"), None);
        assert_eq!(FINE.in_time("v"), None);
        assert_eq!(Coarse { duration_min: 43_200.0, ..short }.in_time("v"), None, "a long run");
        assert_eq!(Coarse { emptied: 0.1, ..short }.in_time("v"), None, "slow capture");
        assert_eq!((Coarse::default().in_space("v"), Coarse::default().in_time("v")), (None, None));
    }
}
