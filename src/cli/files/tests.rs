use super::*;

const SET: &str = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {name: web}\n";
const HERE: Namespace<'static> = Namespace { name: "here", enforced: false };

fn read_as(bytes: &[u8], check: Check, namespace: Namespace<'_>) -> Vec<Result<Document, String>> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m");
    std::fs::write(&path, bytes).unwrap();
    let path = path.to_str().unwrap().to_owned();
    let files = Files { filename: vec![path.clone()], ..Files::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let found = runtime.block_on(files.read(check, namespace)).unwrap();
    // Some messages quote the path, which doubles a Windows path's backslashes.
    let quoted = path.escape_debug().to_string();
    let told = |error: Error| error.to_string().replace(&quoted, "m").replace(&path, "m");
    found.into_iter().map(|document| document.map_err(told)).collect()
}

fn read(text: &str) -> Vec<Result<Document, String>> {
    read_as(text.as_bytes(), Check::Decoded, HERE)
}

fn names(documents: &[Result<Document, String>]) -> Vec<String> {
    documents
        .iter()
        .map(|document| document.as_ref().map_or_else(Clone::clone, |document| document.name.clone()))
        .collect()
}

#[test]
fn a_manifest_without_a_namespace_goes_where_the_context_says() {
    let document = read(SET).pop().unwrap().unwrap();
    assert_eq!(
        (document.kind, document.name.as_str(), document.namespace.as_str()),
        (ManifestKind::Set, "web", "here")
    );
    assert_eq!(document.object["metadata"]["namespace"], "here");
}

#[test]
fn an_explicit_namespace_must_agree_with_the_manifest() {
    let other =
        "{apiVersion: kubevirt.io/v1, kind: VirtualMachineInstanceReplicaSet, metadata: {name: a, namespace: other}}";
    assert_eq!(read(other)[0].as_ref().unwrap().namespace, "other");
    let enforced = Namespace { enforced: true, ..HERE };
    assert_eq!(
        read_as(other.as_bytes(), Check::Decoded, enforced)[0].as_ref().unwrap_err(),
        "the namespace from the provided object \"other\" does not match the namespace \"here\". You must pass \
         '--namespace=other' to perform this operation."
    );
}

#[test]
fn streams_and_lists_are_taken_apart() {
    let json = |name: &str| {
        format!(
            r#"{{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstanceReplicaSet","metadata":{{"name":"{name}"}}}}"#
        )
    };
    let (a, b) = (json("a"), json("b"));
    assert_eq!(names(&read(&format!("{a}\n{b}"))), ["a", "b"]);
    assert_eq!(names(&read(&format!("---\n{SET}---\n# nothing\n---\nnull\n---\n{SET}"))), ["web", "web"]);
    let list = format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[{a},{{"apiVersion":"v1","kind":"List","items":[{b}]}}]}}"#
    );
    assert_eq!(names(&read(&list)), ["a", "b"]);
    let typed = r#"{"apiVersion":"kubevirt.io/v1","kind":"VirtualMachineInstanceReplicaSetList","items":[{"metadata":{"name":"c"}}]}"#;
    assert_eq!(names(&read(typed)), ["c"]);
}

#[test]
fn documents_before_a_broken_one_are_still_there() {
    let found = read(&format!("{SET}---\na: [\n---\n{SET}"));
    assert_eq!(found.len(), 2);
    assert!(found[0].is_ok());
    assert!(found[1].as_ref().unwrap_err().starts_with("error parsing m: error converting YAML to JSON: yaml: "));
}

#[test]
fn a_comment_may_stand_behind_the_line_between_documents_and_nothing_else() {
    let other = SET.replace("web", "other");
    assert_eq!(names(&read(&format!("--- # one\n{SET}---#two\n{other}"))), ["web", "other"]);
    let found = read(&format!("{SET}--- x\n{SET}"));
    assert_eq!(found[1].as_ref().unwrap_err(), "error parsing m: invalid Yaml document separator: x");
}

#[test]
fn a_byte_order_mark_tells_the_encoding() {
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(SET.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(names(&read_as(&utf16, Check::Decoded, HERE)), ["web"]);
    let mut utf8 = vec![0xef, 0xbb, 0xbf];
    utf8.extend(SET.bytes());
    assert_eq!(names(&read_as(&utf8, Check::Decoded, HERE)), ["web"]);
}

#[test]
fn what_is_no_object_is_refused_as_kubectl_refuses_it() {
    let off = "; if you choose to ignore these errors, turn validation off with --validate=false";
    let cases = [
        ("metadata: {name: a}\napiVersion: v1", Check::Validated, format!("error validating \"m\": error validating data: kind not set{off}")),
        ("kind: Pod", Check::Validated, format!("error validating \"m\": error validating data: apiVersion not set{off}")),
        ("- a", Check::Validated, format!("error validating \"m\": error validating data: invalid object to validate{off}")),
        ("{\"a\": ", Check::Validated, "error parsing m: unexpected EOF".to_owned()),
        ("apiVersion: v1", Check::Decoded, "unable to decode \"m\": Object 'Kind' is missing in '{\"apiVersion\":\"v1\"}'".to_owned()),
        (
            "{apiVersion: kubevirt.io/v1, kind: Bar, metadata: {name: a}}",
            Check::Decoded,
            "resource mapping not found for name: \"a\" namespace: \"\" from \"m\": no matches for kind \"Bar\" in version \"kubevirt.io/v1\"".to_owned(),
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
            Check::Decoded,
            "Pod \"a\" in \"m\" is neither a VirtualMachineInstanceReplicaSet nor a HorizontalPodAutoscaler".to_owned(),
        ),
    ];
    for (text, check, message) in cases {
        assert_eq!(read_as(text.as_bytes(), check, HERE)[0].as_ref().unwrap_err(), &message, "{text}");
    }
}

#[test]
fn autoscalers_beside_the_sets_are_ours() {
    for version in ["v1", "v2"] {
        let text =
            format!("{{apiVersion: autoscaling/{version}, kind: HorizontalPodAutoscaler, metadata: {{name: h}}}}");
        assert_eq!(read(&text)[0].as_ref().unwrap().kind, ManifestKind::Hpa);
    }
}
