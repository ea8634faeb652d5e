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
const CONFIG_KEY_SYNTAX: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
     'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/// What is wrong with `text` as an RFC 1123 label (a namespace's name, for one); empty if nothing.
pub fn dns_label_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 63 {
        faults.push("must be no more than 63 characters".to_owned());
    }
    if is_dns_label(text) {
        return faults;
    }
    let only_dots = is_dns_subdomain(text);
    faults.push(if only_dots { "must not contain dots" } else { LABEL_SYNTAX }.to_owned());
    faults
}

/// What is wrong with `text` as an RFC 1123 subdomain (most objects' names); empty if nothing.
pub fn dns_subdomain_faults(text: &str) -> Vec<String> {
    // Of a name apimachinery counts characters, of everything else bytes.
    subdomain_faults(text, "characters")
}

fn subdomain_faults(text: &str, unit: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 253 {
        faults.push(format!("must be no more than 253 {unit}"));
    }
    if !is_dns_subdomain(text) {
        faults.push(SUBDOMAIN_SYNTAX.to_owned());
    }
    faults
}

/// What is wrong with `text` as the key of an entry of a ConfigMap or Secret; empty if nothing.
pub fn config_key_faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if text.len() > 253 {
        faults.push("must be no more than 253 characters".to_owned());
    }
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')) {
        faults.push(CONFIG_KEY_SYNTAX.to_owned());
    }
    match text {
        "." | ".." => faults.push(format!("must not be '{text}'")),
        _ if text.starts_with("..") => faults.push("must not start with '..'".to_owned()),
        _ => {}
    }
    faults
}

/// What is wrong with `text` as the name of a port of a container; empty if nothing.
pub fn port_name_faults(text: &str) -> Vec<String> {
    let checks = [
        (text.len() > 15, "must be no more than 15 characters"),
        (
            text.is_empty() || !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        (!text.bytes().any(|b| b.is_ascii_lowercase()), "must contain at least one letter (a-z)"),
        (text.contains("--"), "must not contain consecutive hyphens"),
        (text.starts_with('-') || text.ends_with('-'), "must not begin or end with a hyphen"),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, why)| why.to_owned()).collect()
}

/// What is wrong with `text` as one segment of a path; empty if nothing.
pub fn path_segment_faults(text: &str) -> Vec<String> {
    if matches!(text, "." | "..") {
        return vec![format!("may not be '{text}'")];
    }
    ["/", "%"].into_iter().filter(|bad| text.contains(*bad)).map(|bad| format!("may not contain '{bad}'")).collect()
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
                faults.extend(subdomain_faults(prefix, "bytes").iter().map(|fault| format!("prefix part {fault}")));
            }
            name
        }
        _ => {
            let tail = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {QUALIFIED_SYNTAX} {tail}")];
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

fn is_dns_subdomain(text: &str) -> bool {
    text.split('.').all(is_dns_label)
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
        for bad in ["", "-a", "a-", "A", "a_b", "ä"] {
            assert_eq!(dns_label_faults(bad), [LABEL_SYNTAX], "{bad:?}");
        }
        assert_eq!(dns_label_faults("a.b"), ["must not contain dots"]);
        for bad in ["", ".", "a..b", "a.", "A.b"] {
            assert_eq!(dns_subdomain_faults(bad), [SUBDOMAIN_SYNTAX], "{bad:?}");
        }
        assert_eq!(dns_label_faults(&"a".repeat(64)), ["must be no more than 63 characters"]);
        assert_eq!(dns_subdomain_faults(&"a".repeat(254)), ["must be no more than 253 characters"]);
        assert_eq!(
            qualified_name_faults(&format!("{}/a", "a".repeat(254))),
            ["prefix part must be no more than 253 bytes"]
        );
        assert_eq!(config_key_faults(".."), ["must not be '..'"]);
        assert_eq!(config_key_faults("..a"), ["must not start with '..'"]);
        assert_eq!(config_key_faults("a b"), [CONFIG_KEY_SYNTAX]);
        assert_eq!(port_name_faults("-1").len(), 2);
        assert_eq!(path_segment_faults("a/b%"), ["may not contain '/'", "may not contain '%'"]);
        assert_eq!(qualified_name_faults("/a"), ["prefix part must be non-empty"]);
        assert_eq!(qualified_name_faults("a/b/c").len(), 1);
        assert_eq!(qualified_name_faults("").len(), 2);
        assert_eq!(label_value_faults("-a"), [LABEL_VALUE_SYNTAX]);
    }
}
