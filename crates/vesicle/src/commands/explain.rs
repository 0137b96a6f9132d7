//! `vesicle explain`: one parameter, from the registry and from the file.

use crate::failure::Failure;
use crate::shown;
use std::path::Path as FilePath;
use vesicle_base::Problem;
use vesicle_experiment::Experiment;
use vesicle_experiment::compile::{Choice, Settings, compile};
use vesicle_experiment::map::Item;
use vesicle_experiment::map::full_text;
use vesicle_experiment::path::Path;
use vesicle_experiment::registry::{self, Role};

/// Prints what a path is and what it is worth.
///
/// # Errors
/// A path that the registry does not know, and all mistakes of the file.
pub fn call(file: &FilePath, path: &str, set: &[String]) -> Result<(), Failure> {
    let (experiment, settings) = super::open(file, set, false)?;
    let path = Path::parse(path).map_err(|_| {
        Problem::new("wrong path").expected("names with dots between").found(format!("`{path}`"))
    })?;
    let Some(matched) = registry::find(&path, &experiment.names) else {
        let (wrong, options) = registry::suggestions(&path, &experiment.names);
        let shown: Vec<&str> = options.iter().map(String::as_str).take(12).collect();
        let problem = Problem::new(format!("unknown path `{path}`"))
            .expected(registry::listed(shown.iter().copied()))
            .nearest(&wrong, shown.iter().copied());
        return Err(problem.into());
    };
    let entry = matched.entry;
    shown::line(&format!("{path}: {}", entry.help));
    let role = match entry.role {
        Role::Model => "a property of the world; it needs a source",
        Role::Design => "a choice of the design",
        Role::After => "read after the run; changing it re-simulates nothing",
    };
    shown::line(&format!("  is       {role}"));
    shown::line(&format!("  expects  {}", entry.expected()));
    shown::line(&format!("  default  {}", entry.default.unwrap_or("none")));
    values(&experiment, &settings, &path)?;
    Ok(())
}

fn values(experiment: &Experiment, settings: &Settings, path: &Path) -> Result<(), Failure> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (mechanism, rival) in experiment.mechanisms.iter().enumerate() {
        for (arm, declared) in experiment.arms.iter().enumerate() {
            let map = compile(experiment, settings, Choice { arm, mechanism, draw: 0 })?;
            let below = map.items().iter().filter(|item| item.path.starts_with(&path.segments()));
            for item in below {
                let what = item.path.without(path.0.len()).to_string();
                rows.push(row(&rival.name, &declared.name, &what, item));
            }
        }
    }
    let same = rows.iter().all(|row| rows.iter().all(|other| row[3..] != other[3..] || row[2] == other[2]))
        && rows.windows(2).all(|pair| pair[0][2..] == pair[1][2..]);
    if rows.is_empty() {
        shown::line("  value    not said");
    } else if same {
        shown::line(&format!("  value    {}  {}", rows[0][3], rows[0][4]));
    } else {
        shown::line("");
        rows.insert(0, ["mechanism", "arm", "part", "value", "where"].map(str::to_owned).to_vec());
        shown::table(&rows);
    }
    Ok(())
}

fn row(mechanism: &str, arm: &str, part: &str, item: &Item) -> Vec<String> {
    let mut place = item.place.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string);
    if item.origin != item.path {
        place = format!("{place}, like {}", item.origin);
    }
    vec![mechanism.to_owned(), arm.to_owned(), part.to_owned(), full_text(&item.value), place]
}
