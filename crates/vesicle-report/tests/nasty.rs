//! Any name and any number: the page never panics and never writes a drawing or a document that is not
//! well-formed.

use proptest::prelude::*;
use vesicle_report::page::{Disc, Range, Share, Standing};
use vesicle_report::{Page, render};

const NUMBERS: [f64; 14] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1e-300,
    5e-324,
    1e300,
    f64::MAX,
    f64::MIN,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    21.0,
];

const NAMES: [&str; 12] = [
    "",
    " ",
    "<script>alert(1)</script>",
    "</svg></style>&amp;]]>",
    "\"quoted\" 'twice'",
    "a\u{0}b\u{8}\u{1f}\u{fffe}\u{ffff}",
    "\u{202e}turned\u{2066}",
    "miR-340-5p, n = 4\r\nnext line",
    "日本語の名前 العربية 🧬🧪",
    "e\u{301}\u{301}\u{301}",
    "{{ question }}{% raw %}",
    "--><!-- x",
];

/// Replaces numbers and names of a page one by one from a list of choices.
struct Shaker {
    choices: Vec<u16>,
    next: usize,
}

impl Shaker {
    fn choice(&mut self) -> usize {
        self.next += 1;
        usize::from(self.choices[self.next % self.choices.len()]).wrapping_add(self.next)
    }

    fn number(&mut self, value: &mut f64) {
        let choice = self.choice();
        if choice.is_multiple_of(3) {
            *value = NUMBERS[choice / 3 % NUMBERS.len()];
        }
    }

    fn name(&mut self, name: &mut String) {
        let choice = self.choice();
        match choice % 5 {
            0 => NAMES[choice / 5 % NAMES.len()].clone_into(name),
            1 if choice.is_multiple_of(11) => *name = name.repeat(60),
            _ => {}
        }
    }

    fn range(&mut self, r: &mut Range) {
        for value in [&mut r.low, &mut r.median, &mut r.high] {
            self.number(value);
        }
    }

    fn cut<T>(&mut self, list: &mut Vec<T>) {
        let choice = self.choice();
        if choice.is_multiple_of(4) {
            list.truncate(choice / 4 % 3);
        }
    }

    fn dose(&mut self, page: &mut Page) {
        self.cut(&mut page.verdicts);
        for v in &mut page.verdicts {
            for name in [&mut v.what, &mut v.arm, &mut v.receiver, &mut v.cargo] {
                self.name(name);
            }
            v.leads ^= self.choice().is_multiple_of(3);
            self.range(&mut v.needed);
            for value in [&mut v.share.value, &mut v.share.low, &mut v.share.high] {
                self.number(value);
            }
            if let Some(days) = &mut v.days {
                self.range(days);
            }
            self.cut(&mut v.waterfall);
            for s in &mut v.waterfall {
                self.name(&mut s.label);
                self.name(&mut s.unit);
                for value in [&mut s.low, &mut s.median, &mut s.high] {
                    self.number(value);
                }
            }
        }
    }

    fn courses(&mut self, page: &mut Page) {
        self.cut(&mut page.courses);
        for course in &mut page.courses {
            self.name(&mut course.outcome);
            self.name(&mut course.unit);
            self.cut(&mut course.arms);
            for arm in &mut course.arms {
                self.name(&mut arm.arm);
                self.name(&mut arm.mechanism);
                self.cut(&mut arm.replicates);
                for replicate in &mut arm.replicates {
                    self.cut(replicate);
                    for (time, value) in replicate {
                        self.number(time);
                        self.number(value);
                    }
                }
            }
        }
    }

    fn pictures(&mut self, page: &mut Page) {
        self.cut(&mut page.pictures);
        for p in &mut page.pictures {
            p.cells.truncate(12);
            for name in [&mut p.arm, &mut p.mechanism] {
                self.name(name);
            }
            for value in [&mut p.time_d, &mut p.width_um, &mut p.height_um] {
                self.number(value);
            }
            self.cut(&mut p.kinds);
            self.cells(&mut p.cells);
            for s in &mut p.vessels {
                for value in [&mut s.from.0, &mut s.to.1, &mut s.width] {
                    self.number(value);
                }
            }
            self.cut(&mut p.fields);
            for field in &mut p.fields {
                self.name(&mut field.name);
                self.cut(&mut field.values);
                field.values.iter_mut().for_each(|v| self.number(v));
            }
            self.cut(&mut p.quantities);
            for quantity in &mut p.quantities {
                self.name(&mut quantity.name);
                self.name(&mut quantity.unit);
                quantity.log ^= self.choice().is_multiple_of(2);
            }
        }
    }

    fn cells(&mut self, cells: &mut [Disc]) {
        for c in cells {
            for value in [&mut c.x, &mut c.y, &mut c.radius] {
                self.number(value);
            }
            self.cut(&mut c.values);
            c.values.iter_mut().for_each(|v| self.number(v));
            c.kind = c.kind.wrapping_add(self.choice() as u16 % 3);
        }
    }

