//! Masks what changes from run to run, so that a snapshot holds the rest.

use regex::Regex;
use std::sync::LazyLock;

/// `(pattern, replacement)`, applied in order.
static MASKS: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    let masks = [
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", "<time>"),
        (r"(?i)(resource ?version: *)\S+", "$1<revision>"),
        (r"(Expected resource version to be \d+, was )\d+", "$1<revision>"),
        (r#"("resourceVersion": *")\d+"#, "$1<revision>"),
        (
            r"virt-launcher-(\S+?)[bcdfghjklmnpqrstvwxz2456789]{5}-[bcdfghjklmnpqrstvwxz2456789]{5}\b",
            "virt-launcher-$1<5>-<5>",
        ),
        (r"\b(testreplicaset)[bcdfghjklmnpqrstvwxz2456789]{5}\b", "$1<5>"),
        (r"10\.244\.\d+\.\d+", "<ip>"),
        (r"\bnode\d+\b", "<node>"),
        (r"127\.0\.0\.1:\d+", "<server>"),
        // Ages stand alone in their column, as the last one or between two others.
        (r"(?m)(^|\s)\d+(s|m|h|d)(\d+[smhd])?( \(x\d+ over \d+[smhd]\))?(\s|$)", "$1<age>$5"),
        (r"[ \t]+(\n|$)", "$1"),
        (r" {2,}", "  "),
    ];
    masks.map(|(pattern, replacement)| (Regex::new(pattern).unwrap(), replacement)).into()
});

/// The text with everything masked that changes from run to run; runs of spaces become two, since what is masked had
/// its part in the widths.
pub fn mask(text: impl std::fmt::Display) -> String {
    MASKS.iter().fold(text.to_string(), |text, (pattern, replacement)| pattern.replace_all(&text, *replacement).into())
}
