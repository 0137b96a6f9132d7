//! RDML: the cycles of quantification in `experiment/run/react/data`. Not the rdml-qpcr crate: it unpacks archives
//! without bound and gives no place in the file.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use vesicle_base::{Place, Problem};
use vesicle_cargo::Reading;

use crate::ct::lc96;
use crate::ct::value::{Blank, MOST_CYCLES, ct};
use crate::ct::wells::{self, Well};
use crate::document::{Content, Document};
use crate::format::{Detected, Format};
use crate::mistakes::Mistakes;
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::{Options, ReadTable};

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let Content::Rdml(rdml) = &document.content else { return None };
    rdml.xml
        .contains("<rdml")
        .then(|| Detected::new(Format::Rdml, format!("its {} holds an rdml element", document.how)))
}

pub(crate) fn read(
    document: &Document,
    detected: Detected,
    options: &Options,
) -> Result<ReadTable, Vec<Problem>> {
    let Content::Rdml(rdml) = &document.content else { return Err(crate::detect::unknown(document)) };
    let calls = rdml.calls.as_deref().map(lc96::calls).unwrap_or_default();
    let mut walk = Walk::new(&document.name, &rdml.xml, calls);
    let mut reader = Reader::from_str(&rdml.xml);
    loop {
        let at = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.open(&tag),
            Ok(Event::Empty(tag)) => {
                walk.open(&tag);
                walk.close(at);
            }
            Ok(Event::Text(text)) => walk.text.push_str(text.as_ref()),
            Ok(Event::GeneralRef(name)) => {
                walk.text.push_str(&plain(&format!("&{};", name.as_ref() as &str)));
            }
            Ok(Event::End(_)) => walk.close(at),
            Ok(Event::Eof) => {
                if let Some(open) = walk.path.last() {
                    let what = format!("document that ends inside its element {open}");
                    walk.problem(at, Problem::new(what).expected("a whole file"));
                }
                break;
            }
            Ok(_) => {}
            Err(error) => {
                walk.problem(at, Problem::new(format!("damaged XML ({error})")));
                break;
            }
        }
    }
    let (wells, notes) = walk.finished()?;
    wells::table(&document.name, wells, detected, notes, options)
}

/// Text with its references (`&amp;`, `&#956;`) resolved; as it stands where one is damaged.
pub(super) fn plain(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// The element path and what has been gathered below it.
struct Walk<'a> {
    file: &'a str,
    xml: &'a str,
    path: Vec<String>,
    too_deep: usize,
    text: String,
    controls: HashMap<String, String>,
    /// Descriptions of samples and targets whose id is only a number for machines.
    described: HashMap<String, String>,
    calls: lc96::Calls,
    run: String,
    react: String,
    id: String,
    sample: String,
    data: Data,
    wells: Vec<Well>,
    notes: Notes,
    mistakes: Mistakes,
}

#[derive(Default)]
struct Data {
    target: String,
    cq: Option<(String, usize)>,
    excluded: bool,
    /// The last cycle of the amplification curve; 0 when the curve is not stored.
    cycles: f64,
}

/// Deeper than any RDML; what lies below is not read.
const DEEPEST: usize = 64;

impl<'a> Walk<'a> {
    fn new(file: &'a str, xml: &'a str, calls: lc96::Calls) -> Self {
        Self {
            file,
            xml,
            path: Vec::new(),
            too_deep: 0,
            text: String::new(),
            controls: HashMap::new(),
            described: HashMap::new(),
            calls,
            run: String::new(),
            react: String::new(),
            id: String::new(),
            sample: String::new(),
            data: Data::default(),
            wells: Vec::new(),
            notes: Notes::default(),
            mistakes: Mistakes::of(file),
        }
    }

    fn problem(&mut self, at: usize, problem: Problem) {
        let place = Place::of_offset(self.file, self.xml, at);
        self.mistakes.at(place.line, place.column, problem);
    }

