//! A rotor as people write it: `swinging bucket 75.3..161 mm`, or `fixed angle 35.9..103.8 mm, tube 38 mm, angle 24`:
//! the radii at the top and the bottom of a full tube, the inner diameter of the tube, its angle with the axis.

use super::rotor::{Geometry, Rotor};
use vesicle_base::{Dimension, Problem, quantity};

const FORM: &str = "`swinging bucket 75.3..161 mm`, or `fixed angle 35.9..103.8 mm, tube 38 mm, angle 24`";

impl Rotor {
    /// Reads the shape of a rotor.
    ///
    /// # Errors
    /// A text that is no shape, and radii, a tube or an angle that cannot be.
    pub fn read(name: &str, text: &str) -> Result<Self, Problem> {
        let wrong =
            || Problem::new(format!("wrong rotor `{name}`")).expected(FORM).found(format!("`{text}`"));
        let mut parts = text.split(',').map(str::trim);
        let head = parts.next().unwrap_or_default();
        let (mut tube, mut angle) = (None, None);
        for part in parts {
            let slot = match part.split_once(' ') {
                Some(("tube", length)) => (&mut tube, millimetres(length)),
                Some(("angle", degrees)) => (&mut angle, plain(degrees)),
                _ => return Err(wrong()),
            };
            *slot.0 = Some(slot.1.ok_or_else(wrong)?);
        }
        let words = |prefixes: [&str; 2]| prefixes.into_iter().find_map(|prefix| head.strip_prefix(prefix));
        if let Some(rest) = words(["swinging bucket ", "swinging "]) {
            let radii = range(rest).ok_or_else(wrong)?;
            return if tube.is_none() && angle.is_none() {
                Self::new(name, radii, Geometry::Swinging)
            } else {
                Err(wrong())
            };
        }
        let rest = words(["fixed angle ", "fixed "]).ok_or_else(wrong)?;
        let (Some(tube_mm), Some(angle_deg)) = (tube, angle) else { return Err(wrong()) };
        Self::new(name, range(rest).ok_or_else(wrong)?, Geometry::FixedAngle { tube_mm, angle_deg })
    }
}

/// `75.3..161 mm` in mm.
fn range(text: &str) -> Option<(f64, f64)> {
    let (low, high) = text.split_once("..")?;
    let unit = high.trim().split_once(' ').map_or("", |(_, unit)| unit);
    Some((millimetres(&format!("{} {unit}", low.trim()))?, millimetres(high)?))
}

fn millimetres(text: &str) -> Option<f64> {
    let found = quantity::parse(text.trim()).ok()?;
    (found.dimension == Dimension::LENGTH && found.prior.is_none()).then_some(found.value * 1e-3)
}

/// A plain number of degrees.
fn plain(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches("degrees").trim_end_matches("deg").trim_end_matches('°');
    let found = quantity::parse(text.trim()).ok()?;
    (found.dimension == Dimension::NONE && found.prior.is_none()).then_some(found.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_shapes_are_read_in_any_unit_of_length() {
        let bucket = Rotor::read("b", "swinging bucket 75.3..161 mm").unwrap();
        assert!((bucket.r_min_mm - 75.3).abs() < 1e-9 && (bucket.r_max_mm - 161.0).abs() < 1e-9);
        let same = Rotor::read("b", "swinging 7.53..16.1 cm").unwrap();
        assert!((same.r_min_mm - 75.3).abs() < 1e-9);
        let fixed = Rotor::read("f", "fixed angle 35.9..103.8 mm, tube 3.8 cm, angle 24°").unwrap();
        assert!(
            matches!(fixed.geometry, Geometry::FixedAngle { tube_mm, angle_deg } if (tube_mm - 38.0).abs() < 1e-9 && angle_deg == 24.0)
        );
    }

    #[test]
    fn what_is_no_rotor_is_refused() {
        for text in [
            "",
            "bucket 1..2 mm",
            "swinging bucket 161..75 mm",
            "swinging bucket 75..161",
            "swinging bucket 75..161 h",
            "swinging bucket -5..161 mm",
            "swinging bucket 75..nan mm",
            "swinging bucket 0..161 mm",
            "swinging bucket 75..161 mm, tube 3 mm",
            "fixed angle 35..103 mm",
            "fixed angle 35..103 mm, tube 38 mm, angle 100",
            "fixed angle 35..103 mm, tube 0 mm, angle 24",
            "fixed angle 35..103 mm, tube 38 mm, tilt 24",
        ] {
            assert!(Rotor::read("r", text).is_err(), "{text}");
        }
    }
}
