//! Label selectors: as objects, as text, and applied.
//!
//! Grammar, canonical form and wording are those of apimachinery's `labels` package.

use super::names::{label_value_faults, qualified_name_faults};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An object's labels.
pub type Labels = BTreeMap<String, String>;

/// A conjunction of requirements; an empty one matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equals,
    DoubleEquals,
    NotEquals,
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

/// Why a selector cannot be used; the text is apimachinery's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Hash)]
#[error("{0}")]
pub struct BadSelector(String);

impl Selector {
    /// The selector of a set or a Service. `None` (no selector at all) matches nothing and is the caller's case.
    ///
    /// # Errors
    /// [`BadSelector`] for an unknown operator, a bad key or value, or values where none belong.
    pub fn from_object(selector: &LabelSelector) -> Result<Self, BadSelector> {
        let mut requirements = Vec::new();
        for (key, value) in selector.match_labels.iter().flatten() {
            requirements.push(Requirement::new(key, Operator::Equals, [value.clone()].into())?);
        }
        for expression in selector.match_expressions.iter().flatten() {
            let operator = match expression.operator.as_str() {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                other => return Err(BadSelector(format!("{other:?} is not a valid label selector operator"))),
            };
            let values = expression.values.iter().flatten().cloned().collect();
            requirements.push(Requirement::new(&expression.key, operator, values)?);
        }
        // Stable, so that two requirements on one key keep their order, as in Go's sort of a short slice.
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { requirements })
    }

    /// Reads the text form, for instance `app=web,tier in (a, b),!canary`.
    ///
    /// # Errors
    /// [`BadSelector`] with what was found and what was expected.
    pub fn parse(text: &str) -> Result<Self, BadSelector> {
        let mut requirements = Parser::new(text).parse()?;
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Self { requirements })
    }

    /// Whether an object with these labels is selected.
    pub fn matches(&self, labels: &Labels) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Nothing is required, so everything is selected.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl Requirement {
    fn new(key: &str, operator: Operator, values: BTreeSet<String>) -> Result<Self, BadSelector> {
        let fault = |text: String| Err(BadSelector(text));
        if let Some(why) = key_fault(key) {
            return fault(format!("key: {why}"));
        }
        match operator {
            Operator::In | Operator::NotIn if values.is_empty() => {
                return fault(
                    "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty".into(),
                );
            }
            Operator::Exists | Operator::DoesNotExist if !values.is_empty() => {
                let shown = go_list(&values);
                return fault(format!(
                    "values: Invalid value: {shown}: values set must be empty for exists and does not exist"
                ));
            }
            Operator::GreaterThan | Operator::LessThan if values.iter().any(|v| v.parse::<i64>().is_err()) => {
                let value = values.first().map_or("", String::as_str);
                return fault(format!(
                    "values[0]: Invalid value: {value:?}: for 'Gt', 'Lt' operators, the value must be an integer"
                ));
            }
            _ => {}
        }
        for (index, value) in values.iter().enumerate() {
            if let Some(why) = label_value_faults(value).first() {
                return fault(format!("values[{index}][{key}]: Invalid value: {value:?}: {why}"));
            }
        }
        Ok(Self { key: key.to_owned(), operator, values })
    }

    fn matches(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator {
            Operator::Equals | Operator::DoubleEquals | Operator::In => listed,
            Operator::NotEquals | Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => self.compare(value).is_some_and(std::cmp::Ordering::is_gt),
            Operator::LessThan => self.compare(value).is_some_and(std::cmp::Ordering::is_lt),
        }
    }

    fn compare(&self, value: Option<&String>) -> Option<std::cmp::Ordering> {
        let bound: i64 = self.values.first()?.parse().ok()?;
        Some(value?.parse::<i64>().ok()?.cmp(&bound))
    }
}

/// What is wrong with a key.
fn key_fault(key: &str) -> Option<String> {
    let faults = qualified_name_faults(key);
    (!faults.is_empty()).then(|| format!("Invalid value: {key:?}: {}", faults.join("; ")))
}

fn go_list(values: &BTreeSet<String>) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("{value:?}")).collect();
    format!("[{}]", quoted.join(","))
}

