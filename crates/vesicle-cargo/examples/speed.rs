//! Times the tests on 1500 features by 40 samples of counts and 400 by 40 of log values:
//! `cargo run --release --example speed`. With a number of rounds and a folder, `… -- 21 DIR`, it also writes the
//! tables there, for `scripts/cargo-speed.sh` to time limma, edgeR and DESeq2 on the same numbers; with
//! `… -- 21 --only voom` it times the tests of that name, for a profile.

use std::hint::black_box;
use std::time::Instant;

use vesicle_base::math::exp2;
use vesicle_base::random::{Purpose, Rng};
use vesicle_cargo::counts::{
    Normalisation, QuasiForm, QuasiOptions, normalise, quasi_likelihood_test, voom, voom_with_sample_quality,
};
use vesicle_cargo::linear::{FeatureMatrix, Matrix, fit_features};
use vesicle_cargo::moderated::{PriorOptions, moderated_test};

const N: usize = 40;

/// The table as a matrix that R reads.
fn write(path: &std::path::Path, table: &FeatureMatrix) -> std::io::Result<()> {
    let line = |row: &[f64]| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("\t");
    let text: String = table.rows().map(|row| line(row) + "\n").collect();
    std::fs::write(path, text)
}

/// How often each test is timed, and a part of the names of those wanted.
struct Wanted {
    rounds: usize,
    only: String,
}

impl Wanted {
    /// Inside the pool of threads, so that one thread hands no work to another.
    fn time(&self, name: &str, run: impl FnMut() + Send) {
        if name.contains(&self.only) {
            let ms = rayon::scope(|_| median_ms(self.rounds, run));
            println!("{name}: {ms:.3} ms");
        }
    }
}

fn median_ms(rounds: usize, mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[rounds / 2]
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(21);
    let group: Vec<f64> = (0..N).map(|s| f64::from(u8::from(s >= N / 2))).collect();
    let design = Matrix::from_columns(N, &[vec![1.0; N], group]);
    let contrast = [0.0, 1.0];
    let mut d = Rng::new(1).at(Purpose(0xFE03), 0, 0);
    let values = FeatureMatrix::new(N, (0..400 * N).map(|_| 8.0 + d.normal()).collect());
    let counts: Vec<f64> = (0..1500)
        .flat_map(|_| {
            let mean = exp2(6.0 + 2.0 * d.normal());
            (0..N).map(|_| d.negative_binomial(mean, 0.2) as f64).collect::<Vec<_>>()
        })
        .collect();
    let counts = FeatureMatrix::new(N, counts);

    let folder = arguments.next();
    let only = arguments.next().filter(|_| folder.as_deref() == Some("--only"));
    if let (Some(folder), None) = (&folder, &only) {
        let folder = std::path::Path::new(folder);
        write(&folder.join("values.tsv"), &values)?;
        write(&folder.join("counts.tsv"), &counts)?;
        return Ok(());
    }
    let wanted = Wanted { rounds, only: only.unwrap_or_default() };
    println!("threads: {}", rayon::current_num_threads());
    for robust in [false, true] {
        wanted.time(&format!("moderated t, 400 x 40, robust trend {robust}"), || {
            let fits = fit_features(black_box(&values), &design, None, &contrast);
            let means: Vec<f64> = fits.iter().map(|f| f.mean).collect();
            black_box(moderated_test(&fits, PriorOptions { trend: robust.then_some(&means), robust }));
        });
    }
    for quality in [false, true] {
        wanted.time(&format!("TMM + voom + moderated t, 1500 x 40, sample quality {quality}"), || {
            let libraries = normalise(black_box(&counts), Normalisation::Tmm).effective();
            let v = if quality {
                voom_with_sample_quality(&counts, &design, &libraries)
            } else {
                voom(&counts, &design, &libraries)
            };
            let fits = fit_features(&v.log_cpm, &design, Some(&v.weights), &contrast);
            black_box(moderated_test(&fits, PriorOptions::default()));
        });
    }
    for (name, form) in
        [("small counts", QuasiForm::SmallCounts), ("legacy", QuasiForm::Legacy { dispersions: None })]
    {
        let options = QuasiOptions { form, robust: false };
        wanted.time(&format!("TMM + quasi-likelihood ({name}), 1500 x 40"), || {
            let libraries = normalise(black_box(&counts), Normalisation::Tmm).effective();
            black_box(quasi_likelihood_test(&counts, &design, &libraries, &contrast, &options));
        });
    }
    Ok(())
}
