//! Motion, contact, springs, walls.

use super::said::{BOX, PLANE, after, after_table, apart};
use tissue_sim::Tissue;

const PAIR: &str = "x,y,z,kind\n95,100,0,a\n111,100,0,b\n";

/// Two cells, 16 um apart, of kinds `a` and `b`, after some ticks.
fn pair(a: &str, b: &str, ticks: u32) -> Tissue {
    let start = "start = \"from cells.csv\"\n";
    let still = "[cell.a]\n";
    after_table(&format!("{PLANE}{still}{start}{a}\n[cell.b]\n{start}{b}\n"), PAIR, ticks)
}

#[test]
fn contact_is_as_strong_and_as_far_as_the_file_says() {
    let distance = |more: &str| apart(&pair(more, more, 20), 0, 1);
    let standard = distance("");
    assert!((standard - 16.0).abs() < 2.0);
    assert!(distance("repulsion = \"0 um/min [assumed]\"") < 12.0);
    assert!(distance("adhesion = \"0 um/min [assumed]\"") > standard + 0.05);
    assert!(distance("adhesion = \"5 um/min [assumed]\"") < standard - 1.0);
    assert!(distance("reach = \"1 [assumed]\"") > distance("") + 0.01);
}

#[test]
fn affinity_is_between_two_kinds() {
    let distance = |a: &str, b: &str| {
        apart(
            &pair(
                &format!("adhesion = \"5 um/min [assumed]\"\n{a}"),
                &format!("adhesion = \"5 um/min [assumed]\"\n{b}"),
                20,
            ),
            0,
            1,
        )
    };
    let standard = distance("", "");
    let none = distance("affinity.b = \"0 [assumed]\"", "");
    assert!(none > standard + 1.0, "{none} {standard}");
    assert!((distance("affinity.a = \"0 [assumed]\"", "") - standard).abs() < 1e-9, "of another pair");
    let twice = distance("affinity.b = \"4 [assumed]\"", "affinity.a = \"0.25 [assumed]\"");
    assert!((twice - standard).abs() < 1e-9, "the geometric mean of both");
}

#[test]
fn springs_are_tied_pull_and_break_as_the_file_says() {
    let spring = "spring = { attach = \"1000 /min [assumed]\", constant = \"0.05 /min [assumed]\"";
    let tied = pair(&format!("{spring} }}"), &format!("{spring} }}"), 10);
    assert_eq!(tied.cells.springs.pairs().len(), 1);
    assert_eq!(pair("", "", 10).cells.springs.pairs().len(), 0);
    assert!(apart(&tied, 0, 1) < apart(&pair("", "", 10), 0, 1) - 0.1, "it pulls");
    let loose = spring.replace("0.05 /min", "0 /min");
    let free = pair(&format!("{loose} }}"), &format!("{loose} }}"), 10);
    assert_eq!(free.cells.springs.pairs().len(), 1);
    assert!((apart(&free, 0, 1) - apart(&pair("", "", 10), 0, 1)).abs() < 1e-9);
    let none = format!("{spring}, most = 0 }}");
    assert_eq!(pair(&none, &none, 10).cells.springs.pairs().len(), 0);
    let weak = "spring = { attach = \"0.01 /min [assumed]\", detach = \"1000 /min [assumed]\" }";
    let held: usize = (1..30).map(|ticks| pair(weak, weak, ticks).cells.springs.pairs().len()).sum();
    let kept = weak.replace("1000 /min", "0 /min");
    let holds: usize = (1..30).map(|ticks| pair(&kept, &kept, ticks).cells.springs.pairs().len()).sum();
    assert!(held < holds, "{held} {holds}");
}

#[test]
fn a_cell_that_may_not_move_still_pushes() {
    let table = "x,y,z,kind\n95,100,0,a\n100,100,0,b\n";
    let text = |more: &str| {
        format!("{PLANE}[cell.a]\nstart = \"from cells.csv\"\n{more}\n[cell.b]\nstart = \"from cells.csv\"\n")
    };
    let held = after_table(&text("movable = \"no\""), table, 10);
    assert_eq!(held.cells.position_um(0), [95.0, 100.0, 10.0]);
    assert!(held.cells.position_um(1)[0] > 105.0);
    assert!(after_table(&text(""), table, 10).cells.position_um(0)[0] < 94.0);
}

