//! Completing a label selector from the labels that are there.

use super::lookup::ListedObject;
use std::collections::BTreeSet;

/// What the selector `typed` may become: `KEY=` where a key is being typed, `KEY=VALUE` where a value is. What stands
/// before, up to the last comma, is kept.
pub(super) fn candidates(typed: &str, objects: &[ListedObject]) -> Vec<String> {
    let (head, last) = split_list(typed);
    let Some(operator) = last.find(['=', '!']) else {
        return keys(head, objects).into_iter().map(|key| format!("{head}{key}=")).collect();
    };
    let (key, rest) = last.split_at(operator);
    let signs = rest.len() - rest.trim_start_matches(['=', '!']).len();
    let signs = rest.get(..signs).unwrap_or_default();
    let values: BTreeSet<&str> =
        objects.iter().filter_map(|object| object.labels.get(key)).map(String::as_str).collect();
    values.into_iter().map(|value| format!("{head}{key}{signs}{value}")).collect()
}

/// The keys that are there and not yet in `head`.
pub(super) fn keys<'a>(head: &str, objects: &'a [ListedObject]) -> BTreeSet<&'a str> {
    let used: BTreeSet<&str> =
        head.split(',').map(|part| part.split(['=', '!']).find(|key| !key.is_empty()).unwrap_or_default()).collect();
    let all = objects.iter().flat_map(|object| object.labels.keys()).map(String::as_str);
    all.filter(|key| !used.contains(key)).collect()
}

/// What stands up to and with the last comma, and what follows.
pub(super) fn split_list(typed: &str) -> (&str, &str) {
    typed.split_at(typed.rfind(',').map_or(0, |comma| comma + 1))
}

#[cfg(test)]
mod tests {
    use super::super::lookup::object;
    use super::*;

    #[test]
    fn keys_are_followed_by_their_values() {
        let objects = [object("a", &[("app", "web"), ("tier", "front")]), object("b", &[("app", "db"), ("zone", "")])];
        let of = |typed| candidates(typed, &objects);
        assert_eq!(of(""), ["app=", "tier=", "zone="]);
        assert_eq!(of("ti"), ["app=", "tier=", "zone="]);
        assert_eq!(of("app="), ["app=db", "app=web"]);
        assert_eq!(of("app!=w"), ["app!=db", "app!=web"]);
        assert_eq!(of("app==w"), ["app==db", "app==web"]);
        assert_eq!(of("app=web,"), ["app=web,tier=", "app=web,zone="]);
        assert_eq!(of("app=web,tier="), ["app=web,tier=front"]);
        assert_eq!(of("nope="), [""; 0]);
    }
}
