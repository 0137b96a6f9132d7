//! How signals move behaviours.
//!
//! Equation, for one kind and behaviour with base b:
//! H = Σ (s_j/h_j)^p_j / (1 + Σ (s_j/h_j)^p_j), U = b + (M − b) H_up, value = U + (m − U) H_down,
//! M the larger of b and the maxima of all rising rows, m the smaller of b and those of all falling rows.
//! A pure function of the signals: no time step. Rows that do not apply to dead cells count as signal 0 there; if
//! no row applies, a dead cell keeps its value.
//!
//! Johnson, Bergman, Rocha et al. (2025), *Human interpretable grammar encodes multicellular systems biology models
//! to democratize virtual cell laboratories*, Cell, doi 10.1016/j.cell.2025.06.048; grammar CBHG v3 of PhysiCell 1.14.
//! Held by `the_limits_of_the_response_are_exact` and `rows_agree_with_the_formula`.

use rayon::prelude::*;
use vesicle_base::math;

use crate::behaviours::{BehaviourId, Behaviours};
use crate::rows::CHUNK;
use crate::signals::{SignalId, Signals};

/// One row: *kind: signal increases or decreases behaviour to maximum, half, Hill power*.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Kind of cell that has the rule.
    pub kind: u16,
    /// What it senses.
    pub signal: SignalId,
    /// Whether the behaviour rises (else falls) with the signal.
    pub rises: bool,
    /// What it does.
    pub behaviour: BehaviourId,
    /// Value of the behaviour at saturating signal, in the behaviour's unit.
    pub maximum: f64,
    /// Signal at half response, in the signal's unit.
    pub half: f64,
    /// Hill power.
    pub hill: f64,
    /// Whether dead cells follow it too.
    pub applies_to_dead: bool,
}

/// All rules of a model, grouped by behaviour and kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    groups: Vec<Group>,
    terms: Vec<Term>,
    /// Ruled behaviours and, for each, per kind the number of its group plus one, 0 for none.
    by_behaviour: Vec<(BehaviourId, Vec<u32>)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    /// Range in `terms`; the rising ones first.
    from: usize,
    falling: usize,
    to: usize,
    up_max: f64,
    down_min: f64,
    some_apply_to_dead: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Term {
    signal: SignalId,
    half: f64,
    hill: f64,
    applies_to_dead: bool,
}

impl Rules {
    /// Groups rows by behaviour and kind; within a group they share the maximum of their direction.
    pub fn new(mut rows: Vec<Rule>) -> Self {
        let n_kinds = rows.iter().map(|row| usize::from(row.kind) + 1).max().unwrap_or(0);
        rows.sort_by_key(|row| (row.behaviour, row.kind, !row.rises));
        let mut rules = Self::default();
        for rows in rows.chunk_by(|a, b| (a.behaviour, a.kind) == (b.behaviour, b.kind)) {
            let behaviour = rows[0].behaviour;
            if rules.by_behaviour.last().is_none_or(|(last, _)| *last != behaviour) {
                rules.by_behaviour.push((behaviour, vec![0; n_kinds]));
            }
            rules.add_group(rows);
            let n_groups = rules.groups.len() as u32;
            if let Some((_, by_kind)) = rules.by_behaviour.last_mut() {
                by_kind[usize::from(rows[0].kind)] = n_groups;
            }
        }
        rules
    }

    fn add_group(&mut self, rows: &[Rule]) {
        let from = self.terms.len();
        self.terms.extend(rows.iter().map(|row| Term {
            signal: row.signal,
            half: row.half,
            hill: row.hill,
            applies_to_dead: row.applies_to_dead,
        }));
        let maxima = |rises: bool| rows.iter().filter(move |row| row.rises == rises).map(|row| row.maximum);
        self.groups.push(Group {
            from,
            falling: from + maxima(true).count(),
            to: self.terms.len(),
            up_max: maxima(true).fold(f64::NEG_INFINITY, f64::max),
            down_min: maxima(false).fold(f64::INFINITY, f64::min),
            some_apply_to_dead: rows.iter().any(|row| row.applies_to_dead),
        });
    }

