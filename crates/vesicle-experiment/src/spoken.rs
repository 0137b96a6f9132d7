//! A parameter in words that a reader of the result understands: what the registry says of it and the names that the
//! file gave, in place of its path. No name is known here.

use crate::map::Map;
use crate::path::Path;
use crate::registry::Entry;

/// What a parameter is: `secretion (cell "tumour", field "VEGF")`; of a part of a rule what the rule says of it:
/// `cycle entry at full oxygen (rule "growth", cell "tumour")`.
pub fn words(map: &Map, path: &Path, entry: &Entry) -> String {
    let mut names: Vec<String> = entry
        .pattern
        .split('.')
        .zip(&path.0)
        .filter(|(pattern, _)| pattern.starts_with('<'))
        .map(|(pattern, name)| format!("{} “{name}”", pattern.trim_matches(['<', '>'])))
        .collect();
    let rule = of_rule(map, path);
    names.extend(rule.as_ref().map(|(_, cell)| format!("cell “{cell}”")));
    let what = rule.map_or_else(|| head(entry.help).to_owned(), |(what, _)| what);
    if names.is_empty() { what } else { format!("{what} ({})", names.join(", ")) }
}

/// A number of a rule in the words of the rule, and the cell that it is about.
fn of_rule(map: &Map, path: &Path) -> Option<(String, String)> {
    let [root, rule, part] = &path.0[..] else { return None };
    if root != "rule" {
        return None;
    }
    let said = |part: &str| map.text(&["rule", rule, part]).map(str::to_owned);
    let (cell, signal, behaviour) = (said("cell")?, said("signal")?, said("behaviour")?);
    let what = match part.as_str() {
        "maximum" => format!("{behaviour} at full {signal}"),
        "half" => format!("{signal} at half its effect on {behaviour}"),
        _ => format!("steepness of {behaviour} against {signal}"),
    };
    Some((what, cell))
}

/// A line of help up to what explains it further.
fn head(help: &str) -> &str {
    help.split([';', ':', ',']).next().unwrap_or(help).trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{Choice, Settings, compile};
    use crate::registry::{Kind, Role, TABLE};

    const LINES: [(&str, &str); 8] = [
        ("run.duration", "1 d"),
        ("tissue.size", "20 x 20 x 20 um"),
        ("field.food.diffusion", "1e5 um^2/min (1e4..1e6 log) [assumed]"),
        ("field.food.decay", "0.1 /min [assumed]"),
        ("cell.eater.species", "human"),
        ("cell.eater.food.uptake", "10 /min [assumed]"),
        ("response.half_life", "34 h [assumed]"),
        (
            "rule.feast",
            "eater: food increases cycle entry to 0.01 /h (0.005..0.02), half 8, hill 4 [assumed]",
        ),
    ];

    #[test]
    fn a_parameter_is_said_in_words() {
        let experiment = crate::declare(&crate::said::Said::of(&LINES)).unwrap();
        let map = compile(&experiment, &Settings::default(), Choice::default()).unwrap();
        let of = |path: &str| {
            let item = map.get(&Path::parse(path).unwrap()).unwrap();
            words(&map, &item.path, item.entry)
        };
        assert_eq!(of("rule.feast.maximum"), "cycle entry at full food (rule “feast”, cell “eater”)");
        assert_eq!(
            of("rule.feast.half"),
            "food at half its effect on cycle entry (rule “feast”, cell “eater”)"
        );
        assert_eq!(of("field.food.diffusion"), "diffusion coefficient (field “food”)");
        assert_eq!(of("cell.eater.food.uptake"), "uptake (cell “eater”, field “food”)");
        assert_eq!(of("response.half_life"), "half-life of delivered miRNA in the cytosol");
    }

    #[test]
    fn every_number_of_a_model_has_a_name() {
        let numbers = TABLE.iter().filter(|entry| entry.role == Role::Model && entry.kind != Kind::Rule);
        for entry in numbers {
            let name = head(entry.help);
            assert!(name.len() > 5 && name.len() < 80, "{}: {name}", entry.pattern);
            assert!(!name.contains('`') && !name.contains("when not said"), "{}: {name}", entry.pattern);
        }
    }
}
