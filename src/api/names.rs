//! What may be called what. The rules and their wording are those of apimachinery's `util/validation`.

const LABEL_SYNTAX: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end \
     with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_SYNTAX: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
     start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED_SYNTAX: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric \
     character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_SYNTAX: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
     start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
     validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What is wrong with `text` as an RFC 1123 label (a namespace's name, for one); empty if nothing.
pub fn dns_label_faults(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63);
    if !is_dns_label(text) {
        faults.push(LABEL_SYNTAX.to_owned());
    }
    faults
}

/// What is wrong with `text` as an RFC 1123 subdomain (most objects' names); empty if nothing.
pub fn dns_subdomain_faults(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 253);
    if !text.split('.').all(is_dns_label) {
        faults.push(SUBDOMAIN_SYNTAX.to_owned());
    }
    faults
}

/// What is wrong with `text` as the key of a label or annotation; empty if nothing.
pub fn qualified_name_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let name = match text.split('/').collect::<Vec<_>>()[..] {
        [name] => name,
        [prefix, name] => {
            if prefix.is_empty() {
                faults.push("prefix part must be non-empty".to_owned());
            } else {
                faults.extend(dns_subdomain_faults(prefix).iter().map(|fault| format!("prefix part {fault}")));
            }
            name
        }
        _ => {
            let tail = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a qualified name {QUALIFIED_SYNTAX} {tail}")];
        }
    };
    if name.is_empty() {
        faults.push("name part must be non-empty".to_owned());
    }
    faults.extend(too_long(name, 63).iter().map(|fault| format!("name part {fault}")));
    if !is_qualified(name) {
        faults.push(format!("name part {QUALIFIED_SYNTAX}"));
    }
    faults
}

/// What is wrong with `text` as a label's value; empty if nothing.
pub fn label_value_faults(text: &str) -> Vec<String> {
    let mut faults = too_long(text, 63);
    if !text.is_empty() && !is_qualified(text) {
        faults.push(LABEL_VALUE_SYNTAX.to_owned());
    }
    faults
}

fn too_long(text: &str, most: usize) -> Vec<String> {
    if text.len() > most { vec![format!("must be no more than {most} bytes")] } else { Vec::new() }
}

fn is_dns_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    is_bounded(text, inner, |b| b != b'-')
}

fn is_qualified(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    is_bounded(text, inner, |b| b.is_ascii_alphanumeric())
}

fn is_bounded(text: &str, inner: impl Fn(u8) -> bool, edge: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&last)) => bytes.iter().all(|&b| inner(b)) && edge(first) && edge(last),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_kubernetes_takes() {
        assert!(dns_label_faults("a-1").is_empty());
        assert!(dns_subdomain_faults("a.b-c.d").is_empty());
        assert!(qualified_name_faults("kubevirt.io/vmReplicaSet").is_empty());
        assert!(qualified_name_faults("app").is_empty());
        assert!(label_value_faults("").is_empty());
        assert!(label_value_faults("a_B.c-1").is_empty());
    }

    #[test]
    fn names_that_kubernetes_refuses() {
        for bad in ["", "-a", "a-", "A", "a_b", "a.b", "ä"] {
            assert_eq!(dns_label_faults(bad), [LABEL_SYNTAX], "{bad:?}");
        }
        for bad in ["", ".", "a..b", "a.", "A.b"] {
            assert_eq!(dns_subdomain_faults(bad), [SUBDOMAIN_SYNTAX], "{bad:?}");
        }
        assert_eq!(dns_label_faults(&"a".repeat(64)), ["must be no more than 63 bytes"]);
        assert_eq!(qualified_name_faults("/a"), ["prefix part must be non-empty"]);
        assert_eq!(qualified_name_faults("a/b/c").len(), 1);
        assert_eq!(qualified_name_faults("").len(), 2);
        assert_eq!(label_value_faults("-a"), [LABEL_VALUE_SYNTAX]);
    }
}
