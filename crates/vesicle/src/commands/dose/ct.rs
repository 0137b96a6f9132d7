//! A Ct into copies for each particle counted: by a standard curve or a spike-in, and by neither not at all.

use super::protocol::{Protocol, Told};
use crate::commands::cargo::reading::{Input, input, source};
use crate::failure::Failure;
use clap::Args;
use std::path::Path;
use vesicle_base::{Dimension, Place, Prior, Problem, Quantity, math, quantity};
use vesicle_dose::copies::{CopiesOfCt, Standard, beside_spike};
use vesicle_report::figure::text::number;

/// A Ct and what makes copies of it.
#[derive(Debug, Args)]
pub struct CtArguments {
    /// Ct of the molecule, such as `27.4 (± 0.2)`; wants --ct-particles, and a curve or a spike-in
    #[arg(long, value_name = "CT", help_heading = "Copies from a Ct")]
    pub ct: Option<String>,
    /// Standard curve: a table with columns `copies` and `ct`
    #[arg(long, value_name = "FILE", help_heading = "Copies from a Ct")]
    pub curve: Option<String>,
    /// Ct of a spike-in that went through the same extraction
    #[arg(long, value_name = "CT", help_heading = "Copies from a Ct")]
    pub spike_ct: Option<String>,
    /// Copies of the spike-in that were added
    #[arg(long, value_name = "COPIES", help_heading = "Copies from a Ct")]
    pub spike_copies: Option<String>,
    /// Amplification beside a spike-in, as a share of doubling [default: 1]
    #[arg(long, value_name = "SHARE", help_heading = "Copies from a Ct")]
    pub ct_efficiency: Option<String>,
    /// Particles counted behind the Ct: those whose RNA is in the well, or for a spike-in, those it was added to
    #[arg(long, value_name = "PARTICLES", help_heading = "Copies from a Ct")]
    pub ct_particles: Option<String>,
    /// Wells whose mean the Ct is [default: 1]
    #[arg(long, value_name = "N", help_heading = "Copies from a Ct")]
    pub ct_replicates: Option<String>,
}

/// Copies with what they rest on.
pub struct FromCt {
    /// Copies for each particle counted.
    pub copies_per_particle: Quantity,
    /// The curve's file.
    pub input: Option<Input>,
    /// In words.
    pub words: String,
}

/// What is told where a Ct stands alone.
pub fn ratios_only(what: &str) -> Problem {
    Problem::new(format!("{what}: a Ct gives ratios, not copies")).expected(
        "a standard curve (--ct with --curve) or a spike-in (--ct with --spike-ct and --spike-copies), and --ct-particles",
    )
}

struct Said<'a> {
    arguments: &'a CtArguments,
    file: &'a Protocol,
}

impl Said<'_> {
    /// A flag's word before the file's.
    fn word(&self, key: &str) -> Option<Told> {
        let a = self.arguments;
        let flag = match key {
            "value" => &a.ct,
            "curve" => &a.curve,
            "spike_value" => &a.spike_ct,
            "spike_copies" => &a.spike_copies,
            "efficiency" => &a.ct_efficiency,
            "particles" => &a.ct_particles,
            _ => &a.ct_replicates,
        };
        let nowhere = Place { file: String::new(), line: 0, column: 0 };
        flag.clone().map(|text| (text, nowhere)).or_else(|| self.file.ct.get(key).cloned())
    }

    /// A plain number that fits.
    fn number(&self, key: &str, expected: &str, fits: fn(f64) -> bool) -> Result<Option<Quantity>, Problem> {
        let Some((text, place)) = self.word(key) else { return Ok(None) };
        let found = quantity::parse(&text).ok().filter(|q| q.dimension == Dimension::NONE && fits(q.value));
        found.map(Some).ok_or_else(|| {
            let problem =
                Problem::new(format!("wrong `ct.{key}`")).expected(expected).found(format!("`{text}`"));
            if place.line > 0 { problem.at(&place) } else { problem }
        })
    }
}

