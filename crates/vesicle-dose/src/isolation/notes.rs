//! What a reader must know of an isolation before believing its numbers.

use super::catalogue::{Catalogue, Role};
use super::grammar::{Act, Protocol};
use super::pelleting::{Medium, Spin};

/// Particles per µg of protein that count as pure, and the bands below (Webber and Clayton 2013).
const PURE: f64 = 3e10;
const LOW: (f64, f64) = (2e9, 2e10);
const IMPURE: f64 = 1.5e9;

/// The purity of particles per µg of protein, in the bands of Webber and Clayton 2013, doi 10.3402/jev.v2i0.19861.
pub fn purity_band(particles_per_ug: f64) -> &'static str {
    if particles_per_ug >= PURE {
        "pure"
    } else if particles_per_ug > LOW.1 {
        "between low and pure"
    } else if particles_per_ug >= LOW.0 {
        "low"
    } else if particles_per_ug >= IMPURE {
        "between impure and low"
    } else {
        "impure"
    }
}

/// Notes on a protocol, in order.
pub fn notes(protocol: &Protocol, catalogue: &Catalogue, medium: Medium) -> Vec<String> {
    let mut notes = Vec::new();
    let spins: Vec<&Spin> = protocol
        .steps
        .iter()
        .filter_map(|step| match &step.act {
            Act::Spin { spin, .. } => Some(spin),
            Act::Range { .. } => None,
        })
        .collect();
    if protocol.is_upper_bound() {
        notes.push(
            "what spins recover is an upper bound: back-diffusion, aggregation and loss on resuspension are not in it; say \
             `resuspended SHARE` of the spin"
                .to_owned(),
        );
    }
    if !spins.is_empty() {
        let light: Vec<&str> = catalogue
            .kinds
            .iter()
            .filter(|kind| kind.density.value <= medium.density_g_cm3)
            .map(|kind| kind.name.as_str())
            .collect();
        if !light.is_empty() {
            notes.push(format!("lighter than the medium, so never pelleted: {}", light.join(", ")));
        }
    }
    let mut fixed: Vec<&str> =
        spins.iter().filter(|s| s.rotor.is_fixed_angle()).map(|s| s.rotor.name.as_str()).collect();
    fixed.sort_unstable();
    fixed.dedup();
    if !fixed.is_empty() {
        notes.push(format!(
            "K factors do not carry a spin to or from a fixed-angle rotor ({}): equal K pellets other shares",
            fixed.join(", ")
        ));
    }
    notes.extend(gaps(protocol, catalogue));
    notes
}

/// What no source reports.
fn gaps(protocol: &Protocol, catalogue: &Catalogue) -> Vec<String> {
    let mut out = Vec::new();
    let mut ranged = false;
    for step in &protocol.steps {
        let Act::Range { method, recovery, protein, .. } = &step.act else { continue };
        ranged = true;
        let missing: Vec<&str> = [
            ("recovery", recovery.is_none()),
            ("protein carried over", protein.is_none()),
            ("hours", step.hours.is_none()),
        ]
        .iter()
        .filter(|(_, is)| *is)
        .map(|(what, _)| *what)
        .collect();
        if !missing.is_empty() {
            out.push(format!(
                "{method}: {} not reported by the sources at hand; say your own",
                missing.join(", ")
            ));
        }
    }
    if ranged {
        let lipoproteins = catalogue.kinds.iter().any(|kind| kind.role == Role::Lipoprotein);
        let besides = if lipoproteins { " and lipoproteins" } else { "" };
        out.push(format!("after a method that is no spin, sizes{besides} are not reported"));
    }
    out
}
