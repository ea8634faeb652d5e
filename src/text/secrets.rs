//! What nobody is to read on a terminal or in a log: passwords in addresses, and in the fields that hold some.

use std::borrow::Cow;

const MASK: &str = "<masked>";

/// Fields whose text is a secret: of KubeVirt's cloud-init volumes, of kubeconfigs and of credentials.
const FIELDS: [&str; 16] = [
    "userData",
    "userDataBase64",
    "networkData",
    "networkDataBase64",
    "token",
    "password",
    "id-token",
    "refresh-token",
    "access-token",
    "client-secret",
    "client-key-data",
    "clientKeyData",
    "accessToken",
    "refreshToken",
    "clientSecret",
    "Authorization",
];

/// Parts of the names of query parameters whose value is a secret.
const PARAMETERS: [&str; 6] = ["token", "secret", "passw", "sig", "credential", "key"];

/// Headers whose value is a secret.
const HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// The text without the secrets that can be known as such: what stands before the `@` of an address, query parameters
/// such as `token`, and the texts of fields such as `userData` in JSON, also in JSON within JSON.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    match (text.contains("://"), text.contains('"')) {
        (false, false) => text.into(),
        (true, false) => addresses(text).into(),
        (false, true) => fields(text).into(),
        (true, true) => addresses(&fields(text)).into(),
    }
}

/// The value of a header, unless it is a secret.
pub(crate) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    if HEADERS.iter().any(|secret| name.eq_ignore_ascii_case(secret)) { MASK } else { value }
}

/// Masks what follows on the names of secret fields. In JSON within JSON quotes have backslashes: none, one, three and so
/// on by the depth.
fn fields(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let escape = backslashes(&rest[..quote]);
        let (before, after) = rest.split_at(quote + 1);
        masked.push_str(before);
        rest = after;
        let Some(value) = value_of_secret(after, escape) else { continue };
        masked.push_str(&after[..after.len() - value.len()]);
        masked.push_str(MASK);
        rest = end_of_text(value, escape);
    }
    masked + rest
}

/// The text that begins after `NAME": "`, where the name is that of a secret.
fn value_of_secret(after: &str, escape: usize) -> Option<&str> {
    let quote = format!("{}\"", "\\".repeat(escape));
    let rest = FIELDS.iter().find_map(|name| after.strip_prefix(name)?.strip_prefix(quote.as_str()))?;
    rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix(quote.as_str())
}

/// What follows on a text: from its closing quote on, with the backslashes before it.
fn end_of_text(value: &str, escape: usize) -> &str {
    // Backslashes of the text itself come in whole units before those of the quote.
    let closes = |at: &usize| backslashes(&value[..*at]) % (2 * (escape + 1)) == escape;
    value.match_indices('"').map(|(at, _)| at).find(closes).map_or("", |at| &value[at - escape..])
}

fn backslashes(before: &str) -> usize {
    before.bytes().rev().take_while(|byte| *byte == b'\\').count()
}

/// Masks the secrets of every address in the text.
fn addresses(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')).unwrap_or(after.len());
        let (address, following) = after.split_at(end);
        masked.push_str(before);
        masked.push_str(&query(&user(address, following.contains('@'))));
        rest = following;
    }
    masked + rest
}

/// An address (without its scheme) whose password is masked, as Go masks it; a name without a password may be a token.
/// `goes_on`: it may have been cut at a blank in its password.
fn user(address: &str, goes_on: bool) -> Cow<'_, str> {
    let authority = address.find(['/', '?', '#', '\\']).map_or(address, |end| &address[..end]);
    let (secret, host) = match authority.rfind('@') {
        Some(at) => (&address[..at], &address[at..]),
        // What has neither a name nor a port is no address, but one whose password holds a slash.
        None if !is_host(authority) && (goes_on || address.contains('@')) => {
            address.rfind('@').map_or((address, ""), |at| address.split_at(at))
        }
        None => return address.into(),
    };
    match secret.split_once(':') {
        Some((name, _)) => format!("{name}:***{host}").into(),
        None => format!("***{host}").into(),
    }
}

/// A host, with a port or without, and perhaps with the end of a sentence behind it.
fn is_host(authority: &str) -> bool {
    let authority = authority.trim_end_matches(['.', ',', ';', ':', '!', ')']);
    let after = authority.rsplit_once(']').map_or(authority, |(_, after)| after);
    after.split_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
}

fn query(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if PARAMETERS.iter().any(|part| name.to_ascii_lowercase().contains(part)) => {
            format!("{name}=***")
        }
        _ => pair.to_owned(),
    };
    format!("{path}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_masked() {
        for (text, wanted) in [
            ("get \"https://u:p@h:1/x\": no", "get \"https://u:***@h:1/x\": no"),
            ("https://t0ken@h/x", "https://***@h/x"),
            ("http://u:p/w@h/x and http://v:q@i", "http://u:***@h/x and http://v:***@i"),
            ("http://u:p/w x@h", "http://u:*** x@h"),
            ("http://u:p@q@h", "http://u:***@h"),
            ("https://h:6443/apis/a@b", "https://h:6443/apis/a@b"),
            ("https://[::1]:6443/x", "https://[::1]:6443/x"),
            (
                "https://h/x?a=b&access_token=t&X-Amz-Signature=s",
                "https://h/x?a=b&access_token=***&X-Amz-Signature=***",
            ),
            ("https://h/x?labelSelector=token%3Da&limit=500", "https://h/x?labelSelector=token%3Da&limit=500"),
            (
                "Serving at http://127.0.0.1:80. Or (https://h:1), or https://h:2: no",
                "Serving at http://127.0.0.1:80. Or (https://h:1), or https://h:2: no",
            ),
            ("a port such as \"https://h:1a\" is none", "a port such as \"https://h:1a\" is none"),
            ("no address", "no address"),
        ] {
            assert_eq!(masked(text), wanted);
        }
    }

    #[test]
    fn secret_fields_are_masked_at_any_depth_of_quoting() {
        for (text, wanted) in [
            (r#"{"userData":"a","b":"c"}"#, r#"{"userData":"<masked>","b":"c"}"#),
            (r#"{"userData" : "a\"b\\","b":"c"}"#, r#"{"userData" : "<masked>","b":"c"}"#),
            (r#"{"x":"{\"token\":\"a\\\"b\",\"c\":1}"}"#, r#"{"x":"{\"token\":\"<masked>\",\"c\":1}"}"#),
            (r#"{"userData":"cut sho"#, r#"{"userData":"<masked>"#),
            (r#"{"userData":{"password":"x"}}"#, r#"{"userData":{"password":"<masked>"}}"#),
            (r#"{"tokens":"a"}"#, r#"{"tokens":"a"}"#),
        ] {
            assert_eq!(masked(text), wanted);
        }
        assert_eq!(header("Set-Cookie", "a"), MASK);
        assert_eq!(header("accept", "a"), "a");
    }
}
