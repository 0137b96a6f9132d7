//! Units as people write them, with their dimension and their factor to the canonical ones.
//!
//! Canonical: micrometre, minute, zeptogram, mmHg. The zeptogram (10⁻²¹ g) makes 1 ng/mL = 1 zg/µm³, so field
//! values read as they are written. Counts (copies, vesicles, cells) are dimensionless and may stand on either side
//! of a slash: `copies/cell`, `/mL`.

use std::fmt;

/// Exponents of length, time, mass and gas tension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dimension {
    /// Exponent of length.
    pub length: i8,
    /// Exponent of time.
    pub time: i8,
    /// Exponent of mass.
    pub mass: i8,
    /// Exponent of gas tension (partial pressure).
    pub tension: i8,
}

macro_rules! dimensions {
    ($($(#[$doc:meta])* $name:ident = [$l:expr, $t:expr, $m:expr, $p:expr], $words:literal, $example:literal;)+) => {
        impl Dimension {
            $($(#[$doc])* pub const $name: Self = Self { length: $l, time: $t, mass: $m, tension: $p };)+
        }
        const NAMED: &[(Dimension, &str, &str)] = &[$((Dimension::$name, $words, $example)),+];
    };
}

dimensions! {
    /// A plain number, a share or a count.
    NONE = [0, 0, 0, 0], "a plain number", "0.3";
    /// A length.
    LENGTH = [1, 0, 0, 0], "a length", "20 um";
    /// An area.
    AREA = [2, 0, 0, 0], "an area", "100 um^2";
    /// A volume.
    VOLUME = [3, 0, 0, 0], "a volume", "2494 um^3";
    /// A time.
    TIME = [0, 1, 0, 0], "a time", "34 h";
    /// A rate per time.
    RATE = [0, -1, 0, 0], "a rate", "0.01 /h";
    /// A speed.
    SPEED = [1, -1, 0, 0], "a speed", "6 um/h";
    /// A diffusion coefficient.
    DIFFUSION = [2, -1, 0, 0], "a diffusion coefficient", "100 um^2/s";
    /// A volume emptied per time.
    CLEARANCE = [3, -1, 0, 0], "a clearance", "800 um^3/min";
    /// A number per area.
    PER_AREA = [-2, 0, 0, 0], "a number per area", "250 /mm^2";
    /// A number per volume.
    PER_VOLUME = [-3, 0, 0, 0], "a number per volume", "1e9 /mL";
    /// A mass.
    MASS = [0, 0, 1, 0], "a mass", "5 ng";
    /// A mass concentration.
    MASS_PER_VOLUME = [-3, 0, 1, 0], "a mass concentration", "20 ng/mL";
    /// A mass concentration per time.
    MASS_PER_VOLUME_RATE = [-3, -1, 1, 0], "a mass concentration per time", "0.1 ng/mL/h";
    /// A gas tension or another pressure.
    TENSION = [0, 0, 0, 1], "a pressure", "40 mmHg";
    /// A gas tension per time.
    TENSION_RATE = [0, -1, 0, 1], "a gas tension per time", "1 mmHg/min";
    /// A viscosity.
    VISCOSITY = [0, 1, 0, 1], "a viscosity", "4 mPa s";
}

impl Dimension {
    /// In words with an example, for messages: "a rate, such as `0.01 /h`".
    pub fn described(self) -> String {
        NAMED.iter().find(|(dimension, ..)| *dimension == self).map_or_else(
            || format!("a quantity in {self}"),
            |(_, words, example)| format!("{words}, such as `{example}`"),
        )
    }

    fn plus(self, other: Self, sign: i8) -> Option<Self> {
        let add = |a: i8, b: i8| a.checked_add(b.checked_mul(sign)?);
        Some(Self {
            length: add(self.length, other.length)?,
            time: add(self.time, other.time)?,
            mass: add(self.mass, other.mass)?,
            tension: add(self.tension, other.tension)?,
        })
    }

    fn times(self, power: i8) -> Option<Self> {
        Some(Self {
            length: self.length.checked_mul(power)?,
            time: self.time.checked_mul(power)?,
            mass: self.mass.checked_mul(power)?,
            tension: self.tension.checked_mul(power)?,
        })
    }
}

impl fmt::Display for Dimension {
    /// In canonical units: `um^2/min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [("um", self.length), ("min", self.time), ("zg", self.mass), ("mmHg", self.tension)];
        let write = |sign: i8| {
            parts
                .iter()
                .filter(|(_, power)| power * sign > 0)
                .map(|(name, power)| match power.abs() {
                    1 => (*name).to_owned(),
                    p => format!("{name}^{p}"),
                })
                .collect::<Vec<_>>()
        };
        let (above, below) = (write(1), write(-1));
        write!(f, "{}", above.join(" "))?;
        below.iter().try_for_each(|unit| write!(f, "/{unit}"))?;
        if above.is_empty() && below.is_empty() { write!(f, "1") } else { Ok(()) }
    }
}

/// A unit: its dimension and the canonical value of one of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// Canonical value of one unit.
    pub factor: f64,
    /// Its dimension.
    pub dimension: Dimension,
}

/// Pascals in one mmHg.
const PA_PER_MMHG: f64 = 133.322;

const L: Dimension = Dimension::LENGTH;
const T: Dimension = Dimension::TIME;
const M: Dimension = Dimension::MASS;
const V: Dimension = Dimension::VOLUME;
const N: Dimension = Dimension::NONE;

/// Every unit that may be written, by name.
const UNITS: &[(&str, f64, Dimension)] = &[
    ("um", 1.0, L),
    ("µm", 1.0, L),
    ("nm", 1e-3, L),
    ("mm", 1e3, L),
    ("cm", 1e4, L),
    ("m", 1e6, L),
    ("min", 1.0, T),
    ("s", 1.0 / 60.0, T),
    ("h", 60.0, T),
    ("d", 1440.0, T),
    ("y", 525_960.0, T),
    ("zg", 1.0, M),
    ("fg", 1e6, M),
    ("pg", 1e9, M),
    ("ng", 1e12, M),
    ("ug", 1e15, M),
    ("µg", 1e15, M),
    ("mg", 1e18, M),
    ("g", 1e21, M),
    ("kg", 1e24, M),
    ("fL", 1.0, V),
    ("pL", 1e3, V),
    ("nL", 1e6, V),
    ("uL", 1e9, V),
    ("µL", 1e9, V),
    ("mL", 1e12, V),
    ("L", 1e15, V),
    ("M", 6.022_140_76e8, Dimension::PER_VOLUME),
    ("mM", 6.022_140_76e5, Dimension::PER_VOLUME),
    ("uM", 6.022_140_76e2, Dimension::PER_VOLUME),
    ("nM", 0.602_214_076, Dimension::PER_VOLUME),
    ("pM", 6.022_140_76e-4, Dimension::PER_VOLUME),
    ("mol", 6.022_140_76e23, N),
    ("umol", 6.022_140_76e17, N),
    ("nmol", 6.022_140_76e14, N),
    ("pmol", 6.022_140_76e11, N),
    ("fmol", 6.022_140_76e8, N),
    ("amol", 6.022_140_76e5, N),
    ("mmHg", 1.0, Dimension::TENSION),
    ("Pa", 1.0 / PA_PER_MMHG, Dimension::TENSION),
    ("mPa", 1e-3 / PA_PER_MMHG, Dimension::TENSION),
    ("kPa", 1e3 / PA_PER_MMHG, Dimension::TENSION),
    ("cP", 1e-3 / PA_PER_MMHG / 60.0, Dimension::VISCOSITY),
    ("%", 0.01, N),
    ("1", 1.0, N),
    ("log2", 1.0, N),
    ("copies", 1.0, N),
    ("copy", 1.0, N),
    ("molecules", 1.0, N),
    ("vesicles", 1.0, N),
    ("vesicle", 1.0, N),
    ("particles", 1.0, N),
    ("particle", 1.0, N),
    ("cells", 1.0, N),
    ("cell", 1.0, N),
    ("reads", 1.0, N),
];

/// Names of all units, for messages.
pub fn names() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, ..)| *name)
}

