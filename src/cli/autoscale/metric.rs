//! What an autoscaler aims at: `--cpu`, `--memory` and the deprecated `--cpu-percent`.

use crate::cli::error::Error;
use crate::text::quantity::Quantity;

/// A target for one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Metric {
    /// `cpu` or `memory`.
    pub(super) resource: &'static str,
    pub(super) target: MetricTarget,
}

/// How the target is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MetricTarget {
    /// Per cent of what the pods request.
    Utilization(i32),
    /// A quantity per pod.
    AverageValue(String),
}

/// The metrics in kubectl's order; none leaves the choice to the server (80% of CPU).
///
/// # Errors
/// kubectl's words for a value that is neither a percentage nor a quantity.
pub(super) fn all(cpu_percent: Option<i32>, cpu: &str, memory: &str) -> Result<Vec<Metric>, Error> {
    let mut metrics = Vec::new();
    if let Some(percent) = cpu_percent.filter(|percent| *percent > 0) {
        metrics.push(Metric { resource: "cpu", target: MetricTarget::Utilization(percent) });
    }
    for (resource, text, unit) in [("cpu", cpu, "m"), ("memory", memory, "Mi")] {
        if !text.is_empty() {
            metrics.push(Metric { resource, target: metric_target(resource, text, unit)? });
        }
    }
    Ok(metrics)
}

fn metric_target(resource: &str, text: &str, unit: &str) -> Result<MetricTarget, Error> {
    if let Some(percent) = text.strip_suffix('%') {
        let valid = percent.parse::<i32>().ok().filter(|percent| *percent >= 0);
        return valid
            .map(MetricTarget::Utilization)
            .ok_or_else(|| Error::plain(format!("invalid percentage value: {percent}")));
    }
    // Go takes 1.5 and 1e3 for numbers too.
    let quantity = match text.parse::<f64>() {
        Ok(number) if number.is_finite() => format!("{number}{unit}"),
        _ => text.to_owned(),
    };
    match Quantity::parse(&quantity) {
        Ok(parsed) => Ok(MetricTarget::AverageValue(canonical(&quantity, parsed))),
        Err(_) => Err(Error::plain(format!("invalid resource {resource} value: {text}"))),
    }
}

/// The form in which the API shows a quantity: the largest unit that leaves no fraction.
fn canonical(text: &str, quantity: Quantity) -> String {
    let binary = text.ends_with('i');
    let milli = quantity.milli();
    if milli % 1000 != 0 {
        // Finer than a thousandth, it was rounded when it was read.
        let is_exact = binary || text.ends_with('m') && !text.contains('.');
        return if is_exact { format!("{milli}m") } else { text.to_owned() };
    }
    let (base, suffixes) =
        if binary { (1024, ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]) } else { (1000, ["k", "M", "G", "T", "P", "E"]) };
    let (mut number, mut unit) = (milli / 1000, "");
    for suffix in suffixes {
        if number == 0 || number % base != 0 {
            break;
        }
        (number, unit) = (number / base, suffix);
    }
    format!("{number}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_and_quantities_are_told_apart() {
        let value = |text: &str| MetricTarget::AverageValue(text.into());
        for (resource, text, unit, expected) in [
            ("cpu", "70%", "m", MetricTarget::Utilization(70)),
            ("cpu", "500m", "m", value("500m")),
            ("cpu", "1", "m", value("1m")),
            ("memory", "200", "Mi", value("200Mi")),
            ("memory", "1Gi", "Mi", value("1Gi")),
            ("memory", "1024Mi", "Mi", value("1Gi")),
            ("memory", "1.5", "Mi", value("1536Ki")),
            ("memory", "200M", "Mi", value("200M")),
            ("cpu", "1e3", "m", value("1")),
            ("cpu", "1500m", "m", value("1500m")),
            ("cpu", "0", "m", value("0")),
            ("cpu", "-5", "m", value("-5m")),
        ] {
            assert_eq!(metric_target(resource, text, unit).unwrap(), expected, "{text}");
        }
        for (text, message) in [
            ("x", "invalid resource cpu value: x"),
            ("x%", "invalid percentage value: x"),
            ("-1%", "invalid percentage value: -1"),
        ] {
            assert_eq!(metric_target("cpu", text, "m").unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn cpu_comes_before_memory() {
        let metrics = all(None, "70%", "200").unwrap();
        assert_eq!(metrics.iter().map(|metric| metric.resource).collect::<Vec<_>>(), ["cpu", "memory"]);
        assert_eq!(all(Some(0), "", "").unwrap(), []);
    }
}
