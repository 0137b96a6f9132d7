//! `vesicle dose` from the command line: what is told, what is refused, what is written, how commands compose.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const DOSE: &[&str] = &["dose", "ledger", "--particles", "1.2e11 /mL", "--volume", "50 uL", "--cells", "2e5"];
/// Every number without error, so that hand arithmetic is exact.
const FIXED: &[&str] = &[
    "--counting",
    "1",
    "--purity",
    "0.5",
    "--uptake",
    "0.01 /h",
    "--exposure",
    "24 h",
    "--half-life",
    "24 h",
    "--escape",
    "0.1",
    "--mirna-half-life",
    "1e9 h",
    "--needed",
    "300",
];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn tracked(name: &str) -> String {
    file("crates/vesicle-tables/tests/files").join(name).display().to_string()
}

fn vesicle(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vesicle")).args(arguments).current_dir(folder).output().unwrap()
}

fn with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vesicle"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its flags does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// stdout of a command that succeeds.
fn done(arguments: &[&str]) -> String {
    let output = vesicle(Path::new("."), arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// stderr of a command that refuses its input; nothing may be written.
fn refused(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = vesicle(folder.path(), &[arguments, &["--out", "result"]].concat());
    assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "nothing is written");
    text(&output.stderr)
}

/// A cell of the first row whose cells begin with `row`.
fn cell(table: &str, row: &[&str], column: &str) -> String {
    let mut lines = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let at = lines.next().unwrap().iter().position(|name| *name == column).unwrap();
    let found = lines.find(|cells| cells.starts_with(row)).unwrap_or_else(|| panic!("no {row:?} in {table}"));
    found[at].to_owned()
}

fn number(table: &str, row: &[&str], column: &str) -> f64 {
    cell(table, row, column).parse().unwrap()
}

fn cytosol(table: &str) -> f64 {
    number(table, &["ledger", "cytosol"], "median")
}

#[test]
fn the_dose_of_a_rare_mirna_is_answered_no_and_by_how_much() {
    let arguments = [DOSE, &["--mirna", "miR-340-5p"]].concat();
    let output = vesicle(Path::new("."), &arguments);
    let (table, told) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("7 of 514") && told.contains("No: 0 of 10"), "{told}");
    assert!((number(&table, &["ledger", "particles"], "median") / 6e9 - 1.0).abs() < 0.05);
    assert!(number(&table, &["inverse", "factor_for_yes"], "median") > 1e5);
    assert_eq!(text(&vesicle(Path::new("."), &arguments).stdout), table, "the same seed, the same bytes");
    let other = done(&[&arguments[..], &["--seed", "2"]].concat());
    assert_ne!(other, table);
    assert!((cytosol(&other) / cytosol(&table) - 1.0).abs() < 0.2, "seeds agree within sampling");
}

#[test]
fn fixed_numbers_are_hand_arithmetic_and_units_are_only_units() {
    let (k, decay) = (0.01, std::f64::consts::LN_2 / 24.0);
    let share = k / (k + decay) * -(-(k + decay) * 24.0_f64).exp_m1();
    let want = 6e9 * 0.5 / 2e5 * share * 0.01 * 0.1;
    for way in [
        &["--particles", "1.2e11 /mL", "--volume", "50 uL"][..],
        &["--particles", "6e9"],
        &["--particles", "199.264719 pM", "--volume", "0.05 mL"],
        &["--per-cell", "3e4"],
        &["--particles", "3e11 /kg", "--body-mass", "20 g"],
        &["--protein", "3 ug", "--particles-per-protein", "2e9 /ug"],
        &["--protein", "60 ug/mL", "--volume", "50 uL", "--particles-per-protein", "2e9 /ug"],
        &[
            "--flasks",
            "2",
            "--cells-per-flask",
            "3e6",
            "--release",
            "1000 /h",
            "--collect",
            "10 h",
            "--recovery",
            "0.1",
        ],
        &[
            "--donors",
            "1",
            "--flasks-per-donor",
            "2",
            "--cells-per-flask",
            "3e6",
            "--release",
            "1e4 /h",
            "--collect",
            "1 h",
            "--recovery",
            "10 %",
        ],
    ] {
        let base = ["dose", "ledger", "--cells", "2e5", "--copies-per-vesicle", "0.01", "--draws", "10"];
        let table = done(&[&base[..], FIXED, way].concat());
        assert!((cytosol(&table) / want - 1.0).abs() < 1e-6, "{way:?} {} {want}", cytosol(&table));
    }
}

