//! What one page says, as plain values: the whole input of this crate. No value here is computed by this crate
//! and no name here is known to it; everything comes from the run. Empty lists and empty texts leave their
//! section out. Values may be 0, infinite or not a number; the page then says so in words (JSON has no word for
//! the last two, so a page that holds them cannot be read back from JSON).

use serde::{Deserialize, Serialize};

/// Everything that one page shows, in the order of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// Heading of the page.
    pub title: String,
    /// The question of the experiment file, printed under the heading.
    pub question: String,
    /// The command that makes this result again.
    pub command: String,
    /// The first line: where the mechanisms stand. Empty where there is no test.
    pub headline: String,
    /// What that line says.
    pub standing: Standing,
    /// Mechanisms that the experiment declares and that were not run.
    pub not_run: Vec<String>,
    /// The lines after the first, in order.
    pub answer: Vec<String>,
    /// What else a reader should know, after the answer.
    pub notes: Vec<String>,
    /// Draws of the priors; 0 with the values as written. Pictures, courses and the ledger are then those of the first.
    pub draws: u64,
    /// What a reader should know before believing the rest.
    pub warnings: Vec<String>,
    /// Can the dose reach the cell, one per cargo.
    pub verdicts: Vec<Verdict>,
    /// Outcomes over time.
    pub courses: Vec<Course>,
    /// Perfused blood at the end, one per arm and mechanism.
    pub blood: Vec<Blood>,
    /// Outcomes that the experiment asks for and the run could not measure.
    pub unmeasured: Vec<Unmeasured>,
    /// A laboratory's own values beside the simulated ones.
    pub beside: Vec<Beside>,
    /// Tissue at saved instants.
    pub pictures: Vec<Picture>,
    /// Ratios between two arms.
    pub contrasts: Vec<Contrast>,
    /// Outcomes of which no ratio is drawn.
    pub without_ratio: Vec<Unmeasured>,
    /// Claims that could have failed, one per claim and mechanism.
    pub evidence: Vec<Claim>,
    /// How far the tissue agrees with the twin about which tests fail in broken models.
    pub confirmed: Vec<Confirmed>,
    /// The rivals, and over prior draws the share of the prior volume that satisfies the tests.
    pub mechanisms: Vec<Support>,
    /// Share of an outcome's variance that each assumption carries.
    pub tornado: Vec<Bar>,
    /// Every parameter of the run with where it comes from.
    pub audit: Vec<Assumption>,
    /// Where every particle and copy went.
    pub ledger: Vec<LedgerRow>,
    /// The methods, ready to paste; paragraphs are parted by an empty line.
    pub methods: String,
    /// Sources that the page names.
    pub citations: Vec<Citation>,
    /// Programs and tables that determined the result.
    pub versions: Vec<Version>,
}

/// What the tests leave of the mechanisms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// There is no test.
    #[default]
    Untested,
    /// Every mechanism fails some test, in every draw.
    NoneSatisfies,
    /// Some mechanism fails no test, and none satisfies all.
    Undecided,
    /// Some mechanism satisfies all tests, in some draw at least.
    Satisfied,
}

/// A value with its range, all three in one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// Lower end, as a rule the 5 % point of the draws.
    pub low: f64,
    /// Middle of the draws.
    pub median: f64,
    /// Upper end, as a rule the 95 % point of the draws.
    pub high: f64,
}

/// A share of draws with its interval; all in 0..=1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The share itself.
    pub value: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Number of draws it was counted in.
    pub n: u64,
}

/// Whether a dose reaches what is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// The range stays below what is needed.
    #[default]
    No,
    /// The ranges overlap.
    Marginal,
    /// The range lies above what is needed.
    Yes,
}

/// Can this dose reach the cell?
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// What is judged: a cargo in a vesicle in a receiver.
    pub what: String,
    /// Name of the arm that gives it.
    pub arm: String,
    /// Kind of cell that receives it.
    pub receiver: String,
    /// The molecule that comes nearest to what is needed; empty when nothing that is given can act.
    pub cargo: String,
    /// Which populations it counts, in a sentence.
    pub counted: String,
    /// It stands in the answer: shown at once, where others are folded away.
    pub leads: bool,
    /// The verdict.
    pub level: Level,
    /// Days above what is needed; none when it is never reached.
    pub days: Option<Range>,
    /// Share of the draws that reach what is needed.
    pub share: Share,
    /// From what is given to what arrives, in order; the last step is what [`Verdict::needed`] is compared with.
    pub waterfall: Vec<Step>,
    /// What is needed, in the unit of the last step.
    pub needed: Range,
}

/// One level of the waterfall from the protocol to the cytosol.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// What is counted here.
    pub label: String,
    /// Lower end.
    pub low: f64,
    /// Middle.
    pub median: f64,
    /// Upper end.
    pub high: f64,
    /// Unit of the three numbers.
    pub unit: String,
}

