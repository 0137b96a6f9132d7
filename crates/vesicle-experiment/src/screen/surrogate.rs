//! From what the twin expresses to what the tissue shows: ln(tissue) = b₀ + b₁ ln(twin) + b₂ ln(1 + way), fitted to
//! the means of the tissue's own arms at every frame after the start.
//!
//! R² is that of predictions of arms that were left out of the fit, one arm at a time: an arm that the twin misjudges
//! lowers it. Where there are too few arms or frames, there is no surrogate.

use super::Course;
use crate::results::Outcomes;
use vesicle_base::math;

/// R² below which an outcome that the twin cannot express is not screened.
pub const ENOUGH: f64 = 0.8;

/// The surrogate of one outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surrogate {
    /// Coefficients of 1, ln(twin + half unit) and ln(1 + way / µm).
    pub coefficients: [f64; 3],
    /// Of arms left out of the fit.
    pub r_squared: f64,
    /// Points of the fit.
    pub n: usize,
}

impl Surrogate {
    /// What the tissue would show, less half the smallest unit, never below 0.
    pub fn predict(&self, twin: f64, way_um: f64, half_unit: f64) -> f64 {
        let x = features(twin, way_um, half_unit);
        let ln = x.iter().zip(self.coefficients).map(|(x, b)| x * b).sum::<f64>();
        (math::exp(ln) - half_unit).max(0.0)
    }
}

fn features(twin: f64, way_um: f64, half_unit: f64) -> [f64; 3] {
    [1.0, math::ln((twin + half_unit).max(f64::MIN_POSITIVE)), math::ln_1p(way_um.max(0.0))]
}

/// One mean of the tissue beside the twin.
struct Point {
    arm: usize,
    x: [f64; 3],
    y: f64,
}

/// The surrogate of an outcome from courses of the twin, each with its mechanism, and the tissue's outcomes of the
/// same prior draw.
pub fn fit(outcome: usize, courses: &[(usize, u32, Vec<Course>)], tissue: &Outcomes) -> Option<Surrogate> {
    let half_unit = *tissue.half_unit.get(outcome)?;
    let mut points = Vec::new();
    for (mechanism, draw, arms) in courses {
        let tissue = tissue.of_draw(*draw);
        for course in arms {
            for frame in course.frames.iter().filter(|frame| frame.time_min > 0.0) {
                let seen = tissue.values(outcome, course.arm, *mechanism, Some(frame.time_min));
                let twin = frame.values.get(outcome).copied().flatten();
                let (Some(twin), false) = (twin, seen.is_empty()) else { continue };
                let mean = seen.iter().sum::<f64>() / seen.len() as f64;
                points.push(Point {
                    arm: course.arm,
                    x: features(twin, frame.ways_um[outcome], half_unit),
                    y: math::ln((mean + half_unit).max(f64::MIN_POSITIVE)),
                });
            }
        }
    }
    let whole: Vec<&Point> = points.iter().collect();
    let coefficients = least_squares(&whole)?;
    Some(Surrogate { coefficients, r_squared: left_out(&points)?, n: points.len() })
}

/// R² of every arm predicted from the others.
fn left_out(points: &[Point]) -> Option<f64> {
    let mean = points.iter().map(|p| p.y).sum::<f64>() / points.len() as f64;
    let (mut missed, mut all) = (0.0, 0.0);
    // In the order of the points, which is not that of the file.
    let mut arms: Vec<usize> = Vec::new();
    for p in points {
        if !arms.contains(&p.arm) {
            arms.push(p.arm);
        }
    }
    for arm in &arms {
        let others: Vec<&Point> = points.iter().filter(|p| p.arm != *arm).collect();
        let b = least_squares(&others)?;
        for p in points.iter().filter(|p| p.arm == *arm) {
            let predicted = p.x.iter().zip(b).map(|(x, b)| x * b).sum::<f64>();
            missed += (p.y - predicted) * (p.y - predicted);
            all += (p.y - mean) * (p.y - mean);
        }
    }
    (all > 0.0).then(|| 1.0 - missed / all)
}

