//! Objects and the rows that a real API server 1.37 made of them (`cases.json`).

use crate::api::table::ListMeta;
use crate::apiserver::registry::KINDS;
use crate::apiserver::table::{Form, IncludeObject, render};
use serde_json::Value;

#[test]
fn built_in_kinds_are_printed_as_the_real_server_prints_them() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let mut failures = Vec::new();
    for case in &cases {
        let plural = case["path"].as_str().unwrap().rsplit('/').next().unwrap();
        let kind = KINDS.iter().find(|kind| kind.plural == plural).unwrap();
        let now = case["now"].as_str().unwrap().parse().unwrap();
        let form = Form { version: "v1", include: IncludeObject::None, headers: true, now };
        let table = render(kind, std::slice::from_ref(&case["object"]), &[], &ListMeta::default(), form);
        let row = &table["rows"][0];
        if row["cells"] != case["cells"] || row.get("conditions").unwrap_or(&Value::Null) != &case["conditions"] {
            failures.push(format!(
                "{} {}\n  ours {row}\n  real {}",
                plural, case["object"]["metadata"]["name"], case["cells"]
            ));
        }
    }
    assert!(failures.is_empty(), "{} of {} rows differ:\n{}", failures.len(), cases.len(), failures.join("\n"));
}
