//! Cells that are joined into vessels: what leads them, where blood comes in, what crosses their wall.

use super::{Labels, Lowering};
use tissue_sim::setup::{KindSetup, VesselSetup, Wall, WallOf};
use tissue_vasculature::flow::PA_PER_MMHG;
use tissue_vasculature::{Ends, Face, Inlet, LumenLaw, VesselLaw, Viscosity};
use vesicle_base::Problem;
use vesicle_base::quantity::short;

/// Millipascal-seconds in one mmHg·min.
const MPA_S: f64 = PA_PER_MMHG * 60.0 * 1e3;

impl Lowering<'_> {
    /// The vessels of a run, when some are declared.
    pub(super) fn vessels(&mut self, labels: &Labels, kinds: &[KindSetup]) -> Option<VesselSetup> {
        let of = self.map.text(&["vessel", "of"])?.to_owned();
        let kind = labels.kinds.iter().position(|known| *known == of)?;
        let guide = kinds.get(kind).and_then(KindSetup::guide);
        let walls = self.walls(labels);
        Some(VesselSetup {
            kind: kind as u16,
            law: self.vessel_law(&of, guide.is_some())?,
            guide,
            tip_cycle_share: self.number(&["vessel", "tips_divide"])?,
            walls,
        })
    }

    fn vessel_law(&mut self, of: &str, is_led: bool) -> Option<VesselLaw> {
        let most_um = self.widest_lumen_um()?;
        let mut number = |key: &str| self.number(&["vessel", key]);
        let law = VesselLaw {
            join_distance_um: number("reach")?,
            edge_rest_um: number("spacing")?,
            edge_stiffness_per_min: number("stiffness")?,
            lumen_um: number("lumen")?,
            viscosity: Viscosity::Constant { mpa_s: number("viscosity")? * MPA_S },
            ..VesselLaw::default()
        };
        let mut number = |a: &str, b: &str| self.number(&["vessel", a, b]);
        Some(VesselLaw {
            branch_above: if is_led { number("branch", "above")? } else { 0.0 },
            branch_per_min: number("branch", "rate")?,
            perfused_after_min: number("perfused", "after")?,
            lumen: LumenLaw {
                adapt_per_min: number("adapt", "rate")?,
                shear_pa: number("adapt", "shear")? * PA_PER_MMHG,
                most_um,
                ..LumenLaw::default()
            },
            inlets: self.inlets(of)?,
            regress_after_min: self.map.number(&["vessel", "regress"]).unwrap_or(f64::INFINITY),
            ..law
        })
    }

    /// Radius at which a vessel fills the tissue from face to face, µm, where that is less than the greatest otherwise;
    /// a new lumen that is wider is told.
    fn widest_lumen_um(&mut self) -> Option<f64> {
        let half_um = 0.5 * self.size()?.into_iter().fold(f64::INFINITY, f64::min);
        let new_um = self.number(&["vessel", "lumen"])?;
        if new_um <= half_um {
            let usual = LumenLaw::default();
            return Some(half_um.clamp(usual.least_um, usual.most_um));
        }
        let problem = Problem::new("`vessel.lumen` is wider than the tissue")
            .expected(format!("a radius of at most {} um, half the thinnest side", short(half_um)))
            .found(format!("{} um", short(new_um)));
        let problem = self.at_first(problem, &["vessel", "lumen"]);
        self.problems.push(problem);
        None
    }

    /// Two faces, or one whose cells are held at both pressures in turn.
    fn inlets(&mut self, of: &str) -> Option<Vec<Inlet>> {
        let arterial_mmhg = self.number(&["vessel", "inlet", "pressure"])?;
        let venous_mmhg = self.number(&["vessel", "outlet", "pressure"])?;
        let depth_um = self.number(&["vessel", "inlet", "depth"])?;
        let side = self.map.text(&["vessel", "inlet", "side"]);
        let Some(side) = side.or(self.map.text(&["cell", of, "start", "side"])) else {
            self.note(format!(
                "`{of}` begins on no side and `vessel.inlet.side` is not said: no blood comes in"
            ));
            return Some(Vec::new());
        };
        let inlet = |side: &str, ends| Inlet { face: face(side), depth_um, ends };
        Some(match self.map.text(&["vessel", "outlet", "side"]) {
            Some(out) => {
                vec![
                    inlet(side, Ends::All { mmhg: arterial_mmhg }),
                    inlet(out, Ends::All { mmhg: venous_mmhg }),
                ]
            }
            None => vec![inlet(side, Ends::Alternate { arterial_mmhg, venous_mmhg })],
        })
    }

    /// What the blood holds of fields and of populations that the run has.
    fn walls(&mut self, labels: &Labels) -> Vec<Wall> {
        let mut walls = Vec::new();
        for (field, name) in labels.fields.iter().enumerate() {
            if let Some(blood) = self.map.number(&["vessel", "perfused", name]) {
                let permeability = self.map.number(&["vessel", "permeability", name]);
                let permeability_um_per_min = permeability.unwrap_or(f64::INFINITY);
                walls.push(Wall { of: WallOf::Field(field), blood, permeability_um_per_min });
            }
        }
        for (population, name) in labels.populations.iter().enumerate() {
            if let Some(blood) = self.map.number(&["vessel", "perfused", name])
                && let Some(permeability_um_per_min) = self.number(&["vessel", "permeability", name])
            {
                walls.push(Wall { of: WallOf::Population(population), blood, permeability_um_per_min });
            }
        }
        walls
    }
}

/// Faces in the order of the sides.
const FACES: [Face; 6] = [Face::XLow, Face::XHigh, Face::YLow, Face::YHigh, Face::ZLow, Face::ZHigh];

fn face(word: &str) -> Face {
    super::side(word).map_or(Face::XLow, |side| FACES[usize::from(side)])
}
