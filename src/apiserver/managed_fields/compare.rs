//! Which fields differ between two versions of an object, and of which fields an object consists.

use super::set::FieldSet;
use super::types::{Shape, Type};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The fields that differ. No field is in more than one set.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) removed: FieldSet,
    pub(crate) modified: FieldSet,
    pub(crate) added: FieldSet,
}

impl Comparison {
    /// Changes each set.
    pub(crate) fn map(&mut self, change: impl Fn(FieldSet) -> FieldSet) {
        for set in [&mut self.removed, &mut self.modified, &mut self.added] {
            *set = change(std::mem::take(set));
        }
    }
}

/// Compares two versions of an object.
pub(crate) fn compare(r#type: Type<'_>, old: &Value, new: &Value) -> Comparison {
    let mut comparison = Comparison::default();
    comparison.walk(r#type, Some(old), Some(new), &mut Vec::new());
    comparison
}

impl Comparison {
    fn walk(&mut self, r#type: Type<'_>, old: Option<&Value>, new: Option<&Value>, path: &mut Vec<String>) {
        let before = old.and_then(|old| r#type.shape(old));
        let after = new.and_then(|new| r#type.shape(new));
        let leaf = match (before, after) {
            (Some(before), Some(after)) if before != after => {
                self.by_shape(r#type, before, old, new, path);
                self.by_shape(r#type, after, old, new, path)
            }
            (before, after) => self.by_shape(r#type, after.or(before).unwrap_or(Shape::Leaf), old, new, path),
        };
        if !leaf {
            match (old, new) {
                (None, _) => self.added.insert(path),
                (_, None) => self.removed.insert(path),
                _ => {}
            }
        }
    }

    /// Compares two values as the shape says; returns whether they were taken as one field.
    fn by_shape(
        &mut self,
        r#type: Type<'_>,
        shape: Shape,
        old: Option<&Value>,
        new: Option<&Value>,
        path: &mut Vec<String>,
    ) -> bool {
        let size = |value: Option<&Value>| match (shape, value) {
            (Shape::Map, Some(Value::Object(map))) => map.len(),
            (Shape::List, Some(Value::Array(items))) => items.len(),
            _ => 0,
        };
        if shape == Shape::Leaf || (size(old) == 0 && size(new) == 0) {
            match (old, new) {
                (None, Some(_)) => self.added.insert(path),
                (Some(_), None) => self.removed.insert(path),
                (old, new) if old != new => self.modified.insert(path),
                _ => {}
            }
            return true;
        }
        let (old, new) = (elements(r#type, shape, old), elements(r#type, shape, new));
        let all: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for element in all {
            let below = r#type.step(element).0;
            path.push(element.clone());
            match (old.get(element).map(Vec::as_slice), new.get(element).map(Vec::as_slice)) {
                (None | Some([_]), None | Some([_])) => {
                    self.walk(below, only(old.get(element)), only(new.get(element)), path);
                }
                (old, new) => self.duplicates(below, old.unwrap_or_default(), new.unwrap_or_default(), path),
            }
            path.pop();
        }
        false
    }

    /// Items that occur more than once are compared as a whole.
    fn duplicates(&mut self, r#type: Type<'_>, old: &[&Value], new: &[&Value], path: &mut Vec<String>) {
        if old.len() > 1 && new.len() > 1 {
            if old != new {
                self.modified.insert(path);
            }
        } else if old.len() > 1 {
            if let Some(new) = new.first() {
                self.walk(r#type, None, Some(new), path);
            }
            self.removed.insert(path);
        } else {
            if let Some(old) = old.first() {
                self.walk(r#type, Some(old), None, path);
            }
            self.added.insert(path);
        }
    }
}

fn only<'v>(values: Option<&Vec<&'v Value>>) -> Option<&'v Value> {
    values.and_then(|values| values.first()).copied()
}

/// The parts of a map or list by their path elements.
pub(crate) fn elements<'v>(
    r#type: Type<'_>,
    shape: Shape,
    value: Option<&'v Value>,
) -> BTreeMap<String, Vec<&'v Value>> {
    let mut parts: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    match (shape, value) {
        (Shape::Map, Some(Value::Object(map))) => {
            parts.extend(map.iter().map(|(name, value)| (format!("f:{name}"), vec![value])));
        }
        (Shape::List, Some(Value::Array(items))) => {
            for item in items {
                if let Some(element) = r#type.element(item) {
                    parts.entry(element).or_default().push(item);
                }
            }
        }
        _ => {}
    }
    parts
}

/// The fields that an applied object names.
pub(crate) fn fields(r#type: Type<'_>, object: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    collect(r#type, object, &mut Vec::new(), &mut set);
    set
}

fn collect(r#type: Type<'_>, value: &Value, path: &mut Vec<String>, set: &mut FieldSet) {
    let Some(shape @ (Shape::Map | Shape::List)) = r#type.shape(value) else {
        set.insert(path);
        return;
    };
    for (element, values) in elements(r#type, shape, Some(value)) {
        let (below, declared) = r#type.step(&element);
        path.push(element);
        if let [value] = values.as_slice() {
            collect(below, value, path, set);
            let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
            if empty || !declared {
                set.insert(path);
            }
        } else {
            set.insert(path);
        }
        path.pop();
    }
}
