//! Points of the tissue: `0 x 50 x 10 um to 200 x 80 x 10 um`, measured from its low corner.

use vesicle_base::{Dimension, quantity};

/// Reads points, µm; `None` when the words do not fit.
pub fn parse(text: &str) -> Option<Vec<[f64; 3]>> {
    text.split(" to ").map(point).collect()
}

/// `800 x 200 x 20 um`; a number without a unit has that of the last.
pub fn point(text: &str) -> Option<[f64; 3]> {
    let lengths: Vec<&str> = text.split(['x', '×']).collect();
    let [x, y, z] = lengths.try_into().ok()?;
    let last = quantity::parse(z).ok().filter(|q| q.dimension == Dimension::LENGTH && q.prior.is_none())?;
    let other = |length: &str| {
        let q = quantity::parse(length).ok()?;
        match q.dimension {
            Dimension::NONE => Some(q.value * last.unit_factor),
            Dimension::LENGTH => Some(q.value),
            _ => None,
        }
    };
    let point = [other(x)?, other(y)?, last.value];
    point.iter().all(|length| length.abs() < 1e7).then_some(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_read() {
        assert_eq!(parse("0 x 0.5 x 1 mm"), Some(vec![[0.0, 500.0, 1000.0]]));
        assert_eq!(parse("0 x 5 um x 1 mm to -2 x 3 x 4 um").map(|p| p[1]), Some([-2.0, 3.0, 4.0]));
        for wrong in ["", "1 x 2 um", "1 x 2 x 3", "1 x 2 x 3 h", "1 x 2 x 3 um to", "nan x 1 x 1 um"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
