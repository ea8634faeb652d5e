//! JSON Patch as the real server applies it, within the real server's limits.
//!
//! The crate json-patch follows RFC 6902 to the letter and undoes a patch that fails, which panics after a move of the
//! root. The real server's library (evanphx/json-patch v4) has another idea of negative indexes, of keys that are
//! missing and of the root, and undoes nothing: it works on a copy. So does this.

use crate::apiserver::object::depth;
use serde_json::Value;

/// The most operations of one patch (`maxJSONPatchOperations` of apiserver's `endpoints/handlers/patch.go`).
pub(super) const MOST_OPERATIONS: usize = 10_000;
/// The most bytes that the copies of one patch may add (`JSONPatchMaxCopyBytes` of apiserver's `server/config.go`).
const MOST_COPIED: usize = 3 << 20;
/// How deep a patch may nest an object on its way: as deep as serde_json reads one that is sent in one piece, so that
/// whoever walks through it needs no more stack than for that.
const DEEPEST: usize = 127;

/// The patch cannot be applied. The real server does not tell a client why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DoesNotFit;

/// Applies the operations, one after another, to an object. What comes of a patch that fails is lost with it.
///
/// # Errors
/// When one of them does not fit, is unknown, or exceeds a limit.
pub(super) fn apply(mut object: Value, operations: &[Value]) -> Result<Value, DoesNotFit> {
    let mut copied = 0;
    for operation in operations {
        step(&mut object, operation, &mut copied)?;
    }
    Ok(object)
}

fn step(object: &mut Value, operation: &Value, copied: &mut usize) -> Result<(), DoesNotFit> {
    let value = || operation.get("value").cloned().unwrap_or(Value::Null);
    let path = text(operation, "path");
    match text(operation, "op")? {
        "add" => add(object, path?, value()),
        "remove" => remove(object, path?).map(drop),
        "replace" => replace(object, path?, value()),
        "test" => test(object, path?, operation.get("value").unwrap_or(&Value::Null)),
        "move" => {
            let moved = remove(object, text(operation, "from")?)?;
            add(object, path?, moved)
        }
        "copy" => {
            let source = get(object, text(operation, "from")?)?.cloned();
            *copied += source.as_ref().map_or(0, |source| source.to_string().len());
            if *copied > MOST_COPIED {
                return Err(DoesNotFit);
            }
            add(object, path?, source.unwrap_or(Value::Null))
        }
        _ => Err(DoesNotFit),
    }
}

fn text<'a>(operation: &'a Value, field: &str) -> Result<&'a str, DoesNotFit> {
    operation.get(field).and_then(Value::as_str).ok_or(DoesNotFit)
}

/// What holds the value at a path, and the value's key in it. What stands before the first slash is not looked at.
fn find<'a>(object: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), DoesNotFit> {
    let (_, path) = path.split_once('/').ok_or(DoesNotFit)?;
    let (parents, key) = path.rsplit_once('/').map_or((None, path), |(parents, key)| (Some(parents), key));
    let mut place = object;
    for token in parents.into_iter().flat_map(|parents| parents.split('/')) {
        let token = unescaped(token);
        place = match place {
            Value::Object(fields) => fields.get_mut(&token),
            Value::Array(items) => index(&token, items.len()).and_then(|index| items.get_mut(index)),
            _ => None,
        }
        .ok_or(DoesNotFit)?;
    }
    if place.is_object() || place.is_array() { Ok((place, unescaped(key))) } else { Err(DoesNotFit) }
}

fn unescaped(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// A place in a list of so many items; a negative one is counted from the end.
fn index(token: &str, length: usize) -> Option<usize> {
    let index: i64 = token.parse().ok()?;
    let index = if index < 0 { i64::try_from(length).ok()?.checked_add(index)? } else { index };
    usize::try_from(index).ok().filter(|index| *index < length)
}

/// The value at a path, or none where an object lacks the key.
fn get<'a>(object: &'a mut Value, path: &str) -> Result<Option<&'a Value>, DoesNotFit> {
    let (holder, key) = find(object, path)?;
    match holder {
        Value::Object(fields) => Ok(fields.get(&key)),
        Value::Array(items) => index(&key, items.len()).map(|index| items.get(index)).ok_or(DoesNotFit),
        _ => Err(DoesNotFit),
    }
}

fn add(object: &mut Value, path: &str, value: Value) -> Result<(), DoesNotFit> {
    check_depth(path, &value)?;
    let (holder, key) = find(object, path)?;
    match holder {
        Value::Object(fields) => drop(fields.insert(key, value)),
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) => {
            let index = index(&key, items.len() + 1).ok_or(DoesNotFit)?;
            items.insert(index, value);
        }
        _ => return Err(DoesNotFit),
    }
    Ok(())
}

fn remove(object: &mut Value, path: &str) -> Result<Value, DoesNotFit> {
    let (holder, key) = find(object, path)?;
    match holder {
        Value::Object(fields) => fields.remove(&key).ok_or(DoesNotFit),
        Value::Array(items) => index(&key, items.len()).map(|index| items.remove(index)).ok_or(DoesNotFit),
        _ => Err(DoesNotFit),
    }
}

fn replace(object: &mut Value, path: &str, value: Value) -> Result<(), DoesNotFit> {
    if path.is_empty() {
        return match value {
            Value::Object(_) | Value::Array(_) => {
                *object = value;
                Ok(())
            }
            _ => Err(DoesNotFit),
        };
    }
    check_depth(path, &value)?;
    let (holder, key) = find(object, path)?;
    match holder {
        Value::Object(fields) => drop(fields.insert(key, value)),
        Value::Array(items) => {
            let index = index(&key, items.len()).ok_or(DoesNotFit)?;
            items[index] = value;
        }
        _ => return Err(DoesNotFit),
    }
    Ok(())
}