/// What was said, read.
#[derive(Default)]
struct Read {
    ct: Option<Quantity>,
    spike_ct: Option<Quantity>,
    spike_copies: Option<Quantity>,
    particles: Option<Quantity>,
    efficiency: Option<Quantity>,
    replicates: Option<Quantity>,
}

impl Said<'_> {
    fn read(&self) -> Result<Read, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut one = |key, expected, fits| match self.number(key, expected, fits) {
            Ok(found) => found,
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        let positive: fn(f64) -> bool = |v| v > 0.0;
        let cycles: fn(f64) -> bool = |v| v > 0.0 && v < 100.0;
        let read = Read {
            ct: one("value", "cycles, such as `27.4 (± 0.2)`", cycles),
            spike_ct: one("spike_value", "cycles, such as `22.1`", cycles),
            spike_copies: one("spike_copies", "copies, such as `1e8`", positive),
            particles: one("particles", "particles counted, such as `1e9`", positive),
            efficiency: one("efficiency", "a share of doubling, such as `0.95`", |v| v > 0.0 && v <= 1.1),
            replicates: one("replicates", "a number of wells, such as `3`", |v| v >= 1.0 && v.fract() == 0.0),
        };
        if problems.is_empty() { Ok(read) } else { Err(problems) }
    }
}

/// Copies of a Ct, where one was said.
///
/// # Errors
/// A Ct without curve and spike-in, or with both; numbers that cannot be; a curve that is none.
pub fn copies(arguments: &CtArguments, file: &Protocol) -> Result<Option<FromCt>, Failure> {
    let said = Said { arguments, file };
    let read = said.read()?;
    let curve = said.word("curve").map(|(path, _)| path);
    let Some(ct) = &read.ct else {
        let rest = read.spike_ct.is_some()
            || read.spike_copies.is_some()
            || read.particles.is_some()
            || curve.is_some();
        return if rest { Err(Problem::new("no Ct").expected("--ct CT").into()) } else { Ok(None) };
    };
    let (found, input, how) = converted(ct, &read, curve.as_deref())?;
    let Some(particles) = &read.particles else {
        return Err(Problem::new("no particles behind the Ct").expected("--ct-particles PARTICLES").into());
    };
    let value = found.copies / particles.value;
    if !(value.is_finite() && found.factor.is_finite()) {
        let problem = Problem::new("copies too many to be counted");
        return Err(problem.expected("a Ct near its curve or spike-in").into());
    }
    let factor = wider(found.factor, particles.prior.as_ref(), particles.value);
    let prior = (factor > 1.0 + 1e-9).then_some(Prior::LogNormal { factor });
    let beyond = if found.beyond { "; outside the points of the curve" } else { "" };
    Ok(Some(FromCt {
        copies_per_particle: Quantity { prior, source: Some("Ct".to_owned()), ..Quantity::plain(value) },
        input,
        words: format!("{} copies (× or ÷ {}) {how}{beyond}", number(found.copies), number(found.factor)),
    }))
}

/// By the one way that was said.
fn converted(ct: &Quantity, read: &Read, curve: Option<&str>) -> Result<Found, Failure> {
    let wells = read.replicates.as_ref().map_or(1, |q| q.value as usize);
    let efficiency = read.efficiency.as_ref().map_or(1.0, |q| q.value);
    match (curve, &read.spike_ct, &read.spike_copies) {
        (Some(path), None, None) => by_curve(ct, path, wells),
        (None, Some(spike), Some(copies)) => Ok(by_spike(ct, spike, copies, efficiency)),
        (None, None, None) => Err(ratios_only("--ct").into()),
        (Some(_), ..) => Err(Problem::new("a standard curve and a spike-in").expected("one of them").into()),
        _ => Err(Problem::new("half a spike-in").expected("--spike-ct and --spike-copies").into()),
    }
}

