//! What of a document a template can see: the rest of a large list need not be kept.

use super::{Node, Template};
use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// Which fields of a document are looked at. Lists are transparent: what holds for a list holds for its items.
///
/// As a seed it reads a document and leaves out every field that is not reached; a template yields the same from what is
/// left as from the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The value and all below it.
    Everything,
    /// Of an object these fields; what is no object, and no list of objects, is kept.
    Fields(BTreeMap<String, Reach>),
}

type Path = Vec<String>;

impl Reach {
    /// Nothing but that there is a value.
    pub fn nothing() -> Self {
        Self::Fields(BTreeMap::new())
    }

    /// These fields and all below them; names joined by dots.
    pub fn of_paths(paths: &[&str]) -> Self {
        let mut reach = Self::nothing();
        paths.iter().for_each(|path| reach.add(&path.split('.').map(ToOwned::to_owned).collect::<Vec<_>>()));
        reach
    }

    /// What is reached of a field.
    pub fn of(&self, field: &str) -> Self {
        match self {
            Self::Everything => Self::Everything,
            Self::Fields(fields) => fields.get(field).cloned().unwrap_or_else(Self::nothing),
        }
    }

    /// That there is a value, whatever it is.
    fn touch(&mut self, path: &[String]) {
        if let (Self::Fields(fields), [name, rest @ ..]) = (self, path) {
            fields.entry(name.clone()).or_insert_with(Self::nothing).touch(rest);
        }
    }

    /// The value and all below it.
    fn add(&mut self, path: &[String]) {
        let Self::Fields(fields) = self else { return };
        match path {
            [] => *self = Self::Everything,
            [name, rest @ ..] => fields.entry(name.clone()).or_insert_with(Self::nothing).add(rest),
        }
    }
}

impl Template {
    /// What the template looks at, in a document whose `items`, if it has any, are a list.
    pub fn reach(&self) -> Reach {
        let mut trace = Trace { reach: Reach::nothing() };
        match trace.template(&self.nodes) {
            Some(()) => trace.reach,
            None => Reach::Everything,
        }
    }
}

struct Trace {
    reach: Reach,
}

impl Trace {
    /// `None` for ranges that are not closed as they are opened, and for words that mean nothing.
    fn template(&mut self, nodes: &[Node]) -> Option<()> {
        let mut blocks: Vec<Vec<Path>> = vec![vec![Path::new()]];
        for node in nodes {
            let Node::List(action) = node else { continue };
            match action.as_slice() {
                [Node::Identifier(word)] if word == "end" && blocks.len() > 1 => {
                    blocks.pop();
                }
                [Node::Identifier(word), rest @ ..] if word == "range" => {
                    let found = self.list(rest, blocks.last()?.clone())?;
                    // A range counts what it goes over, whatever its block looks at.
                    found.iter().for_each(|path| self.reach.touch(path));
                    blocks.push(found);
                }
                action => {
                    let found = self.list(action, blocks.last()?.clone())?;
                    self.keep(&found);
                }
            }
        }
        (blocks.len() == 1).then_some(())
    }

    fn keep(&mut self, paths: &[Path]) {
        paths.iter().for_each(|path| self.reach.add(path));
    }

    /// Follows an expression from some places to others.
    fn list(&mut self, nodes: &[Node], from: Vec<Path>) -> Option<Vec<Path>> {
        nodes.iter().try_fold(from, |at, node| self.step(node, at))
    }

    fn step(&mut self, node: &Node, mut at: Vec<Path>) -> Option<Vec<Path>> {
        match node {
            Node::Field(name) => at.iter_mut().for_each(|path| path.push(name.clone())),
            Node::Array(_) => {}
            Node::Wildcard if at.iter().all(|path| path == &["items"]) => {}
            // A constant stands for each of the values that led to it.
            Node::Wildcard | Node::Recursive | Node::Text(_) | Node::Int(_) | Node::Float(_) | Node::Bool(_) => {
                self.keep(&at);
            }
            Node::List(nodes) => at = self.list(nodes, at)?,
            Node::Union(parts) => {
                let found: Option<Vec<_>> = parts.iter().map(|part| self.list(part, at.clone())).collect();
                at = found?.concat();
            }
            Node::Filter { left, right, .. } => {
                // A constant by itself looks at nothing.
                for side in
                    [left, right].into_iter().filter(|side| !matches!(side.as_slice(), [only] if is_constant(only)))
                {
                    let found = self.list(side, at.clone())?;
                    self.keep(&found);
                }
            }
            Node::Identifier(_) => return None,
        }
        Some(at)
    }
}

fn is_constant(node: &Node) -> bool {
    matches!(node, Node::Text(_) | Node::Int(_) | Node::Float(_) | Node::Bool(_))
}

impl<'de> DeserializeSeed<'de> for &Reach {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self {
            Reach::Everything => serde::Deserialize::deserialize(deserializer),
            Reach::Fields(fields) => deserializer.deserialize_any(Pruned { reach: self, fields }),
        }
    }
}

struct Pruned<'r> {
    reach: &'r Reach,
    fields: &'r BTreeMap<String, Reach>,
}

impl<'de> Visitor<'de> for Pruned<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        while let Some(item) = items.next_element_seed(self.reach)? {
            kept.push(item);
        }
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            match self.fields.get(&name) {
                Some(reach) => {
                    let value = entries.next_value_seed(reach)?;
                    kept.insert(name, value);
                }
                None => {
                    entries.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(kept.into())
    }
}
