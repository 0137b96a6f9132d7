//! Cycle, death, volume, damage.

use super::said::{PLANE, after, after_table, live, lowered_with, setup};

fn cells(more: &str) -> String {
    format!("{PLANE}[cell.a]\nstart = \"20 at random\"\n{more}\n")
}

fn phases(more: &str) -> Vec<(&'static str, f64, bool)> {
    let setup = setup(&cells(more));
    let phases = setup.kinds[0].law.cycle.phases();
    phases.iter().map(|phase| (phase.name, phase.exit_per_min, phase.fixed)).collect()
}

#[test]
fn a_cycle_model_has_its_phases_and_the_rates_of_physicell() {
    let hours = |h: f64| 1.0 / (h * 60.0);
    assert_eq!(phases(""), [("live", 0.0, false)], "nothing divides that nobody told to");
    assert_eq!(phases("cycle = \"0.06 /h [assumed]\""), [("live", 0.06 / 60.0, false)]);
    let basic = [("Ki67-", hours(4.59), false), ("Ki67+", hours(15.5), true)];
    assert_eq!(phases("cycle_model = \"Ki67 basic\""), basic);
    let rest = [("quiescent", hours(4.59), false), ("cycling", hours(15.5), true)];
    assert_eq!(phases("cycle_model = \"cycling quiescent\""), rest);
    assert_eq!(phases("cycle_model = \"Ki67 advanced\"").len(), 3);
    assert_eq!(phases("cycle_model = \"flow cytometry\"").len(), 3);
    let separated = phases(
        "cycle_model = \"flow cytometry separated\"\ncycle = \"0.01 /min [assumed]\"\n\
        phase.1 = { lasts = \"8 h [assumed]\", time = \"fixed\" }\nphase.3.exit = \"1 /h [assumed]\"",
    );
    let expected =
        [("G0/G1", 0.01, false), ("S", hours(8.0), true), ("G2", 0.004_17, false), ("M", 1.0 / 60.0, false)];
    assert_eq!(separated, expected);
}

#[test]
fn cells_walk_through_the_phases_in_the_time_that_the_file_says() {
    let model = "cycle_model = \"Ki67 advanced\"\ncycle = \"1000 /min [assumed]\"\nphase.1.lasts = \"2 h [assumed]\"\n";
    let text = cells(&format!("{model}phase.2.lasts = \"10 d [assumed]\"\n"));
    let counts: Vec<usize> = [19, 22, 60].map(|ticks| live(&after(&text, ticks), 0)).to_vec();
    assert_eq!(counts, [20, 40, 40], "one division after two hours, and none out of the third phase");
    assert!(after(&text, 22).cells.life.phase.iter().all(|phase| *phase == 2));
    let random = cells(&format!("{model}phase.1.time = \"random\"\nphase.2.lasts = \"10 d [assumed]\""));
    let n = live(&after(&random, 19), 0);
    assert!((22..40).contains(&n), "{n}: exponential times, some shorter than two hours and some not");
}

#[test]
fn founders_stand_at_the_start_of_the_cycle_or_anywhere_in_it() {
    let model = "cycle_model = \"flow cytometry separated\"\n";
    let first = after(&cells(model), 0);
    assert!(first.cells.life.phase.iter().all(|phase| *phase == 0));
    let mixed = after(&cells(&format!("{model}cycle_start = \"mixed\"")), 0);
    assert!((0..3).all(|phase| mixed.cells.life.phase.contains(&phase)), "{:?}", mixed.cells.life.phase);
}

#[test]
fn apoptotic_remains_shrink_at_their_rates_and_last_as_long_as_said() {
    let dying = |more: &str| cells(&format!("apoptosis = \"1000 /min [assumed]\"\n{more}"));
    let volume = |more: &str| {
        let tissue = after(&dying(more), 10);
        assert_eq!((live(&tissue, 0), tissue.cells.len()), (0, 20));
        tissue.cells.volume_um3(0)
    };
    let standard = volume("");
    assert!(standard < 0.5 * 2494.0);
    assert!(volume("apoptotic.fluid = \"0 /h [assumed]\"") > standard + 100.0);
    assert!(volume("apoptotic.cytoplasm = \"0 /h [assumed]\"") > standard + 100.0);
    assert!(volume("apoptotic.nucleus = \"0 /h [assumed]\"") > standard + 1.0);
    let calcified = after(&dying("apoptotic.calcification = \"1 /h [assumed]\""), 10);
    assert!(calcified.cells.volume.calcified[0] > 0.5);
    let lasts = dying("apoptotic.lasts = \"1 h [assumed]\"");
    assert_eq!([9, 12].map(|ticks| after(&lasts, ticks).cells.len()), [20, 0]);
}

