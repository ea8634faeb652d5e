//! The body of a write, from JSON, YAML or protobuf to a value.

use super::Call;
use super::status::{MEDIA_TYPES, Refused, Status};
use crate::apiserver::kinds::Nature;
use crate::text::go::json::{name_of, syntax_error};
use http::header::CONTENT_TYPE;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value, and what a strict reader minds in how it was written.
pub(super) struct Decoded {
    pub(super) value: Value,
    /// Paths of the fields that were written twice.
    pub(super) duplicates: Vec<String>,
    /// What is wrong with the patch from which it comes, in whole sentences.
    pub(super) patch_faults: Vec<String>,
}

impl Decoded {
    /// A value without any fault.
    pub(super) fn plain(value: Value) -> Self {
        Self { value, duplicates: Vec::new(), patch_faults: Vec::new() }
    }
}

impl Call<'_> {
    /// The media type of the body, without parameters; JSON where the client does not say.
    pub(super) fn media_type(&self) -> &str {
        let media_type = self.header(CONTENT_TYPE).split(';').next().unwrap_or("").trim();
        if media_type.is_empty() { "application/json" } else { media_type }
    }

    /// Whether the body of a POST or PUT is in a format that can be read.
    pub(super) fn knows_media_type(&self) -> bool {
        let custom = self.target.kind.nature == Nature::Custom;
        match self.media_type() {
            "application/json" | "application/yaml" => true,
            "application/vnd.kubernetes.protobuf" => !custom,
            _ => false,
        }
    }

    /// The object in the body.
    ///
    /// # Errors
    /// 415 for an unknown format, 400 for text that cannot be read.
    pub(super) fn decode(&self) -> Result<Decoded, Refused> {
        match self.media_type() {
            "application/json" => json(self.body).map_err(|why| self.unreadable(&why)),
            "application/yaml" => yaml(self.body).map(Decoded::plain).map_err(|why| self.unreadable(&why)),
            "application/vnd.kubernetes.protobuf" if self.target.kind.nature != Nature::Custom => {
                super::rules::protobuf(self.body).map(Decoded::plain).map_err(|why| self.unrecognized(&why))
            }
            _ => Err(Status::unsupported_media_type(MEDIA_TYPES)),
        }
    }

    /// The wish in the body of a server-side apply, in YAML or JSON.
    ///
    /// # Errors
    /// 400 for text that cannot be read.
    pub(super) fn decode_apply(&self) -> Result<Value, Refused> {
        let unread = |why: String| Status::bad_request(format!("error decoding YAML: {why}"));
        let value = match json(self.body) {
            Ok(decoded) => decoded.value,
            Err(_) => yaml(self.body).map_err(unread)?,
        };
        let named = value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("");
        let name = self.target.object_name()?;
        if !named.is_empty() && named != name {
            let why = format!("the name of the object ({named}) does not match the name on the URL ({name})");
            return Err(Status::bad_request(why));
        }
        let mut value = value;
        super::object::set_meta(&mut value, "name", name);
        Ok(value)
    }

    /// 400 for a custom resource that does not say what it is.
    pub(super) fn without_kind(&self) -> Refused {
        let body = String::from_utf8_lossy(self.body);
        Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): Object 'Kind' is missing in '{body}' ({})",
            self.target.kind.kind,
            excerpt(self.body)
        ))
    }

    fn unreadable(&self, why: &str) -> Refused {
        self.unrecognized(&format!("couldn't get version/kind; json parse error: {why}"))
    }

    fn unrecognized(&self, why: &str) -> Refused {
        Status::bad_request(format!(
            "the object provided is unrecognized (must be of type {}): {why} ({})",
            self.target.kind.kind,
            excerpt(self.body)
        ))
    }
}

/// The beginning of a body, as the real server quotes it.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if body.is_empty() {
        return "<empty>".to_owned();
    }
    let printable = text.starts_with('{');
    let shown: String = if printable {
        text.chars().take(30).collect()
    } else {
        body.iter().take(15).map(|byte| format!("{byte:02x}")).collect()
    };
    let cut = if printable { text.chars().count() > 30 } else { body.len() > 15 };
    if cut { format!("{shown} ...") } else { shown }
}

/// Reads JSON, noting fields that appear twice; of those the later one wins, and maps are merged, as in Go.
///
/// # Errors
/// What is wrong, in Go's words where they are known.
pub(super) fn json(body: &[u8]) -> Result<Decoded, String> {
    let decoded = tree(body).map_err(|error| syntax_error(&error, body))?;
    match decoded.value {
        Value::Object(_) => Ok(decoded),
        Value::Null => Ok(Decoded { value: Value::Object(Map::new()), ..decoded }),
        other => Err(no_object(&other)),
    }
}

/// Go's words for a value where an object has to be.
pub(super) fn no_object(value: &Value) -> String {
    let found = name_of(value);
    format!(
        "json: cannot unmarshal {found} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}"
    )
}

/// Reads any JSON, as [`json`] does.
///
/// # Errors
/// What is wrong with it.
pub(super) fn tree(body: &[u8]) -> Result<Decoded, serde_json::Error> {
    let mut duplicates = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let seed = Seed { path: String::new(), duplicates: &mut duplicates };
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(Decoded { value, duplicates, patch_faults: Vec::new() })
}

fn yaml(body: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let documents = crate::text::yaml::documents(text).map_err(|error| error.to_string())?;
    Ok(documents.into_iter().next().unwrap_or_else(|| Value::Object(Map::new())))
}

struct Seed<'a> {
    path: String,
    duplicates: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let seed = Seed { path: format!("{}[{}]", self.path, list.len()), duplicates: self.duplicates };
            match items.next_element_seed(seed)? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let dot = if self.path.is_empty() { "" } else { "." };
            let path = format!("{}{dot}{key}", self.path);
            let seed = Seed { path: path.clone(), duplicates: self.duplicates };
            let value = entries.next_value_seed(seed)?;
            if map.contains_key(&key) {
                self.duplicates.push(path);
            }
            match (map.get_mut(&key), value) {
                (Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
                (_, value) => {
                    map.insert(key, value);
                }
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_written_twice_are_noted_with_their_path() {
        let decoded = json(br#"{"a":{"b":1,"b":2},"l":[{"x":1,"x":1}],"a":{"c":3}}"#).ok().unwrap();
        assert_eq!(decoded.duplicates, ["a.b", "l[0].x", "a"]);
        assert_eq!(decoded.value["a"], serde_json::json!({"b": 2, "c": 3}));
    }

    #[test]
    fn broken_text_is_told_in_the_words_of_go() {
        let cases: [(&[u8], &str); 4] = [
            (b"{", "unexpected end of JSON input"),
            (b"", "unexpected end of JSON input"),
            (b"{\"a\":1} x", "invalid character 'x' after top-level value"),
            (b"{\"a\" 1}", "invalid character '1' after object key"),
        ];
        for (text, wanted) in cases {
            assert_eq!(json(text).err().unwrap(), wanted);
        }
    }
}
