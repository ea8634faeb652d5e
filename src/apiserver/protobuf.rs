//! Bodies in `application/vnd.kubernetes.protobuf`, which kubectl sends for built-in kinds.
//!
//! The envelope is `k8s\0` and a `runtime.Unknown`; the messages are those of [`scheme`]. An object comes out as the same
//! client's JSON would have had it.

#[cfg(test)]
mod tests;
mod wire;

use crate::scheme::{self, Field, Json, Struct, Type};
use jiff::Timestamp;
use k8s_openapi::ByteString;
use serde_json::{Map, Value, json};
use wire::{Reader, Scalar};

/// Why a body cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtobufError {
    /// Its first four bytes are others.
    #[error("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")]
    NotAnEnvelope,
    /// It ends within a field.
    #[error("unexpected EOF")]
    Truncated,
    /// A number of more than 64 bits.
    #[error("proto: integer overflow")]
    Overflow,
    /// A field that is encoded in a way that Kubernetes does not use for it.
    #[error("proto: wrong wireType = {wire_type} for field {field}")]
    WireType {
        /// How it is encoded.
        wire_type: u64,
        /// The field's name, or its number if it is not known.
        field: String,
    },
    /// Text that is not UTF-8, JSON that is not JSON, or a time that no calendar has.
    #[error("proto: field {0} has an invalid value")]
    BadValue(&'static str),
    /// A kind that is not built in.
    #[error("no kind {kind:?} is registered for version {api_version:?}")]
    UnknownKind {
        /// `GROUP/VERSION`.
        api_version: String,
        /// The kind.
        kind: String,
    },
}

/// Reads an object, with `apiVersion` and `kind`.
///
/// # Errors
/// [`ProtobufError`] for anything that is not a message of a kind that is known here.
pub fn decode(body: &[u8]) -> Result<Value, ProtobufError> {
    let envelope = body.strip_prefix(b"k8s\0").ok_or(ProtobufError::NotAnEnvelope)?;
    let (mut api_version, mut kind, mut raw) = (String::new(), String::new(), &envelope[..0]);
    let mut reader = Reader::new(envelope);
    while let Some((number, scalar)) = reader.field()? {
        match number {
            1 => (api_version, kind) = type_meta(scalar.bytes("typeMeta")?)?,
            2 => raw = scalar.bytes("raw")?,
            _ => {}
        }
    }
    let known = if kind == "DeleteOptions" { Some(scheme::delete_options()) } else { scheme::of(&api_version, &kind) };
    let Some(known) = known else {
        return Err(ProtobufError::UnknownKind { api_version, kind });
    };
    let mut object = message(known, raw)?;
    object.insert("apiVersion".to_owned(), json!(api_version));
    object.insert("kind".to_owned(), json!(kind));
    Ok(Value::Object(object))
}

fn type_meta(bytes: &[u8]) -> Result<(String, String), ProtobufError> {
    let (mut api_version, mut kind) = (String::new(), String::new());
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        match number {
            1 => api_version = scalar.text("apiVersion")?.to_owned(),
            2 => kind = scalar.text("kind")?.to_owned(),
            _ => {}
        }
    }
    Ok((api_version, kind))
}

fn message(of: &Struct, bytes: &[u8]) -> Result<Map<String, Value>, ProtobufError> {
    let mut object = Map::new();
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        let Some(field) = of.numbered(number) else { continue };
        if let Some(embedded) = field.embedded() {
            object.extend(message(embedded, scalar.bytes(embedded.name)?)?);
        } else {
            add(&mut object, field, &scalar)?;
        }
    }
    Ok(object)
}

/// Adds what one occurrence of a field says: its value, an item of its list or an entry of its map.
fn add(object: &mut Map<String, Value>, field: &Field, scalar: &Scalar<'_>) -> Result<(), ProtobufError> {
    match field.of.plain() {
        Type::List(of) => {
            let item = value(field.name, of, scalar)?;
            if let Some(items) = object.entry(field.name).or_insert_with(|| json!([])).as_array_mut() {
                items.push(item);
            }
        }
        Type::Map(of) => {
            let (key, item) = entry(field.name, of, scalar.bytes(field.name)?)?;
            if let Some(entries) = object.entry(field.name).or_insert_with(|| json!({})).as_object_mut() {
                entries.insert(key, item);
            }
        }
        of => {
            let value = value(field.name, of, scalar)?;
            if is_left_out(field, &value) {
                object.remove(field.name);
            } else {
                object.insert(field.name.to_owned(), value);
            }
        }
    }
    Ok(())
}

