//! What a Go struct and its fields say of themselves.

/// A Go struct.
#[derive(Debug)]
pub struct Struct {
    /// The package as OpenAPI names it, for instance `io.k8s.api.core.v1`.
    pub package: &'static str,
    /// For instance `ContainerPort`.
    pub name: &'static str,
    /// Whether the whole is one field to managers of fields (`x-kubernetes-map-type: atomic`).
    pub atomic: bool,
    /// In the order of the source, in which Go's encoder writes them.
    members: &'static [Field],
}

/// A field of a struct.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// In protobuf; 0 for what is not in the message.
    pub number: u64,
    /// In JSON; empty for an embedded struct, whose fields stand in the JSON of the struct around it.
    pub name: &'static str,
    /// Its type, pointers left out.
    pub of: Type,
    /// Whether Go holds it behind a pointer, and so tells a zero from nothing.
    pub pointer: bool,
    /// When JSON leaves it out.
    pub json: Json,
    /// Whether OpenAPI calls it required.
    pub required: bool,
    /// What the parts of a list or map are to managers of fields.
    pub elements: Elements,
    /// How a strategic merge patch treats it; `None`: objects are merged and the rest is replaced.
    pub patch: Option<Patch>,
    /// The text that a server fills in.
    pub default: Option<&'static str>,
}

/// When Go's encoder leaves a field out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Json {
    /// Never.
    Always,
    /// Empty texts, lists and maps, zeros and nil; structs never.
    OmitEmpty,
    /// Structs of nothing but zeros as well.
    OmitZero,
}

/// What a list or a map consists of (`x-kubernetes-list-type`, `x-kubernetes-map-type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elements {
    /// Nothing is said: a list is one field, a map consists of its entries.
    Unsaid,
    /// One field.
    Atomic,
    /// A list of values that differ.
    Set,
    /// A list of objects that these fields tell apart.
    Map(&'static [&'static str]),
}

/// The `patchStrategy` and `patchMergeKey` of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patch {
    /// For instance `merge` or `merge,retainKeys`.
    pub strategy: &'static str,
    /// What tells the items of a list apart; empty for a list of plain values.
    pub key: &'static str,
}

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// A string, with the name of its type.
    Text(&'static str),
    /// `bool`
    Bool,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `float64`
    Float64,
    /// `[]byte`; JSON has it in base64.
    Bytes,
    /// RFC 3339, whole seconds.
    Time,
    /// RFC 3339, microseconds.
    MicroTime,
    /// `resource.Quantity`
    Quantity,
    /// `intstr.IntOrString`
    IntOrString,
    /// What reads and writes itself: JSON of any form. With the name of its type.
    Any(&'static str),
    /// By string.
    Map(&'static Type),
    /// A slice.
    List(&'static Type),
    /// A map or slice with a name of its own.
    Named(&'static str, &'static Type),
    /// A struct.
    Object(&'static Struct),
}

pub(super) const STRING: Type = Type::Text("string");
pub(super) const STRINGS: Type = Type::Map(&STRING);

impl Struct {
    /// The field of a JSON name, those of embedded structs included.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.members.iter().find_map(|member| match member.embedded() {
            Some(of) => of.field(name),
            None => (member.name == name).then_some(member),
        })
    }

    /// Every field in the order in which Go writes them, those of embedded structs in their place.
    pub fn fields(&self) -> Vec<&'static Field> {
        let fields = self.members.iter().flat_map(|member| match member.embedded() {
            Some(of) => of.fields(),
            None => vec![member],
        });
        fields.collect()
    }

    /// The field of a protobuf message. An embedded struct is a message of its own there.
    pub fn numbered(&self, number: u64) -> Option<&'static Field> {
        self.members.iter().find(|member| member.number == number && number != 0)
    }

    /// As OpenAPI names it, for instance `io.k8s.api.core.v1.Pod`.
    pub fn model_name(&self) -> String {
        format!("{}.{}", self.package, self.name)
    }

    pub(super) const fn atomic(self) -> Self {
        Self { atomic: true, ..self }
    }
}