    /// Behaviours that some row moves, rising: what [`Behaviours::new`] wants as `ruled`.
    pub fn ruled(&self) -> Vec<BehaviourId> {
        self.by_behaviour.iter().map(|(behaviour, _)| *behaviour).collect()
    }

    /// Whether some row moves a behaviour of a kind.
    pub fn moves(&self, behaviour: BehaviourId, kind: u16) -> bool {
        let mut rows = self.by_behaviour.iter().filter(|(moved, _)| *moved == behaviour);
        rows.any(|(_, groups)| groups.get(usize::from(kind)).is_some_and(|group| *group > 0))
    }

    /// Sets every ruled behaviour of every cell from its signals. `kind` and `dead` are columns of the cells.
    ///
    /// # Panics
    /// When a ruled behaviour has no column or a column has another length: the caller builds both from one list.
    pub fn respond(&self, kind: &[u16], dead: &[bool], signals: &Signals, behaviours: &mut Behaviours) {
        for (behaviour, by_kind) in &self.by_behaviour {
            let Some((column, bases)) = behaviours.column_and_bases(*behaviour) else {
                unreachable!("every ruled behaviour has a column")
            };
            assert!(column.len() == kind.len() && dead.len() == kind.len(), "columns out of step");
            let part = |(chunk, column): (usize, &mut [f64])| {
                let from = chunk * CHUNK;
                for (at, value) in column.iter_mut().enumerate() {
                    let row = from + at;
                    let k = usize::from(kind[row]);
                    let group = by_kind.get(k).copied().unwrap_or(0) as usize;
                    if group > 0
                        && let Some(new) =
                            self.one(&self.groups[group - 1], row, dead[row], bases[k], signals)
                    {
                        *value = new;
                    }
                }
            };
            if column.len() <= CHUNK {
                part((0, column));
            } else {
                column.par_chunks_mut(CHUNK).enumerate().for_each(part);
            }
        }
    }

    #[inline]
    fn one(&self, group: &Group, row: usize, dead: bool, base: f64, signals: &Signals) -> Option<f64> {
        if dead && !group.some_apply_to_dead {
            return None;
        }
        let sum = |terms: &[Term]| {
            let mut sum = 0.0;
            for term in terms {
                if !dead || term.applies_to_dead {
                    sum += power(signals.column(term.signal)[row], term.half, term.hill);
                }
            }
            sum
        };
        let up = sum(&self.terms[group.from..group.falling]);
        let down = sum(&self.terms[group.falling..group.to]);
        Some(blend(base, up, group.up_max, down, group.down_min))
    }
}

/// The response to several signals: `ups` and `downs` are (signal, half, Hill power), `up_max` and `down_min` the
/// shared values at saturation (ignored where they lie on the wrong side of `base`). Unit of `base`.
pub fn response(
    base: f64,
    ups: &[(f64, f64, f64)],
    up_max: f64,
    downs: &[(f64, f64, f64)],
    down_min: f64,
) -> f64 {
    let sum = |terms: &[(f64, f64, f64)]| terms.iter().fold(0.0, |sum, (s, h, p)| sum + power(*s, *h, *p));
    blend(base, sum(ups), up_max, sum(downs), down_min)
}

/// (signal / half)^power; 0 for signals of 0 or less, whatever the half.
#[inline]
fn power(signal: f64, half: f64, hill: f64) -> f64 {
    if signal > 0.0 {
        math::pow(signal / half, hill)
    } else if signal.is_nan() {
        signal
    } else {
        0.0
    }
}

#[inline]
fn hill(sum: f64) -> f64 {
    if sum == f64::INFINITY { 1.0 } else { sum / (1.0 + sum) }
}