/// Whether Go's encoder would have left the value out of JSON; an empty time is null there, which says as little.
fn is_left_out(field: &Field, value: &Value) -> bool {
    let zero = *value == "" || *value == 0 || *value == 0.0 || *value == false;
    value.is_null() || zero && !field.pointer && field.json != Json::Always
}

fn entry(name: &'static str, of: &Type, bytes: &[u8]) -> Result<(String, Value), ProtobufError> {
    let mut key = String::new();
    let mut item = value(name, of, &Scalar::Bytes(&[]))?;
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        match number {
            1 => key = scalar.text(name)?.to_owned(),
            2 => item = value(name, of, &scalar)?,
            _ => {}
        }
    }
    Ok((key, item))
}

fn value(name: &'static str, of: &Type, scalar: &Scalar<'_>) -> Result<Value, ProtobufError> {
    Ok(match of.plain() {
        Type::Text(_) => json!(scalar.text(name)?),
        Type::Int32 | Type::Int64 => json!(scalar.whole(name)?),
        Type::Float64 => json!(scalar.float(name)?),
        Type::Bool => json!(scalar.whole(name)? != 0),
        Type::Bytes => serde_json::to_value(ByteString(scalar.bytes(name)?.to_vec())).unwrap_or_default(),
        Type::Time => time(name, scalar.bytes(name)?, "%Y-%m-%dT%H:%M:%SZ")?,
        Type::MicroTime => time(name, scalar.bytes(name)?, "%Y-%m-%dT%H:%M:%S.%6fZ")?,
        Type::Quantity => quantity(name, scalar.bytes(name)?)?,
        Type::IntOrString => int_or_string(name, scalar.bytes(name)?)?,
        Type::Any(_) => embedded_json(name, scalar.bytes(name)?)?,
        // A list within a map is a message of its own.
        Type::List(of) => items(name, of, scalar.bytes(name)?)?,
        Type::Object(of) => Value::Object(message(of, scalar.bytes(name)?)?),
        Type::Map(_) | Type::Named(..) => return Err(ProtobufError::BadValue(name)),
    })
}

/// `Time { seconds, nanos }`; null for the empty message, which is Go's zero time.
fn time(name: &'static str, bytes: &[u8], format: &str) -> Result<Value, ProtobufError> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    let (mut seconds, mut nanos) = (0, 0);
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        match number {
            1 => seconds = scalar.whole(name)?,
            2 => nanos = scalar.whole(name)?,
            _ => {}
        }
    }
    let nanos = i32::try_from(nanos).map_err(|_| ProtobufError::BadValue(name))?;
    let time = Timestamp::new(seconds, nanos).map_err(|_| ProtobufError::BadValue(name))?;
    Ok(json!(time.strftime(format).to_string()))
}

fn quantity(name: &'static str, bytes: &[u8]) -> Result<Value, ProtobufError> {
    let mut text = "0";
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        if number == 1 {
            text = scalar.text(name)?;
        }
    }
    Ok(json!(text))
}

fn int_or_string(name: &'static str, bytes: &[u8]) -> Result<Value, ProtobufError> {
    let (mut is_text, mut number, mut text) = (false, 0, "");
    let mut reader = Reader::new(bytes);
    while let Some((field, scalar)) = reader.field()? {
        match field {
            1 => is_text = scalar.whole(name)? != 0,
            2 => number = scalar.whole(name)?,
            3 => text = scalar.text(name)?,
            _ => {}
        }
    }
    Ok(if is_text { json!(text) } else { json!(number) })
}

fn items(name: &'static str, of: &Type, bytes: &[u8]) -> Result<Value, ProtobufError> {
    let mut items = Vec::new();
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        if number == 1 {
            items.push(value(name, of, &scalar)?);
        }
    }
    Ok(Value::Array(items))
}

fn embedded_json(name: &'static str, bytes: &[u8]) -> Result<Value, ProtobufError> {
    let mut value = Value::Null;
    let mut reader = Reader::new(bytes);
    while let Some((number, scalar)) = reader.field()? {
        if number == 1 {
            value = serde_json::from_slice(scalar.bytes(name)?).map_err(|_| ProtobufError::BadValue(name))?;
        }
    }
    Ok(value)
}