#[test]
fn the_dose_that_is_named_would_be_answered_yes() {
    let base = ["dose", "ledger", "--cells", "2e5", "--copies-per-vesicle", "0.01"];
    let table = done(&[&base[..], &["--particles", "6e9"]].concat());
    let needed = cell(&table, &["inverse", "factor_for_yes"], "median").parse::<f64>().unwrap() * 6e9;
    let ask = |amount: f64| done(&[&base[..], &["--particles", &format!("{amount:e}")]].concat());
    assert_eq!(cell(&ask(needed * 1.000_001), &["verdict", "needed"], "note"), "yes");
    assert_ne!(cell(&ask(needed * 0.9), &["verdict", "needed"], "note"), "yes");
}

#[test]
fn a_protocol_file_says_what_flags_say() {
    let toml = "mirna = \"miR-21-5p\"\n[dose]\nparticles = \"1.2e11 /mL\"\nvolume = \"50 uL\"\ncells = 2e5\n";
    let flags = done(&[DOSE, &["--mirna", "miR-21-5p"]].concat());
    let file = with_input(&["dose", "ledger", "-"], toml.as_bytes());
    assert_eq!(text(&file.stdout), flags, "{}", text(&file.stderr));
    let over = with_input(&["dose", "ledger", "-", "--per-cell", "3e4"], toml.as_bytes());
    assert!(
        text(&over.stdout).contains("rests on\tper_cell"),
        "a flag replaces the file's way: {}",
        text(&over.stderr)
    );
}

#[test]
fn json_and_a_folder_hold_the_same_and_a_finished_folder_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let arguments = [DOSE, &["--mirna", "miR-21-5p", "--out", "r"]].concat();
    let first = vesicle(place.path(), &arguments);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    for name in ["ledger.tsv", "ledger.csv", "manifest.json", "report.html", "figures/published-doses.svg"] {
        assert!(place.path().join("r").join(name).exists(), "{name}");
    }
    let table = fs::read_to_string(place.path().join("r/ledger.tsv")).unwrap();
    assert_eq!(vesicle(place.path(), &arguments).status.code(), Some(3));
    assert_eq!(vesicle(place.path(), &[&arguments[..], &["--force"]].concat()).status.code(), Some(0));
    assert_eq!(fs::read_to_string(place.path().join("r/ledger.tsv")).unwrap(), table);
    let json: serde_json::Value =
        serde_json::from_str(&done(&[DOSE, &["--mirna", "miR-21-5p", "--json"]].concat())).unwrap();
    assert_eq!(json["verdict"], "no");
    let row = json["rows"].as_array().unwrap().iter().find(|row| row["name"] == "cytosol").unwrap();
    assert!((row["median"].as_f64().unwrap() / cytosol(&table) - 1.0).abs() < 1e-12);
}

#[test]
fn a_ct_gives_copies_only_with_a_curve_or_a_spike_in() {
    let base = [&["dose", "ledger", "--cells", "2e5", "--particles", "6e9"][..], FIXED].concat();
    let alone = refused(&[&base[..], &["--ct", "25", "--ct-particles", "1e8"]].concat());
    assert!(alone.contains("ratios, not copies") && alone.contains("--spike-ct"), "{alone}");
    let half = refused(&[&base[..], &["--ct", "25", "--spike-ct", "22", "--ct-particles", "1e8"]].concat());
    assert!(half.contains("half a spike-in"), "{half}");
    // Three cycles later than 1e8 copies: 1.25e7 copies of 1e9 particles, of which half are vesicles.
    let spiked = done(
        &[&base[..], &["--ct", "25", "--spike-ct", "22", "--spike-copies", "1e8", "--ct-particles", "1e9"]]
            .concat(),
    );
    let copies = number(&spiked, &["verdict", "copies_per_vesicle"], "median");
    assert!((copies / 0.025 - 1.0).abs() < 1e-9, "{copies}");
    let folder = tempfile::tempdir().unwrap();
    let slope = 1.0 / 2.0_f64.log10();
    let point = |k: i32| format!("1e{k},{}\n", 40.0 - f64::from(k) * slope);
    let points = (3..8).map(point).collect::<Vec<_>>().concat();
    fs::write(folder.path().join("curve.csv"), format!("copies,ct\n{points}")).unwrap();
    let curve = vesicle(
        folder.path(),
        &[
            &base[..],
            &["--ct", &format!("{}", 40.0 - 5.0 * slope), "--curve", "curve.csv", "--ct-particles", "1e7"],
        ]
        .concat(),
    );
    let by_curve = number(&text(&curve.stdout), &["verdict", "copies_per_vesicle"], "median");
    assert!((by_curve / 0.02 - 1.0).abs() < 1e-6, "{by_curve} {}", text(&curve.stderr));
    fs::write(
        folder.path().join("ct.csv"),
        "assay,a,b\nmiR-21-5p,22.1,23.0\nmiR-16-5p,24.0,25.0\nmiR-1-3p,30,31\n",
    )
    .unwrap();
    let table = vesicle(
        folder.path(),
        &[
            "dose",
            "ledger",
            "--cells",
            "2e5",
            "--particles",
            "6e9",
            "--mirna",
            "miR-21-5p",
            "--cargo",
            "ct.csv",
        ],
    );
    assert_eq!(table.status.code(), Some(2), "{}", text(&table.stdout));
}