impl Type {
    /// The type without a name of its own.
    pub fn plain(&self) -> &Self {
        match self {
            Self::Named(_, of) => of,
            other => other,
        }
    }

    /// What maps and lists consist of in the end.
    pub fn innermost(&'static self) -> &'static Self {
        match self {
            Self::Map(of) | Self::List(of) | Self::Named(_, of) => of.innermost(),
            other => other,
        }
    }

    /// The struct that the type is or consists of.
    pub fn structure(&'static self) -> Option<&'static Struct> {
        match self.innermost() {
            Self::Object(of) => Some(of),
            _ => None,
        }
    }

    /// As Go's `reflect` prints it.
    pub fn go_name(&self) -> String {
        match self {
            Self::Text(name) | Self::Any(name) | Self::Named(name, _) => (*name).to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int32 => "int32".to_owned(),
            Self::Int64 => "int64".to_owned(),
            Self::Float64 => "float64".to_owned(),
            Self::Bytes => "[]uint8".to_owned(),
            // These read their text as a string.
            Self::Time | Self::MicroTime => "string".to_owned(),
            Self::Quantity => "resource.Quantity".to_owned(),
            Self::IntOrString => "intstr.IntOrString".to_owned(),
            Self::Map(of) => format!("map[string]{}", of.go_name()),
            Self::List(of) => format!("[]{}", of.go_name()),
            Self::Object(of) => format!("{}.{}", of.package.rsplit('.').next().unwrap_or_default(), of.name),
        }
    }
}

impl Field {
    /// The struct that is embedded here, if it is one.
    pub fn embedded(&self) -> Option<&'static Struct> {
        match self.of {
            Type::Object(of) if self.name.is_empty() => Some(of),
            _ => None,
        }
    }

    pub(super) const fn openapi_required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) const fn openapi_optional(self) -> Self {
        Self { required: false, ..self }
    }

    pub(super) const fn behind_pointer(self) -> Self {
        Self { pointer: true, ..self }
    }

    pub(super) const fn omitzero(self) -> Self {
        Self { json: Json::OmitZero, ..self }
    }

    pub(super) const fn atomic(self) -> Self {
        Self { elements: Elements::Atomic, ..self }
    }

    pub(super) const fn set(self) -> Self {
        Self { elements: Elements::Set, ..self }
    }

    pub(super) const fn map(self, keys: &'static [&'static str]) -> Self {
        Self { elements: Elements::Map(keys), ..self }
    }

    pub(super) const fn patch(self, strategy: &'static str, key: &'static str) -> Self {
        Self { patch: Some(Patch { strategy, key }), ..self }
    }

    pub(super) const fn default(self, text: &'static str) -> Self {
        Self { default: Some(text), ..self }
    }
}

pub(super) const fn structure(package: &'static str, name: &'static str, members: &'static [Field]) -> Struct {
    Struct { package, name, atomic: false, members }
}

/// A field that is always written.
pub(super) const fn required(number: u64, name: &'static str, of: Type) -> Field {
    let (elements, patch, default) = (Elements::Unsaid, None, None);
    Field { number, name, of, pointer: false, json: Json::Always, required: true, elements, patch, default }
}

/// A value that is left out when it is empty.
pub(super) const fn optional(number: u64, name: &'static str, of: Type) -> Field {
    Field { json: Json::OmitEmpty, required: false, ..required(number, name, of) }
}

/// A pointer that is left out when it is nil.
pub(super) const fn pointer(number: u64, name: &'static str, of: Type) -> Field {
    optional(number, name, of).behind_pointer()
}

/// An embedded struct.
pub(super) const fn inline(number: u64, of: &'static Struct) -> Field {
    required(number, "", Type::Object(of))
}