    fn open(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name().as_ref().to_owned();
        let id = tag.try_get_attribute("id").ok().flatten();
        let id = id.map(|a| plain(&a.value)).unwrap_or_default();
        match (self.parent(), name.as_str()) {
            ("rdml", "sample" | "target") => self.id = id,
            ("experiment", "run") => self.run = id,
            ("react", "sample") => self.sample = id,
            ("run", "react") => {
                self.react = id;
                self.sample.clear();
            }
            ("react", "data") => self.data = Data::default(),
            ("data", "tar") => self.data.target = id,
            _ => {}
        }
        self.text.clear();
        if self.path.len() < DEEPEST { self.path.push(name) } else { self.too_deep += 1 }
    }

    fn parent(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn close(&mut self, at: usize) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let name = self.path.pop().unwrap_or_default();
        let text = std::mem::take(&mut self.text).trim().to_owned();
        match (self.parent(), name.as_str()) {
            ("sample", "type") => {
                self.controls.insert(self.id.clone(), text);
            }
            ("sample" | "target", "description") if is_machine_id(&self.id) && !text.is_empty() => {
                self.described.insert(self.id.clone(), text);
            }
            ("data", "cq") => self.data.cq = Some((text, at)),
            ("adp", "cyc") => {
                let cycle = Decimal::Point.parse(&text).filter(|&cycle| cycle <= MOST_CYCLES);
                self.data.cycles = self.data.cycles.max(cycle.unwrap_or(0.0));
            }
            ("data", "excl") => self.data.excluded = true,
            ("react", "data") => self.well(),
            _ => {}
        }
    }

    fn well(&mut self) {
        let data = std::mem::take(&mut self.data);
        let kind = self.controls.get(&self.sample).map_or("unkn", String::as_str);
        if matches!(kind, "ntc" | "nac" | "nrt" | "ntp" | "std" | "opt") {
            let what = format!("wells of sample type \"{kind}\" left out");
            self.notes.count(&what);
            return;
        }
        let reading = self.reading(&data);
        let named = |id: &String| self.described.get(id).unwrap_or(id).clone();
        self.wells.push(Well { sample: named(&self.sample), target: named(&data.target), reading });
    }

    fn reading(&mut self, data: &Data) -> Reading {
        if data.excluded {
            self.notes.count("reactions excluded in the software read as not assayed");
            return Reading::Missing;
        }
        match self.calls.get(&(self.run.clone(), self.react.clone(), data.target.clone())) {
            Some(lc96::Call::Negative) => {
                self.notes.count("reactions that the LightCycler called negative read as not detected");
                return Reading::NotDetected { limit: Some(data.cycles).filter(|&cycles| cycles > 0.0) };
            }
            Some(lc96::Call::Invalid) => {
                self.notes.count("reactions that the LightCycler called invalid read as not assayed");
                return Reading::Missing;
            }
            None => {}
        }
        let Some((text, at)) = &data.cq else {
            self.notes.count("reactions without a cq read as not assayed");
            return Reading::Missing;
        };
        let beyond = Decimal::Point.parse(text).is_some_and(|cq| data.cycles > 0.0 && cq >= data.cycles);
        if beyond {
            self.notes.count("cq at or beyond the last cycle read as not detected");
            return Reading::NotDetected { limit: Some(data.cycles) };
        }
        let read = ct(text, Decimal::Point, Blank::NotDetected, &mut self.notes);
        if let Some(reading) = read {
            return limited(reading, data.cycles);
        }
        let expected = format!("a number from 0 to {MOST_CYCLES}, or -1.0 for not available");
        self.problem(*at, Problem::new("not a cq").expected(expected).found(text));
        Reading::Missing
    }

    fn finished(self) -> Result<(Vec<Well>, Notes), Vec<Problem>> {
        self.mistakes.or((self.wells, self.notes))
    }
}

/// The limit of a reaction in which nothing was found is its last cycle.
fn limited(reading: Reading, cycles: f64) -> Reading {
    match reading {
        Reading::NotDetected { limit: None } if cycles > 0.0 => Reading::NotDetected { limit: Some(cycles) },
        other => other,
    }
}

/// Whether an id ends in a GUID, which no person chose.
fn is_machine_id(id: &str) -> bool {
    let guid = id.rsplit('@').next().unwrap_or(id);
    guid.len() == 36 && guid.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}
