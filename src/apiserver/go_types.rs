//! Bodies and the Go types behind them: a body that does not fit is refused in the words of Go's decoder, and fields that a
//! type does not have are dropped and told.

#[cfg(test)]
mod tests;

use crate::scheme::{self, Struct, Type};
use crate::text::go::json::name_of;
use serde_json::Value;

/// The Go type that a body is decoded into.
#[derive(Clone, Copy, Debug)]
pub(super) struct GoType {
    of: &'static Struct,
    /// The field in which the value was found, where it is decoded apart from its object.
    inside: Option<&'static str>,
}

/// The type of a built-in kind in a version; `None` for a custom kind.
pub(super) fn built_in(api_version: &str, kind: &str) -> Option<GoType> {
    scheme::of(api_version, kind).map(|of| GoType { of, inside: None })
}

/// The type of a custom resource's metadata, which is decoded apart from the rest.
pub(super) fn metadata() -> GoType {
    GoType { of: scheme::object_meta(), inside: Some("metadata") }
}

impl GoType {
    /// Takes the fields that the type does not have out of the value, and gives their paths.
    ///
    /// # Errors
    /// Go's words for the first field of another type.
    pub(super) fn fit(self, value: &mut Value) -> Result<Vec<String>, String> {
        let mut unknown = Vec::new();
        let place = Place { owner: None, path: String::new(), shown: self.inside.unwrap_or("").to_owned() };
        fit(value, &Type::Object(self.of), &place, &mut unknown)?;
        Ok(unknown)
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

    fn unfit(&self, value: &Value, wanted: &Type) -> String {
        let found = match value {
            Value::Number(number) if matches!(wanted, Type::Int32 | Type::Int64) => format!("number {number}"),
            _ => name_of(value).to_owned(),
        };
        let place = match self.owner {
            Some(owner) => format!("struct field {owner}.{}", self.path),
            None => "value".to_owned(),
        };
        format!("json: cannot unmarshal {found} into Go {place} of type {}", wanted.go_name())
    }
}

fn fit(value: &mut Value, wanted: &Type, place: &Place, unknown: &mut Vec<String>) -> Result<(), String> {
    match (wanted.plain(), value) {
        (_, Value::Null)
        | (Type::Any(_), _)
        | (Type::Text(_) | Type::Time | Type::MicroTime | Type::Bytes, Value::String(_))
        | (Type::Bool, Value::Bool(_))
        | (Type::Quantity | Type::IntOrString | Type::Float64, Value::Number(_))
        | (Type::IntOrString, Value::String(_)) => Ok(()),
        (Type::Quantity, Value::String(text)) if is_quantity(text) => Ok(()),
        (Type::Quantity, _) => Err(NO_QUANTITY.to_owned()),
        (Type::Int32, Value::Number(number)) if number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()) => Ok(()),
        (Type::Int64, Value::Number(number)) if number.is_i64() => Ok(()),
        (Type::Object(of), Value::Object(fields)) => {
            // Metadata first, as people write it.
            let mut names: Vec<String> = fields.keys().cloned().collect();
            names.sort_by_key(|name| name != "metadata");
            for name in names {
                let at = place.field(of.name, &name);
                match (of.field(&name), fields.get_mut(&name)) {
                    (Some(field), Some(value)) => fit(value, &field.of, &at, unknown)?,
                    _ => {
                        fields.remove(&name);
                        unknown.push(at.shown);
                    }
                }
            }
            Ok(())
        }
        (Type::Map(of), Value::Object(entries)) => {
            entries.iter_mut().try_for_each(|(name, value)| fit(value, of, &place.part(&format!(".{name}")), unknown))
        }
        (Type::List(of), Value::Array(items)) => items
            .iter_mut()
            .enumerate()
            .try_for_each(|(index, value)| fit(value, of, &place.part(&format!("[{index}]")), unknown)),
        (_, value) => Err(place.unfit(value, wanted)),
    }
}

/// What `resource.ParseQuantity` says of other text.
const NO_QUANTITY: &str = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

/// Whether text has the form of a quantity.
fn is_quantity(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let suffix = rest.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
    let tail = suffix.trim_start_matches(|character: char| "eEinumkKMGTP".contains(character));
    let digits = tail.strip_prefix(['+', '-']).unwrap_or(tail);
    suffix.len() < rest.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