/// One outcome over time in every arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Course {
    /// Name of the outcome.
    pub outcome: String,
    /// Unit of its values; empty when it has none.
    pub unit: String,
    /// Area of the section that is counted, mm²; none when the outcome is no count in a section.
    pub area_mm2: Option<f64>,
    /// One per arm and mechanism.
    pub arms: Vec<ArmCourse>,
}

/// One outcome over time in one arm under one mechanism.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArmCourse {
    /// Name of the arm; the first arm of the first course is drawn as the reference.
    pub arm: String,
    /// Name of the mechanism.
    pub mechanism: String,
    /// Per replicate: (time in days, value), in order of time.
    pub replicates: Vec<Vec<(f64, f64)>>,
    /// A laboratory's own counts: (time in days, value).
    pub measured: Vec<(f64, f64)>,
}

/// Perfused blood of one arm under one mechanism.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Blood {
    /// Name of the arm.
    pub arm: String,
    /// Name of the mechanism.
    pub mechanism: String,
    /// Time in days.
    pub time_d: f64,
    /// Per replicate: share of the tissue's volume that is perfused vessel, 0..=1.
    pub shares: Vec<f64>,
}

/// An outcome without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unmeasured {
    /// Name of the outcome.
    pub outcome: String,
    /// Why there is no value.
    pub why: String,
}

/// Measured values of one arm beside the simulated ones at the nearest saved instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Beside {
    /// Name of the outcome.
    pub outcome: String,
    /// Unit of all values.
    pub unit: String,
    /// Name of the arm.
    pub arm: String,
    /// Name of the mechanism of the simulated values.
    pub mechanism: String,
    /// When it was measured, days.
    pub measured_d: f64,
    /// Measured values.
    pub measured: Vec<f64>,
    /// Animals or dishes behind them: a value may be the mean of several.
    pub measured_n: u64,
    /// Animals or dishes behind each, which it counts for in the mean.
    pub measured_counts: Vec<u64>,
    /// The saved instant, days.
    pub simulated_d: f64,
    /// Value of each replicate at that instant.
    pub simulated: Vec<f64>,
}

/// The tissue at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Picture {
    /// Name of the arm.
    pub arm: String,
    /// Name of the mechanism.
    pub mechanism: String,
    /// Which replicate, counted from 1.
    pub replicate: u32,
    /// Time in days.
    pub time_d: f64,
    /// Extent along x.
    pub width_um: f64,
    /// Extent along y.
    pub height_um: f64,
    /// Names of the kinds of cell, in the order of [`Disc::kind`].
    pub kinds: Vec<String>,
    /// Cells in the section.
    pub cells: Vec<Disc>,
    /// Stretches of vessel, seen through the whole depth.
    pub vessels: Vec<Stretch>,
    /// Concentrations under the cells, one layer each.
    pub fields: Vec<Raster>,
    /// What the numbers of [`Disc::values`] are, one layer each.
    pub quantities: Vec<Quantity>,
    /// Cells in the whole tissue, of which the section shows some.
    pub n_cells: u64,
}

/// One cell in a section, in µm from the lower left corner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disc {
    /// Centre, to the right.
    pub x: f64,
    /// Centre, upwards.
    pub y: f64,
    /// Radius of the cut.
    pub radius: f64,
    /// Index into [`Picture::kinds`].
    pub kind: u16,
    /// Dead cells are drawn as outlines.
    pub dead: bool,
    /// Its quantities, 0 or above, in the order of [`Picture::quantities`].
    pub values: Vec<f64>,
}

/// A stretch of vessel in a picture, in µm from the lower left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stretch {
    /// One end.
    pub from: (f64, f64),
    /// The other end.
    pub to: (f64, f64),
    /// Width of the lumen.
    pub width: f64,
    /// Blood flows through it.
    pub perfused: bool,
}

/// A quantity of cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Quantity {
    /// Its name.
    pub name: String,
    /// Its unit; empty when it has none.
    pub unit: String,
    /// It spans decades and is coloured by its logarithm.
    pub log: bool,
}

/// A field on a regular grid over the picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Raster {
    /// Name of the field.
    pub name: String,
    /// Unit of its values.
    pub unit: String,
    /// Voxels along x.
    pub nx: usize,
    /// Voxels along y.
    pub ny: usize,
    /// `nx * ny` values, x fastest, the lowest row first.
    pub values: Vec<f64>,
}

/// The ratio of two arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contrast {
    /// Name of the outcome.
    pub outcome: String,
    /// Time in days.
    pub time_d: f64,
    /// Numerator.
    pub arm_a: String,
    /// Denominator.
    pub arm_b: String,
    /// Name of the mechanism.
    pub mechanism: String,
    /// `arm_a / arm_b`; over draws of the priors their median.
    pub ratio: f64,
    /// Lower end of its interval, or of the range over draws.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Replicates per arm.
    pub n: u64,
    /// Draws of the priors; 0 with the values as written.
    #[serde(default)]
    pub draws: u64,
}