/// Standard deviation of a quantity with a normal prior.
fn sd(quantity: &Quantity) -> f64 {
    match quantity.prior {
        Some(Prior::Normal { sd }) => sd,
        Some(Prior::Uniform { low, high }) => (high - low) / 12.0_f64.sqrt(),
        _ => 0.0,
    }
}

/// A factor of error with that of another quantity.
fn wider(factor: f64, prior: Option<&Prior>, value: f64) -> f64 {
    let other = match prior {
        Some(Prior::LogNormal { factor }) => math::ln(*factor),
        Some(Prior::Normal { sd }) => sd / value,
        Some(Prior::LogUniform { low, high }) => math::ln(high / low) / 12.0_f64.sqrt(),
        Some(Prior::Uniform { low, high }) => (high - low) / value / 12.0_f64.sqrt(),
        None => 0.0,
    };
    let own = math::ln(factor);
    math::exp((own * own + other * other).sqrt())
}

type Found = (CopiesOfCt, Option<Input>, String);

fn by_curve(ct: &Quantity, path: &str, wells: usize) -> Result<Found, Failure> {
    let source = source(Path::new(path))?;
    let input = input(&source);
    let text = String::from_utf8_lossy(&source.bytes).into_owned();
    let curve = Standard::fit(&points(&input.name, &text)?).map_err(|why| {
        Problem::new(format!("{} is no standard curve: {why}", input.name))
            .expected("three or more dilutions, Ct falling with copies")
    })?;
    let mut found = curve.copies(ct.value, wells);
    let own = sd(ct) / curve.slope.abs() * std::f64::consts::LN_10;
    let fitted = math::ln(found.factor);
    found.factor = math::exp((fitted * fitted + own * own).sqrt());
    let how = format!(
        "by the standard curve {} ({} points, efficiency {})",
        input.name,
        curve.n,
        vesicle_report::figure::text::percent(curve.efficiency())
    );
    Ok((found, Some(input), how))
}

fn by_spike(ct: &Quantity, spike: &Quantity, copies: &Quantity, efficiency: f64) -> Found {
    let per_cycle = 1.0 + efficiency;
    let mut found = beside_spike(ct.value, spike.value, copies.value, per_cycle);
    let cycles = (sd(ct) * sd(ct) + sd(spike) * sd(spike)).sqrt();
    found.factor = wider(math::exp(cycles * math::ln(per_cycle)), copies.prior.as_ref(), copies.value);
    (found, None, format!("beside a spike-in of {} copies", number(copies.value)))
}

/// (copies, Ct) of a table parted by commas, semicolons or tabs; empty and undetermined wells are no points.
fn points(file: &str, text: &str) -> Result<Vec<(f64, f64)>, Vec<Problem>> {
    let cut = |line: &str| -> Vec<String> {
        let separator = ['\t', ';', ','].into_iter().find(|s| line.contains(*s)).unwrap_or(',');
        line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
    };
    let mut lines =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let head = lines.next().map(|(_, line)| cut(line)).unwrap_or_default();
    let place = |names: &[&str]| head.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()));
    let (Some(copies), Some(ct)) = (place(&["copies"]), place(&["ct", "cq", "cp"])) else {
        let problem = Problem::new(format!("{file} is no standard curve"));
        return Err(vec![problem.expected("columns `copies` and `ct`").found(head.join(", "))]);
    };
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (nth, line) in lines {
        let cells = cut(line);
        let cell = |at: usize| cells.get(at).map_or("", String::as_str);
        if ["", "na", "undetermined"].contains(&cell(ct).to_lowercase().as_str()) {
            continue;
        }
        match (cell(copies).parse::<f64>(), cell(ct).parse::<f64>()) {
            (Ok(copies), Ok(ct)) if copies > 0.0 && copies.is_finite() && ct.is_finite() => {
                found.push((copies, ct));
            }
            _ => {
                let at = Place { file: file.to_owned(), line: nth as u32 + 1, column: 1 };
                let problem = Problem::new("wrong point of the curve").at(&at);
                problems.push(problem.expected("copies above 0 and a Ct").found(line));
            }
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}
