//! The Go types behind metadata and some built-in kinds: a body that does not fit them is refused in the words of Go's
//! decoder, and fields they do not have are dropped and told.

mod types;

#[cfg(test)]
mod tests;

use serde_json::Value;
use types::{Go, Struct};

/// A Go type in whose words a body is refused.
#[derive(Clone, Copy, Debug)]
pub(super) struct Typed {
    of: &'static Struct,
    /// The field in which the value was found, where it is decoded apart from its object.
    inside: Option<&'static str>,
}

/// The type of a built-in kind in a version; `None` for a kind that is described nowhere here.
pub(super) fn built_in(kind: &str, version: &str) -> Option<Typed> {
    types::of(kind, version).map(|of| Typed { of, inside: None })
}

/// The type of a custom resource's metadata, which is decoded apart from the rest.
pub(super) fn metadata() -> Typed {
    Typed { of: &types::OBJECT_META, inside: Some("metadata") }
}

impl Typed {
    /// Takes the fields that the type does not have out of the value, and gives their paths.
    ///
    /// # Errors
    /// Go's words for the first field of another type.
    pub(super) fn fit(self, value: &mut Value) -> Result<Vec<String>, String> {
        let mut unknown = Vec::new();
        let place = Place { owner: None, path: String::new(), shown: self.inside.unwrap_or("").to_owned() };
        fit(value, &Go::Struct(self.of), &place, &mut unknown)?;
        Ok(unknown)
    }
}

/// What Go calls a JSON value's type.
pub(super) fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

struct Place {
    /// The struct whose field this is.
    owner: Option<&'static str>,
    /// As a type error names it: without the places in lists.
    path: String,
    /// As an unknown field is named: with them.
    shown: String,
}

impl Place {
    fn field(&self, owner: &'static str, name: &str) -> Self {
        let join = |path: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        Self { owner: Some(owner), path: join(&self.path), shown: join(&self.shown) }
    }

    fn part(&self, suffix: &str) -> Self {
        Self { owner: self.owner, path: self.path.clone(), shown: format!("{}{suffix}", self.shown) }
    }

    fn unfit(&self, value: &Value, wanted: &Go) -> String {
        let found = match value {
            Value::Number(number) if matches!(wanted, Go::Int32 | Go::Int64) => format!("number {number}"),
            _ => name_of(value).to_owned(),
        };
        let place = match self.owner {
            Some(owner) => format!("struct field {owner}.{}", self.path),
            None => "value".to_owned(),
        };
        format!("json: cannot unmarshal {found} into Go {place} of type {}", wanted.name())
    }
}

fn fit(value: &mut Value, wanted: &Go, place: &Place, unknown: &mut Vec<String>) -> Result<(), String> {
    match (wanted, value) {
        (_, Value::Null) | (Go::Any, _) | (Go::Text(_) | Go::Time, Value::String(_)) | (Go::Bool, Value::Bool(_)) => {
            Ok(())
        }
        (Go::Quantity | Go::IntOrString, Value::Number(_)) | (Go::IntOrString, Value::String(_)) => Ok(()),
        (Go::Quantity, Value::String(text)) if types::is_quantity(text) => Ok(()),
        (Go::Quantity, _) => Err(types::NO_QUANTITY.to_owned()),
        (Go::Int32, Value::Number(number)) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()) => Ok(()),
        (Go::Int64, Value::Number(number)) if number.is_i64() => Ok(()),
        (Go::Struct(of), Value::Object(fields)) => {
            // Metadata first, as people write it.
            let mut names: Vec<String> = fields.keys().cloned().collect();
            names.sort_by_key(|name| name != "metadata");
            for name in names {
                let at = place.field(of.name, &name);
                match (of.field(&name), fields.get_mut(&name)) {
                    (Some(wanted), Some(value)) => fit(value, wanted, &at, unknown)?,
                    _ => {
                        fields.remove(&name);
                        unknown.push(at.shown);
                    }
                }
            }
            Ok(())
        }
        (Go::Map(of), Value::Object(entries)) => {
            entries.iter_mut().try_for_each(|(name, value)| fit(value, of, &place.part(&format!(".{name}")), unknown))
        }
        (Go::List(of), Value::Array(items)) => items
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, value)| fit(value, of, &place.part(&format!("[{index}]")), unknown)),
        (wanted, value) => Err(place.unfit(value, wanted)),
    }
}
