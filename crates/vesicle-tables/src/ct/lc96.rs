//! Calls of the LightCycler 96, which stands beside the RDML document: it stores a cq even where it called negative.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// A call other than positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Negative,
    Invalid,
}

/// Calls by run, reaction and target.
pub(crate) type Calls = HashMap<(String, String, String), Call>;

/// Reads the calls; what is damaged is passed over, since the document itself is checked elsewhere.
pub(crate) fn calls(xml: &str) -> Calls {
    let mut calls = Calls::new();
    let mut reader = Reader::from_str(xml);
    let (mut run, mut react, mut target, mut inside) = (String::new(), String::new(), String::new(), false);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => match tag.local_name().as_ref() {
                "run" => run = attribute(&tag, "id"),
                "react" => react = attribute(&tag, "id"),
                "factGraph" => target = attribute(&tag, "targetId"),
                "call" => inside = true,
                _ => {}
            },
            Ok(Event::Text(text)) if inside => {
                let call = match text.as_ref() as &str {
                    "Negative" => Some(Call::Negative),
                    "Invalid" => Some(Call::Invalid),
                    _ => None,
                };
                calls.extend(call.map(|call| ((run.clone(), react.clone(), target.clone()), call)));
            }
            Ok(Event::End(_)) => inside = false,
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    calls
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    tag.try_get_attribute(name).ok().flatten().map(|a| super::rdml::plain(&a.value)).unwrap_or_default()
}
