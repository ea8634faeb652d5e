//! `--sort-by`, as kubectl sorts (its `pkg/cmd/get/sorter.go`).

use crate::cli::error::Error;
use crate::text::jsonpath::{self, Template};
use crate::text::quantity::Quantity;
use serde_json::Value;

/// Up to as many elements Go's sort is an insertion sort.
const INSERTED: usize = 12;

/// By which field.
#[derive(Clone, Debug)]
pub(super) struct SortBy {
    /// In the form that messages have.
    path: String,
    template: Template,
}

impl SortBy {
    /// Reads a relaxed JSONPath: `.x`, `x` or `{.x}`.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let template = jsonpath::relaxed(text).map_err(Error::cause)?;
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
        Ok(Self { path: format!("{{.{}}}", inner.strip_prefix('.').unwrap_or(inner)), template })
    }

    /// Sorts by the field; `object` finds the object that has it.
    ///
    /// # Errors
    /// When no object has the field, when it holds something that has no order, or when the path does not fit.
    pub(super) fn sort<T>(&self, items: &mut Vec<T>, object: impl Fn(&T) -> &Value) -> Result<(), Error> {
        let keys = items.iter().map(|item| self.key(object(item))).collect::<Result<Vec<_>, _>>()?;
        if !items.is_empty() && keys.iter().all(Option::is_none) {
            let message = format!("couldn't find any field with path {:?} in the list of objects", self.path);
            return Err(Error::plain(message));
        }
        if items.len() > 1
            && let Some(kind) = keys.iter().flatten().find_map(unsortable)
        {
            return Err(Error::plain(format!("Field {} is an unsortable type: {kind}", self.path)));
        }
        let mut keyed: Vec<(Option<Value>, T)> = keys.into_iter().zip(items.drain(..)).collect();
        sort(&mut keyed);
        items.extend(keyed.into_iter().map(|(_, item)| item));
        Ok(())
    }

    fn key(&self, object: &Value) -> Result<Option<Value>, Error> {
        let results = self.template.results(object, true).map_err(Error::cause)?;
        Ok(results.into_iter().next().and_then(|first| first.into_iter().next()).map(std::borrow::Cow::into_owned))
    }
}

/// Go's sort calls what lacks the field less than anything, itself included, so that a few such elements come out in
/// reverse. For more elements Go promises no order among equals, and they keep theirs.
fn sort<T>(keyed: &mut [(Option<Value>, T)]) {
    if keyed.len() > INSERTED {
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) => compare(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        });
        return;
    }
    for end in 1..keyed.len() {
        for place in (1..=end).rev() {
            let is_less = match (keyed.get(place), keyed.get(place - 1)) {
                (Some((None, _)), _) => true,
                (Some((Some(this), _)), Some((Some(before), _))) => compare(this, before).is_lt(),
                _ => false,
            };
            if !is_less {
                break;
            }
            keyed.swap(place, place - 1);
        }
    }
}

/// Numbers as numbers, quantities as quantities, any other text by its bytes, null first.
fn compare(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ => x.as_f64().unwrap_or_default().total_cmp(&y.as_f64().unwrap_or_default()),
        },
        (Value::String(x), Value::String(y)) => match (Quantity::parse(x), Quantity::parse(y)) {
            (Ok(x), Ok(y)) => x.cmp(&y),
            _ => x.cmp(y),
        },
        _ => rank(a).cmp(&rank(b)),
    }
}

/// A field of several types has an order here, and none in kubectl.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Number(_) => 1,
        _ => 2,
    }
}

fn unsortable(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("bool"),
        Value::Array(_) => Some("[]interface {}"),
        Value::Object(_) => Some("map[string]interface {}"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sorted(path: &str, values: &[Value]) -> Result<Vec<i64>, String> {
        let mut items: Vec<(usize, Value)> = values.iter().cloned().enumerate().collect();
        let order = SortBy::parse(path).map_err(|error| error.to_string())?;
        order.sort(&mut items, |(_, value)| value).map_err(|error| error.to_string())?;
        Ok(items.iter().map(|(index, _)| i64::try_from(*index).unwrap()).collect())
    }

    #[test]
    fn numbers_quantities_and_texts_have_their_own_orders() {
        assert_eq!(sorted(".x", &[json!({"x": 10}), json!({"x": 9}), json!({"x": 9.5})]).unwrap(), [1, 2, 0]);
        assert_eq!(sorted("x", &[json!({"x": "1Gi"}), json!({"x": "2Mi"}), json!({"x": "500"})]).unwrap(), [2, 1, 0]);
        assert_eq!(sorted("{.x}", &[json!({"x": "b"}), json!({"x": "B"}), json!({"x": "a"})]).unwrap(), [1, 2, 0]);
    }

    #[test]
    fn what_lacks_the_field_comes_first_and_in_reverse() {
        let values = [json!({"n": 0}), json!({"x": 1}), json!({"n": 2}), json!({"x": 0}), json!({})];
        assert_eq!(sorted(".x", &values).unwrap(), [4, 2, 0, 3, 1]);
    }

    #[test]
    fn equals_keep_their_order_in_a_long_list() {
        let values: Vec<Value> = (0..40).map(|index| json!({"x": index % 2})).collect();
        let evens_then_odds: Vec<i64> = (0..40).step_by(2).chain((1..40).step_by(2)).collect();
        assert_eq!(sorted(".x", &values).unwrap(), evens_then_odds);
    }

    #[test]
    fn what_cannot_be_sorted_is_an_error() {
        assert_eq!(
            sorted("spec.nope", &[json!({})]).unwrap_err(),
            "couldn't find any field with path \"{.spec.nope}\" in the list of objects"
        );
        assert_eq!(
            sorted(".x", &[json!({"x": {}}), json!({})]).unwrap_err(),
            "Field {.x} is an unsortable type: map[string]interface {}"
        );
        assert!(sorted("{.x", &[]).unwrap_err().starts_with("unexpected path string"));
        assert_eq!(sorted(".x", &[]).unwrap(), [0; 0]);
    }
}
