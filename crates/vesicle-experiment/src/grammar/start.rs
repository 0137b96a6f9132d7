//! Where the cells of a kind begin: `250 /mm^2 at random`, `on the left, every 50 um`, `from cells.csv`, `none`.

use super::points;
use vesicle_base::Dimension;
use vesicle_base::quantity::{self, Malformed, Quantity};

/// What a start looks like, for messages.
pub const EXPECTED: &str = "a start, such as `250 /mm^2 at random`, `40 at random`, `2e5 /mm^3 at random within 100 um`, \
`on the left, every 50 um`, `on a lattice, every 20 um`, `on a square lattice, every 20 um within 80 um of 200 x 100 x 10 um`, \
`along 0 x 50 x 10 um to 200 x 80 x 10 um, every 10 um`, `from cells.csv` or `none`";

/// A start as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum StartText {
    /// No such cells at first.
    None,
    /// So many per area seen from above, uniformly.
    Density(Quantity, Option<BallText>),
    /// So many per volume, uniformly.
    PerVolume(Quantity, Option<BallText>),
    /// So many, uniformly.
    Count(f64, Option<BallText>),
    /// On a side.
    Side {
        /// The side.
        side: String,
        /// Spacing.
        every: Quantity,
    },
    /// On a lattice that fills the tissue or a ball.
    Lattice {
        /// Squares or cubes; triangles otherwise.
        is_square: bool,
        /// Spacing.
        every: Quantity,
        /// The ball.
        within: Option<BallText>,
    },
    /// Along a line.
    Line {
        /// Its corners, µm.
        through_um: Vec<[f64; 3]>,
        /// Spacing.
        every: Quantity,
    },
    /// From a table of cells.
    Table(String),
}

/// `within 100 um`, `within 100 um of 200 x 100 x 10 um`.
#[derive(Clone, Debug, PartialEq)]
pub struct BallText {
    /// Radius.
    pub radius: Quantity,
    /// Middle, µm; that of the tissue when not said.
    pub of_um: Option<[f64; 3]>,
}

/// Reads a start.
///
/// # Errors
/// Where the text stops being a start and what would be right there.
pub fn parse(text: &str) -> Result<StartText, Malformed> {
    let trimmed = text.trim();
    if trimmed == "none" {
        return Ok(StartText::None);
    }
    if let Some(name) = trimmed.strip_prefix("from ") {
        return Ok(StartText::Table(name.trim().to_owned()));
    }
    let (body, source) = quantity::split_source(text)?;
    let (place, within) = ball(body.trim(), text, source)?;
    if let Some(amount) = place.strip_suffix("at random") {
        let q = sourced(part(amount, text)?, source);
        return match q.dimension {
            Dimension::PER_AREA => Ok(StartText::Density(q, within)),
            Dimension::PER_VOLUME => Ok(StartText::PerVolume(q, within)),
            Dimension::NONE if q.value.fract() == 0.0 => Ok(StartText::Count(q.value, within)),
            _ => Err(wrong(text)),
        };
    }
    let (place, every) = place.split_once(", every ").ok_or_else(|| wrong(text))?;
    let every = sourced(part(every, text)?, source);
    if every.dimension != Dimension::LENGTH {
        return Err(wrong(text));
    }
    match (on_sites(place), within) {
        (Some(Sites::Lattice { is_square }), within) => Ok(StartText::Lattice { is_square, every, within }),
        (Some(Sites::Side(side)), None) => Ok(StartText::Side { side, every }),
        (Some(Sites::Line(through_um)), None) => Ok(StartText::Line { through_um, every }),
        _ => Err(wrong(text)),
    }
}

enum Sites {
    Lattice { is_square: bool },
    Side(String),
    Line(Vec<[f64; 3]>),
}

fn on_sites(place: &str) -> Option<Sites> {
    if let Some(line) = place.strip_prefix("along ") {
        return points::parse(line).filter(|corners| corners.len() > 1).map(Sites::Line);
    }
    match place.strip_prefix("on ")? {
        "a lattice" => Some(Sites::Lattice { is_square: false }),
        "a square lattice" => Some(Sites::Lattice { is_square: true }),
        side => match side.strip_prefix("the ")? {
            side @ ("left" | "right" | "front" | "back" | "bottom" | "top") => {
                Some(Sites::Side(side.to_owned()))
            }
            _ => None,
        },
    }
}

