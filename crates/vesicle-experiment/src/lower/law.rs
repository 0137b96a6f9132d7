//! The law of a kind: cycle, death, volume, motion, contact, eating, integrity.

use super::Lowering;
use crate::cycles::{self, FIRST};
use tissue_cells::{
    ApoptosisLaw, CycleModel, EatingLaw, IntegrityLaw, KindLaw, MechanicsLaw, MotilityLaw, NecrosisLaw,
    Start, VolumeLaw, VolumeRates,
};
use vesicle_base::Problem;

/// Share of a cell's volume that is nucleus, as in PhysiCell's default cell.
const NUCLEUS_SHARE: f64 = 540.0 / 2494.0;

impl Lowering<'_> {
    /// The law of a kind; `None` when a part is missing or wrong, which has then been told.
    pub(super) fn law(&mut self, cell: &str) -> Option<KindLaw> {
        let cycle = self.cycle(cell);
        let volume = self.volume(cell);
        let mixed = self.map.text(&["cell", cell, "cycle_start"]) == Some("mixed");
        Some(KindLaw {
            cycle: cycle?,
            start: if mixed { Start::Balanced } else { Start::PhaseZero },
            volume: volume?,
            apoptosis: self.apoptosis(cell)?,
            necrosis: self.necrosis(cell)?,
            motility: self.motility(cell)?,
            mechanics: self.mechanics(cell)?,
            eating: EatingLaw {
                apoptotic_per_min: self.or_zero(cell, &["phagocytosis", "apoptotic"]),
                necrotic_per_min: self.or_zero(cell, &["phagocytosis", "necrotic"]),
            },
            integrity: IntegrityLaw {
                damage_per_min: self.or_zero(cell, &["damage", "rate"]),
                repair_per_min: self.or_zero(cell, &["damage", "repair"]),
            },
            fixed: self.map.text(&["cell", cell, "movable"]) == Some("no"),
        })
    }

    /// A number of a cell that must be there.
    fn of_cell(&mut self, cell: &str, key: &[&str]) -> Option<f64> {
        self.number(&[&["cell", cell][..], key].concat())
    }

    /// A number of a cell that is 0 when not said.
    fn or_zero(&self, cell: &str, key: &[&str]) -> f64 {
        self.map.number(&[&["cell", cell][..], key].concat()).unwrap_or(0.0)
    }

    fn cycle(&mut self, cell: &str) -> Option<CycleModel> {
        let name = self.map.text(&["cell", cell, "cycle_model"]).unwrap_or(FIRST);
        let model = cycles::model(name);
        let n_phases = model.phases().len();
        self.check_phases(cell, name, n_phases)?;
        let mut exits = vec![self.of_cell(cell, &["cycle"])?];
        let mut fixed = Vec::new();
        for phase in 0..n_phases {
            let number = phase.to_string();
            let known = &model.phases()[phase];
            if phase > 0 {
                let exit = self.map.number(&["cell", cell, "phase", &number, "exit"]);
                let lasts = self.map.number(&["cell", cell, "phase", &number, "lasts"]);
                exits.push(exit.or(lasts.map(|time| 1.0 / time)).unwrap_or(known.exit_per_min));
            }
            let time = self.map.text(&["cell", cell, "phase", &number, "time"]);
            fixed.push(time.map_or(known.fixed, |time| time == "fixed"));
        }
        Some(model.with_exits(&exits).with_fixed(&fixed))
    }

    /// Tells phases that the model does not have, and those that are said twice.
    fn check_phases(&mut self, cell: &str, model: &str, n_phases: usize) -> Option<()> {
        let mut problems = Vec::new();
        for item in self.map.items().iter().filter(|item| item.path.starts_with(&["cell", cell, "phase"])) {
            let segments = item.path.segments();
            let (Some(phase), Some(key)) = (segments.get(3), segments.get(4)) else { continue };
            let number: usize = phase.parse().unwrap_or(usize::MAX);
            let problem = if number >= n_phases {
                let phases = if n_phases == 1 { "one phase" } else { "phases from 0" };
                Problem::new(format!("cycle model `{model}` has no phase {phase}"))
                    .expected(format!("{phases} up to {}", n_phases - 1))
            } else if number == 0 && *key != "time" {
                Problem::new(format!("`{}` is said elsewhere", item.path))
                    .expected(format!("the rate of leaving phase 0 as `cell.{cell}.cycle`"))
            } else if *key == "lasts" && self.map.at(&["cell", cell, "phase", phase, "exit"]).is_some() {
                Problem::new(format!("`cell.{cell}.phase.{phase}` says both `exit` and `lasts`"))
                    .expected("one of the two: a rate, or the mean time")
            } else {
                continue;
            };
            problems.push(match &item.place {
                Some(place) => problem.at(place),
                None => problem,
            });
        }
        let none = problems.is_empty();
        self.problems.extend(problems);
        none.then_some(())
    }

    fn volume(&mut self, cell: &str) -> Option<VolumeLaw> {
        let total_um3 = self.of_cell(cell, &["volume"])?;
        let said = self.map.number(&["cell", cell, "nucleus"]);
        if said.is_some_and(|nucleus| nucleus >= total_um3) {
            let problem = Problem::new(format!("the nucleus of `{cell}` is as large as the cell"))
                .expected(format!("a volume below {total_um3} um^3"));
            let problem = self.at_first(problem, &["cell", cell, "nucleus"]);
            self.problems.push(problem);
            return None;
        }
        Some(VolumeLaw {
            total_um3,
            nucleus_um3: said.unwrap_or(NUCLEUS_SHARE * total_um3),
            fluid_fraction: self.of_cell(cell, &["fluid"])?,
            rates: self.rates(cell, &["growth"])?,
        })
    }

    fn rates(&mut self, cell: &str, key: &[&str]) -> Option<VolumeRates> {
        let mut rate = |part| self.of_cell(cell, &[key, &[part][..]].concat());
        Some(VolumeRates {
            fluid_per_min: rate("fluid")?,
            cytoplasm_per_min: rate("cytoplasm")?,
            nucleus_per_min: rate("nucleus")?,
            calcification_per_min: rate("calcification")?,
        })
    }

    fn apoptosis(&mut self, cell: &str) -> Option<ApoptosisLaw> {
        Some(ApoptosisLaw {
            rate_per_min: self.of_cell(cell, &["apoptosis"])?,
            duration_min: self.of_cell(cell, &["apoptotic", "lasts"])?,
            rates: self.rates(cell, &["apoptotic"])?,
        })
    }

    fn necrosis(&mut self, cell: &str) -> Option<NecrosisLaw> {
        Some(NecrosisLaw {
            rate_per_min: self.of_cell(cell, &["necrosis", "base"])?,
            burst_ratio: self.of_cell(cell, &["necrosis", "bursts_at"])?,
            lysed_min: self.of_cell(cell, &["necrosis", "lasts"])?,
            swelling: self.rates(cell, &["necrosis", "swelling"])?,
            lysed: self.rates(cell, &["necrosis", "burst"])?,
        })
    }

    fn motility(&mut self, cell: &str) -> Option<MotilityLaw> {
        Some(MotilityLaw {
            speed_um_per_min: self.of_cell(cell, &["migration", "speed"])?,
            persistence_min: self.of_cell(cell, &["migration", "persistence"])?,
            bias: self.of_cell(cell, &["migration", "bias"])?,
        })
    }

    fn mechanics(&mut self, cell: &str) -> Option<MechanicsLaw> {
        let map = self.map;
        let affinity = |other: &String| map.number(&["cell", cell, "affinity", other]).unwrap_or(1.0);
        Some(MechanicsLaw {
            adhesion_um_per_min: self.of_cell(cell, &["adhesion"])?,
            repulsion_um_per_min: self.of_cell(cell, &["repulsion"])?,
            relative_adhesion_distance: self.of_cell(cell, &["reach"])?,
            affinity: self.experiment.names.cells.iter().map(affinity).collect(),
            wall_repulsion_um_per_min: self.of_cell(cell, &["wall_repulsion"])?,
            elastic_per_min: self.of_cell(cell, &["spring", "constant"])?,
            attach_per_min: self.or_zero(cell, &["spring", "attach"]),
            detach_per_min: self.or_zero(cell, &["spring", "detach"]),
            most_attachments: self.of_cell(cell, &["spring", "most"])? as u32,
            ..MechanicsLaw::default()
        })
    }
}
