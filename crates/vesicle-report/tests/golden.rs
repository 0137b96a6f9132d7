//! Small figures, byte for byte: a change of the drawing has to be looked at.

use vesicle_report::figure::{
    Axis, Heatmap, Layer, Plot, Series, beside, doses, evidence, picture, plug, strip, support, tornado,
    waterfall,
};
use vesicle_report::page::{
    Bar, Beside, Blood, Claim, Disc, Level, Picture, PriorShare, Quantity, Range, Raster, Share, Status,
    Step, Support, Verdict,
};
use vesicle_report::{Figure, Width};

fn both_parts(figure: &Figure) -> String {
    format!("{}\n{}\n{}\n{}", figure.title, figure.caption, figure.svg, figure.csv)
}

#[test]
fn lines_with_a_band() {
    let replicates = vec![vec![(0.0, 1.0), (7.0, 2.0)], vec![(0.0, 1.0), (7.0, 3.0)]];
    let series = vec![
        Series { label: "a < b".into(), replicates, ..Series::default() },
        Series { label: "single".into(), look: 1, replicates: vec![vec![(7.0, 2.5)]], ..Series::default() },
    ];
    let (x, y) = (
        Axis { name: "time".into(), unit: "d".into(), log: false },
        Axis { name: "area".into(), ..Axis::default() },
    );
    let plot = Plot {
        name: "lines".into(),
        title: "Lines".into(),
        x,
        y,
        series,
        width: Width::Single,
        ..Plot::default()
    };
    insta::assert_snapshot!(both_parts(&plot.draw()));
}

#[test]
fn hatched_where_nothing_was_seen() {
    let map = Heatmap {
        name: "map".into(),
        title: "Map".into(),
        rows: vec!["row 1".into(), "row 2".into()],
        columns: vec!["A".into(), "B".into()],
        values: vec![vec![Some(1.0), None], vec![Some(2.0), Some(f64::NAN)]],
        quantity: "Ct".into(),
        width: Width::Single,
        ..Heatmap::default()
    };
    insta::assert_snapshot!(both_parts(&map.draw()));
}

#[test]
fn a_colour_bar_says_its_quantity_in_full_at_85_mm() {
    let map = |width| Heatmap {
        rows: vec!["row".into()],
        columns: vec!["A".into()],
        values: vec![vec![Some(-40.25)]],
        quantity: "log2 amount".into(),
        unit: "relative to: mean of stable features".into(),
        width,
        ..Heatmap::default()
    };
    for width in [Width::Single, Width::Double] {
        let svg = map(width).draw().svg;
        assert!(svg.contains("stable") && svg.contains("features]") && !svg.contains('…'), "{svg}");
    }
}

fn small_verdict() -> Verdict {
    let step = |label: &str, median: f64, unit: &str| Step {
        label: label.into(),
        low: median / 10.0,
        median,
        high: median * 10.0,
        unit: unit.into(),
    };
    Verdict {
        what: "cargo".into(),
        arm: "a".into(),
        receiver: "r".into(),
        cargo: "cargo".into(),
        level: Level::No,
        share: Share { value: 0.0, low: 0.0, high: 0.02, n: 200 },
        waterfall: vec![step("captured", 400.0, "vesicles/cell"), step("arrived", 0.0, "copies/cell")],
        needed: Range { low: 100.0, median: 300.0, high: 1000.0 },
        ..Verdict::default()
    }
}

#[test]
fn doses_of_several_arms() {
    let other = Verdict { arm: "b".into(), cargo: "mimic".into(), level: Level::Marginal, ..small_verdict() };
    let nothing = Verdict { waterfall: Vec::new(), ..small_verdict() };
    insta::assert_snapshot!(both_parts(&doses(&[small_verdict(), other, nothing], Width::Single)));
}

#[test]
fn squares_of_plug_colour() {
    let blood = |arm: &str, shares| Blood { arm: arm.into(), time_d: 21.0, shares, ..Blood::default() };
    let all = [blood("a", vec![0.0, 0.01, 0.1]), blood("b", vec![0.0])];
    insta::assert_snapshot!(both_parts(&plug(&all, "", Width::Single)));
}

#[test]
fn measured_beside_simulated() {
    let one = Beside {
        outcome: "cells".into(),
        arm: "a".into(),
        measured_d: 6.0,
        measured: vec![3.0, 5.0],
        measured_n: 2,
        simulated_d: 7.0,
        simulated: vec![2.0, 4.0, 6.0],
        ..Beside::default()
    };
    insta::assert_snapshot!(both_parts(&beside("cells", "", &[one], Width::Single)));
}

#[test]
fn waterfall_that_ends_at_zero() {
    insta::assert_snapshot!(both_parts(&waterfall(&small_verdict(), Width::Double)));
    insta::assert_snapshot!(waterfall(&small_verdict(), Width::Single).svg);
}

fn quantity(name: &str, log: bool) -> Quantity {
    Quantity { name: name.into(), log, ..Quantity::default() }
}

fn small_picture() -> Picture {
    let disc = |x, kind, dead, value| Disc { x, y: 10.0, radius: 5.0, kind, dead, values: vec![value, 40.0] };
    Picture {
        arm: "arm".into(),
        replicate: 1,
        time_d: 7.0,
        width_um: 40.0,
        height_um: 20.0,
        kinds: vec!["first".into(), "second".into()],
        cells: vec![disc(8.0, 0, false, 0.2), disc(20.0, 1, true, 0.0), disc(32.0, 9, false, f64::NAN)],
        fields: vec![Raster {
            name: "field".into(),
            unit: "mmHg".into(),
            nx: 2,
            ny: 1,
            values: vec![1.0, 5.0],
        }],
        quantities: vec![quantity("repression", false), quantity("taken up", true)],
        n_cells: 3,
        ..Picture::default()
    }
}

#[test]
fn one_picture_and_a_strip() {
    let kinds = ["first".to_owned(), "second".to_owned()];
    insta::assert_snapshot!(both_parts(&picture(&small_picture(), &kinds, Width::Single)));
    let later = Picture { time_d: 21.0, ..small_picture() };
    let both = [&small_picture(), &later];
    let drawn =
        strip(&both, Layer::Field("field"), &kinds, Width::Single).expect("both pictures have a field");
    insta::assert_snapshot!(both_parts(&drawn));
}

#[test]
fn claims_support_and_tornado() {
    let claim = |status, severity| Claim {
        text: "a ~ b".into(),
        mechanism: format!("{status:?}"),
        status,
        severity,
        n: 4,
        ..Claim::default()
    };
    let claims =
        [claim(Status::Holds, Some(0.1)), claim(Status::Fails, Some(0.9)), claim(Status::CannotTell, None)];
    insta::assert_snapshot!(both_parts(&evidence(&claims, Width::Single)));
    let by_prior = vec![PriorShare { label: "wider".into(), share: 0.1, low: 0.0, high: 0.3, ess: 12.5 }];
    let one = Support {
        mechanism: "m".into(),
        satisfies: 1,
        fails: 8,
        draws: 10,
        low: 0.02,
        high: 0.4,
        fails_interval: (0.49, 0.94),
        by_prior,
        ..Support::default()
    };
    insta::assert_snapshot!(both_parts(&support(&[one, Support::default()], Width::Single)));
    let bar = Bar {
        parameter: "b of a".into(),
        path: "a.b".into(),
        outcome: "o".into(),
        share: 0.4,
        low: 0.3,
        high: 0.5,
    };
    insta::assert_snapshot!(both_parts(&tornado("o", &[bar], Width::Single)));
}
