//! Rotors, methods and particles: the tables that ship with the program, and what the user brings.

use super::protocol::{Protocol, Told};
use super::published::shipped;
use crate::commands::cargo::reading::{Input, input, source};
use crate::failure::Failure;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vesicle_base::particle::Sizes;
use vesicle_base::{Dimension, Prior, Problem, Quantity, quantity};
use vesicle_dose::isolation::{Catalogue, Cited, Geometry, Kind, Medium, Method, Role, Rotor, Spectrum};
use vesicle_files::tsv::Row;
use vesicle_tables::Document;

/// What is spun, and where.
#[derive(Debug, Args)]
pub struct SampleArguments {
    /// A rotor of your own: `NAME = swinging bucket 75.3..161 mm`, or `NAME = fixed angle 35.9..103.8 mm, tube 38 mm,
    /// angle 24`
    #[arg(long = "rotor", value_name = "NAME = SHAPE")]
    pub rotors: Vec<String>,
    /// Density of the medium, g/mL [default: 1.0]
    #[arg(long, value_name = "G/ML", allow_hyphen_values = true)]
    pub density: Option<String>,
    /// Viscosity of the medium, mPa s [default: 1.55, a cold medium with serum]
    #[arg(long, value_name = "MPA S", allow_hyphen_values = true)]
    pub viscosity: Option<String>,
    /// Density of the vesicles, g/mL, such as `1.12 (1.08..1.15)`
    #[arg(long, value_name = "QUANTITY", allow_hyphen_values = true)]
    pub vesicle_density: Option<String>,
    /// Sizes of the vesicles as a log-normal, such as `110 nm (x/ 1.3)`
    #[arg(long, value_name = "QUANTITY", allow_hyphen_values = true, conflicts_with = "sizes")]
    pub vesicle_size: Option<String>,
    /// Sizes of the vesicles as they were tracked: a NanoSight or ZetaView export
    #[arg(long, value_name = "FILE")]
    pub sizes: Option<PathBuf>,
}

/// A catalogue with what it rests on.
pub struct Bench {
    /// Rotors, methods, particles.
    pub catalogue: Catalogue,
    /// What is spun in.
    pub medium: Medium,
    /// Files behind it.
    pub inputs: Vec<Input>,
    /// What was decided on the way.
    pub notes: Vec<String>,
}

/// The shipped tables with the user's rotors, medium and sizes.
///
/// # Errors
/// Every rotor and number that cannot be.
pub fn bench(arguments: &SampleArguments, protocol: &Protocol) -> Result<Bench, Failure> {
    let mut bench = Bench {
        catalogue: Catalogue { rotors: rotors()?, methods: methods()?, kinds: kinds()? },
        medium: Medium::default(),
        inputs: Vec::new(),
        notes: Vec::new(),
    };
    let mut problems = Vec::new();
    for rotor in own_rotors(arguments, protocol) {
        match rotor {
            Ok(rotor) => bench.catalogue.rotors.push(rotor),
            Err(problem) => problems.push(problem),
        }
    }
    let said = said(arguments, protocol);
    if let Err(found) = bench.take(&said) {
        problems.extend(found);
    }
    if !problems.is_empty() {
        return Err(Failure::Input(problems));
    }
    if let Some(path) = &arguments.sizes {
        bench.tracked(path)?;
    }
    Ok(bench)
}

fn own_rotors<'a>(
    arguments: &'a SampleArguments,
    protocol: &'a Protocol,
) -> impl Iterator<Item = Result<Rotor, Problem>> + 'a {
    let of_file = protocol
        .rotors
        .iter()
        .map(|(name, (shape, place))| Rotor::read(name, shape).map_err(|problem| problem.at(place)));
    let of_flags = arguments.rotors.iter().map(|text| match text.split_once('=') {
        Some((name, shape)) if !name.trim().is_empty() => Rotor::read(name.trim(), shape.trim()),
        _ => Err(Problem::new("--rotor not understood").expected("--rotor 'NAME = SHAPE'").found(text)),
    });
    of_file.chain(of_flags)
}

