//! kube-openapi's `SchemaValidator`: the checks of one value, in its order, and those of what it holds.

use super::super::fault::Fault;
use super::{field_schema, flag, formats, lists};
use crate::text::go::{fmt, quote};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// What is wrong with a value. `prefix` is the path of the value in its object, empty for the object itself; it stands
/// before the fields but not in the messages.
pub(super) fn faults(schema: &Value, prefix: &str, value: &Value, old: Option<&Value>) -> Vec<Fault> {
    let walk = Walk { prefix };
    walk.value(schema, "", value, old)
}

struct Walk<'a> {
    prefix: &'a str,
}

impl Walk<'_> {
    fn value(&self, schema: &Value, path: &str, value: &Value, old: Option<&Value>) -> Vec<Fault> {
        // What was there before and has not changed is not looked at again.
        if old == Some(value) {
            return Vec::new();
        }
        let mut faults: Vec<_> = self.type_fault(schema, path, value).into_iter().collect();
        if !value.is_null() {
            faults.extend(self.any_of(schema, path, value));
        }
        match value {
            Value::String(text) => faults.extend(self.text_faults(schema, path, text)),
            Value::Number(_) => faults.extend(self.number_faults(schema, path, value)),
            Value::Array(items) => faults.extend(self.array_faults(schema, path, items, old)),
            _ => {}
        }
        faults.extend(self.enum_fault(schema, path, value));
        if let Value::Object(fields) = value {
            faults.extend(self.object_faults(schema, path, fields, old));
        }
        faults
    }

    fn field(&self, path: &str) -> String {
        let path = path.strip_prefix('.').unwrap_or(path);
        match (self.prefix, path) {
            ("", "") => "<nil>".to_owned(),
            ("", path) => path.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}.{path}"),
        }
    }

    fn mistyped(&self, path: &str, expected: &str, found: &str) -> Fault {
        let why = format!("{path} in body must be of type {expected}: {}", quote(found));
        Fault::type_invalid(self.field(path), &Value::from(found), &why)
    }

    fn type_fault(&self, schema: &Value, path: &str, value: &Value) -> Option<Fault> {
        let types = types(schema);
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        if types.is_empty() && format.is_empty() {
            return None;
        }
        let (found, found_format) = type_of(value);
        if value.is_null() {
            let allowed = types.is_empty() || flag(schema, "nullable");
            return (!allowed).then(|| self.mistyped(path, &types.join(","), found));
        }
        let whole = found == "number" && is_json_integer(value) && types.contains(&"integer");
        let fits = types.contains(&found) || whole || found == "integer" && types.contains(&"number");
        let sized = value.is_string() || value.is_array();
        if !sized && !format.is_empty() && !fits && format != found_format {
            return Some(self.mistyped(path, format, found_format));
        }
        let numeric = types.contains(&"number") || types.contains(&"integer");
        if !numeric && !format.is_empty() && sized || fits {
            return None;
        }
        Some(self.mistyped(path, &types.join(","), found))
    }

    /// Of the schemas that do not fit, the first one's faults are told.
    fn any_of(&self, schema: &Value, path: &str, value: &Value) -> Vec<Fault> {
        let Some(schemas) = schema.get("anyOf").and_then(Value::as_array) else { return Vec::new() };
        let mut first = None;
        for schema in schemas {
            let faults = self.value(schema, path, value, None);
            if faults.is_empty() {
                return Vec::new();
            }
            first.get_or_insert(faults);
        }
        let Some(first) = first else { return Vec::new() };
        let why = format!("{} must validate at least one schema (anyOf)", quote(path));
        let mut faults = vec![Self::unplaced(&why)];
        faults.extend(first);
        faults
    }

    /// A fault that the real server reports without its field.
    fn unplaced(why: &str) -> Fault {
        Fault::invalid("<nil>", &Value::from(""), why)
    }

    fn text_faults(&self, schema: &Value, path: &str, text: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        let length = text.chars().count() as u64;
        let pattern = schema.get("pattern").and_then(Value::as_str);
        if let Some(most) = limit(schema, "maxLength").filter(|most| length > *most) {
            faults.push(Fault::too_long(self.field(path), usize::try_from(most).unwrap_or(usize::MAX)));
        } else if let Some(least) = limit(schema, "minLength").filter(|least| length < *least) {
            let why = format!("{path} in body should be at least {least} chars long");
            faults.push(Fault::invalid(self.field(path), &Value::from(text), &why));
        } else if let Some(pattern) = pattern.filter(|pattern| !formats::matches(pattern, text)) {
            let why = format!("{path} in body should match '{pattern}'");
            faults.push(Fault::invalid(self.field(path), &Value::from(text), &why));
        }
        if let Some(format) = schema.get("format").and_then(Value::as_str)
            && !formats::conforms(format, text)
        {
            faults.push(self.mistyped(path, format, text));
        }
        faults
    }

    fn number_faults(&self, schema: &Value, path: &str, value: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        if types(schema) == ["integer"] {
            let format =
                schema.get("format").and_then(Value::as_str).filter(|format| matches!(*format, "int32" | "int64"));
            let whole = whole_number(value);
            let fits = match format {
                Some("int32") => whole.is_some_and(|whole| i32::try_from(whole).is_ok()),
                _ => whole.is_some(),
            };
            if !fits {
                let named = format.map_or("(default format)".to_owned(), |format| format!("with format {format}"));
                faults.push(Self::unplaced(&format!("Checked value must be of type integer {named} in {path}")));
            }
        }
        for (keyword, word) in [("maximum", "less"), ("minimum", "greater")] {
            let Some(bound) = schema.get(keyword) else { continue };
            let order = value.as_f64().partial_cmp(&bound.as_f64());
            let beyond = if keyword == "maximum" { Ordering::Greater } else { Ordering::Less };
            let exclusive = flag(schema, if keyword == "maximum" { "exclusiveMaximum" } else { "exclusiveMinimum" });
            if order == Some(beyond) || exclusive && order == Some(Ordering::Equal) {
                let than = if exclusive { "than" } else { "than or equal to" };
                let why = format!("{path} in body should be {word} {than} {}", fmt::value(bound));
                faults.push(Fault::invalid(self.field(path), value, &why));
            }
        }
        faults
    }

    fn array_faults(&self, schema: &Value, path: &str, items: &[Value], old: Option<&Value>) -> Vec<Fault> {
        let mut faults = Vec::new();
        if let Some(part) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                let old = old.and_then(|old| same_item(schema, item, old));
                faults.extend(self.value(part, &format!("{path}[{index}]"), item, old));
            }
        }
        let count = items.len() as u64;
        if let Some(least) = limit(schema, "minItems").filter(|least| count < *least) {
            let why = format!("{path} in body should have at least {least} items");
            faults.push(Fault::invalid(self.field(path), &Value::from(count), &why));
        }
        if let Some(most) = limit(schema, "maxItems").filter(|most| count > *most) {
            faults.push(Fault::too_many(self.field(path), items.len(), usize::try_from(most).unwrap_or(usize::MAX)));
        }
        faults
    }

    fn enum_fault(&self, schema: &Value, path: &str, value: &Value) -> Option<Fault> {
        let allowed = schema.get("enum")?.as_array()?;
        if allowed.is_empty() || allowed.contains(value) {
            return None;
        }
        let texts: Vec<String> =
            allowed.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let shown = if value.is_null() { &Value::String(String::new()) } else { value };
        Some(Fault::not_supported(self.field(path), shown, &texts))
    }

    fn object_faults(
        &self,
        schema: &Value,
        path: &str,
        fields: &Map<String, Value>,
        old: Option<&Value>,
    ) -> Vec<Fault> {
        let mut faults = Vec::new();
        let count = fields.len() as u64;
        if let Some(least) = limit(schema, "minProperties").filter(|least| count < *least) {
            let why = format!("{path} in body should have at least {least} properties");
            faults.push(Fault::invalid(self.field(path), &Value::from(count), &why));
        }
        if let Some(most) = limit(schema, "maxProperties").filter(|most| count > *most) {
            faults.push(Fault::too_many(self.field(path), fields.len(), usize::try_from(most).unwrap_or(usize::MAX)));
        }
        for (key, value) in fields {
            let Some(part) = field_schema(schema, key) else { continue };
            let child = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            faults.extend(self.value(part, &child, value, old.and_then(|old| old.get(key))));
        }
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !fields.contains_key(*key)) {
            faults.push(Fault::required(self.field(&format!("{path}.{key}")), ""));
        }
        faults
    }
}

