//! RDML: the cycles of quantification in `experiment/run/react/data`. Not the rdml-qpcr crate: it unpacks archives
//! without bound and gives no place in the file.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use vesicle_base::{Place, Problem};
use vesicle_cargo::Reading;

use crate::ct::value::{Blank, MOST_CYCLES, ct};
use crate::ct::wells::{self, Well};
use crate::document::{Content, Document};
use crate::format::{Detected, Format};
use crate::mistakes::Mistakes;
use crate::notes::Notes;
use crate::number::Decimal;
use crate::reading::{Options, ReadTable};

pub(crate) fn detect(document: &Document) -> Option<Detected> {
    let Content::Rdml(xml) = &document.content else { return None };
    xml.contains("<rdml").then(|| Detected::new(Format::Rdml, format!("its {} holds an rdml element", document.how)))
}

pub(crate) fn read(document: &Document, detected: Detected, options: &Options) -> Result<ReadTable, Vec<Problem>> {
    let Content::Rdml(xml) = &document.content else { return Err(crate::detect::unknown(document)) };
    let mut walk = Walk::new(&document.name, xml);
    let mut reader = Reader::from_str(xml);
    loop {
        let at = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Start(tag)) => walk.open(&tag),
            Ok(Event::Empty(tag)) => {
                walk.open(&tag);
                walk.close(at);
            }
            Ok(Event::Text(text)) => walk.text.push_str(text.as_ref().trim()),
            Ok(Event::End(_)) => walk.close(at),
            Ok(Event::Eof) => break,
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

/// The element path and what has been gathered below it.
struct Walk<'a> {
    file: &'a str,
    xml: &'a str,
    path: Vec<String>,
    too_deep: usize,
    text: String,
    controls: HashMap<String, String>,
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
    fn new(file: &'a str, xml: &'a str) -> Self {
        Self {
            file,
            xml,
            path: Vec::new(),
            too_deep: 0,
            text: String::new(),
            controls: HashMap::new(),
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
        let id = id.map(|a| a.value.into_owned()).unwrap_or_default();
        match (self.parent(), name.as_str()) {
            ("rdml", "sample") => self.id = id,
            ("react", "sample") => self.sample = id,
            ("run", "react") => self.sample.clear(),
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
        let text = std::mem::take(&mut self.text);
        match (self.parent(), name.as_str()) {
            ("sample", "type") => {
                self.controls.insert(self.id.clone(), text);
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
        let sample = self.sample.clone();
        self.wells.push(Well { sample, target: data.target, reading });
    }

    fn reading(&mut self, data: &Data) -> Reading {
        if data.excluded {
            self.notes.count("reactions excluded in the software read as not assayed");
            return Reading::Missing;
        }
        let Some((text, at)) = &data.cq else {
            self.notes.count("reactions without a cq read as not assayed");
            return Reading::Missing;
        };
        let read = ct(text, Decimal::Point, Blank::NotDetected, &mut self.notes);
        if let Some(reading) = read {
            return self.within_cycles(reading, data.cycles);
        }
        let expected = format!("a number from 0 to {MOST_CYCLES}, or -1.0 for not available");
        self.problem(*at, Problem::new("not a cq").expected(expected).found(text));
        Reading::Missing
    }

    /// Some software writes the cycle count where it found nothing.
    fn within_cycles(&mut self, reading: Reading, cycles: f64) -> Reading {
        match reading {
            Reading::Value(cq) if cycles > 0.0 && cq >= cycles => {
                self.notes.count("cq at or beyond the last cycle read as not detected");
                Reading::NotDetected { limit: Some(cycles) }
            }
            Reading::NotDetected { limit: None } if cycles > 0.0 => Reading::NotDetected { limit: Some(cycles) },
            other => other,
        }
    }

    fn finished(self) -> Result<(Vec<Well>, Notes), Vec<Problem>> {
        self.mistakes.or((self.wells, self.notes))
    }
}
