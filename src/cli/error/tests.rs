use super::*;
use http::{Method, StatusCode};

use serde_json::json;

fn refusal(body: &serde_json::Value) -> Error {
    client::Error::from_response(StatusCode::BAD_REQUEST, body.to_string().as_bytes()).into()
}

fn failure(reason: &str, message: &str) -> Error {
    refusal(&json!({"kind": "Status", "status": "Failure", "reason": reason, "message": message, "code": 400}))
}

#[test]
fn a_refusal_names_its_reason() {
    assert_eq!(render(&failure("NotFound", "x not found")), "Error from server (NotFound): x not found");
    assert_eq!(render(&failure("", "no")), "Error from server: no");
    assert_eq!(
        render(&failure("Unauthorized", "Unauthorized")),
        "error: You must be logged in to the server (Unauthorized)"
    );
}

#[test]
fn a_refusal_of_a_files_object_names_the_file_behind_the_reason() {
    let error = failure("AlreadyExists", "it exists").in_file("creating", "m.yaml");
    assert_eq!(render(&error), "Error from server (AlreadyExists): error when creating \"m.yaml\": it exists");
    let plain = Error::plain("broken").in_file("creating", "STDIN");
    assert_eq!(render(&plain), "error: error when creating \"STDIN\": broken");
}

#[test]
fn what_is_invalid_is_told_cause_by_cause() {
    let invalid = |details: serde_json::Value| {
        let body =
            json!({"kind": "Status", "status": "Failure", "reason": "Invalid", "message": "m", "details": details});
        render(&refusal(&body))
    };
    let one = json!({"kind": "VM", "name": "a", "causes": [{"field": "spec", "message": "Required value"}]});
    assert_eq!(invalid(one), "The VM \"a\" is invalid: spec: Required value");
    let two = json!({"kind": "VM", "name": "a", "causes": [
        {"field": "spec", "message": "1"}, {"field": "spec", "message": "2"}, {"field": "spec", "message": "1"}]});
    assert_eq!(invalid(two), "The VM \"a\" is invalid: \n* spec: 1\n* spec: 2\n");
    assert_eq!(invalid(serde_json::Value::Null), "The request is invalid: m");
    assert_eq!(invalid(json!({"kind": "VM", "name": "a"})), "The VM \"a\" is invalid");
}

#[test]
fn an_answer_that_is_no_status_is_told_in_client_gos_words() {
    let path = "/apis/kubevirt.io/v1/namespaces/n/virtualmachineinstancereplicasets/web/scale";
    let error = |code: u16, body: &str| {
        let code = StatusCode::from_u16(code).unwrap();
        render(&client::Error::from_answer(&Method::GET, path, code, body.as_bytes()).into())
    };
    let subject = "(get virtualmachineinstancereplicasets.kubevirt.io web)";
    let cases = [
        (404, "404 page not found", "NotFound", "the server could not find the requested resource"),
        (409, "", "Conflict", "the server reported a conflict"),
        (503, "x", "ServiceUnavailable", "the server is currently unable to handle the request"),
        (500, "oh\n", "InternalError", "an error on the server (\"oh\") has prevented the request from succeeding"),
    ];
    for (code, body, reason, message) in cases {
        assert_eq!(error(code, body), format!("Error from server ({reason}): {message} {subject}"));
    }
}

#[test]
fn several_failures_stand_one_to_a_line_and_plain_ones_lose_their_prefix() {
    let many = Error::Many(vec![failure("NotFound", "x"), Error::plain("the path \"y\" does not exist")]);
    assert_eq!(render(&many), "Error from server (NotFound): x\nthe path \"y\" does not exist\n");
}

#[test]
fn an_invalid_configuration_is_a_list_when_it_has_several_faults() {
    let one = Error::Client(client::Error::InvalidConfig(vec!["a".into()]));
    assert_eq!(render(&one), "Error in configuration: a");
    let two = Error::Client(client::Error::InvalidConfig(vec!["a".into(), "b".into()]));
    assert_eq!(render(&two), "Error in configuration: \n* a\n* b\n");
}

#[test]
fn missing_crds_and_missing_rights_come_with_a_next_step() {
    let path = "/apis/kubevirt.io/v1/namespaces/n/virtualmachineinstancereplicasets";
    let missing = client::Error::from_answer(&Method::GET, path, StatusCode::NOT_FOUND, b"404 page not found\n").into();
    assert!(next_step(&missing, false).is_some_and(|hint| hint.starts_with("KubeVirt's CRDs are not installed")));
    let body = json!({"kind": "Status", "status": "Failure", "reason": "Forbidden", "code": 403, "message":
        "x is forbidden: User \"u\" cannot patch resource \"virtualmachineinstancereplicasets/scale\" in API group \
         \"kubevirt.io\" in the namespace \"n\""});
    let forbidden = refusal(&body);
    assert_eq!(next_step(&forbidden, false), None);
    assert_eq!(
        next_step(&forbidden, true).unwrap(),
        "Ask for that right; to see whether you have it: kubectl auth can-i patch \
         virtualmachineinstancereplicasets.kubevirt.io --subresource=scale -n n"
    );
}
