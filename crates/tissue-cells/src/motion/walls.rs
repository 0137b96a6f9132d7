//! The faces of the box: they stop centres and, when asked, push cells that touch them.
//!
//! v += w (1 − d/R)² inward for a centre at distance d < R from a face, at every such face. PhysiCell pushes from
//! the nearest face only and sets basement-membrane terms on the way (its quirk 14); here faces meet in corners.
//! Stiffness 2w/R (1 − d/R). A velocity out of a face on which a centre lies is 0.
//! Reference: PhysiCell 1.14, doi 10.1371/journal.pcbi.1005991. Proved by `a_face_pushes_inward`.

use super::bodies::MotionLaws;
use super::simd::Record;

/// Adds the push of all faces.
pub(super) fn push(
    laws: &MotionLaws,
    records: &[Record],
    wall_um_per_min: &[f64],
    out: &mut [[f64; 3]],
    stiffness: &mut [f64],
) {
    let axes = if laws.plane { 2 } else { 3 };
    for (((v, record), stiff), wall) in out.iter_mut().zip(records).zip(stiffness).zip(wall_um_per_min) {
        for (axis, v) in v.iter_mut().enumerate().take(axes) {
            let (at, radius) = (record.0[axis], record.0[3]);
            let low = (1.0 - (at - laws.low_um[axis]).max(0.0) / radius).max(0.0);
            let high = (1.0 - (laws.high_um[axis] - at).max(0.0) / radius).max(0.0);
            *v += wall * (low * low - high * high);
            *stiff += 2.0 * wall / radius * low.max(high);
        }
    }
}

/// A position with its centre inside the box.
#[inline]
pub(super) fn inside(laws: &MotionLaws, at_um: [f64; 3]) -> [f64; 3] {
    if !laws.stops() {
        return at_um;
    }
    [0, 1, 2].map(|axis| {
        let (at, low, high) = (at_um[axis], laws.low_um[axis], laws.high_um[axis]);
        match () {
            () if axis == 2 && laws.plane => at,
            () if at < low => low,
            () if at > high => high,
            () => at,
        }
    })
}

/// A vector without its parts along the axes on which a face holds a centre: it lies on the face and `v` points out.
#[inline]
pub(super) fn held(laws: &MotionLaws, at_um: &[f64], v: [f64; 3], of: [f64; 3]) -> [f64; 3] {
    if !laws.stops() {
        return of;
    }
    [0, 1, 2].map(|axis| {
        let out = (at_um[axis] <= laws.low_um[axis] && v[axis] < 0.0)
            || (at_um[axis] >= laws.high_um[axis] && v[axis] > 0.0);
        if out { 0.0 } else { of[axis] }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_pushes_inward() {
        let laws = MotionLaws::new(1, [0.0; 3], [100.0; 3]);
        let record = Record([2.0, 50.0, 99.0, 8.0, 10.0, 1.0, 1.0, 0.0]);
        let (mut v, mut stiff) = ([[0.0; 3]], [0.0]);
        push(&laws, &[record], &[100.0], &mut v, &mut stiff);
        assert_eq!(v[0], [100.0 * 0.75 * 0.75, 0.0, -100.0 * 0.875 * 0.875]);
        assert_eq!(stiff[0], 25.0 * (0.75 + 0.875));
    }

    #[test]
    fn centres_stop_at_the_faces() {
        let laws = MotionLaws::new(1, [0.0; 3], [100.0; 3]);
        assert_eq!(inside(&laws, [-3.0, 50.0, 103.0]), [0.0, 50.0, 100.0]);
        assert!(inside(&laws, [f64::NAN, 0.0, 0.0])[0].is_nan(), "ill health stays visible");
        let (at_um, v) = ([0.0, 50.0, 100.0], [-1.0, -1.0, 1.0]);
        assert_eq!(held(&laws, &at_um, v, [2.0, 3.0, 4.0]), [0.0, 3.0, 0.0]);
        assert_eq!(held(&laws, &at_um, v.map(|v| -v), [2.0, 3.0, 4.0]), [2.0, 3.0, 4.0], "leaving is free");
    }
}