/// How a claim came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    /// The interval lies inside the claim.
    Holds,
    /// The interval lies outside the claim.
    Fails,
    /// The interval touches both.
    CannotTell,
    /// Its arm was not run.
    #[default]
    NotEvaluated,
    /// It follows from the inputs as written, so it is shown and never counted.
    Structural,
}

/// A claim that could have failed, under one mechanism.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Claim {
    /// The claim as written in the experiment file.
    pub text: String,
    /// `calibration`, `structural` or `test`.
    pub role: String,
    /// Written as a test, and nothing that was varied turns it around: it scores nothing.
    pub is_fixed: bool,
    /// Key of its source in [`Page::citations`].
    pub source: String,
    /// Name of the mechanism it was scored under.
    pub mechanism: String,
    /// How it came out.
    pub status: Status,
    /// The ratio it speaks of.
    pub ratio: Option<f64>,
    /// Interval of the ratio it speaks of.
    pub interval: Option<(f64, f64)>,
    /// What the ratio is of: `saline / aged`; empty where there is none.
    pub compared: String,
    /// What the claim asks of it: `3 or more`.
    pub asked: String,
    /// The lower of the two shares below; under 0.5 it is printed grey.
    pub severity: Option<f64>,
    /// Share of the worlds without the mechanism in which it fails.
    pub ablated: Option<Share>,
    /// Share of the worlds with permuted targets in which it fails.
    pub permuted: Option<Share>,
    /// Share of the worlds in which it holds that show it at this n.
    pub power: Option<f64>,
    /// Animals or dishes per arm.
    pub n: u64,
}

impl Claim {
    /// Whether it scores its mechanism; a claim without a role does, where something turns it around.
    pub fn is_test(&self) -> bool {
        !self.is_fixed && (self.role.is_empty() || self.role.eq_ignore_ascii_case("test"))
    }
}

/// A test in broken models, in the twin and in the tissue.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Confirmed {
    /// The claim as written in the experiment file.
    pub text: String,
    /// Name of the mechanism.
    pub mechanism: String,
    /// How the model is broken.
    pub model: String,
    /// Share of the worlds that both evaluate in which they agree about whether it fails.
    pub agree: Share,
    /// Share of the worlds in which it fails in the twin.
    pub twin: Share,
    /// Share of the worlds in which it fails in the tissue.
    pub tissue: Share,
}

/// How well one mechanism satisfies the tests.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Support {
    /// Name of the mechanism.
    pub mechanism: String,
    /// What it says, in words.
    pub says: String,
    /// Draws in which every test holds.
    pub satisfies: u64,
    /// Draws in which at least one test fails.
    pub fails: u64,
    /// All draws; those that neither satisfy nor fail are open. 0 when the priors were not drawn.
    pub draws: u64,
    /// Lower end of the Wilson interval of `satisfies / draws`.
    pub low: f64,
    /// Upper end of the Wilson interval of `satisfies / draws`.
    pub high: f64,
    /// Wilson interval of `fails / draws`.
    pub fails_interval: (f64, f64),
    /// The share that satisfies when assumed priors are narrower or wider.
    pub by_prior: Vec<PriorShare>,
}

/// A share under reweighted priors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriorShare {
    /// Which priors.
    pub label: String,
    /// Share of the draws in which every test holds.
    pub share: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Effective sample size of the reweighting.
    pub ess: f64,
}

/// How much of an outcome's variance one assumption carries.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bar {
    /// The parameter, in words.
    pub parameter: String,
    /// Its path in the experiment file; empty where it has none.
    pub path: String,
    /// Name of the outcome.
    pub outcome: String,
    /// Share of the variance, 0..=1.
    pub share: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
}

/// Where a number comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Origin {
    /// Read in a source.
    Measured,
    /// Nobody measured it.
    #[default]
    Assumed,
    /// A choice of the experiment, which needs no source.
    Design,
    /// A source is named that nobody has read.
    Unread,
}

/// One parameter of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assumption {
    /// Path in the experiment file.
    pub path: String,
    /// Value with its unit.
    pub value: String,
    /// Prior as written; empty when the value is fixed.
    pub prior: String,
    /// Key of its source.
    pub source: String,
    /// What kind of source that is.
    pub status: Origin,
    /// The source in full.
    pub citation: String,
}

/// One account of the ledger at the end of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerRow {
    /// Name of the arm.
    pub arm: String,
    /// Name of the mechanism.
    pub mechanism: String,
    /// Vesicle population or cargo species.
    pub population_or_species: String,
    /// Account: injected, captured, degraded, ...
    pub account: String,
    /// 1 where it came in, -1 where that went or is, 0 where it is neither.
    pub sign: i8,
    /// How much stands there.
    pub amount: f64,
    /// Unit of the amount.
    pub unit: String,
}

/// A source in full.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// Key used on the page.
    pub key: String,
    /// Authors, title, DOI.
    pub text: String,
}

/// A program or table that determined the result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Version {
    /// Its name.
    pub name: String,
    /// Its version or checksum.
    pub version: String,
}
