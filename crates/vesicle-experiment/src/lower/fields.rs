//! Fields: diffusion, loss, sides, and what an arm adds at time 0.

use super::{Labels, Lowering};
use crate::registry::SIDES;
use tissue_fields::{FieldLaw, Side, Solve};
use vesicle_base::{Dimension, math};

impl Lowering<'_> {
    /// Laws and doses of the plain fields.
    pub(super) fn fields(&mut self, labels: &mut Labels) -> (Vec<FieldLaw>, Vec<f64>) {
        if let Some(known) = self.known {
            labels.fields.clone_from(&known.as_written.labels.fields);
            labels.field_units.clone_from(&known.as_written.labels.field_units);
            if let Some(setup) = known.fields {
                let doses = labels.fields.iter().map(|name| self.field_dose(name)).collect();
                return (setup.fields.clone(), doses);
            }
            let both = |name: &String| Some((self.field(name)?, self.field_dose(name)));
            return labels.fields.iter().filter_map(both).unzip();
        }
        let units = crate::check::field_units(self.map);
        let names = self.experiment.names.fields.clone();
        let mut laws = Vec::new();
        let mut doses = Vec::new();
        for name in &names {
            if let Some(law) = self.field(name) {
                laws.push(law);
                doses.push(self.field_dose(name));
                labels.fields.push(name.clone());
                labels.field_units.push(units.get(name).map_or_else(String::new, |(dimension, unit)| {
                    if unit.is_empty() { canonical(*dimension) } else { unit.clone() }
                }));
            }
        }
        (laws, doses)
    }

    fn field(&mut self, name: &str) -> Option<FieldLaw> {
        let diffusion = self.number(&["field", name, "diffusion"])?;
        let decay = self.map.number(&["field", name, "decay"]);
        let half_life = self.map.number(&["field", name, "half_life"]);
        let decay_per_min = match (decay, half_life) {
            (Some(rate), None) => rate,
            (None, Some(time)) => math::rate_of_half_life(time),
            _ => {
                let place = self.map.at(&["field", name, "diffusion"]).and_then(|item| item.place.clone());
                self.missing(&format!("field.{name}.decay"), "either `decay` or `half_life`", place);
                return None;
            }
        };
        let sides = [0, 1, 2, 3, 4, 5]
            .map(|side| self.map.number(&["field", name, SIDES[side]]).map_or(Side::Closed, Side::Fixed));
        let at_side = sides.iter().find_map(|side| match side {
            Side::Fixed(value) => Some(*value),
            Side::Closed => None,
        });
        let start = self.map.number(&["field", name, "start"]).or(at_side).unwrap_or(0.0);
        let steady = self.map.text(&["field", name, "solve"]) == Some("steady");
        let solve = if steady { Solve::Steady } else { Solve::Transient };
        Some(FieldLaw { diffusion_um2_per_min: diffusion, decay_per_min, sides, solve, start })
    }

    /// A field is given when the arm injects it, and once for each injected vesicle that comes with it.
    fn field_dose(&mut self, name: &str) -> f64 {
        let brings = |injected: &&String| {
            *injected == name || self.map.text(&["vesicle", injected, "comes_with"]) == Some(name)
        };
        let times = self.map.names(&["inject"]).iter().filter(brings).count();
        if times == 0 {
            return 0.0;
        }
        times as f64 * self.number(&["field", name, "dose"]).unwrap_or(0.0)
    }
}

fn canonical(dimension: Dimension) -> String {
    dimension.to_string()
}
