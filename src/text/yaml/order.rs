//! The order of keys: that of go-yaml, which kubectl's YAML has. Digits count as numbers (`a2` before `a10`), and what is
//! no letter comes before letters.

use serde_json::{Map, Value};

/// The fields in go-yaml's order.
///
/// That order has circles (`0N`, `3Z`, `051`), which the standard library's sort may refuse with a panic; in a circle any
/// order is as good as another, in Go too.
pub(super) fn sorted(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut sorted: Vec<(&String, &Value)> = Vec::with_capacity(fields.len());
    for (key, value) in fields {
        let place = match sorted.last() {
            Some((last, _)) if is_less(key, last) => sorted.partition_point(|(earlier, _)| is_less(earlier, key)),
            _ => sorted.len(),
        };
        sorted.insert(place, (key, value));
    }
    sorted
}

fn is_less(a: &str, b: &str) -> bool {
    let (mut left, mut right) = (a.chars(), b.chars());
    // Whether a digit other than zero stands right before, within the same number.
    let mut within_number = false;
    loop {
        let (rest_of_a, rest_of_b) = (left.as_str(), right.as_str());
        match (left.next(), right.next()) {
            (Some(x), Some(y)) if x == y => {
                within_number = x.is_ascii_digit() && (within_number || x != '0');
            }
            (Some(x), Some(y)) => {
                return match (x.is_alphabetic(), y.is_alphabetic()) {
                    (true, true) => x < y,
                    (false, false) => is_less_by_number((rest_of_a, x), (rest_of_b, y), within_number),
                    (_, is_letter) => is_letter,
                };
            }
            (None, end) => return end.is_some(),
            (Some(_), None) => return false,
        }
    }
}

/// Two rests that differ in their first character, neither of which is a letter.
fn is_less_by_number((a, x): (&str, char), (b, y): (&str, char), within_number: bool) -> bool {
    let start = i64::from((x == '0' || y == '0') && within_number);
    let (left, right) = (number(a, start), number(b, start));
    if left == right { x < y } else { left < right }
}

/// The number at the start of the text, and how many digits it has. `start` stands for digits before it.
fn number(text: &str, start: i64) -> (i64, usize) {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    digits.fold((start, 0), |(value, count), digit| {
        (value.wrapping_mul(10).wrapping_add(i64::from(digit - b'0')), count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::sorted;
    use serde_json::{Map, Value};

    fn order(keys: &[&str]) -> Vec<String> {
        let fields: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
        sorted(&fields).into_iter().map(|(key, _)| key.clone()).collect()
    }

    #[test]
    fn numbers_count_and_letters_come_last() {
        let keys = ["b", "a10", "a2", "A", "1.5", "1", "a", "f:x", ".", "a-b", "ab", "a01", "a1", "10", "9", "é"];
        let expected = [".", "1", "1.5", "9", "10", "A", "a", "a-b", "a1", "a01", "a2", "a10", "ab", "b", "f:x", "é"];
        assert_eq!(order(&keys), expected);
    }

    #[test]
    fn keys_in_a_circle_are_all_there() {
        assert_eq!(order(&["0N", "3Z", "051"]).len(), 3);
    }
}
