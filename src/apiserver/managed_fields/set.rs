//! Sets of fields, as `fieldsV1` writes them.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A tree of path elements. An element is kept as `fieldsV1` spells it: `f:NAME`, `k:{"KEY":VALUE}`, `v:VALUE`, `i:INDEX`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    /// Whether the path to here is itself in the set.
    own: bool,
    children: BTreeMap<String, FieldSet>,
}

impl FieldSet {
    /// Reads `fieldsV1`.
    pub(crate) fn from_json(fields: &Value) -> Self {
        let Some(fields) = fields.as_object() else { return Self::default() };
        let children = fields.iter().filter(|(element, _)| *element != ".").map(|(element, below)| {
            let mut child = Self::from_json(below);
            child.own |= child.children.is_empty();
            (element.clone(), child)
        });
        Self { own: fields.contains_key("."), children: children.collect() }
    }

    /// Writes `fieldsV1`.
    pub(crate) fn to_json(&self) -> Value {
        let mut fields: Map<String, Value> =
            self.children.iter().map(|(element, child)| (element.clone(), child.to_json())).collect();
        if self.own && !fields.is_empty() {
            fields.insert(".".to_owned(), json!({}));
        }
        fields.into()
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.own && self.children.is_empty()
    }

    /// Adds a path. The root itself is never a member.
    pub(crate) fn insert(&mut self, path: &[String]) {
        if let Some((first, rest)) = path.split_first() {
            let child = self.children.entry(first.clone()).or_default();
            child.own |= rest.is_empty();
            child.insert(rest);
        }
    }

    /// Whether the element itself, directly below this one, is in the set.
    pub(crate) fn has(&self, element: &str) -> bool {
        self.children.get(element).is_some_and(|child| child.own)
    }

    /// What is in the set below an element.
    pub(crate) fn below(&self, element: &str) -> Option<&Self> {
        self.children.get(element).filter(|child| !child.children.is_empty())
    }

    /// What is in either.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut union = self.clone();
        union.own |= other.own;
        for (element, child) in &other.children {
            let merged = union.children.get(element).map_or_else(|| child.clone(), |own| own.union(child));
            union.children.insert(element.clone(), merged);
        }
        union
    }

    /// What is in this one and not in the other, path by path.
    pub(crate) fn difference(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own && !others, true)
    }

    /// What is in both.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |own, others| own && others, false)
    }

    fn combine(&self, other: &Self, keep: fn(bool, bool) -> bool, alone: bool) -> Self {
        let children = self.children.iter().filter_map(|(element, child)| {
            let child = match other.children.get(element) {
                Some(theirs) => child.combine(theirs, keep, alone),
                None if alone => child.clone(),
                None => return None,
            };
            (!child.is_empty()).then(|| (element.clone(), child))
        });
        Self { own: keep(self.own, other.own), children: children.collect() }
    }

    /// All but an element and what is below it.
    pub(crate) fn without_child(mut self, element: &str) -> Self {
        self.children.remove(element);
        self
    }

    /// The same with every element that has children and satisfies `declared` a member as well.
    pub(crate) fn with_members<T: Copy>(&self, at: T, step: impl Fn(T, &str) -> (T, bool) + Copy) -> Self {
        let children = self.children.iter().map(|(element, child)| {
            let (below, declared) = step(at, element);
            let mut child = child.with_members(below, step);
            child.own |= declared && !child.children.is_empty();
            (element.clone(), child)
        });
        Self { own: self.own, children: children.collect() }
    }

    /// Every path of the set as kubectl shows it, for instance `.spec.replicas`; at each level members come first.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.collect_paths("", &mut paths);
        paths
    }

    fn collect_paths(&self, prefix: &str, paths: &mut Vec<String>) {
        let below = || self.children.iter().map(|(element, child)| (format!("{prefix}{}", shown(element)), child));
        paths.extend(below().filter(|(_, child)| child.own).map(|(path, _)| path));
        below().for_each(|(path, child)| child.collect_paths(&path, paths));
    }
}

/// A path element as it is shown in a conflict.
fn shown(element: &str) -> String {
    match element.split_once(':') {
        Some(("f", name)) => format!(".{name}"),
        Some(("k", keys)) => {
            let keys: Map<String, Value> = serde_json::from_str(keys).unwrap_or_default();
            let pairs: Vec<String> = keys.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("[{}]", pairs.join(","))
        }
        Some(("v", value)) => format!("[={value}]"),
        Some((_, index)) => format!("[{index}]"),
        None => element.to_owned(),
    }
}