/// The item of the old list that is the same one: only the keys of a list map can tell.
fn same_item<'a>(schema: &Value, item: &Value, old: &'a Value) -> Option<&'a Value> {
    if schema.get("x-kubernetes-list-type")? != "map" {
        return None;
    }
    let key = lists::key_of(schema, item);
    old.as_array()?.iter().find(|old| lists::key_of(schema, old) == key)
}

fn types(schema: &Value) -> Vec<&str> {
    if flag(schema, "x-kubernetes-int-or-string") {
        return vec!["integer", "string"];
    }
    schema.get("type").and_then(Value::as_str).into_iter().collect()
}

/// The type of a value and, for numbers, its format, as Go sees them.
fn type_of(value: &Value) -> (&'static str, &'static str) {
    match value {
        Value::Null => ("null", ""),
        Value::Bool(_) => ("boolean", ""),
        Value::Number(number) if number.is_i64() => ("integer", "int64"),
        Value::Number(_) => ("number", "float64"),
        Value::String(_) => ("string", ""),
        Value::Array(_) => ("array", ""),
        Value::Object(_) => ("object", ""),
    }
}

/// Whether a float is a whole number that JSON keeps exactly.
fn is_json_integer(value: &Value) -> bool {
    const MOST: f64 = 9_007_199_254_740_991.0;
    value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() <= MOST)
}

/// The number, if it is whole and fits 64 bits.
fn whole_number(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within the exact range of f64")]
    let float = || value.as_f64().filter(|_| is_json_integer(value)).map(|number| number as i64);
    value.as_i64().or_else(float)
}

fn limit(schema: &Value, keyword: &str) -> Option<u64> {
    schema.get(keyword)?.as_u64()
}
