//! Reads the small CSV answers that R wrote, and compares with them.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};
use std::process::Command;

use vesicle_cargo::linear::{FeatureMatrix, Matrix};

/// A CSV file without quotes.
pub struct Answers {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Folder of the committed answers.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

impl Answers {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("the fixture is committed");
        let mut lines = text.lines().map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>());
        Self { header: lines.next().expect("a header"), rows: lines.collect() }
    }

    pub fn named(name: &str) -> Self {
        Self::read(&fixtures().join(name))
    }

    /// The rows whose first column is `key`.
    pub fn only(&self, key: &str) -> Self {
        let rows: Vec<_> = self.rows.iter().filter(|r| r[0] == key).cloned().collect();
        assert!(!rows.is_empty(), "no rows for {key}");
        Self { header: self.header.clone(), rows }
    }

    pub fn column(&self, name: &str) -> Vec<f64> {
        let at = self.header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|r| number(&r[at])).collect()
    }

    pub fn text(&self, name: &str) -> Vec<String> {
        let at = self.header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|r| r[at].clone()).collect()
    }

    /// All columns as features by samples.
    pub fn features(&self) -> FeatureMatrix {
        let values = self.rows.iter().flatten().map(|v| number(v)).collect();
        FeatureMatrix::new(self.header.len(), values)
    }
}

fn number(text: &str) -> f64 {
    match text {
        "NA" | "NaN" => f64::NAN,
        "Inf" => f64::INFINITY,
        other => other.parse().unwrap_or_else(|_| panic!("{other} is no number")),
    }
}

/// A model matrix from columns.
pub fn design(columns: &[&[f64]]) -> Matrix {
    let columns: Vec<Vec<f64>> = columns.iter().map(|c| c.to_vec()).collect();
    Matrix::from_columns(columns[0].len(), &columns)
}

/// What R's rounding leaves of an exact 0.
const ZERO: f64 = 1e-13;

/// Largest relative difference; equal infinities, pairs of NaN and pairs of rounded zeros agree.
pub fn worst(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    got.iter()
        .zip(want)
        .map(|(g, w)| {
            if g == w || (g.is_nan() && w.is_nan()) || (g.abs() < ZERO && w.abs() < ZERO) {
                0.0
            } else {
                ((g - w) / w.abs().max(1e-300)).abs()
            }
        })
        .fold(0.0, |a, b| if b.is_nan() { f64::INFINITY } else { a.max(b) })
}

/// Asserts relative agreement of two columns.
pub fn agree(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    let gap = worst(got, want);
    println!("{what}: largest relative difference {gap:.2e}");
    assert!(gap <= tolerance, "{what}: relative difference {gap:e} above {tolerance:e}");
}

/// Where R is installed, runs a fixture's script anew and demands the committed numbers.
pub fn r_agrees(script: &str, outputs: &[&str]) {
    let folder = std::env::temp_dir().join(format!("vesicle-cargo-{script}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let run = Command::new("Rscript").arg(fixtures().join(script)).arg(&folder).output();
    let ran = matches!(&run, Ok(o) if o.status.success());
    if ran {
        for name in outputs {
            let (new, old) = (Answers::read(&folder.join(name)), Answers::named(name));
            assert_eq!(new.header, old.header, "{name}");
            for h in &new.header {
                if new.rows[0][new.header.iter().position(|x| x == h).expect("own header")]
                    .parse::<f64>()
                    .is_ok()
                {
                    agree(&format!("{name} {h}"), &new.column(h), &old.column(h), 1e-9);
                }
            }
        }
    } else {
        println!("R or a package is not installed: {script} not run anew");
    }
    std::fs::remove_dir_all(&folder).expect("own folder");
}
