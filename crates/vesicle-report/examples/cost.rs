//! The page of the book on cost against size: `cost VALUES.csv FOLDER` draws the figures into the folder (SVG, and their
//! points as CSV) and prints the page. The values come from `make cost`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use vesicle_base::math;
use vesicle_report::figure::{Axis, Plot, Series};
use vesicle_report::{Figure, Width};

/// What `make cost` measured of one tissue.
struct Value {
    what: String,
    size: f64,
    ms: f64,
    bytes: f64,
}

/// A figure: its file name, what is counted, which of the values, and of them time or bytes.
struct Panel {
    name: &'static str,
    title: &'static str,
    counted: &'static str,
    holds: &'static [&'static str],
    time: bool,
}

const CELLS: &[&str] = &["cells at rest", "growing cells"];
const VOXELS: &[&str] = &["a field that settles", "a field through time"];

const PANELS: [Panel; 4] = [
    Panel {
        name: "time-of-cells",
        title: "Time of a tick against cells",
        counted: "cells",
        holds: CELLS,
        time: true,
    },
    Panel {
        name: "bytes-of-cells",
        title: "Memory against cells",
        counted: "cells",
        holds: CELLS,
        time: false,
    },
    Panel {
        name: "time-of-voxels",
        title: "Time of a tick against voxels",
        counted: "voxels",
        holds: VOXELS,
        time: true,
    },
    Panel {
        name: "bytes-of-voxels",
        title: "Memory against voxels",
        counted: "voxels",
        holds: VOXELS,
        time: false,
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [table, folder] = &words[..] else { return Err("usage: cost VALUES.csv FOLDER".into()) };
    let values = read(&std::fs::read_to_string(table)?)?;
    for panel in &PANELS {
        let figure = draw(panel, &values);
        std::fs::write(Path::new(folder).join(format!("cost-{}.svg", panel.name)), &figure.svg)?;
        std::fs::write(Path::new(folder).join(format!("cost-{}.csv", panel.name)), &figure.csv)?;
    }
    print!("{}", page(&values)?);
    Ok(())
}

fn read(text: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    let line = |line: &str| -> Option<Value> {
        let mut parts = line.split(',');
        let what = parts.next()?.to_owned();
        let mut number = || parts.next()?.parse::<f64>().ok();
        Some(Value { what, size: number()?, ms: number()?, bytes: number()? })
    };
    let each = text.lines().enumerate().skip(1);
    each.map(|(at, text)| line(text).ok_or_else(|| format!("line {}: {text}: no value", at + 1).into()))
        .collect()
}

fn of<'a>(values: &'a [Value], what: &'a str) -> impl Iterator<Item = &'a Value> {
    values.iter().filter(move |value| value.what == what)
}

fn draw(panel: &Panel, values: &[Value]) -> Figure {
    let (name, unit) = if panel.time { ("time of a tick", "s") } else { ("memory", "MB") };
    let point = |value: &Value| (value.size, if panel.time { value.ms * 1e-3 } else { value.bytes * 1e-6 });
    let series = panel.holds.iter().enumerate().map(|(look, what)| Series {
        label: (*what).to_owned(),
        look: look + 1,
        replicates: vec![of(values, what).map(point).collect()],
        ..Series::default()
    });
    let axis = |name: &str, unit: &str| Axis { name: name.to_owned(), unit: unit.to_owned(), log: true };
    let plot = Plot {
        name: format!("cost-{}", panel.name),
        title: panel.title.to_owned(),
        x: axis(panel.counted, ""),
        y: axis(name, unit),
        series: series.collect(),
        width: Width::Double,
        ..Plot::default()
    };
    plot.draw()
}

/// Slope of the least-squares line of log y over log x.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (math::ln(*x), math::ln(*y))).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (mut both, mut square) = (0.0, 0.0);
    for (px, py) in &logs {
        both += (px - x) * (py - y);
        square += (px - x) * (px - x);
    }
    both / square
}

fn page(values: &[Value]) -> Result<String, std::fmt::Error> {
    let mut page = String::from(HEAD);
    writeln!(
        page,
        "| what | slope of time | slope of memory | time at the largest | bytes at the largest |"
    )?;
    writeln!(page, "|---|--:|--:|--:|--:|")?;
    for what in CELLS.iter().chain(VOXELS) {
        let points =
            |of_value: fn(&Value) -> f64| of(values, what).map(|v| (v.size, of_value(v))).collect::<Vec<_>>();
        let (time, memory) = (slope(&points(|v| v.ms)), slope(&points(|v| v.bytes)));
        let Some(largest) = of(values, what).last() else { continue };
        let unit = if CELLS.contains(what) { "cell" } else { "voxel" };
        let (ns, bytes) = (largest.ms * 1e6 / largest.size, largest.bytes / largest.size);
        writeln!(
            page,
            "| {what} | {time:.2} | {memory:.2} | {ns:.0} ns per {unit} | {bytes:.0} per {unit} |"
        )?;
    }
    for panel in &PANELS {
        writeln!(page, "\n![{}](figures/cost-{}.svg)", panel.title, panel.name)?;
    }
    writeln!(page, "\n| what | size | time of a tick, ms | memory, MB |\n|---|--:|--:|--:|")?;
    for value in values {
        writeln!(page, "| {} | {} | {:.3} | {:.2} |", value.what, value.size, value.ms, value.bytes * 1e-6)?;
    }
    Ok(page)
}

const HEAD: &str = "# Cost against size

How the time of a tick of 6 minutes and the memory grow with the tissue, on one thread; made by `make cost`. A slope of 1
on logarithmic axes is a cost in proportion to size. Times are the median of five ticks after three, on whatever machine
made this page; slopes travel better than times. Memory is everything that the tissue allocated.

*Cells at rest*: a close packing of PhysiCell's default cell that neither divides nor dies, one rule that reads pressure,
no field. *Growing cells*: the same, dividing as they may: most of their time goes into the small steps that part
daughters, which the whole tissue takes together. *A field that settles*: a steady solve (D 10⁵ µm²/min, decay 0.1/min,
fixed value at all sides), begun from the last tick's. *A field through time*: D 10³ µm²/min, decay 0.01/min, closed
sides, a tick at once to 10⁻⁶. Both with a hundred cells in 20 µm voxels.

";
