//! The schemas of built-in kinds at `/openapi/v3`, and with them the table of Go types that they are made from, compared with
//! those of the real server.

use crate::support::{Cluster, ClusterKind};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The documents of the built-in kinds that the sandbox serves.
const DOCUMENTS: &[&str] = &[
    "api/v1",
    "apis/apiextensions.k8s.io/v1",
    "apis/authentication.k8s.io/v1",
    "apis/authorization.k8s.io/v1",
    "apis/autoscaling/v1",
    "apis/autoscaling/v2",
    "apis/coordination.k8s.io/v1",
    "apis/events.k8s.io/v1",
];

async fn schemas(cluster: &Cluster, document: &str) -> Map<String, Value> {
    let request = http::Request::get(format!("/openapi/v3/{document}")).body(Vec::new()).unwrap();
    let document: Value = cluster.client.request(request).await.unwrap();
    document["components"]["schemas"].as_object().unwrap().clone()
}

/// What both can say: no words, no lists of accepted values, no default that is Go's zero.
fn comparable(schema: &Value) -> Value {
    let Value::Object(fields) = schema else { return schema.clone() };
    if let Some([only]) = schema["allOf"].as_array().map(Vec::as_slice) {
        // Beside words, a reference has to stand in a list.
        return only.clone();
    }
    let zeros = [json!(""), json!({}), json!(0), json!(false)];
    let is_compared = |name: &str, value: &Value| match name {
        "description" | "enum" | "x-kubernetes-group-version-kind" | "x-kubernetes-unions" => value.is_object(),
        "default" => !zeros.contains(value),
        _ => true,
    };
    let fields = fields.iter().filter(|(name, value)| is_compared(name, value));
    let comparable = |(name, value): (&String, &Value)| match name.as_str() {
        "properties" => {
            let properties = value.as_object().unwrap().iter();
            (name.clone(), properties.map(|(name, schema)| (name.clone(), comparable(schema))).collect())
        }
        "items" | "additionalProperties" => (name.clone(), comparable(value)),
        _ => (name.clone(), value.clone()),
    };
    Value::Object(fields.map(comparable).collect())
}

/// Whether ours leaves the form of the value open: JSON that reads and writes itself.
fn is_open(schema: &Value) -> bool {
    ["items", "additionalProperties"].iter().any(|part| schema.get(part).is_some_and(is_open))
        || schema.get("x-kubernetes-preserve-unknown-fields") == Some(&json!(true))
}

fn difference(ours: &Value, theirs: &Value) -> String {
    let (ours, theirs) = (comparable(ours), comparable(theirs));
    let mut report = String::new();
    let empty = Map::new();
    let properties = |schema: &Value| schema["properties"].as_object().unwrap_or(&empty).clone();
    let (own, other) = (properties(&ours), properties(&theirs));
    for name in own.keys().chain(other.keys().filter(|name| !own.contains_key(*name))) {
        let (own, other) = (own.get(name), other.get(name));
        if own != other && !own.is_some_and(is_open) {
            writeln!(report, "  {name}:\n    ours   {}\n    theirs {}", json!(own), json!(other)).unwrap();
        }
    }
    let rest = |mut schema: Value| {
        schema.as_object_mut().unwrap().remove("properties");
        schema
    };
    let (ours, theirs) = (rest(ours), rest(theirs));
    if ours != theirs {
        writeln!(report, "  ours   {ours}\n  theirs {theirs}").unwrap();
    }
    report
}

#[tokio::test]
async fn built_in_types_are_described_as_the_real_server_describes_them() {
    let real = Cluster::bare(ClusterKind::Real, "models").await;
    let sandbox = Cluster::bare(ClusterKind::InProcess, "models").await;
    let (mut compared, mut report) = (0, String::new());
    for document in DOCUMENTS {
        let (ours, theirs) = tokio::join!(schemas(&sandbox, document), schemas(&real, document));
        for (name, schema) in &ours {
            let found =
                theirs.get(name).map_or_else(|| "  not there\n".to_owned(), |theirs| difference(schema, theirs));
            if !found.is_empty() {
                write!(report, "\n{document} {name}\n{found}").unwrap();
            }
            compared += 1;
        }
    }
    assert!(compared > 250, "{compared} types compared");
    assert!(report.is_empty(), "{report}");
}
