//! `vesicle validate`: cases with known answers; expected, got, tolerance.

use crate::failure::Failure;
use crate::shown;
use rayon::prelude::*;
use tissue_sim::validate::{CASES, Case, Row, find};
use vesicle_base::Problem;
use vesicle_base::words::counted;

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Columns for people.
    Table,
    /// JSON for machines.
    Json,
    /// A page of the book, in Markdown.
    Page,
}

/// Runs the named cases, or all.
///
/// # Errors
/// An unknown name is wrong input; a case that fails is a failure of the program.
pub fn call(names: &[String], form: Form) -> Result<(), Failure> {
    let cases = chosen(names)?;
    let results: Vec<(&Case, Vec<Row>)> = cases.into_par_iter().map(|case| (case, (case.run)())).collect();
    match form {
        Form::Table => table(&results),
        Form::Json => shown::line(&json(&results).to_string()),
        Form::Page => page(&results),
    }
    let passes = |(_, rows): &&(&Case, Vec<Row>)| !rows.is_empty() && rows.iter().all(Row::passes);
    let failed: Vec<&str> = results.iter().filter(|r| !passes(r)).map(|(case, _)| case.name).collect();
    if failed.is_empty() { Ok(()) } else { Err(Failure::Program(format!("failed: {}", failed.join(", ")))) }
}

/// The names of all cases with what they show.
pub fn list() {
    let row = |case: &Case| vec![case.name.to_owned(), case.shows.to_owned()];
    shown::table(&CASES.iter().map(row).collect::<Vec<_>>());
}

fn chosen(names: &[String]) -> Result<Vec<&'static Case>, Vec<Problem>> {
    let known = || CASES.iter().map(|case| case.name);
    let unknown = |name: &&String| find(name).is_none();
    let problems: Vec<Problem> = names
        .iter()
        .filter(unknown)
        .map(|name| {
            Problem::new(format!("unknown case `{name}`"))
                .expected("a case of `vesicle validate --list`")
                .nearest(name, known())
        })
        .collect();
    match (problems.is_empty(), names.is_empty()) {
        (false, _) => Err(problems),
        (true, true) => Ok(CASES.iter().collect()),
        (true, false) => Ok(names.iter().filter_map(|name| find(name)).collect()),
    }
}

/// Seven digits, without an exponent where it reads well.
fn digits(value: f64) -> String {
    if value != 0.0 && !(1e-3..1e6).contains(&value.abs()) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn verdict(row: &Row) -> &'static str {
    if row.passes() { "pass" } else { "FAIL" }
}

fn cells(case: &Case, row: &Row) -> [String; 6] {
    let unit = if row.unit.is_empty() { String::new() } else { format!(" {}", row.unit) };
    [
        case.name.to_owned(),
        row.what.clone(),
        format!("{}{unit}", digits(row.expected)),
        format!("{}{unit}", digits(row.got)),
        format!("± {}", digits(row.tolerance)),
        verdict(row).to_owned(),
    ]
}

fn table(results: &[(&Case, Vec<Row>)]) {
    let mut rows = vec![["case", "what", "expected", "got", "tolerance", ""].map(str::to_owned).to_vec()];
    for (case, compared) in results {
        rows.extend(compared.iter().map(|row| cells(case, row).to_vec()));
    }
    shown::table(&rows);
    let all = results.iter().flat_map(|(_, rows)| rows);
    let (n, passed) = (all.clone().count(), all.filter(|row| row.passes()).count());
    let cases = counted(results.len() as u32, "case");
    shown::line(&format!("{passed} of {n} comparisons pass, in {cases}"));
}

fn json(results: &[(&Case, Vec<Row>)]) -> serde_json::Value {
    let row = |r: &Row| {
        serde_json::json!({
            "what": r.what, "expected": r.expected, "got": r.got, "tolerance": r.tolerance, "unit": r.unit,
            "because": r.because, "passes": r.passes(),
        })
    };
    results
        .iter()
        .map(|(case, rows)| {
            serde_json::json!({
                "case": case.name, "shows": case.shows, "source": case.source,
                "rows": rows.iter().map(row).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn page(results: &[(&Case, Vec<Row>)]) {
    shown::line("# Cases with known answers\n");
    shown::line(
        "Made by `vesicle validate --page`; `vesicle validate` runs them on your machine. Every case calls the \
functions that a tissue calls. A tolerance is never tuned: the last column says where it comes from.",
    );
    for (case, rows) in results {
        shown::line(&format!("\n## {}\n\n{}. *{}*\n", case.name, capital(case.shows), case.source));
        shown::line("| what | expected | got | tolerance | | because |\n|---|---|---|---|---|---|");
        for row in rows {
            let [_, what, expected, got, tolerance, verdict] = cells(case, row);
            let because = row.because;
            shown::line(&format!("| {what} | {expected} | {got} | {tolerance} | {verdict} | {because} |"));
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
