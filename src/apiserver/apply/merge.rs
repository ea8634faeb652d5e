//! Merging what is applied into what there is, and removing fields.

use crate::apiserver::managed_fields::set::FieldSet;
use crate::apiserver::managed_fields::types::{Shape, Type};
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

/// Merges item by item: those of both come in the applied order; an item that only the object has comes as early as
/// its neighbors allow. The order is that of `mergingWalker.visitListItems`.
fn merge_lists(r#type: Type<'_>, live: &[Value], applied: &[Value]) -> Vec<Value> {
    let (live, applied) = (named(r#type, live), named(r#type, applied));
    let find = |items: &[(String, &Value)], name: &str| items.iter().position(|(other, _)| other == name);
    let both = |name: &str, item: &Value| match find(&live, name).and_then(|at| live.get(at)) {
        Some((_, live)) => merge(r#type.item(), live, item),
        None => item.clone(),
    };
    let mut shared = applied.iter().map(|(name, _)| name).filter(|name| find(&live, name).is_some()).peekable();
    let mut taken: BTreeSet<&String> = BTreeSet::new();
    let mut merged = Vec::new();
    let (mut left, mut right) = (0, 0);
    while left < live.len() || right < applied.len() {
        if let Some((name, kept)) = live.get(left) {
            if find(&applied, name).is_none() {
                merged.push((*kept).clone());
                left += 1;
                continue;
            }
            let is_next = shared.peek() == Some(&name);
            let is_here = applied.get(right).is_some_and(|(other, _)| other == name);
            if taken.contains(name) || (!is_here && !is_next && right < applied.len() && shared.peek().is_some()) {
                left += 1;
                continue;
            }
        }
        let Some((name, item)) = applied.get(right) else { break };
        merged.push(both(name, item));
        taken.insert(name);
        right += 1;
        shared.next_if_eq(&name);
    }
    merged
}

/// The items that have a path element, with it.
fn named<'v>(r#type: Type<'_>, items: &'v [Value]) -> Vec<(String, &'v Value)> {
    items.iter().filter_map(|item| Some((r#type.element(item)?, item))).collect()
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
