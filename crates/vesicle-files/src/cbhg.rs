//! Rules of PhysiCell (CBHG v3): `cell, signal, increases|decreases, behaviour, maximum, half, Hill power, dead`.
//!
//! Read as PhysiCell 1.14 reads it: `//` begins a comment, tabs where a line has no comma, rows without eight filled
//! fields are skipped. What is skipped is told.

use vesicle_base::Place;
use vesicle_experiment::library::{ImportedRule, ImportedRules};

/// PhysiCell's names of behaviours that are called otherwise here.
const BEHAVIOURS: &[(&str, &str)] = &[
    ("exit from cycle phase 0", "cycle entry"),
    ("cell-cell adhesion", "adhesion"),
    ("cell-cell repulsion", "repulsion"),
    ("relative maximum adhesion distance", "reach"),
    ("cell-BM repulsion", "wall repulsion"),
    ("migration persistence time", "persistence time"),
    ("is_movable", "movable"),
    ("cell attachment rate", "spring attachment"),
    ("cell detachment rate", "spring detachment"),
    ("cell-cell adhesion elastic constant", "spring constant"),
    ("maximum number of cell attachments", "most springs"),
    ("phagocytose apoptotic cell", "phagocytosis of apoptotic cell"),
    ("phagocytose necrotic cell", "phagocytosis of necrotic cell"),
];

/// PhysiCell's words before the name of a kind, and those used here.
const TOWARD: &[(&str, &str)] = &[
    ("transform to ", "transformation to "),
    ("transition to ", "transformation to "),
    ("phagocytose ", "phagocytosis of "),
    ("chemotactic response to ", "chemotaxis to "),
];

/// Reads a rules file.
pub fn parse(file: &str, text: &str) -> ImportedRules {
    let mut read = ImportedRules::default();
    for (index, line) in text.lines().enumerate() {
        let body = line.split("//").next().unwrap_or_default().trim();
        if body.is_empty() {
            continue;
        }
        let place = Place { file: file.to_owned(), line: index as u32 + 1, column: 1 };
        match row(body, place.clone()) {
            Ok(rule) => read.rules.push(rule),
            Err(why) => read.skipped.push(format!("{place}: row skipped: {why}")),
        }
    }
    read
}

fn row(body: &str, place: Place) -> Result<ImportedRule, String> {
    let mark = if body.contains(',') { ',' } else { '\t' };
    let fields: Vec<&str> = body.split(mark).map(|field| field.trim().trim_matches('"')).collect();
    let [cell, signal, direction, behaviour, maximum, half, hill, dead] = fields[..] else {
        return Err(format!("expected 8 fields, found {}", fields.len()));
    };
    if let Some(empty) = fields.iter().position(|field| field.is_empty()) {
        return Err(format!("field {} is empty", empty + 1));
    }
    let rises = match direction {
        "increases" => true,
        "decreases" => false,
        other => return Err(format!("expected `increases` or `decreases`, found `{other}`")),
    };
    Ok(ImportedRule {
        cell: cell.to_owned(),
        signal: signal.to_owned(),
        rises,
        behaviour: behaviour_here(behaviour),
        maximum: number("maximum", maximum)?,
        half: number("half", half)?,
        hill: number("Hill power", hill)?,
        applies_to_dead: number("dead", dead)? != 0.0,
        place,
    })
}

fn number(what: &str, text: &str) -> Result<f64, String> {
    let parsed = text.parse().ok().filter(|value: &f64| value.is_finite());
    parsed.ok_or_else(|| format!("{what} is not a number: `{text}`"))
}

fn behaviour_here(words: &str) -> String {
    if let Some((_, here)) = BEHAVIOURS.iter().find(|(there, _)| *there == words) {
        return (*here).to_owned();
    }
    let toward =
        TOWARD.iter().find_map(|(there, here)| Some(format!("{here}{}", words.strip_prefix(there)?)));
    toward.unwrap_or_else(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_physicell_does() {
        let text = "// rules\ntumor,oxygen,increases,cycle entry,0.003333,21.5,4,0\n\n\
tumor, pressure , decreases, cycle entry, 0, 1, 4, 0 // crowding\n\
tumor\toxygen\tdecreases\tcell-cell adhesion\t0\t3.75\t8\t1\nshort,row\n\
tumor,oxygen,lowers,necrosis,0,3.75,8,0\ntumor,oxygen,decreases,transform to stem,0,x,8,0\n";
        let read = parse("rules.csv", text);
        assert_eq!(read.rules.len(), 3);
        assert_eq!((read.rules[1].signal.as_str(), read.rules[1].place.line), ("pressure", 4));
        assert_eq!((read.rules[2].behaviour.as_str(), read.rules[2].applies_to_dead), ("adhesion", true));
        assert_eq!(read.skipped.len(), 3, "{:?}", read.skipped);
        assert!(read.skipped[2].contains("rules.csv:8") && read.skipped[2].contains("half"));
        assert_eq!(behaviour_here("transform to stem"), "transformation to stem");
    }
}