#[test]
fn necrotic_cells_swell_burst_and_go_as_said() {
    let dying = |more: &str| cells(&format!("necrosis.base = \"1000 /min [assumed]\"\n{more}"));
    let largest = |more: &str| {
        let volumes = (0..40).map(|hours| after(&dying(more), 10 * hours).cells.volume_um3(0));
        volumes.fold(0.0, f64::max) / 2494.0
    };
    assert!((1.8..2.1).contains(&largest("")), "{}", largest(""));
    assert!((1.3..1.6).contains(&largest("necrosis.bursts_at = \"1.5 [assumed]\"")));
    assert!(largest("necrosis.swelling.fluid = \"0 /h [assumed]\"") <= 1.0);
    let late = |more: &str| after(&dying(more), 400).cells.volume_um3(0);
    assert!(late("necrosis.burst.fluid = \"0 /h [assumed]\"") > late("") + 500.0);
    let gone = dying("necrosis.lasts = \"1 h [assumed]\"\nnecrosis.bursts_at = \"1.01 [assumed]\"");
    assert_eq!((after(&gone, 4).cells.len(), after(&gone, 30).cells.len()), (20, 0));
    let stays = dying(
        "necrosis.swelling.calcification = \"0 /h [assumed]\"\nnecrosis.burst.calcification = \"0 /h [assumed]\"",
    );
    assert!(after(&stays, 100).cells.volume.calcified[0] == 0.0);
    assert!(after(&dying(""), 100).cells.volume.calcified[0] > 0.0);
}

#[test]
fn lack_adds_to_the_base_of_necrosis() {
    let field = "[field.o]\ndiffusion = \"1000 um^2/s [assumed]\"\ndecay = \"0 /min [assumed]\"\nstart = \"1 mmHg [assumed]\"\n";
    let lack = "necrosis = { of = \"o\", below = \"5 mmHg [assumed]\", rate = \"0.1 /min [assumed]\"";
    let alive = |more: &str| {
        let tissue = after(&format!("{field}{}", cells(&format!("{lack}{more} }}"))), 1);
        live(&tissue, 0)
    };
    assert!((3..19).contains(&alive("")), "e^-0.6 of twenty cells live on");
    assert_eq!(alive(", base = \"100 /min [assumed]\""), 0);
}

#[test]
fn parts_of_a_cell_are_what_the_file_says() {
    let parts = |more: &str| {
        let v = &after(&cells(more), 0).cells.volume;
        [v.fluid_um3[0], v.nuclear_solid_um3[0], v.cytoplasmic_solid_um3[0]]
    };
    let close = |a: [f64; 3], b: [f64; 3]| (0..3).all(|k| (a[k] - b[k]).abs() < 1e-9);
    let said =
        "volume = \"1000 um^3 [assumed]\"\nnucleus = \"400 um^3 [assumed]\"\nfluid = \"0.5 [assumed]\"";
    assert!(close(parts(said), [500.0, 200.0, 300.0]), "{:?}", parts(said));
    assert!(close(parts(""), [1870.5, 135.0, 488.5]), "{:?}", parts(""));
}

#[test]
fn a_small_cell_grows_at_the_rates_that_the_file_says() {
    let grown = |more: &str| {
        let text = format!("{PLANE}[cell.a]\nstart = \"from cells.csv\"\n{more}\n");
        after_table(&text, "x,y,z,kind,volume\n50,50,0,a,1247\n", 20).cells.volume_um3(0)
    };
    let standard = grown("");
    assert!((1300.0..2494.0).contains(&standard), "{standard}");
    let slower = |part: &str| grown(&format!("growth.{part} = \"0 /h [assumed]\""));
    assert!(["fluid", "cytoplasm", "nucleus"].into_iter().all(|part| slower(part) < standard - 10.0));
    let frozen = "growth = { fluid = \"0 /h [assumed]\", cytoplasm = \"0 /h [assumed]\", nucleus = \"0 /h [assumed]\" }";
    assert!((grown(frozen) - 1247.0).abs() < 1e-9);
    let hard = after(&cells("growth.calcification = \"1 /h [assumed]\""), 10);
    assert!(hard.cells.volume.calcified[0] > 0.5);
}

#[test]
fn damage_grows_and_is_repaired() {
    let damage = |more: &str| after(&cells(more), 10).cells.life.damage[0];
    assert_eq!(damage(""), 0.0);
    assert!((damage("damage.rate = \"0.5 /h [assumed]\"") - 0.5).abs() < 1e-12);
    let both = damage("damage = { rate = \"0.5 /h [assumed]\", repair = \"2 /h [assumed]\" }");
    assert!((both - -0.25 * vesicle_base::math::expm1(-2.0)).abs() < 1e-12, "{both}");
}

#[test]
fn mistakes_about_a_cycle_are_told() {
    let told = |more: &str| lowered_with(&cells(more), &[]).unwrap_err();
    assert!(told("phase.1.exit = \"1 /h [assumed]\"").contains("cycle model `live` has no phase 1"));
    assert!(told("phase.0.lasts = \"1 h [assumed]\"").contains("`cell.a.cycle`"));
    let twice =
        "cycle_model = \"Ki67 basic\"\nphase.1 = { exit = \"1 /h [assumed]\", lasts = \"1 h [assumed]\" }";
    assert!(told(twice).contains("says both `exit` and `lasts`"));
    assert!(told("nucleus = \"3000 um^3 [assumed]\"").contains("as large as the cell"));
}
