//! Times the tests on 1500 features by 40 samples of counts and 400 by 40 of log values:
//! `cargo run --release --example speed`. With a number of rounds and a folder, `… -- 21 DIR`, it also writes the
//! tables there, for `scripts/cargo-speed.sh` to time limma, edgeR and DESeq2 on the same numbers; with
//! `… -- 21 --only voom` it times the tests of that name, for a profile.

use std::hint::black_box;
use std::time::Instant;

use vesicle_base::math::exp2;
use vesicle_base::random::{Purpose, Rng};
use vesicle_base::ranks::ascending;
use vesicle_cargo::counts::{
    Normalisation, QuasiForm, QuasiOptions, normalise, quasi_likelihood_test, voom, voom_with_sample_quality,
};
use vesicle_cargo::false_discovery_rates;
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
            let (wall, processor) = rayon::scope(|_| least_ms(self.rounds, run));
            println!("{name}: {wall:.3} ms, {processor:.3} ms of processor time");
        }
    }
}

/// The least wall-clock and the least processor time of a call over `rounds`, in ms: other work on the machine only
/// adds. A round repeats the call for a fifth of a second, because processor time is counted in ticks of 4 ms.
fn least_ms(rounds: usize, mut run: impl FnMut()) -> (f64, f64) {
    let first = Instant::now();
    run();
    let calls = (0.2 / first.elapsed().as_secs_f64()).ceil().max(1.0);
    let mut least = (f64::INFINITY, f64::INFINITY);
    for _ in 0..rounds {
        let (start, before) = (Instant::now(), processor_ms());
        (0..calls as usize).for_each(|_| run());
        least.0 = least.0.min(start.elapsed().as_secs_f64() * 1e3 / calls);
        least.1 = least.1.min((processor_ms() - before) / calls);
    }
    least
}

/// Processor time of all threads of this process so far, in ms; NaN where the system (other than Linux) does not say.
fn processor_ms() -> f64 {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else { return f64::NAN };
    let of_thread = |path: std::path::PathBuf| -> Option<f64> {
        std::fs::read_to_string(path.join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    threads.flatten().filter_map(|t| of_thread(t.path())).sum::<f64>() * 1e-6
}

/// What a user reads: adjusted p values, features in order of evidence.
fn ranked(p: impl Iterator<Item = f64>) -> (Vec<f64>, Vec<usize>) {
    let p: Vec<f64> = p.collect();
    (false_discovery_rates(&p), ascending(&p))
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
            let options = PriorOptions { trend: robust.then_some(&means), robust };
            black_box(ranked(moderated_test(&fits, options).0.iter().map(|t| t.p)));
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
            black_box(ranked(moderated_test(&fits, PriorOptions::default()).0.iter().map(|t| t.p)));
        });
    }
    for (name, form) in
        [("small counts", QuasiForm::SmallCounts), ("legacy", QuasiForm::Legacy { dispersions: None })]
    {
        let options = QuasiOptions { form, robust: false };
        wanted.time(&format!("TMM + quasi-likelihood ({name}), 1500 x 40"), || {
            let libraries = normalise(black_box(&counts), Normalisation::Tmm).effective();
            let result = quasi_likelihood_test(&counts, &design, &libraries, &contrast, &options);
            black_box(ranked(result.tests.iter().map(|t| t.p)));
        });
    }
    Ok(())
}
