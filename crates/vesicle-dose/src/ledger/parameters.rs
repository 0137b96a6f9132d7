//! Every number that the ledger may read: its name, its unit, what is taken when nothing is said, and where that is
//! from. Flags, keys of a file, messages and the audit come from this one table.

use vesicle_base::{Dimension, Problem, Quantity, quantity};

type D = Dimension;

/// A number per mass, such as particles per µg of protein or per kg of body.
pub const PER_MASS: D = D { length: 0, time: 0, mass: -1, tension: 0 };

/// One number of the ledger.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, as a key of a file; a flag has hyphens.
    pub name: &'static str,
    /// Units that it may have.
    pub dimensions: &'static [D],
    /// What is taken when nothing is said.
    pub default: Option<&'static str>,
    /// What it is.
    pub help: &'static str,
    /// Whether a value above 1 cannot be.
    pub share: bool,
}

macro_rules! parameters {
    ($($id:ident $name:literal $dimensions:expr, $default:expr, $share:literal, $help:literal;)+) => {
        /// The numbers of the ledger.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Name {
            $(#[doc = $help] $id,)+
        }
        /// All of them, in the order of [`Name`].
        pub const TABLE: &[Parameter] = &[$(Parameter {
            name: $name, dimensions: $dimensions, default: $default, help: $help, share: $share,
        },)+];
        const NAMES: &[Name] = &[$(Name::$id),+];
    };
}

parameters! {
    Particles "particles" &[D::PER_VOLUME, D::NONE, PER_MASS], None, false,
        "particles given: `1.2e11 /mL` (with a volume), `6e9`, `200 pM` (with a volume) or `2e9 /kg` (with a body mass)";
    PerCell "per_cell" &[D::NONE], None, false, "particles given per cell";
    Protein "protein" &[D::MASS, D::MASS_PER_VOLUME, D::NONE], None, false,
        "dose as protein: `5 ug`, `20 ug/mL` (with a volume) or `0.1 mg/kg` (with a body mass)";
    Flasks "flasks" &[D::NONE], None, false, "culture flasks that the dose is made from";
    Donors "donors" &[D::NONE], None, false, "donors that the dose is made from";
    Volume "volume" &[D::VOLUME], None, false, "volume given";
    BodyMass "body_mass" &[D::MASS], None, false, "mass of the animal or person";
    Counting "counting" &[D::NONE], Some("1 (x/ 1.64) [TRPS16]"), false,
        "error of the particle count, as a factor: between laboratories";
    ParticlesPerProtein "particles_per_protein" &[PER_MASS], Some("2e9 /ug (1e9..2e10 log) [Webber13]"), false,
        "particles per protein";
    CellsPerFlask "cells_per_flask" &[D::NONE], Some("3e6 (1.2e6..6.6e6 log) [Fuzeta20]"), false, "cells in one flask";
    Release "release" &[D::RATE], Some("1000 /h (100..10000 log) [assumed]"), false, "particles that one cell releases";
    Collect "collect" &[D::TIME], Some("48 h [assumed]"), false, "time over which medium is conditioned";
    Recovery "recovery" &[D::NONE], Some("0.1 (0.05..0.2 log) [Pharm23]"), true, "share that isolation recovers";
    FlasksPerDonor "flasks_per_donor" &[D::NONE], Some("10 (2..50 log) [assumed]"), false,
        "flasks that the cells of one donor fill";
    Purity "purity" &[D::NONE], Some("0.5 (0.1..0.95) [assumed]"), true, "share of the particles that are vesicles";
    Reaching "reaching" &[D::NONE], Some("1"), true, "share of the dose that reaches the tissue or dish";
    Cells "cells" &[D::NONE], None, false, "recipient cells that share the dose";
    Uptake "uptake" &[D::RATE], Some("0.01 /h (0.001..0.1 log) [Bonsergent21]"), false,
        "share of the vesicles present that all cells capture in a time";
    Clearance "clearance" &[D::CLEARANCE], None, false, "volume that one cell empties of vesicles, in place of `uptake`";
    Medium "medium" &[D::VOLUME], None, false, "volume of medium over the cells";
    Exposure "exposure" &[D::TIME], Some("24 h [assumed]"), false, "time that cells and vesicles are together";
    HalfLife "half_life" &[D::TIME], Some("24 h (1..720 log) [assumed]"), false, "half-life of free vesicles";
    CopiesPerVesicle "copies_per_vesicle" &[D::NONE], None, false, "copies of the molecule in one vesicle";
    CopiesPerParticle "copies_per_particle" &[D::NONE], None, false,
        "copies of the molecule per particle counted, as the PCR of a counted preparation gives them";
    TotalCopies "total_copies" &[D::NONE], Some("0.5 (0.05..5 log) [assumed]"), false,
        "copies of all miRNA in one vesicle";
    Abundance "abundance" &[D::NONE], None, true, "share of the molecule among all miRNA";
    Load "load" &[D::NONE], None, false, "molecules put to the vesicles for loading, such as `100 pmol`";
    Efficiency "efficiency" &[D::NONE], Some("0.05 (0.005..0.3 log) [RankinTurner21]"), true,
        "share of the load that gets into vesicles";
    Escape "escape" &[D::NONE], Some("0.05 (0.003..0.3 log) [Somiya22]"), true,
        "share of the captured cargo that reaches the cytosol";
    MirnaHalfLife "mirna_half_life" &[D::TIME], Some("34 h (11..120 log) [Kingston19]"), false,
        "half-life of the molecule in the cytosol";
    Needed "needed" &[D::NONE], Some("300 (100..1000 log) [Mullokandov12]"), false, "copies per cell that are needed";
}

