//! Floating point numbers as Go prints them.

use serde_json::Number;

/// A number as `json.Marshal` writes it once it has been read: what does not fit 64 bits with a sign is a double.
pub fn json(number: &Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (None, Some(number)) => json_float(number),
        _ => number.to_string(),
    }
}

/// A double as `json.Marshal` writes it.
pub fn json_float(number: f64) -> String {
    shortest(number, 1e-6, 1e21).replace("e-0", "e-")
}

/// A double as `%v` prints it.
pub fn float(number: f64) -> String {
    shortest(number, 1e-4, 1e6)
}

/// The shortest decimal that reads back as the same number; with an exponent outside `[low, high)`, at least two
/// digits long.
fn shortest(number: f64, low: f64, high: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (low..high).contains(&size) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    match exponent.strip_prefix('-') {
        Some(digits) => format!("{mantissa}e-{digits:0>2}"),
        None => format!("{mantissa}e+{exponent:0>2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_look_as_in_go() {
        for (number, plain, json) in [
            (0.0, "0", "0"),
            (1.0, "1", "1"),
            (1.5, "1.5", "1.5"),
            (1e6, "1e+06", "1000000"),
            (1e21, "1e+21", "1e+21"),
            (0.00001, "1e-05", "0.00001"),
            (1e-7, "1e-07", "1e-7"),
        ] {
            assert_eq!((float(number).as_str(), json_float(number).as_str()), (plain, json));
        }
    }
}