#[inline]
fn blend(base: f64, up: f64, up_max: f64, down: f64, down_min: f64) -> f64 {
    let raised = base + (up_max.max(base) - base) * hill(up);
    raised + (down_min.min(base) - raised) * hill(down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_limits_of_the_response_are_exact() {
        assert_eq!(response(2.0, &[], f64::NEG_INFINITY, &[], f64::INFINITY), 2.0);
        assert_eq!(response(2.0, &[(0.0, 1.0, 4.0)], 10.0, &[], 2.0), 2.0);
        assert_eq!(response(2.0, &[(3.0, 3.0, 4.0)], 10.0, &[], 2.0), 6.0);
        assert_eq!(response(2.0, &[(1e300, 1e-9, 8.0)], 10.0, &[], 2.0), 10.0);
        assert_eq!(response(2.0, &[(1.0, 0.0, 1.0)], 10.0, &[(1.0, 0.0, 1.0)], 0.0), 0.0);
        assert_eq!(response(2.0, &[(0.0, 0.0, 1.0)], 10.0, &[], 0.0), 2.0);
        assert_eq!(
            response(2.0, &[(1e9, 1.0, 1.0)], 1.0, &[], 2.0),
            2.0,
            "a maximum below the base raises nothing"
        );
        assert!(response(2.0, &[(f64::NAN, 1.0, 1.0)], 10.0, &[], 2.0).is_nan(), "health must see it");
    }

    proptest! {
        #[test]
        fn the_response_stays_between_its_ends(
            base in 0.0_f64..10.0, s in 0.0_f64..100.0, t in 0.0_f64..100.0, p in 0.1_f64..8.0,
            maximum in 0.0_f64..10.0, minimum in 0.0_f64..10.0,
        ) {
            let value = response(base, &[(s, 3.0, p)], maximum, &[(t, 5.0, p)], minimum);
            let (low, high) = (minimum.min(base), maximum.max(base));
            prop_assert!(value >= low - 1e-12 && value <= high + 1e-12);
            let more = response(base, &[(s * 1.1, 3.0, p)], maximum, &[(t, 5.0, p)], minimum);
            prop_assert!(more >= value - 1e-12);
        }
    }

    fn row(kind: u16, signal: u16, rises: bool, maximum: f64, applies_to_dead: bool) -> Rule {
        let (behaviour, half, hill) = (BehaviourId(1), 2.0, 4.0);
        Rule { kind, signal: SignalId(signal), rises, behaviour, maximum, half, hill, applies_to_dead }
    }

    #[test]
    fn rows_agree_with_the_formula() {
        let rules = Rules::new(vec![
            row(0, 1, false, 0.1, false),
            row(0, 0, true, 5.0, false),
            row(0, 2, true, 9.0, true),
            row(2, 0, true, 3.0, false),
        ]);
        assert_eq!(rules.ruled(), [BehaviourId(1)]);
        let moves = |behaviour, kind| rules.moves(BehaviourId(behaviour), kind);
        assert!(moves(1, 0) && moves(1, 2) && !moves(1, 1) && !moves(1, 7) && !moves(0, 0));
        let mut signals = Signals::new(3);
        signals.resize(5);
        for s in 0..3 {
            signals
                .column_mut(SignalId(s))
                .copy_from_slice(&[1.0, 2.0, 3.0, 4.0, 5.0].map(|v| v + f64::from(s)));
        }
        let mut base = vec![vec![0.0; crate::Own::COUNT]; 3];
        for kind in &mut base {
            kind[1] = 1.0;
        }
        let mut behaviours = Behaviours::new(&base, rules.ruled());
        let kind = [0, 1, 2, 0, 2];
        for k in kind {
            behaviours.push(k);
        }
        rules.respond(&kind, &[false, false, false, true, true], &signals, &mut behaviours);
        let (h, p) = (2.0, 4.0);
        let expected = [
            response(1.0, &[(1.0, h, p), (3.0, h, p)], 9.0, &[(2.0, h, p)], 0.1),
            1.0,
            response(1.0, &[(3.0, h, p)], 3.0, &[], 1.0),
            response(1.0, &[(6.0, h, p)], 9.0, &[], 1.0),
            1.0,
        ];
        assert_eq!(behaviours.column(BehaviourId(1)), Some(expected.as_slice()));
    }
}
