//! What is known of rotors, methods and particles; comes from tables, never from this source.

use super::rotor::Rotor;
use vesicle_base::particle::Sizes;
use vesicle_base::{Prior, Quantity};

/// A range that a source gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Cited {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Where it is from.
    pub source: String,
}

impl Cited {
    /// As a quantity: anywhere in the range.
    pub fn quantity(&self) -> Quantity {
        let prior = (self.low < self.high).then_some(Prior::Uniform { low: self.low, high: self.high });
        let source = Some(self.source.clone());
        Quantity { prior, source, ..Quantity::plain(f64::midpoint(self.low, self.high)) }
    }
}

/// A method that is no spin; what no source gives is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Method {
    /// Name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Share of the vesicles that is recovered.
    pub recovery: Option<Cited>,
    /// Share of the sample's protein that comes along.
    pub protein: Option<Cited>,
    /// Hours that it takes.
    pub hours: Option<Cited>,
    /// Purity in the source's word; empty where none gives one.
    pub purity: String,
}

impl Method {
    /// Whether a word means this method; case, hyphens and blanks do not matter.
    pub fn is(&self, word: &str) -> bool {
        std::iter::once(&self.name).chain(&self.aliases).any(|name| plain(name) == plain(word))
    }
}

/// A name less what people write differently.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a kind of particle counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What is wanted.
    Vesicle,
    /// Soluble protein, the measure of purity.
    Protein,
    /// Lipoprotein.
    Lipoprotein,
}

/// Sizes of a kind of particle.
#[derive(Clone, Debug, PartialEq)]
pub enum Spectrum {
    /// Log-normal.
    LogNormal(Sizes),
    /// As measured: diameters, nm, and their weights.
    Measured(Vec<(f64, f64)>),
}

/// Classes of equal probability into which a log-normal is cut.
const CLASSES: usize = 101;

impl Spectrum {
    /// Diameters, nm, with weights that sum to 1.
    pub fn classes(&self) -> Vec<(f64, f64)> {
        match self {
            Self::LogNormal(sizes) if sizes.factor <= 1.0 => vec![(sizes.median_nm, 1.0)],
            Self::LogNormal(sizes) => {
                sizes.bins_nm(CLASSES).into_iter().map(|d| (d, 1.0 / CLASSES as f64)).collect()
            }
            Self::Measured(pairs) => {
                let total: f64 = pairs.iter().map(|(_, weight)| weight).sum();
                let kept = pairs.iter().filter(|(d, weight)| *d > 0.0 && *weight > 0.0);
                kept.map(|(d, weight)| (*d, weight / total)).collect()
            }
        }
    }
}

/// A kind of particle in the sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Name.
    pub name: String,
    /// What it counts as.
    pub role: Role,
    /// Sizes.
    pub spectrum: Spectrum,
    /// Density, g/cm³, with its prior.
    pub density: Quantity,
}

/// Rotors, methods and particles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// Rotors.
    pub rotors: Vec<Rotor>,
    /// Methods.
    pub methods: Vec<Method>,
    /// Particles of the sample; the first kind that is wanted is followed.
    pub kinds: Vec<Kind>,
}

impl Catalogue {
    /// A rotor by name; case, hyphens and blanks do not matter, and the last of one name counts.
    pub fn rotor(&self, word: &str) -> Option<&Rotor> {
        self.rotors.iter().rfind(|rotor| plain(&rotor.name) == plain(word))
    }

    /// A method by one of its names.
    pub fn method(&self, word: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.is(word))
    }
}