/// Numbers by which the ledger divides: never 0, and a bell around one is cut at a thousandth of its middle.
pub const DIVISORS: [Name; 8] = [
    Name::Cells,
    Name::HalfLife,
    Name::MirnaHalfLife,
    Name::Medium,
    Name::ParticlesPerProtein,
    Name::CellsPerFlask,
    Name::FlasksPerDonor,
    Name::Needed,
];

/// Sources that defaults name, in full.
pub const SOURCES: &[(&str, &str)] = &[
    ("TRPS16", "unread: between-laboratory CV of 53 % for vesicles by tunable resistive pulse sensing, 2016"),
    ("Webber13", "unread: Webber and Clayton 2013, doi 10.3402/jev.v2i0.19861"),
    ("Fuzeta20", "PMC7669752, figure 5"),
    ("Pharm23", "PMC10058361, table 1: ultracentrifugation 5-20 %"),
    ("Bonsergent21", "unread: Bonsergent 2021, Nat Commun"),
    ("RankinTurner21", "PMC8191593, table 1"),
    ("Somiya22", "doi 10.1021/acs.bioconjchem.2c00307"),
    ("Kingston19", "PMC6836734"),
    ("Mullokandov12", "doi 10.1038/nmeth.2078"),
];

impl Name {
    /// What is known of it.
    pub fn parameter(self) -> &'static Parameter {
        &TABLE[self as usize]
    }

    /// By its name in a file or as a flag.
    ///
    /// # Errors
    /// An unknown name, with the nearest right one.
    pub fn find(word: &str) -> Result<Self, Problem> {
        let key = word.replace('-', "_");
        all().find(|name| name.parameter().name == key).ok_or_else(|| {
            Problem::new(format!("unknown key `{word}`"))
                .expected("a number of the dose ledger")
                .nearest(&key, TABLE.iter().map(|p| p.name))
        })
    }
}

/// Every name.
pub fn all() -> impl Iterator<Item = Name> {
    NAMES.iter().copied()
}

/// Reads the text of one number.
///
/// # Errors
/// What is wrong with it, and what would be right.
pub fn read(name: Name, text: &str) -> Result<Quantity, Problem> {
    let parameter = name.parameter();
    let wrong = || Problem::new(format!("wrong `{}`", parameter.name)).found(format!("`{text}`"));
    let quantity = quantity::parse(text).map_err(|slip| {
        let problem = wrong().expected(slip.expected.clone());
        match &slip.unit {
            Some(unit) => problem.nearest(unit, vesicle_base::unit::names()),
            None => problem,
        }
    })?;
    if !parameter.dimensions.contains(&quantity.dimension) {
        let words: Vec<String> = parameter.dimensions.iter().map(|d| d.described()).collect();
        return Err(wrong().expected(words.join("; or ")));
    }
    in_range(parameter, &quantity).map_err(|expected| wrong().expected(expected))?;
    if DIVISORS.contains(&name) && quantity.value <= 0.0 {
        return Err(wrong().expected("more than 0"));
    }
    Ok(quantity)
}

fn in_range(parameter: &Parameter, quantity: &Quantity) -> Result<(), &'static str> {
    let (low, high) = bounds(quantity);
    if low < 0.0 {
        return Err("0 or more, over all of its prior");
    }
    if parameter.share && high > 1.0 {
        return Err("a share between 0 and 1, over all of its prior");
    }
    Ok(())
}

/// The least and greatest value that a quantity can take; a bell has none and is cut when drawn.
fn bounds(quantity: &Quantity) -> (f64, f64) {
    use vesicle_base::Prior::{LogUniform, Uniform};
    match quantity.prior {
        Some(Uniform { low, high } | LogUniform { low, high }) => {
            (low.min(quantity.value), high.max(quantity.value))
        }
        _ => (quantity.value, quantity.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_at_their_place() {
        assert!(all().enumerate().all(|(at, name)| name as usize == at));
    }

    #[test]
    fn every_default_reads_and_its_source_is_listed() {
        for name in all() {
            let Some(text) = name.parameter().default else { continue };
            let quantity = read(name, text).unwrap();
            let Some(source) = &quantity.source else { continue };
            assert!(source == "assumed" || SOURCES.iter().any(|(key, _)| key == source), "{source}");
        }
    }

    #[test]
    fn slips_are_told_with_what_would_be_right() {
        let told = |name, text| read(name, text).unwrap_err().to_string();
        assert!(told(Name::Volume, "50 ul").contains("did you mean `uL`?"));
        assert!(told(Name::Volume, "50 h").contains("a volume, such as"));
        assert!(told(Name::Purity, "1.2").contains("between 0 and 1"));
        assert!(told(Name::Escape, "0.5 (0.1..3 log)").contains("between 0 and 1"));
        assert!(told(Name::Cells, "-4").contains("0 or more"));
        assert!(told(Name::Cells, "0").contains("more than 0"));
        assert!(Name::find("half-lif").unwrap_err().to_string().contains("half_life"));
    }
}
