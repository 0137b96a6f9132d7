//! Eating, becoming another kind, being born as one.

use super::said::{PLANE, after, after_table, kind, live, lowered_with};

const CROWD: &str = "x,y,z,kind\n100,100,0,eater\n112,100,0,prey\n";

fn crowd(eater: &str, prey: &str, ticks: u32) -> (usize, usize) {
    let start = "start = \"from cells.csv\"\n";
    let text = format!("{PLANE}[cell.eater]\n{start}{eater}\n[cell.prey]\n{start}{prey}\n");
    let tissue = after_table(&text, CROWD, ticks);
    (tissue.cells.len(), live(&tissue, kind(&text, "prey")))
}

#[test]
fn cells_eat_what_the_file_says_they_eat() {
    let eats = |what: &str| format!("phagocytosis.{what} = \"1000 /min [assumed]\"");
    assert_eq!(crowd("", "", 2), (2, 1));
    assert_eq!(crowd(&eats("live.prey"), "", 2), (1, 0));
    assert_eq!(crowd(&eats("live.eater"), "", 2), (2, 1), "not its neighbour's kind");
    let dying = "apoptosis = \"1000 /min [assumed]\"";
    assert_eq!(crowd("", dying, 2), (2, 0));
    assert_eq!(crowd(&eats("apoptotic"), dying, 2), (1, 0));
    assert_eq!(crowd(&eats("necrotic"), dying, 2), (2, 0));
    let bursting = "necrosis.base = \"1000 /min [assumed]\"";
    assert_eq!(crowd(&eats("necrotic"), bursting, 2), (1, 0));
    assert_eq!(crowd(&eats("apoptotic"), bursting, 2), (2, 0));
}

fn kinds(a: &str) -> String {
    format!("{PLANE}[cell.a]\nstart = \"100 at random\"\n{a}\n[cell.b]\n[cell.c]\n")
}

#[test]
fn cells_become_another_kind_at_their_rate() {
    let counts = |text: &str, ticks| {
        let tissue = after(text, ticks);
        ["a", "b", "c"].map(|name| live(&tissue, kind(text, name)))
    };
    assert_eq!(counts(&kinds(""), 20), [100, 0, 0]);
    let text = kinds("transformation = { b = \"0.3 /h [assumed]\", c = \"0.1 /h [assumed]\" }");
    let [a, b, c] = counts(&text, 20);
    assert_eq!(a + b + c, 100);
    assert!((30..60).contains(&a) && b > c && c > 2, "{a} {b} {c}: e^-0.8 stay, three of four become b");
}

#[test]
fn daughters_are_born_as_another_kind_in_their_share() {
    let dividing = "cycle = \"0.05 /min [assumed]\"\n";
    let born = |share: &str| {
        let text = kinds(&format!("{dividing}{share}"));
        let tissue = after(&text, 1);
        ["a", "b"].map(|name| live(&tissue, kind(&text, name)))
    };
    let [a, b] = born("");
    assert!(a > 110 && b == 0);
    let [same, all] = born("asymmetric_division.b = \"1 [assumed]\"");
    assert_eq!((same, all), (100, a - 100), "every division leaves one of each");
    let [rest, some] = born("asymmetric_division.b = \"0.5 [assumed]\"");
    assert!(rest > 100 && some > 0 && rest + some == a, "{rest} {some}");
}

#[test]
fn mistakes_about_fate_are_told() {
    let told = |a: &str| lowered_with(&kinds(a), &[]).unwrap_err();
    assert!(
        told("asymmetric_division = { b = \"0.7 [assumed]\", c = \"0.4 [assumed]\" }")
            .contains("add up to 1.1")
    );
    assert!(told("transformation.a = \"1 /h [assumed]\"").contains("cannot become itself"));
}