#[test]
fn counts_of_the_users_own_give_the_share() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "mirna,a,b\nhsa-miR-21-5p,300,500\nhsa-miR-16-5p,700,500\nhsa-let-7a-5p,9000,9000\n";
    fs::write(folder.path().join("counts.csv"), rows).unwrap();
    let base = [
        "dose",
        "ledger",
        "--cells",
        "2e5",
        "--particles",
        "6e9",
        "--total-copies",
        "1",
        "--cargo",
        "counts.csv",
        "--mirna",
    ];
    let of = |name: &str| vesicle(folder.path(), &[&base[..], &[name]].concat());
    let table = text(&of("miR-21-5p").stdout);
    let copies = number(&table, &["verdict", "copies_per_vesicle"], "median");
    assert!((copies / 0.04 - 1.0).abs() < 0.05, "{copies}");
    let unseen = of("miR-340-5p");
    assert!(
        text(&unseen.stderr).contains("0 of 20 000 reads") || text(&unseen.stderr).contains("0 of 20"),
        "{}",
        text(&unseen.stderr)
    );
    let slip = of("miR-21-5pp");
    assert_eq!(slip.status.code(), Some(2));
    assert!(text(&slip.stderr).contains("did you mean"), "{}", text(&slip.stderr));
}

#[test]
fn an_isolation_gives_the_recovery_of_the_ledger() {
    let toml = "[dose]\nflasks = 10\ncells = 2e5\ncopies_per_vesicle = 1\n[isolation]\nown = \"SEC, recovery 20 %\"\n";
    let table = text(&with_input(&["dose", "ledger", "-"], toml.as_bytes()).stdout);
    assert!(cell(&table, &["rests on", "recovery"], "note").contains("0.2 [isolation]"), "{table}");
    let said = text(&with_input(&["dose", "ledger", "-", "--recovery", "0.3"], toml.as_bytes()).stdout);
    assert!(cell(&said, &["rests on", "recovery"], "note").contains("0.3 said"));
}

#[test]
fn a_rotor_of_the_users_own_is_one_of_the_table() {
    let spin = "spin 10000 g 30 min in";
    let own = "Mine = fixed angle 3.59..10.38 cm, tube 38 mm, angle 24";
    let table = done(&[
        "dose",
        "isolate",
        "--rotor",
        own,
        "--protocol",
        &format!("a = {spin} Mine"),
        "--protocol",
        &format!("b = {spin} Type 45 Ti"),
    ]);
    for column in ["recovery_low", "recovery", "protein", "enrichment", "hours"] {
        let (a, b) = (number(&table, &["a"], column), number(&table, &["b"], column));
        assert!((a / b - 1.0).abs() < 0.02, "{column} {a} {b}");
    }
    assert_eq!(cell(&table, &["a"], "recovery_is"), "an upper bound");
    let told = refused(&["dose", "isolate", "--protocol", &format!("{spin} Type 45 Tii; SECC")]);
    assert!(told.contains("did you mean `Type 45 Ti`?") && told.contains("did you mean `SEC`?"), "{told}");
}