fn test(object: &mut Value, path: &str, wanted: &Value) -> Result<(), DoesNotFit> {
    let found = if path.is_empty() { Some(&*object) } else { get(object, path)? };
    if found.unwrap_or(&Value::Null) == wanted { Ok(()) } else { Err(DoesNotFit) }
}

/// Refuses a value that would nest the object too deeply at its new place.
fn check_depth(path: &str, value: &Value) -> Result<(), DoesNotFit> {
    let deepest = path.matches('/').count() + depth(value);
    if deepest > DEEPEST { Err(DoesNotFit) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn applied(operations: &Value) -> Result<Value, DoesNotFit> {
        apply(json!({"a": {"b": [1, 2, 3]}, "c/d": "x"}), operations.as_array().unwrap())
    }

    #[test]
    fn operations_do_what_the_real_servers_library_does() {
        let cases = [
            (json!({"op": "add", "path": "/a/b/-1", "value": 9}), json!({"a": {"b": [1, 2, 3, 9]}, "c/d": "x"})),
            (json!({"op": "add", "path": "/a/b/-", "value": 9}), json!({"a": {"b": [1, 2, 3, 9]}, "c/d": "x"})),
            (json!({"op": "remove", "path": "/a/b/-1"}), json!({"a": {"b": [1, 2]}, "c/d": "x"})),
            (json!({"op": "remove", "path": "/c~1d"}), json!({"a": {"b": [1, 2, 3]}})),
            (json!({"op": "replace", "path": "/n", "value": 1}), json!({"a": {"b": [1, 2, 3]}, "c/d": "x", "n": 1})),
            (json!({"op": "replace", "path": "", "value": {}}), json!({})),
            (json!({"op": "copy", "from": "/none", "path": "/a"}), json!({"a": null, "c/d": "x"})),
            (json!({"op": "move", "from": "/a/b", "path": "/b"}), json!({"a": {}, "b": [1, 2, 3], "c/d": "x"})),
            (json!({"op": "test", "path": "/none", "value": null}), json!({"a": {"b": [1, 2, 3]}, "c/d": "x"})),
        ];
        for (operation, wanted) in cases {
            assert_eq!(applied(&json!([operation])), Ok(wanted), "{operation}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_nothing_panics() {
        let cases = [
            json!([{"op": "move", "from": "", "path": "/x"}, {"op": "remove", "path": "/none"}]),
            json!([{"op": "move", "from": "", "path": ""}]),
            json!([{"op": "move", "from": "/a", "path": "/a/b/0"}]),
            json!([{"op": "copy", "from": "", "path": "/a/x"}]),
            json!([{"op": "remove", "path": ""}]),
            json!([{"op": "add", "path": "", "value": {}}]),
            json!([{"op": "remove", "path": "/a/b/99999999999999999999999999"}]),
            json!([{"op": "remove", "path": "/a/b/-9223372036854775808"}]),
            json!([{"op": "add", "path": "/a/b/5", "value": 1}]),
            json!([{"op": "add", "path": "/c~1d/e", "value": 1}]),
            json!([{"op": "replace", "path": "", "value": 7}]),
            json!([{"op": "dance", "path": "/a"}]),
            json!([{"op": "add", "path": 7}]),
            json!([null]),
        ];
        for operations in cases {
            assert_eq!(applied(&operations), Err(DoesNotFit), "{operations}");
        }
    }

    #[test]
    fn doubling_again_and_again_ends_at_a_limit() {
        let wide = vec![json!({"op": "copy", "from": "/a/b", "path": "/a/b/-"}); 200];
        assert_eq!(applied(&Value::Array(wide)), Err(DoesNotFit));
        let deep = vec![json!({"op": "copy", "from": "/a", "path": "/a/a"}); 200];
        assert_eq!(applied(&Value::Array(deep)), Err(DoesNotFit));
        let mut text = json!([{"op": "add", "path": "/t", "value": "x".repeat(100_000)}]);
        let copies = vec![json!({"op": "copy", "from": "/t", "path": "/u"}); 32];
        text.as_array_mut().unwrap().extend(copies);
        assert_eq!(applied(&text), Err(DoesNotFit), "32 times 100 000 bytes are more than 3 MiB");
    }

    #[test]
    fn an_object_is_never_nested_deeper_than_it_could_be_sent() {
        let inside = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
        let add = |levels| json!([{"op": "add", "path": "/a/x", "value": inside(levels)}]);
        let deepest = applied(&add(DEEPEST - 2)).unwrap().to_string();
        assert!(serde_json::from_str::<Value>(&deepest).is_ok());
        assert_eq!(applied(&add(DEEPEST - 1)), Err(DoesNotFit));
    }

    fn pointer() -> impl Strategy<Value = String> {
        let token = prop::sample::select(vec!["", "a", "b", "-", "-1", "0", "1", "99999999999", "~1", "~", "+1", "é"]);
        prop::collection::vec(token, 0..4)
            .prop_map(|tokens| tokens.iter().map(|token| format!("/{token}")).collect::<String>())
    }

    fn operation() -> impl Strategy<Value = Value> {
        let names = prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]);
        let values = prop::sample::select(vec![json!(null), json!([]), json!({"b": [1]}), json!("x")]);
        (names, pointer(), pointer(), values)
            .prop_map(|(op, path, from, value)| json!({"op": op, "path": path, "from": from, "value": value}))
    }

    proptest! {
        #[test]
        fn any_sequence_of_operations_ends(operations in prop::collection::vec(operation(), 0..20)) {
            let _ = applied(&Value::Array(operations));
        }
    }
}