    fn tests(&mut self, page: &mut Page) {
        for c in &mut page.contrasts {
            for name in [&mut c.outcome, &mut c.arm_a, &mut c.arm_b, &mut c.mechanism] {
                self.name(name);
            }
            for value in [&mut c.time_d, &mut c.ratio, &mut c.low, &mut c.high] {
                self.number(value);
            }
        }
        for c in &mut page.evidence {
            for name in
                [&mut c.text, &mut c.role, &mut c.source, &mut c.mechanism, &mut c.compared, &mut c.asked]
            {
                self.name(name);
            }
            for value in c.severity.iter_mut().chain(&mut c.power).chain(&mut c.ratio) {
                self.number(value);
            }
            let mut worlds = Share::default();
            self.number(&mut worlds.value);
            self.number(&mut worlds.high);
            (c.ablated, c.permuted) = (Some(worlds), Some(worlds));
        }
        for m in &mut page.mechanisms {
            self.name(&mut m.mechanism);
            self.name(&mut m.says);
            m.draws = [0, 1, u64::MAX, m.draws][self.choice() % 4];
            for value in [&mut m.low, &mut m.high] {
                self.number(value);
            }
            for p in &mut m.by_prior {
                for value in [&mut p.share, &mut p.low, &mut p.high, &mut p.ess] {
                    self.number(value);
                }
            }
        }
    }

    fn rest(&mut self, page: &mut Page) {
        for name in
            [&mut page.title, &mut page.headline, &mut page.question, &mut page.command, &mut page.methods]
        {
            self.name(name);
        }
        page.standing =
            [Standing::NoneSatisfies, Standing::Undecided, Standing::Satisfied, Standing::Untested]
                [self.choice() % 4];
        page.answer
            .iter_mut()
            .chain(&mut page.notes)
            .chain(&mut page.warnings)
            .for_each(|line| self.name(line));
        for u in &mut page.unmeasured {
            self.name(&mut u.outcome);
            self.name(&mut u.why);
        }
        for b in &mut page.blood {
            self.name(&mut b.arm);
            self.name(&mut b.mechanism);
            self.cut(&mut b.shares);
            b.shares.iter_mut().chain([&mut b.time_d]).for_each(|v| self.number(v));
        }
        for b in &mut page.beside {
            for name in [&mut b.outcome, &mut b.unit, &mut b.arm, &mut b.mechanism] {
                self.name(name);
            }
            self.cut(&mut b.measured);
            for value in b.measured.iter_mut().chain(&mut b.simulated).chain([&mut b.measured_d]) {
                self.number(value);
            }
        }
        for b in &mut page.tornado {
            self.name(&mut b.parameter);
            self.name(&mut b.outcome);
            for value in [&mut b.share, &mut b.low, &mut b.high] {
                self.number(value);
            }
        }
        for a in &mut page.audit {
            for name in [&mut a.path, &mut a.value, &mut a.prior, &mut a.source, &mut a.citation] {
                self.name(name);
            }
        }
        for r in &mut page.ledger {
            for name in
                [&mut r.arm, &mut r.mechanism, &mut r.population_or_species, &mut r.account, &mut r.unit]
            {
                self.name(name);
            }
            self.number(&mut r.amount);
        }
        for c in &mut page.citations {
            self.name(&mut c.key);
            self.name(&mut c.text);
        }
    }
}

fn check(text: &str, name: &str) -> Result<(), TestCaseError> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let parsed = roxmltree::Document::parse_with_options(text, options);
    prop_assert!(parsed.is_ok(), "{name}: {}", parsed.err().map_or(String::new(), |e| e.to_string()));
    for node in parsed.iter().flat_map(roxmltree::Document::descendants) {
        for a in node.attributes().filter(|a| node.tag_name().namespace().is_some() && a.name() != "href") {
            prop_assert!(
                !a.value().contains("NaN") && a.value() != "inf",
                "{name}: {}={}",
                a.name(),
                a.value()
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_gives_well_formed_drawings(choices in prop::collection::vec(any::<u16>(), 1..200)) {
        let mut page: Page = serde_json::from_str(include_str!("sample/page.json")).expect("the sample is a page");
        let mut shaker = Shaker { choices, next: 0 };
        shaker.dose(&mut page);
        shaker.courses(&mut page);
        shaker.pictures(&mut page);
        shaker.tests(&mut page);
        shaker.rest(&mut page);
        let rendered = render(&page);
        for figure in &rendered.figures {
            check(&figure.svg, &figure.name)?;
            check(&figure.narrow_svg, &figure.name)?;
        }
        check(&rendered.html, "page")?;
        prop_assert!(!rendered.html.contains("<script>alert"));
    }
}