impl fmt::Display for Selector {
    /// The canonical text: what `status.labelSelector` of a set holds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{requirement}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, operator, values } = self;
        let joined = values.iter().map(String::as_str).collect::<Vec<_>>().join(",");
        match operator {
            Operator::Equals => write!(f, "{key}={joined}"),
            Operator::DoubleEquals => write!(f, "{key}=={joined}"),
            Operator::NotEquals => write!(f, "{key}!={joined}"),
            Operator::In => write!(f, "{key} in ({joined})"),
            Operator::NotIn => write!(f, "{key} notin ({joined})"),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{joined}"),
            Operator::LessThan => write!(f, "{key}<{joined}"),
        }
    }
}

/// Words and symbols; `in` and `notin` are words whose meaning depends on where they stand.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Symbol(&'static str),
    End,
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Token::Word(word) => word,
            Token::Symbol(symbol) => symbol,
            Token::End => "",
        }
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
}

// Longest first, so that `==` is not read as two `=`.
const SYMBOLS: [&str; 9] = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            tokens.push(Token::Symbol(symbol));
            rest = &rest[symbol.len()..];
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "=!(),><".contains(c)).unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    tokens
}

impl Parser {
    fn new(text: &str) -> Self {
        Self { tokens: tokens(text), next: 0 }
    }

    fn peek(&self) -> Token {
        self.tokens.get(self.next).cloned().unwrap_or(Token::End)
    }

