//! A Ct that many wells share exactly is not a Ct but a number written for "not detected".

use vesicle_cargo::Reading;

use crate::notes::Notes;

/// Fewest wells that must share the number.
const FEWEST: usize = 3;
/// Lowest number that anyone writes for "not detected".
const LOWEST: f64 = 35.0;
/// How often the number must outnumber the commonest exact Ct among the rest; with two decimals some Ct recur by
/// chance, so one recurrence is nothing.
const TIMES_OTHERS: usize = 2;
/// Usual numbers of cycles: a well that reaches the last one was not detected, be it a single one.
const LAST_CYCLES: [f64; 3] = [40.0, 45.0, 50.0];

/// Turns the ceiling, declared or found, into "not detected up to it", and says so.
pub(crate) fn apply(readings: &mut [Reading], declared: Option<f64>, notes: &mut Notes) {
    let Some(ceiling) = declared.or_else(|| found(readings)) else { return };
    let (mut at, mut above) = (0, 0);
    for reading in readings.iter_mut() {
        match *reading {
            Reading::Value(value) if value >= ceiling => {
                if value > ceiling {
                    above += 1;
                } else {
                    at += 1;
                }
                *reading = Reading::NotDetected { limit: Some(ceiling) };
            }
            Reading::NotDetected { limit: None } => *reading = Reading::NotDetected { limit: Some(ceiling) },
            _ => {}
        }
    }
    let why = match declared {
        Some(_) => "as declared",
        None if at < FEWEST => "the last cycle",
        None => "because so many share it exactly",
    };
    notes.add(&format!("Ct of {ceiling} read as not detected, {why}"), at);
    notes.add(&format!("Ct above {ceiling} read as not detected up to {ceiling}"), above);
}

/// Whether the values show such a number.
pub(crate) fn is_present(readings: &[Reading]) -> bool {
    found(readings).is_some()
}

/// The whole number from 35 up that ends the range of the values and recurs far more often than any other value.
fn found(readings: &[Reading]) -> Option<f64> {
    let mut values: Vec<f64> = readings
        .iter()
        .filter_map(|reading| if let Reading::Value(value) = reading { Some(*value) } else { None })
        .collect();
    values.sort_by(f64::total_cmp);
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for &value in &values {
        match runs.last_mut() {
            Some((last, n)) if *last == value => *n += 1,
            _ => runs.push((value, 1)),
        }
    }
    let whole = runs.iter().copied().filter(|&(value, _)| value >= LOWEST && value.fract() == 0.0);
    let (ceiling, n) = whole.max_by_key(|&(_, n)| n)?;
    let others = runs.iter().filter(|&&(value, _)| value != ceiling).map(|&(_, n)| n).max().unwrap_or(0);
    let above = values.iter().filter(|&&value| value > ceiling).count();
    let piles_up = n >= FEWEST && n > TIMES_OTHERS * others;
    let is_last = LAST_CYCLES.contains(&ceiling);
    ((piles_up || is_last) && above * 5 <= n).then_some(ceiling)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(values: &[f64], declared: Option<f64>) -> (Vec<Reading>, Notes) {
        let mut readings: Vec<Reading> = values.iter().map(|&v| Reading::Value(v)).collect();
        let mut notes = Notes::default();
        apply(&mut readings, declared, &mut notes);
        (readings, notes)
    }

    #[test]
    fn forty_is_found_and_said() {
        let (readings, notes) = run(&[28.1, 40.0, 40.0, 31.5, 40.0, 40.0, 40.0, 40.3], None);
        assert_eq!(readings[1], Reading::NotDetected { limit: Some(40.0) });
        assert_eq!(readings[7], Reading::NotDetected { limit: Some(40.0) });
        assert_eq!(readings[0], Reading::Value(28.1));
        assert!(notes.mention("Ct of 40 read as not detected"));
    }

    #[test]
    fn the_last_cycle_is_found_among_few_wells() {
        assert_eq!(run(&[28.1, 40.0, 31.5], None).0[1], Reading::NotDetected { limit: Some(40.0) });
        assert_eq!(
            run(&[28.1, 28.1, 35.0, 35.0, 35.0, 35.0, 35.0], None).0[2],
            Reading::NotDetected { limit: Some(35.0) }
        );
        assert_eq!(run(&[28.1, 40.0, 41.2], None).0[1], Reading::Value(40.0));
    }

    #[test]
    fn a_late_ct_alone_is_a_ct() {
        assert!(run(&[28.1, 36.0, 36.0, 31.5], None).1.list().is_empty());
        assert!(run(&[20.0, 20.0, 20.0, 36.0, 36.0, 36.0], None).1.list().is_empty());
    }

    #[test]
    fn a_declared_ceiling_needs_no_evidence() {
        let (readings, notes) = run(&[28.1, 35.0], Some(35.0));
        assert_eq!(readings[1], Reading::NotDetected { limit: Some(35.0) });
        assert!(notes.mention("as declared"));
    }
}
