//! What a plug would look like: the colour that its blood gives, one square per animal.
//!
//! Light through blood falls as exp(−k s d): s the share of the volume that is blood, d the depth looked through, k the
//! absorption of whole blood (haemoglobin 150 g/L, oxygenated) at 630, 540 and 450 nm, for the red, green and blue of
//! the square. Scattering is left out, so that a square says more or less blood and not the exact hue.
//! Absorption: 2.303 ε · 150 g/L / 64,500 g/mol with ε of 610, 53,236 and 62,816 per cm and mol/L, the oxygenated column
//! of Prahl's compilation of the measurements of Gratzer and of Kollias (omlc.org/spectra/hemoglobin/summary.html).
//! Tests: `more_blood_is_redder_and_darker`, `absorption_is_that_of_the_table`.

use super::colour::{Colour, GREY};
use super::csv::{Csv, Field};
use super::svg::{Paint, Svg, Type};
use super::text::{number, percent_range, width};
use super::{Figure, Width, slug};
use crate::page::Blood;
use vesicle_base::math::exp;

/// Absorption of whole blood, per cm.
const ABSORPTION_PER_CM: [f64; 3] = [3.27, 285.0, 336.0];
/// Depth looked through, cm: that of a plug.
const DEPTH_CM: f64 = 0.2;
/// Side of a square, points; narrower where many stand beside each other.
const SIDE: f64 = 13.0;
const ROW: f64 = 16.0;

/// Colour of a plug of which `share` is blood.
fn colour(share: f64) -> Colour {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    Colour(ABSORPTION_PER_CM.map(|k| {
        // A plug without blood is the pale grey of its gel.
        let paper = 240.0;
        (paper * exp(-k * share * DEPTH_CM)).round() as u8
    }))
}

/// One row per arm, one square per animal, under one mechanism.
pub fn plug(all: &[Blood], mechanism: &str, room: Width) -> Figure {
    let rows: Vec<&Blood> = all.iter().filter(|b| b.mechanism == mechanism).collect();
    let mut svg = Svg::default();
    let longest = rows.iter().map(|b| width(&b.arm, 7.0)).fold(0.0, f64::max);
    let left = 12.0 + longest.min(room.points() * 0.35);
    let said = rows.iter().map(|b| width(&words(b), 7.0)).fold(0.0, f64::max);
    let most = rows.iter().map(|b| b.shares.len()).max().unwrap_or(0);
    let step = ((room.points() - left - said - 12.0) / most.max(1) as f64).clamp(0.0, SIDE + 2.0);
    for (i, b) in rows.iter().enumerate() {
        let y = 4.0 + i as f64 * ROW;
        svg.text_within((4.0, y + 9.0), &b.arm, left - 10.0, Type::BODY);
        for (j, share) in b.shares.iter().enumerate() {
            let size = ((step - 2.0).max(step * 0.8), SIDE);
            let at = (left + j as f64 * step, y);
            svg.rect(at, size, Paint::fill(colour(*share)).and_stroke(GREY, 0.3));
        }
        let x = left + most as f64 * step + 4.0;
        svg.text_within((x, y + 9.0), &words(b), room.points() - x - 2.0, Type::BODY);
    }
    let under = if mechanism.is_empty() { String::new() } else { format!(", mechanism “{mechanism}”") };
    let title = format!("Plug colour{under}");
    let days = rows.first().map_or(String::new(), |b| format!(" at {}\u{a0}d", number(b.time_d)));
    Figure {
        name: slug(&["plug-colour", mechanism]),
        caption: format!(
            "One square per animal{days} (n = {most} per arm): the colour that perfused blood gives through {} mm of plug \
             (Beer and Lambert, no scattering; oxygenated haemoglobin, 150 g/L, at 630, 540 and 450 nm as tabulated by Prahl, \
             omlc.org/spectra/hemoglobin). In words: share of the volume that is perfused vessel, \
             mean, lowest and highest.",
            number(10.0 * DEPTH_CM)
        ),
        width: room,
        svg: svg.finish(room.mm(), 8.0 + rows.len() as f64 * ROW, &title),
        csv: points(&rows),
        title,
        ..Figure::default()
    }
}

fn words(b: &Blood) -> String {
    let Some((low, mean, high)) = super::beside::summary(&b.shares) else { return "no value".to_owned() };
    if high == 0.0 {
        return "no perfused vessel".to_owned();
    }
    percent_range(low, mean, high)
}

fn points(rows: &[&Blood]) -> String {
    let mut csv = Csv::new(&["arm", "mechanism", "time_d", "replicate", "blood_share", "colour"]);
    for b in rows {
        for (i, share) in b.shares.iter().enumerate() {
            csv.row(&[
                Field::Words(&b.arm),
                Field::Words(&b.mechanism),
                Field::Number(b.time_d),
                Field::Count(i as u64 + 1),
                Field::Number(*share),
                Field::Words(&colour(*share).to_string()),
            ]);
        }
    }
    csv.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_blood_is_redder_and_darker() {
        assert_eq!(colour(0.0), Colour([240; 3]));
        let seen = [0.0, 0.001, 0.01, 0.05, 0.2].map(colour);
        for pair in seen.windows(2) {
            assert!(pair[1].0.iter().zip(pair[0].0).all(|(b, a)| *b <= a), "{pair:?}");
        }
        let [red, green, blue] = seen[3].0;
        assert!(red > 200 && green < 60 && blue < 60, "{:?}", seen[3]);
        assert_eq!(colour(f64::NAN), colour(0.0));
    }

    #[test]
    fn absorption_is_that_of_the_table() {
        // Oxygenated column at 630, 540 and 450 nm, per cm and mol/L.
        for (k, molar) in ABSORPTION_PER_CM.into_iter().zip([610.0, 53_236.0, 62_816.0]) {
            let per_cm = core::f64::consts::LN_10 * molar * 150.0 / 64_500.0;
            assert!((k / per_cm - 1.0).abs() < 0.002, "{k} {per_cm}");
        }
    }
}
