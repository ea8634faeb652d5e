//! Why something could not be decoded, without what it was: serde quotes the value that it stumbles over, which may be a
//! password, and messages end up in terminals, logs and events.

/// The kind of the fault, what was expected, and its place; nothing of the text that was read but the names of fields
/// that it should have had.
pub fn cause(error: &serde_json::Error) -> String {
    let place = match (error.line(), error.column()) {
        (0, _) => String::new(),
        (line, column) => format!(" at line {line} column {column}"),
    };
    format!("{}{place}", fault(error))
}

fn fault(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    if !error.is_data() || text.starts_with("missing field `") {
        // Of a syntax error serde tells what it expected, and of a field that is missing its name.
        return text.to_owned();
    }
    let expected = text.rsplit_once(", expected ").map(|(_, expected)| format!(", expected {expected}"));
    let expected = expected.filter(|expected| !expected.contains('"')).unwrap_or_default();
    match text.split_once(':') {
        Some(("invalid type", found)) => {
            let kind = found.split(['"', '`', ',']).next().unwrap_or_default().trim();
            format!("invalid type: {kind}{expected}")
        }
        Some((kind @ ("invalid value" | "invalid length"), _)) => format!("{kind}{expected}"),
        _ if text.starts_with("unknown variant") => format!("unknown variant{expected}"),
        _ => "invalid value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
    use serde::de::DeserializeOwned;

    fn told<T: DeserializeOwned>(text: &str) -> String {
        cause(&serde_json::from_str::<T>(text).err().unwrap())
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Color {
        Red,
        Blue,
    }

    #[test]
    fn what_was_read_is_not_told() {
        let told = [
            told::<i64>(r#""hunter2""#),
            told::<ObjectMeta>(r#"{"generation": "hunter2, expected \"hunter2\""}"#),
            told::<ObjectMeta>(r#"{"labels": ["hunter2"]}"#),
            told::<Time>(r#""hunter2""#),
            told::<Color>(r#""hunter2""#),
            told::<bool>("7e99"),
            told::<(u8, u8)>(r#"[1]"#),
            told::<u8>("7777"),
            told::<serde_json::Value>(r#"{"a": hunter2}"#),
            told::<serde_json::Value>(r#"{"hunter2"#),
        ];
        assert!(told.iter().all(|text| !text.contains("hunter2")), "{told:#?}");
        assert_eq!(told[0], "invalid type: string, expected i64 at line 1 column 9");
        assert_eq!(told[4], "unknown variant, expected `red` or `blue` at line 1 column 9");
        assert_eq!(told[8], "expected value at line 1 column 7");
        assert!(matches!(serde_json::from_str(r#""blue""#), Ok(Color::Blue)) && matches!(Color::Red, Color::Red));
    }

    #[test]
    fn a_missing_field_is_named() {
        #[derive(Debug, serde::Deserialize)]
        struct Named {
            #[expect(dead_code, reason = "only to be missed")]
            name: String,
        }
        assert_eq!(told::<Named>("{}"), "missing field `name` at line 1 column 2");
    }
}