/// What stands before `within`, and the ball behind it.
fn ball<'a>(
    body: &'a str,
    text: &str,
    source: Option<&str>,
) -> Result<(&'a str, Option<BallText>), Malformed> {
    let Some((place, ball)) = body.split_once(" within ") else { return Ok((body, None)) };
    let (radius, of) = match ball.split_once(" of ") {
        Some((radius, of)) => (radius, Some(of)),
        None => (ball, None),
    };
    let radius = sourced(part(radius, text)?, source);
    if radius.dimension != Dimension::LENGTH {
        return Err(wrong(text));
    }
    let one = |of: &str| match points::parse(of).as_deref() {
        Some([point]) => Ok(*point),
        _ => Err(wrong(text)),
    };
    let of_um = of.map(one).transpose()?;
    Ok((place.trim_end(), Some(BallText { radius, of_um })))
}

/// Reads the quantity in a part of the text; what is wrong is placed in the whole.
fn part(part: &str, text: &str) -> Result<Quantity, Malformed> {
    let before = part.as_ptr() as usize - text.as_ptr() as usize;
    quantity::parse(part).map_err(|wrong| Malformed { offset: before + wrong.offset, ..wrong })
}

fn sourced(mut quantity: Quantity, source: Option<&str>) -> Quantity {
    quantity.source = source.map(str::to_owned);
    quantity
}

fn wrong(text: &str) -> Malformed {
    Malformed { offset: 0, expected: EXPECTED.to_owned(), found: format!("`{text}`"), unit: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn starts_of_the_sketch_are_read() {
        assert!(
            matches!(parse("250 /mm^2 at random").unwrap(), StartText::Density(q, None) if (q.value - 2.5e-4).abs() < 1e-18)
        );
        assert!(
            matches!(parse("on the left, every 50 um").unwrap(), StartText::Side { side, every } if side == "left" && every.value == 50.0)
        );
        assert_eq!(parse("none").unwrap(), StartText::None);
        assert_eq!(parse("40 at random").unwrap(), StartText::Count(40.0, None));
        for text in [
            "",
            "some",
            "4.5 at random",
            "5 h at random",
            "on the moon, every 5 um",
            "on the left, every 5 h",
            "on the left, every 5 um within 20 um",
            "40 at random within 5 h",
            "40 at random within 5 um of 3 um",
            "along 1 x 2 x 3 um, every 5 um",
            "along here to there, every 5 um",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn balls_lines_and_tables_are_read() {
        let StartText::Lattice { is_square: true, every, within: Some(ball) } =
            parse("on a square lattice, every 20 um within 0.1 mm of 200 x 100 x 10 um").unwrap()
        else {
            panic!("not a lattice in a ball")
        };
        assert_eq!((every.value, ball.radius.value, ball.of_um), (20.0, 100.0, Some([200.0, 100.0, 10.0])));
        assert!(matches!(parse("2e5 /mm^3 at random within 50 um [assumed]").unwrap(),
            StartText::PerVolume(q, Some(BallText { of_um: None, .. })) if q.source.as_deref() == Some("assumed")));
        assert_eq!(parse("from my cells.csv").unwrap(), StartText::Table("my cells.csv".to_owned()));
        let line = parse("along 0 x 50 x 10 um to 200 x 80 x 10 um, every 10 um").unwrap();
        assert!(matches!(line, StartText::Line { through_um, .. } if through_um[1] == [200.0, 80.0, 10.0]));
    }

    #[test]
    fn a_slip_is_placed() {
        let text = "on the left, every 50 parsec";
        assert_eq!(parse(text).unwrap_err().offset, text.find(" parsec").unwrap());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z0-9 ,/^x]{0,60}|(on|along|from|[0-9]) .{0,40}") {
            let _ = parse(&text);
        }
    }
}
