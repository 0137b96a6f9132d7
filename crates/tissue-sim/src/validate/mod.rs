//! Cases with known answers, run with the very functions that a tissue calls: what a reader checks before believing
//! anything else. `vesicle validate` prints them; the tests run them.
//!
//! A tolerance is never tuned: it is the order of a scheme times its step, the tolerance that the solver was asked for,
//! or a number of standard errors, and every row says which.

mod bessel;
mod cells;
mod fate;
mod fields;
mod motion;
mod tissue;
mod twin;
mod vesicles;
mod vessels;

/// One number against its known value.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What is compared.
    pub what: String,
    /// The known value.
    pub expected: f64,
    /// The value of the program.
    pub got: f64,
    /// The largest difference that passes.
    pub tolerance: f64,
    /// Unit of the three numbers; empty for pure numbers.
    pub unit: &'static str,
    /// Where the tolerance comes from.
    pub because: &'static str,
}

impl Row {
    /// Whether the value lies within its tolerance; one that is not a number does not.
    pub fn passes(&self) -> bool {
        (self.got - self.expected).abs() <= self.tolerance
    }
}

/// A named case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it shows.
    pub shows: &'static str,
    /// The equation or paper behind the known value.
    pub source: &'static str,
    /// Runs it.
    pub run: fn() -> Vec<Row>,
}

