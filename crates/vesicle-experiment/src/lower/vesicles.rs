//! Vesicle populations that the run has: those an arm injects, those that cells release, and mimic without a vesicle.

use super::cargo::Load;
use super::{Labels, Lowering};
use tissue_sim::setup::PopulationSetup;
use tissue_vesicles::{CaptureLaw, FateLaw, PopulationLaw, SizeBin};
use vesicle_base::particle::{BODY_TEMPERATURE_K, Sizes, WATER_37C_MPA_S, stokes_einstein_um2_per_min};
use vesicle_base::{Problem, math};

/// What an arm mixes in that is a particle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Injected {
    /// Declared populations.
    populations: Vec<String>,
    /// Mimics without a vesicle.
    free_mimics: Vec<String>,
}

/// Size of a double-stranded miRNA mimic, nm: 22 base pairs of 0.28 nm, taken as a sphere of that reach (assumed).
const MIMIC_NM: f64 = 6.0;

impl Lowering<'_> {
    pub(super) fn injected(&self) -> Injected {
        let mut injected = Injected::default();
        for name in self.map.names(&["inject"]) {
            if self.experiment.names.vesicles.contains(name) {
                injected.populations.push(name.clone());
            } else if let Some(mirna) = name.strip_prefix("mimic ") {
                injected.free_mimics.push(mirna.trim().to_owned());
            }
        }
        injected
    }

    /// Populations and what each carries, in order of their names; free mimics come last.
    pub(super) fn populations(
        &mut self,
        injected: &Injected,
        labels: &mut Labels,
    ) -> (Vec<PopulationSetup>, Vec<Vec<Load>>) {
        let mut populations = Vec::new();
        let mut carried = Vec::new();
        for name in self.experiment.names.vesicles.clone() {
            let is_injected = injected.populations.contains(&name);
            if !is_injected && !self.is_released(&name) && !self.is_in_blood(&name) {
                continue;
            }
            let (Some(population), Some(loads)) =
                (self.population(&name, is_injected), self.loads(&name, populations.len(), is_injected))
            else {
                continue;
            };
            populations.push(population);
            carried.push(loads);
            labels.populations.push(name);
        }
        for mirna in &injected.free_mimics {
            let Some((population, loads)) = self.free_mimic(mirna) else { continue };
            populations.push(population);
            carried.push(loads);
            labels.populations.push(format!("mimic {mirna}"));
        }
        (populations, carried)
    }

    pub(super) fn is_released(&self, name: &str) -> bool {
        let by_rate = self
            .experiment
            .names
            .cells
            .iter()
            .any(|cell| self.map.number(&["cell", cell, name, "release"]).is_some_and(|rate| rate > 0.0));
        let words = format!("{name} release");
        let by_rule = self.map.items().iter().any(|item| {
            item.path.0.last().is_some_and(|part| part == "behaviour") && item.value.text() == words
        });
        by_rate || by_rule
    }

    pub(super) fn is_in_blood(&self, name: &str) -> bool {
        let has_vessels = self.map.text(&["vessel", "of"]).is_some();
        has_vessels && self.map.number(&["vessel", "perfused", name]).is_some_and(|blood| blood > 0.0)
    }

    fn population(&mut self, name: &str, injected: bool) -> Option<PopulationSetup> {
        let clearance = self.number(&["vesicle", name, "capture", "clearance"])?;
        let fate = FateLaw {
            internalise_per_min: 1.0 / self.number(&["vesicle", name, "capture", "inside_after"])?,
            escape_fraction: self.number(&["vesicle", name, "escape", "fraction"])?,
            escape_per_min: 1.0 / self.number(&["vesicle", name, "escape", "after"])?,
            rerelease_fraction: self.again(name)?,
        };
        let capacity = self.map.number(&["vesicle", name, "capture", "capacity"]).unwrap_or(f64::INFINITY);
        let capture = self.captors(name, CaptureLaw { clearance_um3_per_min: clearance, capacity });
        let law = PopulationLaw {
            bins: self.bins(name)?,
            cargo: Vec::new(),
            capture,
            fate,
            label_half_life_min: self
                .map
                .number(&["vesicle", name, "label", "half_life"])
                .unwrap_or(f64::INFINITY),
        };
        let half_life = self.number(&["vesicle", name, "half_life"])?;
        let decay_per_min = math::rate_of_half_life(half_life);
        let mut population = PopulationSetup::new(law, decay_per_min, 0.0);
        if injected {
            population.dose = self.dose(name)?;
        }
        population.matrix = Some(self.matrix(name)?).filter(|hold| hold.bind_per_min > 0.0);
        population.spill_share = self.number(&["vesicle", name, "spill"])?;
        population.carried = self.carried(name, &population)?;
        Some(population)
    }

    /// The capture law of each kind: the given one for those that capture, none for the others.
    fn captors(&self, name: &str, law: CaptureLaw) -> Vec<Option<CaptureLaw>> {
        let by = self.map.names(&["vesicle", name, "capture", "by"]);
        self.experiment.names.cells.iter().map(|cell| by.contains(cell).then_some(law)).collect()
    }

    fn bins(&mut self, name: &str) -> Option<Vec<SizeBin>> {
        let median_nm = 1e3 * self.number(&["vesicle", name, "diameter"])?;
        let factor = self.number(&["vesicle", name, "size_spread"])?;
        let n = self.number(&["vesicle", name, "size_bins"])?.clamp(1.0, 16.0) as usize;
        let hindrance = self.number(&["vesicle", name, "hindrance"])?;
        let longest_um = self.size()?.into_iter().fold(0.0, f64::max);
        if median_nm > 1e3 * longest_um {
            let problem =
                Problem::new(format!("`vesicle.{name}.diameter`: the vesicle does not fit into the tissue"))
                    .expected(format!("at most its longest edge, {longest_um} um"))
                    .found(format!("{} um", 1e-3 * median_nm));
            self.problems.push(self.at_first(problem, &["vesicle", name, "diameter"]));
            return None;
        }
        Some(Sizes { median_nm, factor }.bins_nm(n).into_iter().map(|nm| bin(nm, hindrance, n)).collect())
    }

    /// The same number of copies as the first population, which is that of which most is said, would bring, without a vesicle.
    fn free_mimic(&mut self, mirna: &str) -> Option<(PopulationSetup, Vec<Load>)> {
        let first = self.experiment.names.vesicles.first()?.clone();
        let copies = self.number(&["mimic", "copies_per_vesicle"])?;
        let clearance = self.number(&["mimic", "free", "clearance"])?;
        let fate = FateLaw {
            internalise_per_min: 1.0 / self.number(&["vesicle", &first, "capture", "inside_after"])?,
            escape_fraction: self.number(&["mimic", "free", "escape"])?,
            escape_per_min: 1.0 / self.number(&["vesicle", &first, "escape", "after"])?,
            rerelease_fraction: 0.0,
        };
        let law = CaptureLaw { clearance_um3_per_min: clearance, capacity: f64::INFINITY };
        let law = PopulationLaw {
            bins: vec![bin(MIMIC_NM, 1.0, 1)],
            cargo: Vec::new(),
            capture: self.captors(&first, law),
            fate,
            label_half_life_min: f64::INFINITY,
        };
        let half_life = self.number(&["mimic", "free", "half_life"])?;
        let mut population = PopulationSetup::new(law, math::rate_of_half_life(half_life), 0.0);
        population.dose = self.dose(&first)?;
        population.dose.per_um3 *= copies;
        Some((population, vec![Load::mimic(mirna, 1.0)]))
    }
}

fn bin(diameter_nm: f64, hindrance: f64, n: usize) -> SizeBin {
    let free = stokes_einstein_um2_per_min(diameter_nm, WATER_37C_MPA_S, BODY_TEMPERATURE_K);
    SizeBin {
        diameter_um: diameter_nm * 1e-3,
        diffusion_um2_per_min: free * hindrance,
        share: 1.0 / n as f64,
    }
}
