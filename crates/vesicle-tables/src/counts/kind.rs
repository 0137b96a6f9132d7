//! What the numbers of a plain matrix are: counts, Ct values or intensities; said, or left to the caller.

use vesicle_base::Problem;
use vesicle_cargo::ValueKind;

/// Cycle after which most Ct values of a table lie.
const LATE: f64 = 17.0;

/// What the numbers of a matrix look like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    n: usize,
    whole: usize,
    zero: usize,
    negative: usize,
    ct_like: usize,
    late: usize,
    at_sentinel: usize,
    above: usize,
    least: f64,
    greatest: f64,
    sums: Vec<f64>,
}

impl Look {
    pub(crate) fn new(n_samples: usize) -> Self {
        Self {
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
            sums: vec![0.0; n_samples],
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, sample: usize, value: f64) {
        self.n += 1;
        self.whole += usize::from(value.fract() == 0.0);
        self.zero += usize::from(value == 0.0);
        self.negative += usize::from(value < 0.0);
        self.ct_like += usize::from((4.0..=60.0).contains(&value));
        self.late += usize::from((LATE..=60.0).contains(&value));
        self.above += usize::from(value > 60.0 && value != 999.0);
        self.at_sentinel += usize::from(value == 999.0 || value == -1.0);
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
        self.sums[sample] += value;
    }

    /// The kind and the reason; `rna` says whether the features look like RNA assays, `words` whether any cell
    /// says "not detected" in words.
    pub(crate) fn kind(&self, rna: bool, words: bool) -> Result<(ValueKind, String), Problem> {
        let fractional = self.n - self.whole;
        if fractional > 0 && self.lies_as_ct() {
            // miRNA arrays give log2 intensities of 4 to 16, where few cycles of a Ct table lie.
            let late = 2 * self.late > self.n - self.at_sentinel - self.zero;
            if words || (rna && late) {
                let why =
                    format!("the numbers lie between {} and {} as Ct values do", self.least, self.greatest);
                return Ok((ValueKind::Ct, why));
            }
            return Err(Problem::new("numbers that can be Ct values or log2 intensities")
                .expected("the kind declared: ct, or intensity on a log2 scale")
                .found(format!("{} to {}", self.least, self.greatest)));
        }
        if self.sums_to_a_million() && self.negative == 0 {
            return Ok((
                ValueKind::Intensity,
                "every sample sums to a million: normalised, no longer counts".to_owned(),
            ));
        }
        if fractional == 0 && self.greatest > 0.0 {
            return Ok((ValueKind::Count, "all numbers are whole".to_owned()));
        }
        if self.negative == 0 && (self.whole - self.zero) * 2 >= self.n - self.zero {
            return Ok((ValueKind::Count, "most numbers above 0 are whole, as in shared reads".to_owned()));
        }
        if self.greatest <= 40.0 {
            return Err(Problem::new("numbers that look like log2 intensities")
                .expected("a linear scale, or the log2 scale declared")
                .found(format!("{} to {}", self.least, self.greatest)));
        }
        Ok((ValueKind::Intensity, "the numbers are fractional over a wide range".to_owned()))
    }

    /// Nearly all between 4 and 60 and none above, sentinels aside: a few assays start in the first cycles.
    fn lies_as_ct(&self) -> bool {
        let early = self.n - self.ct_like - self.at_sentinel - self.zero - self.above;
        self.above == 0
            && self.negative <= self.at_sentinel
            && early * 30 <= self.n
            && self.zero * 2 <= self.n
    }

    fn sums_to_a_million(&self) -> bool {
        !self.sums.is_empty() && self.sums.iter().all(|sum| (sum / 1e6 - 1.0).abs() < 0.02)
    }
}

/// Whether a name is that of a small RNA or one of its usual controls.
pub(crate) fn is_rna(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "mir-", "mir.", "mir_", "mir1", "mir2", "mir3", "let-7", "let.7", "let7", "rnu", "snord", "snorna",
        "u6 ", "mimat",
    ]
    .iter()
    .any(|part| lower.contains(part))
}