/// What was said of the medium; a flag replaces the file's word.
fn said(arguments: &SampleArguments, protocol: &Protocol) -> BTreeMap<&'static str, (String, Option<Told>)> {
    let flags = [
        ("density", &arguments.density),
        ("viscosity", &arguments.viscosity),
        ("vesicle_density", &arguments.vesicle_density),
        ("vesicle_size", &arguments.vesicle_size),
    ];
    let one = |(key, flag): (&'static str, &Option<String>)| {
        let told = protocol.medium.get(key);
        match flag {
            Some(text) => Some((key, (text.clone(), None))),
            None => told.map(|told| (key, (told.0.clone(), Some(told.clone())))),
        }
    };
    flags.into_iter().filter_map(one).collect()
}

impl Bench {
    fn take(&mut self, said: &BTreeMap<&'static str, (String, Option<Told>)>) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        for (key, (text, told)) in said {
            if let Err(expected) = self.set(key, text) {
                let problem =
                    Problem::new(format!("wrong `{key}`")).expected(expected).found(format!("`{text}`"));
                problems.push(match told {
                    Some((_, place)) => problem.at(place),
                    None => problem,
                });
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn set(&mut self, key: &str, text: &str) -> Result<(), &'static str> {
        match key {
            "density" => {
                let expected = "a density, such as `1.006 g/mL`";
                self.medium.density_g_cm3 =
                    density(text).filter(|q| q.prior.is_none()).ok_or(expected)?.value;
            }
            "viscosity" => {
                self.medium.viscosity_mpa_s = viscosity(text).ok_or("a viscosity, such as `1.55 mPa s`")?;
            }
            "vesicle_density" => {
                let density = density(text).ok_or("a density, such as `1.12 (1.08..1.15)`")?;
                self.vesicles().for_each(|kind| kind.density = density.clone());
            }
            _ => {
                let sizes = sizes(text).ok_or("a size, such as `110 nm (x/ 1.3)`")?;
                self.vesicles().for_each(|kind| kind.spectrum = Spectrum::LogNormal(sizes));
            }
        }
        Ok(())
    }

    fn vesicles(&mut self) -> impl Iterator<Item = &mut Kind> {
        self.catalogue.kinds.iter_mut().filter(|kind| kind.role == Role::Vesicle)
    }

    /// Sizes as an instrument tracked them.
    fn tracked(&mut self, path: &std::path::Path) -> Result<(), Failure> {
        let source = source(path)?;
        let input = input(&source);
        let measured = vesicle_tables::nta::read_sizes(&Document::load(&source)?)?;
        let mut pairs: Vec<(f64, f64)> = measured.bin_centre_nm.iter().map(|centre| (*centre, 0.0)).collect();
        for capture in measured.usable() {
            pairs.iter_mut().zip(&capture.per_ml).for_each(|(pair, count)| pair.1 += count);
        }
        if pairs.iter().all(|(_, weight)| *weight <= 0.0) {
            return Err(Problem::new(format!("{} measured nothing", input.name)).into());
        }
        self.notes.push(format!(
            "sizes of the vesicles: all particles of {}, which tracking cannot tell from lipoproteins and does not see \
             below about 50 nm",
            input.name
        ));
        self.inputs.push(input);
        self.vesicles().for_each(|kind| kind.spectrum = Spectrum::Measured(pairs.clone()));
        Ok(())
    }
}

/// A density in g/mL, with or without its unit.
fn density(text: &str) -> Option<Quantity> {
    let mut found = quantity::parse(text).ok()?;
    if found.dimension == Dimension::MASS_PER_VOLUME {
        let scale = |value: f64| value * 1e-9;
        found.value = scale(found.value);
        found.prior = found.prior.map(|prior| match prior {
            Prior::Uniform { low, high } => Prior::Uniform { low: scale(low), high: scale(high) },
            Prior::LogUniform { low, high } => Prior::LogUniform { low: scale(low), high: scale(high) },
            Prior::Normal { sd } => Prior::Normal { sd: scale(sd) },
            Prior::LogNormal { factor } => Prior::LogNormal { factor },
        });
    } else if found.dimension != Dimension::NONE {
        return None;
    }
    let (low, high) = match found.prior {
        Some(Prior::Uniform { low, high } | Prior::LogUniform { low, high }) => (low, high),
        _ => (found.value, found.value),
    };
    // From ether to lead: what lies outside is a slip of the unit.
    (found.value.min(low) >= 0.5 && found.value.max(high) <= 12.0).then_some(found)
}

/// A viscosity in mPa·s, with or without its unit.
fn viscosity(text: &str) -> Option<f64> {
    let units = ["mPa s", "mPa·s", "mPa.s", "cP"];
    let bare = units.into_iter().find_map(|unit| text.trim().strip_suffix(unit)).unwrap_or(text).trim();
    bare.parse::<f64>().ok().filter(|value| *value > 0.0 && *value < 1e6)
}

fn sizes(text: &str) -> Option<Sizes> {
    let found = quantity::parse(text).ok()?;
    let median_nm = (found.dimension == Dimension::LENGTH).then_some(found.value * 1e3)?;
    let factor = match found.prior {
        None => 1.0,
        Some(Prior::LogNormal { factor }) => factor,
        Some(_) => return None,
    };
    (median_nm > 0.0 && median_nm < 1e5 && factor < 100.0).then_some(Sizes { median_nm, factor })
}

fn rotors() -> Result<Vec<Rotor>, Vec<Problem>> {
    let (table, _) = shipped("data/rotors.tsv")?;
    let [name, geometry, low, high, tube, angle] =
        table.columns(["rotor", "geometry", "r_min_mm", "r_max_mm", "tube_mm", "angle_deg"])?;
    let one = |row: Row<'_>| {
        let shape = if row.text(geometry).starts_with("fixed") {
            Geometry::FixedAngle { tube_mm: row.number(tube)?, angle_deg: row.number(angle)? }
        } else {
            Geometry::Swinging
        };
        Rotor::new(row.text(name), (row.number(low)?, row.number(high)?), shape)
    };
    table.rows().map(one).collect::<Result<_, _>>().map_err(|problem| vec![problem])
}