#[test]
fn what_floats_is_never_pelleted_and_gaps_stay_gaps() {
    let heavy = ["--density", "1.3 g/mL", "--protocol", "a = spin 200000 g 20 h in SW 28, residual 0 %"];
    let table = done(&[&["dose", "isolate"][..], &heavy].concat());
    assert_eq!(number(&table, &["a"], "recovery_high"), 0.0);
    let gaps = done(&["dose", "isolate", "--protocol", "a = TFF", "--protocol", "b = SEC"]);
    for column in ["recovery", "enrichment", "hours"] {
        assert_eq!(cell(&gaps, &["a"], column), "", "{column}");
    }
    assert_eq!(cell(&gaps, &["a"], "recovery_is"), "not reported");
    assert!(number(&gaps, &["b"], "recovery_low") >= 0.4 && number(&gaps, &["b"], "recovery_high") <= 0.8);
    assert_eq!(cell(&gaps, &["b"], "median_nm"), "", "no size distribution is invented");
}

#[test]
fn k_factors_are_flagged_where_a_tube_stands_at_an_angle() {
    let of = |from: &str, to: &str| -> serde_json::Value {
        let spin = format!("a = spin 100000 g 70 min in {from}");
        let json = done(&["dose", "isolate", "--json", "--protocol", &spin, "--to", to]);
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["spins"][0].clone()
    };
    let buckets = of("SW 28", "SW 40 Ti");
    assert_eq!(buckets["k_factor_holds"], "yes");
    let (same, k) =
        (buckets["minutes_same_cut"].as_f64().unwrap(), buckets["minutes_by_k_factor"].as_f64().unwrap());
    assert!((same / k - 1.0).abs() < 1e-9);
    let fixed = of("SW 28", "Type 45 Ti");
    assert_eq!(fixed["k_factor_holds"], "no: fixed angle");
    assert!(
        (fixed["minutes_same_cut"].as_f64().unwrap() / fixed["minutes_by_k_factor"].as_f64().unwrap() - 1.0)
            .abs()
            > 0.1
    );
}