/// Reads a unit: names with whole powers, joined by `*`, a blank or `/`; a leading `/` divides 1. An empty text is the
/// plain number.
///
/// # Errors
/// The word that is no unit.
pub fn parse(text: &str) -> Result<Unit, String> {
    let mut unit = Unit { factor: 1.0, dimension: Dimension::NONE };
    for (nth, part) in text.trim().split('/').enumerate() {
        let sign = if nth == 0 { 1 } else { -1 };
        for word in part.split([' ', '*', '·']).filter(|word| !word.is_empty()) {
            unit = times(unit, word, sign).ok_or_else(|| word.to_owned())?;
        }
        if nth > 0 && part.trim().is_empty() {
            return Err("/".to_owned());
        }
    }
    Ok(unit)
}

fn times(unit: Unit, word: &str, sign: i8) -> Option<Unit> {
    let (name, power) = match word.split_once('^') {
        Some((name, power)) => (name, power.parse::<i8>().ok().filter(|p| p.abs() <= 9)?),
        None => match word.char_indices().last()? {
            (at, '²') => (&word[..at], 2),
            (at, '³') => (&word[..at], 3),
            _ => (word, 1),
        },
    };
    let (_, factor, dimension) = UNITS.iter().find(|(known, ..)| *known == name)?;
    let power = power.checked_mul(sign)?;
    Some(Unit {
        factor: unit.factor * factor.powi(i32::from(power)),
        dimension: unit.dimension.plus(dimension.times(power)?, 1)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_the_field_read_as_written() {
        let cases = [
            ("um^2/min", 1.0, Dimension::DIFFUSION),
            ("um^2/s", 60.0, Dimension::DIFFUSION),
            ("µm²/s", 60.0, Dimension::DIFFUSION),
            ("/h", 1.0 / 60.0, Dimension::RATE),
            ("ng/mL", 1.0, Dimension::MASS_PER_VOLUME),
            ("/mL", 1e-12, Dimension::PER_VOLUME),
            ("copies/cell", 1.0, Dimension::NONE),
            ("/mm^2", 1e-6, Dimension::PER_AREA),
            ("pM", 6.022_140_76e-4, Dimension::PER_VOLUME),
            ("", 1.0, Dimension::NONE),
            ("cP", 1e-3 / 133.322 / 60.0, Dimension::VISCOSITY),
            ("mPa s", 1e-3 / 133.322 / 60.0, Dimension::VISCOSITY),
        ];
        for (text, factor, dimension) in cases {
            let unit = parse(text).unwrap();
            assert!((unit.factor / factor - 1.0).abs() < 1e-15, "{text}");
            assert_eq!(unit.dimension, dimension, "{text}");
        }
        for wrong in ["parsec", "um^x", "um//min", "um^99", "/"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_dimension_is_said_in_words() {
        assert_eq!(Dimension::RATE.described(), "a rate, such as `0.01 /h`");
        assert_eq!(
            Dimension { length: 0, time: -1, mass: 1, tension: 0 }.described(),
            "a quantity in zg/min"
        );
    }
}