    fn take(&mut self) -> Token {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn parse(&mut self) -> Result<Vec<Requirement>, BadSelector> {
        let mut requirements = Vec::new();
        loop {
            match self.peek() {
                Token::End => return Ok(requirements),
                Token::Word(_) | Token::Symbol("!") => {}
                other => return Err(found(&other, ", expected: !, identifier, or 'end of string'")),
            }
            let requirement = self.requirement();
            requirements.push(requirement.map_err(|why| BadSelector(format!("unable to parse requirement: {why}")))?);
            match self.take() {
                Token::End => return Ok(requirements),
                Token::Symbol(",") => match self.peek() {
                    Token::Word(_) | Token::Symbol("!") => {}
                    other => return Err(found(&other, ", expected: identifier after ','")),
                },
                other => return Err(found(&other, ", expected: ',' or 'end of string'")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, BadSelector> {
        let absent = self.peek() == Token::Symbol("!");
        if absent {
            self.take();
        }
        let key = self.word()?;
        if let Some(why) = key_fault(&key) {
            // Text has no field that could be named.
            return Err(BadSelector(format!("<nil>: {why}")));
        }
        if absent {
            return Requirement::new(&key, Operator::DoesNotExist, BTreeSet::new());
        }
        if matches!(self.peek(), Token::End | Token::Symbol(",")) {
            return Requirement::new(&key, Operator::Exists, BTreeSet::new());
        }
        let operator = self.operator()?;
        let values = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            _ => [self.exact_value()?].into(),
        };
        Requirement::new(&key, operator, values)
    }

    fn word(&mut self) -> Result<String, BadSelector> {
        match self.take() {
            Token::Word(word) => Ok(word),
            other => Err(found(&other, ", expected: identifier")),
        }
    }

    fn operator(&mut self) -> Result<Operator, BadSelector> {
        let token = self.take();
        Ok(match token.text() {
            "=" => Operator::Equals,
            "==" => Operator::DoubleEquals,
            "!=" => Operator::NotEquals,
            "in" => Operator::In,
            "notin" => Operator::NotIn,
            ">" => Operator::GreaterThan,
            "<" => Operator::LessThan,
            _ => return Err(found(&token, ", expected: in, notin, =, ==, !=, gt, lt")),
        })
    }

    /// `k=` and `k=,…` mean the empty value.
    fn exact_value(&mut self) -> Result<String, BadSelector> {
        if matches!(self.peek(), Token::End | Token::Symbol(",")) { Ok(String::new()) } else { self.word() }
    }

    fn list(&mut self) -> Result<BTreeSet<String>, BadSelector> {
        match self.take() {
            Token::Symbol("(") => {}
            other => return Err(found(&other, " expected: '('")),
        }
        let mut values = BTreeSet::new();
        let mut pending = String::new();
        let mut expected = ", expected: ',', ')' or identifier";
        loop {
            match self.take() {
                Token::Word(word) if pending.is_empty() => {
                    pending = word;
                    expected = ", expected: ',' or ')'";
                }
                Token::Symbol(",") => {
                    values.insert(std::mem::take(&mut pending));
                    expected = ", expected: ',', or identifier";
                }
                // An empty list is one of the empty value.
                Token::Symbol(")") => {
                    values.insert(pending);
                    return Ok(values);
                }
                other => return Err(found(&other, expected)),
            }
        }
    }
}

fn found(token: &Token, expected: &str) -> BadSelector {
    BadSelector(format!("found '{}'{expected}", token.text()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    fn canonical(text: &str) -> String {
        match Selector::parse(text) {
            Ok(selector) => selector.to_string(),
            Err(why) => format!("error: {why}"),
        }
    }

    #[test]
    fn text_that_is_no_selector_is_refused_as_by_a_real_server() {
        let cases = [
            ("a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"),
            ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
            ("a in (b,", "unable to parse requirement: found '', expected: ',', or identifier"),
            ("a==b==c", "found '==', expected: ',' or 'end of string'"),
            ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ];
        for (text, why) in cases {
            assert_eq!(canonical(text), format!("error: {why}"), "{text}");
        }
        assert!(
            canonical("-a=b")
                .starts_with("error: unable to parse requirement: <nil>: Invalid value: \"-a\": name part")
        );
        assert!(Selector::parse("a in ()").unwrap().matches(&labels(&[("a", "")])));
    }

    #[test]
    fn text_becomes_canonical_text() {
        assert_eq!(canonical(""), "");
        assert_eq!(canonical("b=2,a=1"), "a=1,b=2");
        assert_eq!(canonical("a==1"), "a==1");
        assert_eq!(canonical("tier in ( b , a ),!canary, x"), "!canary,tier in (a,b),x");
        assert_eq!(canonical("a notin (1),b!=2"), "a notin (1),b!=2");
        assert_eq!(canonical("a="), "a=");
        assert_eq!(canonical("a in (1,)"), "a in (,1)");
        assert_eq!(canonical("cpus>4,mem<2"), "cpus>4,mem<2");
    }

    #[test]
    fn bad_text_is_refused_in_apimachinerys_words() {
        let word = |text: &str| canonical(text);
        assert_eq!(word("a=1,"), "error: found '', expected: identifier after ','");
        assert_eq!(word(",a"), "error: found ',', expected: !, identifier, or 'end of string'");
        assert_eq!(
            word("a b"),
            "error: unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"
        );
        assert_eq!(word("a in b"), "error: unable to parse requirement: found 'b' expected: '('");
        assert_eq!(word("a=1 b"), "error: found 'b', expected: ',' or 'end of string'");
        assert!(word("a!b=c").starts_with("error: unable to parse requirement: found '!'"));
        assert!(word("-x=1").contains("<nil>: Invalid value: \"-x\": name part must consist of"));
        assert!(word("x=-1").contains("values[0][x]: Invalid value: \"-1\": a valid label must be"));
    }

    #[test]
    fn objects_become_canonical_text_sorted_by_key() {
        let selector = serde_json::from_value(json!({
            "matchLabels": {"myvmi": "myvmi"},
            "matchExpressions": [
                {"key": "zone", "operator": "NotIn", "values": ["b", "a"]},
                {"key": "a", "operator": "Exists"},
                {"key": "gone", "operator": "DoesNotExist"},
            ],
        }))
        .unwrap();
        let selector = Selector::from_object(&selector).unwrap();
        assert_eq!(selector.to_string(), "a,!gone,myvmi=myvmi,zone notin (a,b)");
        assert!(selector.matches(&labels(&[("a", ""), ("myvmi", "myvmi")])));
        assert!(!selector.matches(&labels(&[("a", ""), ("myvmi", "myvmi"), ("zone", "a")])));
        assert!(!selector.matches(&labels(&[("myvmi", "myvmi")])));
    }

    #[test]
    fn objects_with_nonsense_are_refused() {
        let refuse = |operator: &str, values: &[&str]| {
            let object = json!({"matchExpressions": [{"key": "a", "operator": operator, "values": values}]});
            Selector::from_object(&serde_json::from_value(object).unwrap()).unwrap_err().to_string()
        };
        assert_eq!(refuse("Near", &[]), "\"Near\" is not a valid label selector operator");
        assert!(refuse("In", &[]).contains("can't be empty"));
        assert!(refuse("Exists", &["x"]).contains("values set must be empty"));
    }

    #[test]
    fn an_empty_selector_matches_everything() {
        assert!(Selector::default().matches(&labels(&[])));
        assert!(Selector::parse("!a").unwrap().matches(&labels(&[])));
        assert!(!Selector::parse("a").unwrap().matches(&labels(&[])));
        assert!(Selector::parse("n>4").unwrap().matches(&labels(&[("n", "5")])));
        assert!(!Selector::parse("n>4").unwrap().matches(&labels(&[("n", "x")])));
    }
}