/// Ridge of this share of each column's variance, so that columns which move together leave a finite fit.
const RIDGE: f64 = 1e-6;

/// Least squares on centred columns; `None` with fewer than six points.
fn least_squares(points: &[&Point]) -> Option<[f64; 3]> {
    if points.len() < 6 {
        return None;
    }
    let n = points.len() as f64;
    let mean = |of: &dyn Fn(&Point) -> f64| points.iter().map(|p| of(p)).sum::<f64>() / n;
    let (m1, m2, my) = (mean(&|p| p.x[1]), mean(&|p| p.x[2]), mean(&|p| p.y));
    let sum = |of: &dyn Fn(&Point) -> f64| points.iter().map(|p| of(p)).sum::<f64>();
    let (s11, s22) = (sum(&|p| (p.x[1] - m1) * (p.x[1] - m1)), sum(&|p| (p.x[2] - m2) * (p.x[2] - m2)));
    let (s12, s1y) = (sum(&|p| (p.x[1] - m1) * (p.x[2] - m2)), sum(&|p| (p.x[1] - m1) * (p.y - my)));
    let s2y = sum(&|p| (p.x[2] - m2) * (p.y - my));
    let (d1, d2) = (s11 * (1.0 + RIDGE), s22 * (1.0 + RIDGE));
    let determinant = d1 * d2 - s12 * s12;
    let (b1, b2) = if determinant > 0.0 {
        ((s1y * d2 - s2y * s12) / determinant, (s2y * d1 - s1y * s12) / determinant)
    } else if d1 > 0.0 {
        (s1y / d1, 0.0)
    } else {
        (0.0, if d2 > 0.0 { s2y / d2 } else { 0.0 })
    };
    Some([my - b1 * m1 - b2 * m2, b1, b2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::OutcomeRow;
    use crate::runs::Key;
    use crate::screen::Seen;

    fn data(tissue_of: impl Fn(f64, f64, usize) -> f64) -> (Vec<(usize, u32, Vec<Course>)>, Outcomes) {
        let mut tissue = Outcomes { half_unit: vec![0.01], ..Outcomes::default() };
        let mut courses = Vec::new();
        for arm in 0..6_usize {
            let mut frames = Vec::new();
            for frame in 1..4_u32 {
                let (twin, way) =
                    (f64::from(frame) + arm as f64, 10.0 * f64::from(frame) / (1.0 + arm as f64));
                let time_min = f64::from(frame);
                frames.push(Seen {
                    time_min,
                    values: vec![Some(twin)],
                    ways_um: vec![way],
                    ..Seen::default()
                });
                let key = Key { arm, mechanism: 0, draw: 0, replicate: 0 };
                let value = tissue_of(twin, way, arm);
                tissue.rows.push(OutcomeRow { key, time_min, outcome: 0, value });
            }
            courses.push(Course { arm, frames });
        }
        (vec![(0, 0, courses)], tissue)
    }

    #[test]
    fn a_law_of_its_form_is_found() {
        let law = |twin: f64, way: f64, _| 3.0 * (twin + 0.01).sqrt() * (1.0 + way) - 0.01;
        let (courses, tissue) = data(law);
        let found = fit(0, &courses, &tissue).unwrap();
        assert!(found.r_squared > 0.999 && found.n == 18, "{found:?}");
        assert!((found.coefficients[1] - 0.5).abs() < 1e-3 && (found.coefficients[2] - 1.0).abs() < 1e-3);
        assert!((found.predict(2.0, 5.0, 0.01) / law(2.0, 5.0, 0) - 1.0).abs() < 1e-2);
    }

    #[test]
    fn what_the_twin_does_not_see_lowers_it() {
        let (courses, tissue) = data(|_, _, arm| if arm % 2 == 0 { 1.0 } else { 100.0 });
        assert!(fit(0, &courses, &tissue).unwrap().r_squared < ENOUGH);
        assert!(fit(0, &[], &tissue).is_none());
    }
}