fn methods() -> Result<Vec<Method>, Vec<Problem>> {
    let (table, _) = shipped("data/isolation_methods.tsv")?;
    let [name, aliases, purity] = table.columns(["method", "aliases", "purity"])?;
    let recovery = table.columns(["recovery_low", "recovery_high", "recovery_source"])?;
    let protein = table.columns(["protein_low", "protein_high", "protein_source"])?;
    let hours = table.columns(["hours_low", "hours_high", "hours_source"])?;
    let cited = |row: Row<'_>, [low, high, source]: [usize; 3]| {
        let (low, high) = (row.number(low).ok()?, row.number(high).ok()?);
        Some(Cited { low, high, source: row.text(source).to_owned() })
    };
    let one = |row: Row<'_>| Method {
        name: row.text(name).to_owned(),
        aliases: row.text(aliases).split(';').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
        recovery: cited(row, recovery),
        protein: cited(row, protein),
        hours: cited(row, hours),
        purity: row.text(purity).to_owned(),
    };
    Ok(table.rows().map(one).collect())
}

fn kinds() -> Result<Vec<Kind>, Vec<Problem>> {
    let (table, _) = shipped("data/sample_particles.tsv")?;
    let [name, role, diameter, factor] = table.columns(["particle", "role", "diameter_nm", "factor"])?;
    let [low, middle, high, source] =
        table.columns(["density_low", "density", "density_high", "density_source"])?;
    let one = |row: Row<'_>| {
        let (low, value, high) = (row.number(low)?, row.number(middle)?, row.number(high)?);
        Ok(Kind {
            name: row.text(name).to_owned(),
            role: match row.text(role) {
                "vesicle" => Role::Vesicle,
                "protein" => Role::Protein,
                _ => Role::Lipoprotein,
            },
            spectrum: Spectrum::LogNormal(Sizes {
                median_nm: row.number(diameter)?,
                factor: row.number(factor)?,
            }),
            density: Quantity {
                prior: (low < high).then_some(Prior::Uniform { low, high }),
                source: Some(row.text(source).to_owned()),
                ..Quantity::plain(value)
            },
        })
    };
    table.rows().map(one).collect::<Result<_, _>>().map_err(|problem: Problem| vec![problem])
}
