//! What is declared: populations of vesicles, what they carry, who captures them and what becomes of them.

/// A kind of molecule carried as cargo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpeciesLaw {
    /// Half-life in the cytosol, minutes; infinite where it does not decay.
    pub half_life_min: f64,
    /// Seed family of a miRNA; none for a protein or a reporter, which have no targets.
    pub family: Option<u16>,
}

/// How much of one species the vesicles of a population carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CargoLaw {
    /// Index of the species.
    pub species: u16,
    /// Mean copies in one vesicle, m.
    pub mean_copies_per_vesicle: f64,
    /// Overdispersion d: the variance of the copies in one vesicle is m + d m². 0 is Poisson; "few are full" is
    /// large.
    pub dispersion: f64,
}

/// How one receiver captures vesicles of one population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaptureLaw {
    /// Volume that a cell with nothing bound empties of vesicles, µm³/min.
    pub clearance_um3_per_min: f64,
    /// Vesicles bound at once at which the clearance is halved; infinite where it does not saturate.
    pub capacity: f64,
}

/// What becomes of a bound vesicle: bound → endosomal → fused, degraded or released again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FateLaw {
    /// Rate at which a bound vesicle is internalised, 1/min.
    pub internalise_per_min: f64,
    /// Share of the vesicles leaving the endosome that fuse, so that their cargo reaches the cytosol.
    pub escape_fraction: f64,
    /// Rate at which a vesicle leaves the endosome by any way, 1/min: the inverse of the mean time there.
    pub escape_per_min: f64,
    /// Share of the vesicles leaving the endosome that go back out of the cell; the rest is degraded.
    pub rerelease_fraction: f64,
}

/// One size of vesicles within a population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeBin {
    /// Diameter, µm.
    pub diameter_um: f64,
    /// Diffusion coefficient in the tissue, µm²/min.
    pub diffusion_um2_per_min: f64,
    /// Share of the population's vesicles.
    pub share: f64,
}

/// One population of vesicles.
#[derive(Clone, Debug, PartialEq)]
pub struct PopulationLaw {
    /// Its sizes; the shares sum to 1.
    pub bins: Vec<SizeBin>,
    /// What it carries; a species at most once.
    pub cargo: Vec<CargoLaw>,
    /// How each receiver captures it; none where a receiver does not.
    pub capture: Vec<Option<CaptureLaw>>,
    /// What becomes of it once bound.
    pub fate: FateLaw,
    /// Half-life of the label that a fused or degraded vesicle leaves behind, minutes; infinite allowed.
    pub label_half_life_min: f64,
}
