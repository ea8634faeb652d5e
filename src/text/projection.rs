//! Which fields of a document are kept when it is read: of a large list most need not be.

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// Which fields of a document are looked at. Lists are transparent: what holds for a list holds for its items.
///
/// As a seed it reads a document and leaves out every other field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// The value and all below it.
    Everything,
    /// Of an object these fields; what is no object, and no list of objects, is kept.
    Fields(BTreeMap<String, Projection>),
}

impl Projection {
    /// Nothing but that there is a value.
    pub fn nothing() -> Self {
        Self::Fields(BTreeMap::new())
    }

    /// These fields and all below them; names joined by dots.
    pub fn of_paths(paths: &[&str]) -> Self {
        let mut projection = Self::nothing();
        paths.iter().for_each(|path| projection.add(&path.split('.').map(ToOwned::to_owned).collect::<Vec<_>>()));
        projection
    }

    /// What is looked at of a field.
    pub fn of(&self, field: &str) -> Self {
        match self {
            Self::Everything => Self::Everything,
            Self::Fields(fields) => fields.get(field).cloned().unwrap_or_else(Self::nothing),
        }
    }

    /// That there is a value, whatever it is.
    pub(super) fn touch(&mut self, path: &[String]) {
        if let (Self::Fields(fields), [name, rest @ ..]) = (self, path) {
            fields.entry(name.clone()).or_insert_with(Self::nothing).touch(rest);
        }
    }

    /// The value and all below it.
    pub(super) fn add(&mut self, path: &[String]) {
        let Self::Fields(fields) = self else { return };
        match path {
            [] => *self = Self::Everything,
            [name, rest @ ..] => fields.entry(name.clone()).or_insert_with(Self::nothing).add(rest),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &Projection {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        match self {
            Projection::Everything => serde::Deserialize::deserialize(deserializer),
            Projection::Fields(fields) => deserializer.deserialize_any(Pruned { projection: self, fields }),
        }
    }
}

struct Pruned<'r> {
    projection: &'r Projection,
    fields: &'r BTreeMap<String, Projection>,
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
        while let Some(item) = items.next_element_seed(self.projection)? {
            kept.push(item);
        }
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            match self.fields.get(&name) {
                Some(projection) => {
                    let value = entries.next_value_seed(projection)?;
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