#[test]
fn the_example_is_compared_in_one_table_and_one_plot() {
    let place = tempfile::tempdir().unwrap();
    let example = file("examples/dose/protocol.toml").display().to_string();
    let output = vesicle(place.path(), &["dose", "isolate", &example, "--out", "r"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let svg = fs::read_to_string(place.path().join("r/figures/purity-yield.svg")).unwrap();
    assert!(svg.contains("not reported") && svg.contains("vesicles recovered"));
    let several = refused(&["dose", "ledger", &example]);
    assert!(several.contains("several isolations") && several.contains("--isolation NAME"), "{several}");
    let one = done(&["dose", "ledger", &example, "--isolation", "column"]);
    assert!(cell(&one, &["rests on", "recovery"], "note").contains("[isolation]"));
}

#[test]
fn sizes_are_those_of_the_undiluted_sample_less_the_blank() {
    let zeta = tracked("zetaview.txt");
    let table = done(&["dose", "size", &zeta]);
    assert_eq!(number(&table, &["invented EV"], "undiluted_per_ml"), 1e10);
    assert!((number(&table, &["invented EV"], "d50_nm") - 115.0).abs() < 6.0);
    let blank = vesicle(Path::new("."), &["dose", "size", &zeta, "--blank", &zeta]);
    assert!(text(&blank.stderr).contains("not above its blank"), "{}", text(&blank.stderr));
    assert_eq!(number(&text(&blank.stdout), &["invented EV"], "undiluted_per_ml"), 0.0);
    let nano = tracked("nanosight.csv");
    assert_eq!(cell(&done(&["dose", "size", &nano]), &["invented"], "undiluted_per_ml"), "");
    let said = done(&["dose", "size", &nano, "--dilution", "200"]);
    assert_eq!(number(&said, &["invented"], "undiluted_per_ml"), 3e9);
    let both = refused(&["dose", "size", &zeta, &nano, "--dilution", "200"]);
    assert!(both.contains("records another dilution") && both.contains("1000"), "{both}");
    assert!(refused(&["dose", "size", &nano, "--blank", &zeta]).contains("other size bins"));
    let pooled = done(&["dose", "size", &zeta, &zeta, "--pool"]);
    assert_eq!((cell(&pooled, &["invented EV"], "captures"), pooled.lines().count()), ("2".to_owned(), 2));
    let empty = vesicle(Path::new("."), &["dose", "size", &tracked("zetaview_empty.txt")]);
    assert!(text(&empty.stderr).contains("no measurement of zero"));
    assert_eq!(cell(&text(&empty.stdout), &["invented EV"], "d50_nm"), "");
}

#[test]
fn commands_compose() {
    let dose = done(&["dose", "size", &tracked("zetaview.txt"), "--as-dose"]);
    let rest = ["--volume", "50 uL", "--cells", "2e5", "--mirna", "miR-21-5p"];
    let ledger = with_input(&[&["dose", "ledger", "-"][..], &rest].concat(), dose.as_bytes());
    let table = text(&ledger.stdout);
    assert!(
        (number(&table, &["ledger", "particles"], "median") / 5e8 - 1.0).abs() < 0.05,
        "{}",
        text(&ledger.stderr)
    );
    let sheet = text(&with_input(&["dose", "sheet", "-"], dose.as_bytes()).stdout);
    assert!(sheet.contains("particle number\t1e10 /mL by particle tracking\tnumber"), "{sheet}");
    assert!(sheet.contains("electron microscopy images\tnot reported\tmicroscopy"));
}

#[test]
fn the_sheet_counts_what_applies() {
    let example = file("examples/dose/protocol.toml").display().to_string();
    let of = |isolation: &str| {
        let output = vesicle(Path::new("."), &["dose", "sheet", &example, "--isolation", isolation]);
        text(&output.stderr)
    };
    assert!(of("two spins").contains("4 of 8"), "{}", of("two spins"));
    assert!(of("column").contains("3 of 7"), "{}", of("column"));
}

/// What a wrong dose is told, kind by kind: every snapshot is a message that a user reads.
mod messages {
    use super::{DOSE, refused, text, with_input};

    fn file(toml: &str) -> String {
        let output = with_input(&["dose", "ledger", "-"], toml.as_bytes());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    }

    macro_rules! flags {
        ($($name:ident: $more:expr;)+) => {
            $(#[test]
            fn $name() {
                insta::assert_snapshot!(refused(&[DOSE, &["--copies-per-vesicle", "0.01"], &$more[..]].concat()));
            })+
        };
    }

    flags! {
        a_negative_number: ["--purity", "-0.5"];
        a_number_that_is_none: ["--escape", "nan"];
        an_infinite_number: ["--escape", "inf"];
        a_share_above_one: ["--recovery", "120 %"];
        a_wrong_unit: ["--exposure", "24 uL"];
        an_unknown_unit: ["--exposure", "24 hr"];
        many_numbers_at_once: ["--exposure", "24", "--uptake", "1 %", "--escape", "x", "--half-life", "0 h"];
        a_dose_said_twice: ["--flasks", "3"];
        a_divisor_of_zero: ["--half-life", "0 h"];
        no_draws: ["--draws", "0"];
        an_unknown_rotor: ["--isolation", "spin 1e5 g 70 min in Type 54 Ti"];
        an_impossible_rotor: ["--rotor", "Mine = swinging bucket 161..75 mm"];
        an_impossible_medium: ["--density", "-1", "--viscosity", "0"];
    }

    #[test]
    fn no_dose_at_all() {
        insta::assert_snapshot!(refused(&["dose", "ledger"]));
    }

    #[test]
    fn an_unknown_mirna() {
        insta::assert_snapshot!(refused(&[DOSE, &["--mirna", "miR-34O-5p"]].concat()));
    }

    #[test]
    fn no_protocol() {
        insta::assert_snapshot!(refused(&["dose", "isolate"]));
    }

    #[test]
    fn a_file_with_many_slips() {
        insta::assert_snapshot!(file(
            "titel = \"x\"\nparticles = \"1e9\"\n[dose]\nparticels = \"1e9\"\nvolume = \"50 uL [nta]\"\ncells = [1]\nneeded = \"-3\"\n\
             [isolation]\na = 5\n[medium]\ndensty = 1\n[report]\nmicroscope = \"TEM\"\n[source]\nnot_that = \"x\"\n[rotors]\na = 1\n"
        ));
    }

    #[test]
    fn toml_that_is_not_toml() {
        insta::assert_snapshot!(file("[dose\nparticles = \n"));
    }

    #[test]
    fn a_step_of_a_file() {
        insta::assert_snapshot!(file(
            "[dose]\nflasks = 3\ncells = 2e5\ncopies_per_vesicle = 1\n[isolation]\na = [\"SEC\", \"spin 1e5 g 70 mins in SW 28\", \"colum\"]\n"
        ));
    }
}
