//! Every behaviour that the vocabulary names can be moved by a rule, in the file's own words and in PhysiCell's.

use super::said::{after, experiment, lowered_with, run, setup};
use tissue_sim::setup::RuleSetup;
use vesicle_experiment::grammar::vocabulary::{self, Measure};

const WORLD: &str = "[tissue]\nsize = \"200 x 200 x 20 um\"\n[field.f]\ndiffusion = \"100 um^2/s [assumed]\"\ndecay = \"1 /min [assumed]\"\n\
start = \"1 ng/mL [assumed]\"\n[cell.a]\nstart = \"4 at random\"\ncycle_model = \"flow cytometry separated\"\n[cell.b]\n";

/// A value with the unit that a measure wants.
fn with_unit(measure: Measure, value: &str) -> String {
    let unit = match measure {
        Measure::Of(dimension) if dimension == vesicle_base::Dimension::NONE => String::new(),
        Measure::Of(dimension) => dimension.to_string(),
        Measure::Field => "ng/mL".to_owned(),
        Measure::Gradient => "ng/mL/um".to_owned(),
    };
    format!("{value} {unit}").trim().to_owned()
}

#[test]
fn every_behaviour_is_moved_by_a_rule() {
    let names = experiment(WORLD).names;
    let words = vocabulary::all(vocabulary::BEHAVIOURS, &names);
    assert!(words.len() > 30);
    for word in words.iter().filter(|word| !word.contains("<vesicle>")) {
        let measure = vocabulary::behaviour(word, &names).unwrap().measure;
        let up = with_unit(measure, "0.02");
        let rule = |verb| {
            format!("{WORLD}[rule]\nr = \"a: time {verb} {word} to {up}, half 1 min, hill 1 [assumed]\"\n")
        };
        let moved = |verb| {
            let setup = setup(&rule(verb));
            let [RuleSetup { behaviour, .. }] = setup.rules[..] else { panic!("{word}: not one rule") };
            let tissue = run(&setup, 2);
            let plan = tissue_sim::Plan::of(&setup);
            let id = plan.numbers.of(behaviour);
            let row = tissue.cells.kind.iter().position(|kind| *kind == 0).unwrap();
            (tissue.cells.behaviour.value(id, row, 0), tissue.cells.behaviour.base(id, 0))
        };
        let ((raised, base), (lowered, _)) = (moved("increases"), moved("decreases"));
        assert!(raised > base || lowered < base, "{word}: {raised} {lowered} of {base}");
        assert!((raised.max(base) - base).abs() > 1e-9 || (base - lowered).abs() > 1e-9, "{word}");
    }
}

#[test]
fn every_signal_of_a_cell_is_read() {
    let names = experiment(WORLD).names;
    for (pattern, _, measure, _) in vocabulary::SIGNALS {
        let word = pattern.replace("<field>", "f").replace("<cell>", "b");
        if word.contains('<') || word.contains("vesicles") {
            continue;
        }
        assert!(vocabulary::signal(&word, &names).is_some(), "{word}");
        let half = with_unit(*measure, "1");
        let text = format!(
            "{WORLD}[rule]\nr = \"a: {word} increases damage rate to 1 /h, half {half}, hill 1 [assumed]\"\n"
        );
        assert_eq!(setup(&text).rules.len(), 1, "{word}");
    }
}

#[test]
fn what_a_cell_senses_of_itself_moves_it() {
    let damage = |more: &str, rule: &str| {
        let text = WORLD.replace("[cell.b]", &format!("{more}\n[cell.b]"));
        let tissue = after(&format!("{text}[rule]\nr = \"{rule}\"\n"), 20);
        (tissue.cells.life.damage.iter().collect::<Vec<f64>>(), tissue.cells.len())
    };
    let volume = "a: volume increases damage rate to 1 /h, half 2494 um^3, hill 1 [assumed]";
    assert!((damage("", volume).0[0] - 1.0).abs() < 0.01, "half the rate for two hours");
    let harm = "damage.rate = \"1 /min [assumed]\"";
    let dies = "a: damage increases apoptosis to 1 /min, half 10, hill 8 [assumed]";
    assert_eq!(damage("", dies).0, [0.0; 4]);
    let text = WORLD.replace("[cell.b]", &format!("{harm}\n[cell.b]"));
    let tissue = after(&format!("{text}[rule]\nr = \"{dies}\"\n"), 20);
    assert!((0..4).all(|row| tissue.cells.is_dead(row)));
}

#[test]
fn rules_of_physicell_reach_every_behaviour_under_its_name() {
    let rows: Vec<String> =
        tissue_cell_words().iter().map(|word| format!("a,time,increases,{word},1,1,1,0")).collect();
    let text = format!("{WORLD}[rules]\nimport = \"rules.csv\"\n");
    let lowered =
        lowered_with(&text, &[("rules.csv", &rows.join("\n"))]).unwrap_or_else(|told| panic!("{told}"));
    assert_eq!(lowered.setup.rules.len(), rows.len());
}

/// Names that PhysiCell 1.14 gives to what is here.
fn tissue_cell_words() -> Vec<&'static str> {
    vec![
        "f secretion",
        "f secretion target",
        "f uptake",
        "cycle entry",
        "exit from cycle phase 0",
        "exit from cycle phase 1",
        "exit from cycle phase 2",
        "exit from cycle phase 3",
        "apoptosis",
        "necrosis",
        "migration speed",
        "migration bias",
        "migration persistence time",
        "chemotactic response to f",
        "cell-cell adhesion",
        "cell-cell adhesion elastic constant",
        "relative maximum adhesion distance",
        "cell-cell repulsion",
        "cell-BM repulsion",
        "phagocytose apoptotic cell",
        "phagocytose necrotic cell",
        "phagocytose b",
        "transform to b",
        "transition to b",
        "asymmetric division to b",
        "is_movable",
        "cell attachment rate",
        "cell detachment rate",
        "maximum number of cell attachments",
        "damage rate",
        "damage repair rate",
    ]
}

#[test]
fn a_rule_on_a_phase_that_is_not_there_is_a_mistake() {
    let world = WORLD.replace("flow cytometry separated", "Ki67 basic");
    let rule =
        "[rule]\nr = \"a: time increases exit from cycle phase 2 to 1 /h, half 1 min, hill 1 [assumed]\"\n";
    let told = lowered_with(&format!("{world}{rule}"), &[]).unwrap_err();
    assert!(told.contains("rule on phase 2 of `a`, whose cycle is `Ki67 basic`"), "{told}");
}
