//! Protobuf's encoding: numbered fields, of which Kubernetes uses two kinds.

use super::ProtobufError;

/// The value of a field.
pub(super) enum Scalar<'a> {
    /// A number or flag.
    Varint(u64),
    /// Text, bytes or a message.
    Bytes(&'a [u8]),
    /// A floating point number of 64 bits.
    Fixed64([u8; 8]),
    /// Of 32 bits, in no message that is known here.
    Fixed32,
}

impl<'a> Scalar<'a> {
    pub(super) fn bytes(&self, field: &'static str) -> Result<&'a [u8], ProtobufError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            other => Err(other.mistyped(field)),
        }
    }

    pub(super) fn text(&self, field: &'static str) -> Result<&'a str, ProtobufError> {
        std::str::from_utf8(self.bytes(field)?).map_err(|_| ProtobufError::BadValue(field))
    }

    /// Negative numbers are sent in two's complement of 64 bits.
    pub(super) fn whole(&self, field: &'static str) -> Result<i64, ProtobufError> {
        match self {
            Self::Varint(number) => Ok(i64::from_ne_bytes(number.to_ne_bytes())),
            other => Err(other.mistyped(field)),
        }
    }

    pub(super) fn float(&self, field: &'static str) -> Result<f64, ProtobufError> {
        match self {
            Self::Fixed64(bytes) => Ok(f64::from_le_bytes(*bytes)),
            other => Err(other.mistyped(field)),
        }
    }

    fn mistyped(&self, field: &str) -> ProtobufError {
        let wire_type = match self {
            Self::Varint(_) => 0,
            Self::Bytes(_) => 2,
            Self::Fixed64(_) => 1,
            Self::Fixed32 => 5,
        };
        ProtobufError::WireType { wire_type, field: field.to_owned() }
    }
}

/// Reads the fields of a message, one after another.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    /// The number and value of the next field; `None` at the end.
    pub(super) fn field(&mut self) -> Result<Option<(u64, Scalar<'a>)>, ProtobufError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let (number, wire_type) = (tag >> 3, tag & 7);
        let scalar = match wire_type {
            0 => Scalar::Varint(self.varint()?),
            1 => {
                let bytes = self.take(8)?.first_chunk().ok_or(ProtobufError::Truncated)?;
                Scalar::Fixed64(*bytes)
            }
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| ProtobufError::Overflow)?;
                Scalar::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Scalar::Fixed32)?,
            wire_type => return Err(ProtobufError::WireType { wire_type, field: number.to_string() }),
        };
        Ok(Some((number, scalar)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], ProtobufError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(ProtobufError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, ProtobufError> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(ProtobufError::Truncated)?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(ProtobufError::Overflow)
    }
}
