//! Cycle models by name, and the rates of those that are not the one-phase model: written into the map, so that the
//! audit shows them.

use crate::map::{Item, Map, Value};
use crate::path::Path;
use crate::registry::{Names, find};
use tissue_cells::CycleModel;
use vesicle_base::{Dimension, Quantity};

/// The model that holds when none is said.
pub const FIRST: &str = "live";

/// The model of a name; the first one for a name that the registry refuses.
pub fn model(name: &str) -> CycleModel {
    match name {
        "Ki67 basic" => CycleModel::ki67_basic(),
        "Ki67 advanced" => CycleModel::ki67_advanced(),
        "flow cytometry" => CycleModel::flow_cytometry(),
        "flow cytometry separated" => CycleModel::flow_cytometry_separated(),
        "cycling quiescent" => CycleModel::cycling_quiescent(),
        _ => CycleModel::live(),
    }
}

/// Sets the exit rates of PhysiCell's models where nothing else is said. The one-phase model keeps the registry's 0:
/// nothing divides that nobody told to.
pub fn fill(map: &mut Map, names: &Names) {
    for cell in &names.cells {
        let Some(name) = map.text(&["cell", cell, "cycle_model"]) else { continue };
        if name == FIRST {
            continue;
        }
        for (number, phase) in model(name).phases().iter().enumerate() {
            let number = number.to_string();
            let key = |key| ["cell", cell.as_str(), "phase", &number, key];
            let said = map.at(&key("exit")).is_some() || map.at(&key("lasts")).is_some();
            let path = if number == "0" { Path::of(["cell", cell, "cycle"]) } else { Path::of(key("exit")) };
            if !said && map.get(&path).is_none() {
                set(map, path, names, phase.exit_per_min);
            }
        }
    }
}

fn set(map: &mut Map, path: Path, names: &Names, per_min: f64) {
    let Some(matched) = find(&path, names) else { return };
    let quantity = Quantity {
        unit: "/min".to_owned(),
        dimension: Dimension::RATE,
        source: Some("PhysiCell".to_owned()),
        ..Quantity::plain(per_min)
    };
    let item = Item {
        origin: path.clone(),
        path,
        value: Value::Number(quantity),
        entry: matched.entry,
        place: None,
    };
    map.set(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::{Kind, TABLE};

    #[test]
    fn every_name_of_the_registry_is_a_model_of_its_own() {
        let entry = TABLE.iter().find(|entry| entry.pattern == "cell.<cell>.cycle_model").unwrap();
        let Kind::Choice(words) = entry.kind else { panic!("not a choice") };
        let names: Vec<Vec<&str>> =
            words.iter().map(|word| model(word).phases().iter().map(|phase| phase.name).collect()).collect();
        for (k, phases) in names.iter().enumerate() {
            assert!(!names[..k].contains(phases), "{} stands for another model", words[k]);
        }
        assert_eq!(words.first(), Some(&FIRST));
    }
}