#[test]
fn walls_push_when_the_file_says_so() {
    let table = "x,y,z,kind\n2,100,0,a\n";
    let x = |walls: &str, more: &str| {
        let text = format!("{PLANE}{walls}[cell.a]\nstart = \"from cells.csv\"\n{more}\n");
        after_table(&text, table, 10).cells.position_um(0)[0]
    };
    assert!((x("", "") - 2.0).abs() < 1e-9);
    let pushed = x("walls = \"push\"\n", "");
    assert!(pushed > 5.0, "{pushed}");
    assert!((x("walls = \"push\"\n", "wall_repulsion = \"0 um/min [assumed]\"") - 2.0).abs() < 1e-9);
}

const FIELDS: &str = "[field.p]\ndiffusion = \"1000 um^2/s [assumed]\"\ndecay = \"0.01 /min [assumed]\"\nleft = \"0 ng/mL [assumed]\"\n\
right = \"10 ng/mL [assumed]\"\nsolve = \"steady\"\n[field.q]\ndiffusion = \"1000 um^2/s [assumed]\"\ndecay = \"0.01 /min [assumed]\"\n\
front = \"0 mmHg [assumed]\"\nback = \"1 mmHg [assumed]\"\nsolve = \"steady\"\n";

/// Where a cell heads, and how far it goes in an hour.
fn walk(migration: &str) -> ([f64; 3], [f64; 3]) {
    let speed = "speed = \"0.5 um/min [assumed]\", persistence = \"1 min [assumed]\"";
    let text = format!(
        "{FIELDS}{PLANE}[cell.a]\nstart = \"from cells.csv\"\nmigration = {{ {speed}, {migration} }}\n"
    );
    let tissue = after_table(&text, "x,y,z,kind\n100,100,0,a\n", 10);
    let at = tissue.cells.position_um(0);
    (tissue.headings.first().copied().unwrap_or_default(), [at[0] - 100.0, at[1] - 100.0, at[2] - 10.0])
}

#[test]
fn cells_follow_one_gradient_or_several_up_or_down() {
    let straight = "bias = \"1 [assumed]\"";
    let (heading, way) = walk(&format!("{straight}, up = \"p\""));
    assert!((heading[0] - 1.0).abs() < 1e-3 && (way[0] - 30.0).abs() < 0.1, "{heading:?} {way:?}");
    assert_eq!(walk(straight).0, [0.0; 3]);
    let (heading, way) = walk(&format!("{straight}, toward = {{ p = \"-2 [assumed]\" }}"));
    assert!((heading[0] + 1.0).abs() < 1e-3 && (way[0] + 30.0).abs() < 0.1, "down: {heading:?}");
    let (heading, _) = walk(&format!("{straight}, toward = {{ p = \"1 [assumed]\", q = \"1 [assumed]\" }}"));
    assert!((heading[0] - heading[1]).abs() < 1e-3, "both alike, however steep: {heading:?}");
    let (heading, _) = walk(&format!("{straight}, up = \"p\", toward = {{ q = \"3 [assumed]\" }}"));
    assert!((heading[1] / heading[0] - 3.0).abs() < 1e-2, "{heading:?}");
    let slopes = "gradients = \"slopes\", toward = { p = \"1 [assumed]\", q = \"1 [assumed]\" }";
    let (heading, _) = walk(&format!("{straight}, {slopes}"));
    assert!((heading[0] / heading[1] - 10.0).abs() < 0.1, "p is ten times as steep: {heading:?}");
    let (_, way) = walk("bias = \"0 [assumed]\", up = \"p\"");
    assert!(way[0].abs() < 20.0, "at random");
}

#[test]
fn persistence_carries_cells_farther() {
    let spread = |persistence: &str| {
        let text = format!(
            "{BOX}[cell.a]\nstart = \"100 at random\"\nadhesion = \"0 um/min [assumed]\"\nrepulsion = \"0 um/min [assumed]\"\n\
            migration = {{ speed = \"0.5 um/min [assumed]\", persistence = \"{persistence} [assumed]\", bias = \"0 [assumed]\" }}\n"
        );
        let (from, to) = (after(&text, 0), after(&text, 5));
        (0..100)
            .map(|k| {
                (0..3)
                    .map(|i| (to.cells.position_um(k)[i] - from.cells.position_um(k)[i]).powi(2))
                    .sum::<f64>()
            })
            .sum::<f64>()
    };
    assert!(spread("1 h") > 4.0 * spread("1 min"));
}
