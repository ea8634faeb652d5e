//! What an autoscaler will do about a size that somebody chose. Pure.

use crate::cli::hpa::HpaSummary;

/// A warning for each autoscaler of the set that moves it, or may.
pub(super) fn all(set: &str, replicas: i32, autoscalers: &[HpaSummary]) -> Vec<String> {
    autoscalers.iter().filter_map(|autoscaler| Some(format!("{set:?} {}", one(replicas, autoscaler)?))).collect()
}

fn one(replicas: i32, autoscaler: &HpaSummary) -> Option<String> {
    let HpaSummary { name, min, max, is_blind } = autoscaler;
    let has = format!("has the HPA {name:?} (min {min}, max {max})");
    Some(match replicas {
        // The autoscaler's controller takes a size of 0 for "switched off".
        0 if *min > 0 => format!("{has}, which does nothing while the size is 0"),
        _ if replicas < *min => format!("{has}, which will set its size to {min}"),
        _ if replicas > *max => format!("{has}, which will set its size to {max}"),
        // One that sees no metrics only keeps the limits.
        _ if *is_blind || min == max => return None,
        _ => format!("{has}, which may change its size again"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_what_will_become_of_it() {
        let seeing = HpaSummary { name: "h".into(), min: 2, max: 5, is_blind: false };
        let blind = HpaSummary { is_blind: true, ..seeing.clone() };
        let told = |replicas, autoscaler: &HpaSummary| all("web", replicas, std::slice::from_ref(autoscaler)).pop();
        let has = |end: &str| Some(format!("\"web\" has the HPA \"h\" (min 2, max 5), which {end}"));
        for autoscaler in [&seeing, &blind] {
            assert_eq!(told(0, autoscaler), has("does nothing while the size is 0"));
            assert_eq!(told(1, autoscaler), has("will set its size to 2"));
            assert_eq!(told(6, autoscaler), has("will set its size to 5"));
        }
        assert_eq!(told(3, &seeing), has("may change its size again"));
        assert_eq!(told(3, &blind), None);
        let fixed = HpaSummary { min: 3, max: 3, ..seeing };
        assert_eq!(told(3, &fixed), None);
    }
}
