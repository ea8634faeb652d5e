//! What the client wants to read: the `Accept` header.

use crate::apiserver::registry::{Kind, StorageKind};
use crate::apiserver::status::{Status, StatusError};

/// The transform of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// The object or the list itself.
    None,
    /// A `Table` for a person.
    Table,
    /// Metadata only.
    PartialObjectMetadata,
}

/// The encoding of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// JSON, also for clients that would rather have protobuf.
    Json,
    /// YAML.
    Yaml,
}

/// What the answer should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaTypeOptions {
    /// Its transform.
    pub transform: Transform,
    /// Its encoding.
    pub encoding: Encoding,
    /// `v1` or `v1beta1` of `meta.k8s.io`, for a Table or metadata.
    pub meta_version: &'static str,
    /// Whether a list of metadata was asked for by name.
    pub list: bool,
}

/// The first clause of an `Accept` header that can be honored; an empty header wants plain JSON.
///
/// # Errors
/// 406 where there is none.
pub fn negotiate(header: &str, kind: &Kind, collection: bool) -> Result<MediaTypeOptions, StatusError> {
    if header.trim().is_empty() {
        return Ok(MediaTypeOptions {
            transform: Transform::None,
            encoding: Encoding::Json,
            meta_version: "v1",
            list: false,
        });
    }
    let mut known = false;
    for clause in header.split(',') {
        let mut parts = clause.split(';').map(str::trim);
        let encoding = match parts.next().unwrap_or("") {
            "application/json" | "*/*" | "application/*" | "application/vnd.kubernetes.protobuf" => Encoding::Json,
            "application/yaml" => Encoding::Yaml,
            _ => continue,
        };
        known = true;
        if let Some((transform, meta_version)) = transform(parts) {
            let list = clause.contains("as=PartialObjectMetadataList");
            return Ok(MediaTypeOptions { transform, encoding, meta_version, list });
        }
    }
    Err(if known || kind.storage == StorageKind::Custom {
        Status::not_transformable()
    } else {
        Status::not_acceptable(collection)
    })
}

fn transform<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<(Transform, &'static str)> {
    let (mut r#as, mut version, mut group) = ("", "", "");
    for (name, value) in parameters.filter_map(|parameter| parameter.split_once('=')) {
        match name.trim() {
            "as" => r#as = value.trim(),
            "v" => version = value.trim(),
            "g" => group = value.trim(),
            _ => {}
        }
    }
    let version = match (group, version) {
        ("meta.k8s.io", "v1") => Some("v1"),
        ("meta.k8s.io", "v1beta1") => Some("v1beta1"),
        _ => None,
    };
    match r#as {
        "" => Some((Transform::None, "v1")),
        "Table" => Some((Transform::Table, version?)),
        "PartialObjectMetadata" | "PartialObjectMetadataList" => Some((Transform::PartialObjectMetadata, version?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_clause_that_can_be_honoured_wins() {
        let cases = [
            ("", Some(Transform::None)),
            ("*/*", Some(Transform::None)),
            ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", Some(Transform::Table)),
            ("application/json;as=Foo;v=v1;g=meta.k8s.io,application/json", Some(Transform::None)),
            (
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
                Some(Transform::PartialObjectMetadata),
            ),
            ("application/json;as=Foo;v=v1;g=meta.k8s.io", None),
            ("text/html", None),
        ];
        let pods = crate::apiserver::registry::by_path("", "v1", "pods").unwrap();
        for (header, wanted) in cases {
            assert_eq!(negotiate(header, pods, false).ok().map(|found| found.transform), wanted, "{header}");
        }
    }
}
