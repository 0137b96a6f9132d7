//! Plain fields of the twin.

use super::state::Twin;
use crate::setup::WallOf;
use tissue_fields::Side;
use vesicle_base::math;

impl Twin<'_> {
    /// Exact solution of dρ/dt = S − (λ + U) ρ over the tick; a field with a fixed side holds its value.
    pub(super) fn advance_fields(&mut self) {
        for (field, law) in self.setup.fields.iter().enumerate() {
            if let Some(value) = law.sides.iter().find_map(fixed_value) {
                self.fields[field] = value;
                continue;
            }
            let blood = self.supply(WallOf::Field(field), law.diffusion_um2_per_min, 1.0);
            let fed = blood.clearance_um3_per_min / self.volume_um3;
            let numbers = &self.plan.numbers;
            let (mut source, mut sink) = (fed * blood.blood, law.decay_per_min + fed);
            for kind in 0..self.live.len() {
                let [s, target, u] = [numbers.secretion(field), numbers.target(field), numbers.uptake(field)]
                    .map(|id| self.behaviours.value(id, kind, kind as u16));
                let filling = self.live[kind] * self.setup.kinds[kind].law.volume.total_um3 / self.volume_um3;
                source += filling * s * target;
                sink += filling * (s + u);
            }
            self.fields[field] = relax(self.fields[field], source, sink, self.odds.length_min);
        }
    }
}

/// The value of a side that is held.
pub(super) fn fixed_value(side: &Side) -> Option<f64> {
    match side {
        Side::Fixed(value) => Some(*value),
        Side::Closed => None,
    }
}

/// ρ after `dt` of dρ/dt = source − sink ρ.
pub(super) fn relax(value: f64, source: f64, sink: f64, dt: f64) -> f64 {
    let x = sink * dt;
    let mean_time = if x < 1e-12 { dt } else { -math::expm1(-x) / sink };
    value * math::exp(-x) + source * mean_time
}