/// Every case, in the order of the rooms.
#[rustfmt::skip]
pub const CASES: &[Case] = &[
    Case { name: "diffusion-in-time", shows: "fields are first order in time", source: "cosine mode of the discrete Laplacian; BioFVM convergence test 1 (Ghaffarizadeh 2016, doi 10.1093/bioinformatics/btv730)", run: fields::order_in_time },
    Case { name: "diffusion-in-space", shows: "fields are second order in space", source: "cosine mode of the heat equation; BioFVM convergence test 1", run: fields::order_in_space },
    Case { name: "one-sink", shows: "a sink empties a well-mixed voxel exponentially", source: "dρ/dt = −(λ + U) ρ", run: fields::one_sink },
    Case { name: "thousand-sinks", shows: "sinks add up, in one voxel and in a thousand", source: "dρ/dt = −(λ + ΣU) ρ", run: fields::thousand_sinks },
    Case { name: "sink-in-a-gradient", shows: "a sink at the end of a pipe draws what diffusion brings", source: "c = C₀ / (1 + U Δx d / D)", run: fields::sink_in_a_gradient },
    Case { name: "krogh-cylinder", shows: "oxygen around one vessel", source: "A I₀(kr) + B K₀(kr) with no flux at the rim (Krogh 1919, first-order uptake)", run: fields::krogh },
    Case { name: "cycle-fixed", shows: "a cycle of fixed length does not round to ticks", source: "N = 2^⌊t/T⌋", run: cells::fixed_cycle },
    Case { name: "cycle-stochastic", shows: "random divisions grow by the mean rate, whatever the tick", source: "E N = N₀ e^(bt), Var N = N₀ e^(bt) (e^(bt) − 1)", run: cells::stochastic_cycle },
    Case { name: "exponential-growth", shows: "a mixed-age population doubles once a cycle", source: "N = N₀ 2^(t/T) (OpenVT monolayer growth)", run: cells::exponential_growth },
    Case { name: "death", shows: "cells die at their rate", source: "E N = N₀ e^(−dt)", run: cells::death },
    Case { name: "transformation", shows: "cells become other kinds at their rates", source: "competing exponential times: share r₁/(r₁ + r₂) of 1 − e^(−(r₁ + r₂)t)", run: fate::transformation },
    Case { name: "asymmetric-division", shows: "daughters are born as another kind in their share", source: "Yule process of rate b(1 − p) and what it sheds at rate bp", run: fate::asymmetric_division },
    Case { name: "phagocytosis", shows: "neighbours are eaten at their rate, by each eater", source: "E N = N₀ e^(−krt) with k eaters", run: fate::phagocytosis },
    Case { name: "two-cells", shows: "two overlapping cells part as the pair potential says", source: "d' = 2 r (1 − d/R)²", run: motion::two_cells },
    Case { name: "spring-pair", shows: "two cells on a spring come together exponentially", source: "d' = −2 k d", run: motion::spring_pair },
    Case { name: "joint", shows: "a joint between vessel cells holds against contact, however long a tick is", source: "k (d − L₀) = r (1 − d/2R)²", run: motion::joint },
    Case { name: "friction", shows: "one cell that pulls three moves all four at its own momentum", source: "Σ v = v₁: pair forces cancel", run: motion::friction },
    Case { name: "chain-of-11", shows: "a half-overlapped chain relaxes in its known time", source: "OpenVT 11-cell chain: 90 % of its width after 88.7 min", run: motion::chain },
    Case { name: "persistent-walk", shows: "cells spread as a persistent random walk", source: "Fürth (1920): ⟨r²⟩ = 2 v² P (t − P (1 − e^(−t/P)))", run: motion::persistent_walk },
    Case { name: "chemotaxis", shows: "bias turns cells up a gradient by the mean that it should", source: "E cos of the biased direction", run: motion::chemotaxis },
    Case { name: "smoluchowski", shows: "single particles are captured at the diffusion limit", source: "Smoluchowski (1917): 4πDR (t + 2R √(t/πD)) per volume", run: vesicles::smoluchowski },
    Case { name: "slow-vesicles", shows: "slow vesicles, as concentrations, are captured from the first tick on", source: "Smoluchowski (1917) outside; 4/3 π R³ (1 − 6/π² Σ e^(−n²π²Dt/R²)/n²) inside", run: tissue::slow_vesicles },
    Case { name: "lifetime", shows: "single particles last as long as they should", source: "N = N₀ 2^(−t/t½)", run: vesicles::lifetime },
    Case { name: "free-diffusion", shows: "hindered particles spread linearly in time", source: "⟨r²⟩ = 6 D t", run: vesicles::brownian },
    Case { name: "subdiffusion", shows: "subdiffusive particles spread with their exponent", source: "⟨r²⟩ = 6 D t₀ (t/t₀)^α", run: vesicles::subdiffusive },
    Case { name: "cargo", shows: "cargo drawn at capture has its mean and its variance", source: "compound Poisson: Var = m + φ m² per vesicle", run: vesicles::cargo },
    Case { name: "titration", shows: "competing sites set a threshold", source: "u + T u/(u + K) = m (Mukherji 2011, doi 10.1038/ng.905)", run: vesicles::titration },
    Case { name: "few-delivered-of-many", shows: "the budget of copies in the cytosol", source: "copies = rate × escape × cargo × t½ / ln 2", run: vesicles::budget },
    Case { name: "y-junction", shows: "flow divides over a fork by Kirchhoff and Poiseuille", source: "Q = π r⁴ Δp / (8 η L); flows sum to 0 at the fork", run: vessels::y_junction },
    Case { name: "lattice-of-vessels", shows: "flow through a grid of vessels", source: "corner-to-corner resistance of a square lattice: 1, 3/2, 13/7", run: vessels::lattice },
    Case { name: "fed-by-a-vessel", shows: "a thin vessel in coarse voxels gives what it should", source: "2π a D k K₁(ka)/K₀(ka) per length, in series with the wall; Peaceman (1978), doi 10.2118/6893-PA", run: vessels::feeding },
    Case { name: "ledger", shows: "every vesicle and every copy is somewhere", source: "released + injected = the sum of the accounts", run: tissue::ledger },
    Case { name: "twin", shows: "the tissue at very fast diffusion is its well-mixed twin", source: "the same laws in one voxel", run: tissue::twin },
    Case { name: "contact-in-the-twin", shows: "copies pass between touching kinds, in the twin and in the tissue", source: "a' = k₀(b − a) + k₀o, b' = k₁(a − b)", run: twin::contact },
    Case { name: "vessel-in-the-twin", shows: "a vessel feeds a field and clears vesicles, in the twin and in the tissue", source: "V c' = 2πrLP (c_blood − c) − λVc", run: twin::vessel },
    Case { name: "sprouts", shows: "cells and tips of sprouts that do not meet, in the twin and in the tissue", source: "T = U₀(1 − e^(−rt)), E' = r(E − T) + s r T", run: twin::sprouts },
];

/// The case of a name.
pub fn find(name: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.name == name)
}

/// A row with its parts in the order of reading.
fn row(
    what: impl Into<String>,
    expected: f64,
    got: f64,
    tolerance: f64,
    unit: &'static str,
    because: &'static str,
) -> Row {
    Row { what: what.into(), expected, got, tolerance, unit, because }
}
