//! Merging what is applied into what there is, and removing fields.

use crate::sandbox::server::managed_fields::set::FieldSet;
use crate::sandbox::server::managed_fields::types::{Shape, Type};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The object with the applied fields in it. Maps and associative lists are merged part by part; everything else is
/// replaced.
pub(super) fn merge(r#type: Type<'_>, live: &Value, applied: &Value) -> Value {
    match (r#type.shape(applied), live, applied) {
        (Some(Shape::Map), Value::Object(live), Value::Object(applied)) => {
            let mut merged = live.clone();
            for (name, applied) in applied {
                let value =
                    live.get(name).map_or_else(|| applied.clone(), |live| merge(r#type.entry(name).0, live, applied));
                merged.insert(name.clone(), value);
            }
            merged.into()
        }
        (Some(Shape::List), Value::Array(live), Value::Array(applied)) => merge_lists(r#type, live, applied).into(),
        _ => applied.clone(),
    }
}

/// Items that only one side has keep their place; those of both come in the order of the applied list.
fn merge_lists(r#type: Type<'_>, live: &[Value], applied: &[Value]) -> Vec<Value> {
    let named = |items: &[Value]| items.iter().map(|item| r#type.element(item)).collect::<Vec<_>>();
    let (live_names, applied_names) = (named(live), named(applied));
    let in_live: BTreeSet<&String> = live_names.iter().flatten().collect();
    let in_applied: BTreeSet<&String> = applied_names.iter().flatten().collect();
    let partner = |name: &Option<String>| live_names.iter().position(|live| live == name).and_then(|at| live.get(at));
    let mut merged = Vec::new();
    let mut rest = live.iter().zip(&live_names).peekable();
    for (item, name) in applied.iter().zip(&applied_names) {
        if name.as_ref().is_some_and(|name| in_live.contains(name)) {
            // What stands before the shared item and is the object's alone stays before it.
            while let Some((kept, _)) = rest.next_if(|(_, at)| !at.as_ref().is_some_and(|at| in_applied.contains(at))) {
                merged.push(kept.clone());
            }
            rest.next_if(|(_, at)| *at == name);
        }
        merged.push(partner(name).map_or_else(|| item.clone(), |live| merge(r#type.item(), live, item)));
    }
    merged.extend(
        rest.filter(|(_, at)| !at.as_ref().is_some_and(|at| in_applied.contains(at))).map(|(kept, _)| kept.clone()),
    );
    merged
}

/// The value without the fields of a set. A map or list of which nothing is left goes with its last part.
pub(super) fn remove(r#type: Type<'_>, value: &Value, set: &FieldSet) -> Value {
    match (r#type.shape(value), value) {
        (Some(Shape::Map), Value::Object(map)) => {
            let kept: Map<String, Value> = map
                .iter()
                .filter_map(|(name, value)| {
                    let kept = remaining(r#type.entry(name).0, &format!("f:{name}"), value, set)?;
                    Some((name.clone(), kept))
                })
                .collect();
            kept.into()
        }
        (Some(Shape::List), Value::Array(items)) => {
            let kept = items.iter().filter_map(|item| match r#type.element(item) {
                Some(element) => remaining(r#type.item(), &element, item, set),
                None => Some(item.clone()),
            });
            kept.collect::<Vec<_>>().into()
        }
        _ => value.clone(),
    }
}

/// What is left of one part.
fn remaining(r#type: Type<'_>, element: &str, value: &Value, set: &FieldSet) -> Option<Value> {
    if set.has(element) {
        return None;
    }
    let Some(below) = set.below(element) else { return Some(value.clone()) };
    let left = remove(r#type, value, below);
    let emptied =
        left != *value && (left.as_object().is_some_and(Map::is_empty) || left.as_array().is_some_and(Vec::is_empty));
    (!emptied).then_some(left)
}
