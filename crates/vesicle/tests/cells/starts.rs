//! Where cells begin.

use super::said::{BOX, PLANE, after, after_table, lowered_with};
use tissue_sim::Tissue;

fn at(tissue: &Tissue) -> Vec<[f64; 3]> {
    (0..tissue.cells.len()).map(|row| tissue.cells.position_um(row)).collect()
}

fn begun(room: &str, start: &str) -> Vec<[f64; 3]> {
    at(&after(&format!("{room}[cell.a]\nvolume = \"100 um^3 [assumed]\"\nstart = \"{start}\"\n"), 0))
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis])).sum::<f64>().sqrt()
}

#[test]
fn cells_begin_at_random_by_number_and_by_density() {
    assert_eq!(begun(PLANE, "40 at random").len(), 40);
    assert_eq!(begun(PLANE, "1000 /mm^2 at random").len(), 40);
    assert_eq!(begun(PLANE, "5e4 /mm^3 at random").len(), 40);
    assert_eq!(begun(BOX, "5e4 /mm^3 at random").len(), 50);
    assert_eq!(begun(BOX, "1000 /mm^2 at random").len(), 10);
    let spread = begun(BOX, "200 at random");
    for axis in 0..3 {
        assert!((0..4).all(|q| spread.iter().any(|p| (p[axis] / 25.0).floor() == f64::from(q))));
    }
    assert!(begun(PLANE, "none").is_empty());
}

#[test]
fn cells_begin_in_a_ball_in_the_density_that_was_said() {
    let (disc, ball) =
        (begun(PLANE, "5000 /mm^2 at random within 50 um"), begun(BOX, "2e5 /mm^3 at random within 40 um"));
    assert_eq!((disc.len(), ball.len()), (39, 54), "pi r^2 and 4/3 pi r^3");
    assert!(disc.iter().all(|p| distance(*p, [100.0, 100.0, 10.0]) <= 50.0));
    assert!(ball.iter().all(|p| distance(*p, [50.0; 3]) <= 40.0));
    let corner = begun(BOX, "8e5 /mm^3 at random within 40 um of 0 x 0 x 0 um");
    assert_eq!(corner.len(), 27, "an eighth of the ball");
    assert!(corner.iter().all(|p| distance(*p, [0.0; 3]) <= 40.0 && p.iter().all(|x| *x >= 0.0)));
    assert_eq!(begun(PLANE, "30 at random within 10 um of 20 x 30 x 0 um").len(), 30);
}

#[test]
fn cells_begin_on_lattices() {
    for (room, start, neighbours) in [
        (PLANE, "on a lattice, every 20 um", 6),
        (PLANE, "on a square lattice, every 20 um", 4),
        (BOX, "on a lattice, every 20 um", 12),
        (BOX, "on a square lattice, every 20 um", 6),
    ] {
        let points = begun(room, start);
        let near = |p: &[f64; 3]| points.iter().filter(|q| (distance(*p, **q) - 20.0).abs() < 1e-6).count();
        assert_eq!(points.iter().map(near).max(), Some(neighbours), "{start}");
    }
    let whole = begun(PLANE, "on a lattice, every 10 um");
    let disc = begun(PLANE, "on a lattice, every 10 um within 50 um");
    assert!(disc.len() < whole.len() / 4 && disc.len() > 70, "{} of {}", disc.len(), whole.len());
    assert!(disc.iter().all(|p| distance(*p, [100.0, 100.0, 10.0]) <= 50.0));
}

#[test]
fn cells_begin_on_every_side() {
    for (side, axis, value) in [
        ("left", 0, 0.0),
        ("right", 0, 100.0),
        ("front", 1, 0.0),
        ("back", 1, 100.0),
        ("bottom", 2, 0.0),
        ("top", 2, 100.0),
    ] {
        let points = begun(BOX, &format!("on the {side}, every 20 um"));
        assert_eq!(points.len(), 25, "a face of five by five: {side}");
        assert!(points.iter().all(|p| p[axis] == value), "{side}");
    }
    let edge = begun(PLANE, "on the right, every 50 um");
    assert_eq!(edge, [25.0, 75.0, 125.0, 175.0].map(|y| [200.0, y, 10.0]));
}

#[test]
fn cells_begin_along_a_line_such_as_a_vessel() {
    let points = begun(BOX, "along 10 x 10 x 50 um to 50 x 10 x 50 um to 50 x 40 x 50 um, every 20 um");
    assert_eq!(points, [[10.0, 10.0, 50.0], [30.0, 10.0, 50.0], [50.0, 10.0, 50.0], [50.0, 30.0, 50.0]]);
}

#[test]
fn cells_begin_where_a_table_says_with_their_volumes() {
    let table = "kind,x,y,z,volume\nb,10,20,3,\na,30,40,9,2000\na,50,60,0,\n";
    let text = format!("{PLANE}[cell.a]\nstart = \"from cells.csv\"\n[cell.b]\n");
    let tissue = after_table(&text, table, 0);
    assert_eq!(at(&tissue), [[30.0, 40.0, 10.0], [50.0, 60.0, 10.0]], "b begins elsewhere");
    assert!((tissue.cells.volume_um3(0) - 2000.0).abs() < 1e-9);
    assert!((tissue.cells.volume_um3(1) - 2494.0).abs() < 1e-9);
    let lowered = lowered_with(&text, &[("cells.csv", table)]).unwrap();
    assert!(lowered.notes[0].contains("1 row of `cells.csv` is of `b`"), "{:?}", lowered.notes);
    let both = text.replace("[cell.b]\n", "[cell.b]\nstart = \"from cells.csv\"\n").replace(PLANE, BOX);
    let tissue = after_table(&both, table, 0);
    assert_eq!((tissue.cells.kind.clone(), at(&tissue)[2]), (vec![0, 0, 1], [10.0, 20.0, 3.0]));
}

#[test]
fn starts_that_cannot_be_are_told() {
    let told = |start: &str| {
        let text = format!("{PLANE}[cell.a]\nstart = \"{start}\"\n");
        lowered_with(&text, &[("t.csv", "x,y,z,kind\n1,2,0,a\n-1,2,0,a\n1,2,0,c\n1,200.5,0,a\n")])
            .unwrap_err()
    };
    assert!(told("1e6 /mm^2 at random").contains("do not fit"));
    assert!(told("1e15 at random").contains("do not fit"));
    assert!(told("on a lattice, every 1 nm").contains("inside each other"));
    assert!(told("on the left, every 5 um").contains("inside each other"));
    assert!(told("9 at random within 10 um of 500 x 1 x 1 um").contains("middle of the ball lies outside"));
    assert!(told("along 0 x 0 x 0 um to 500 x 0 x 0 um, every 20 um").contains("leaves the tissue"));
    let table = told("from t.csv");
    for part in ["t.csv:3:1", "unknown cell `c`", "t.csv:4:1", "t.csv:5:1", "y from 0 to 200 um"] {
        assert!(table.contains(part), "{part}: {table}");
    }
}
