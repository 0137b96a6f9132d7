//! `vesicle schema`: the registry as a JSON Schema, so that editors complete and check experiment files.

use crate::shown;
use serde_json::{Map, Value, json};
use vesicle_experiment::registry::{Entry, Kind, Named, SPECIES, TABLE};

/// Prints the schema.
pub fn call() {
    let text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    shown::line(&text);
}

fn schema() -> Value {
    let mut root = object();
    for entry in TABLE {
        let segments: Vec<&str> = entry.pattern.split('.').collect();
        insert(&mut root, &segments, entry);
    }
    let properties = root["properties"].as_object().cloned().unwrap_or_default();
    let mut patch = root.clone();
    patch["additionalProperties"] = json!(true);
    let named = |inner: &Value| json!({ "type": "object", "additionalProperties": inner });
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["title"] = json!("Vesicle experiment");
    root["$defs"] = json!({ "patch": patch });
    root["properties"]["quick"] = json!({ "$ref": "#/$defs/patch" });
    root["properties"]["arm"] = named(&json!({ "$ref": "#/$defs/patch" }));
    root["properties"]["mechanism"] = named(&json!({ "$ref": "#/$defs/patch" }));
    if let Some(evidence) = properties.get("evidence") {
        root["properties"]["evidence"] =
            json!({ "type": "array", "items": evidence["additionalProperties"] });
    }
    root
}

fn object() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// Adds one entry; a placeholder segment becomes `additionalProperties`.
fn insert(node: &mut Value, segments: &[&str], entry: &Entry) {
    let Some((first, rest)) = segments.split_first() else { return };
    let child = if first.starts_with('<') {
        if !node["additionalProperties"].is_object() {
            node["additionalProperties"] = if rest.is_empty() { leaf(entry) } else { object() };
        }
        &mut node["additionalProperties"]
    } else {
        let properties = node["properties"].as_object_mut();
        let Some(properties) = properties else { return };
        properties
            .entry((*first).to_owned())
            .or_insert_with(|| if rest.is_empty() { leaf(entry) } else { object() })
    };
    if rest.is_empty() {
        return;
    }
    let written_whole = child.get("type") == Some(&json!("string"));
    if !written_whole {
        insert(child, rest, entry);
    }
}

fn leaf(entry: &Entry) -> Value {
    let mut leaf: Map<String, Value> = Map::new();
    let kind = match entry.kind {
        Kind::Names(Named::Injection) => {
            json!({ "type": ["string", "array"], "items": { "type": "string" } })
        }
        Kind::Names(_) | Kind::Times | Kind::Claims => {
            json!({ "type": "array", "items": { "type": "string" } })
        }
        Kind::Whole => json!({ "type": ["integer", "string"] }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Species(_) => json!({ "enum": SPECIES }),
        Kind::Quantity(dimension) if dimension == vesicle_base::Dimension::NONE => {
            json!({ "type": ["number", "string"] })
        }
        _ => json!({ "type": "string" }),
    };
    leaf.extend(kind.as_object().cloned().unwrap_or_default());
    leaf.insert("description".to_owned(), json!(format!("{}. Expects {}.", entry.help, entry.expected())));
    if let Some(default) = entry.default {
        leaf.insert("default".to_owned(), json!(default));
    }
    Value::Object(leaf)
}
