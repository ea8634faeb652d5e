//! From nodes and a value to results: client-go's `jsonpath.go`.

use super::{JsonPathError, Node, Results, Slice, compare};
use crate::text::go::fmt;
use serde_json::Value;
use std::borrow::Cow;

/// Applies a whole template.
pub(super) fn results<'a>(
    nodes: &[Node],
    root: &'a Value,
    allow_missing: bool,
) -> Result<Vec<Results<'a>>, JsonPathError> {
    Evaluation { nodes, allow_missing, begun: 0, depth: 0, ended: 0, last_end: None }.block(0, &Cow::Borrowed(root))
}

/// A failed step. A filter that only asks whether something exists looks at what was left, as client-go does.
struct Failed<'a> {
    error: JsonPathError,
    left: Results<'a>,
}

type Step<'a> = Result<Results<'a>, Failed<'a>>;

fn failed<'a>(message: impl Into<String>, left: Results<'a>) -> Failed<'a> {
    Failed { error: JsonPathError::new(message), left }
}

struct Evaluation<'n> {
    nodes: &'n [Node],
    allow_missing: bool,
    /// How many `range` were met and not yet entered.
    begun: usize,
    /// How many `range` are entered.
    depth: usize,
    /// How many `end` were met and not yet left.
    ended: usize,
    /// Where the last block ended.
    last_end: Option<usize>,
}

impl<'n> Evaluation<'n> {
    /// Runs from the given node to the end of its block.
    fn block<'a>(&mut self, from: usize, current: &Cow<'a, Value>) -> Result<Vec<Results<'a>>, JsonPathError> {
        let nodes = self.nodes;
        let mut output = Vec::new();
        let mut index = from;
        while let Some(node) = nodes.get(index) {
            let found = self.step(vec![current.clone()], node).map_err(|failed| failed.error)?;
            if self.ended > 0 && self.ended <= self.depth {
                self.ended -= 1;
                self.last_end = Some(index);
                break;
            }
            if self.begun > 0 {
                self.begun -= 1;
                output.extend(self.range(index + 1, found)?);
                if let Some(end) = self.last_end.filter(|end| *end > index) {
                    index = end;
                }
            } else {
                output.push(found);
            }
            index += 1;
        }
        Ok(output)
    }

    /// Runs the block that begins at a node once for every value; once for nothing, to find its end, if there is none.
    fn range<'a>(&mut self, from: usize, values: Results<'a>) -> Result<Vec<Results<'a>>, JsonPathError> {
        self.depth += 1;
        let mut output = Vec::new();
        if values.is_empty() {
            self.block(from, &Cow::Owned(Value::Null))?;
        }
        for value in values {
            output.extend(self.block(from, &value)?);
        }
        self.depth -= 1;
        Ok(output)
    }

    fn list<'a>(&mut self, input: Results<'a>, nodes: &[Node]) -> Step<'a> {
        nodes.iter().try_fold(input, |current, node| self.step(current, node))
    }

    fn step<'a>(&mut self, input: Results<'a>, node: &Node) -> Step<'a> {
        match node {
            Node::List(nodes) => self.list(input, nodes),
            Node::Text(text) => Ok(vec![Cow::Owned(text.as_str().into())]),
            Node::Int(number) => Ok(constant(&input, &(*number).into())),
            Node::Float(number) => Ok(constant(&input, &(*number).into())),
            Node::Bool(value) => Ok(constant(&input, &(*value).into())),
            Node::Field(name) => self.field(&input, name),
            Node::Array(range) => slice(input, *range),
            Node::Wildcard => Ok(input.iter().flat_map(children).collect()),
            Node::Recursive => {
                let mut output = Vec::new();
                input.into_iter().for_each(|value| descend(value, &mut output));
                Ok(output)
            }
            Node::Union(parts) => self.union(&input, parts),
            Node::Filter { left, operator, right } => self.filter(input, left, operator, right),
            Node::Identifier(name) => self.identifier(input, name),
        }
    }

    fn identifier<'a>(&mut self, input: Results<'a>, name: &str) -> Step<'a> {
        match name {
            "range" => {
                self.begun += 1;
                Ok(input)
            }
            "end" if self.depth > 0 => {
                self.ended += 1;
                Ok(Vec::new())
            }
            "end" => Err(failed("not in range, nothing to end", Vec::new())),
            other => Err(failed(format!("unrecognized identifier {other}"), input)),
        }
    }

    fn field<'a>(&self, input: &[Cow<'a, Value>], name: &str) -> Step<'a> {
        let found: Results<'a> = input
            .iter()
            .filter_map(|value| match value {
                Cow::Borrowed(value) => value.get(name).map(Cow::Borrowed),
                Cow::Owned(value) => value.get(name).cloned().map(Cow::Owned),
            })
            .collect();
        if found.is_empty() && !input.is_empty() && !self.allow_missing {
            return Err(failed(format!("{name} is not found"), found));
        }
        Ok(found)
    }

    fn union<'a>(&mut self, input: &Results<'a>, parts: &[Vec<Node>]) -> Step<'a> {
        let mut output = Vec::new();
        for part in parts {
            match self.list(input.clone(), part) {
                Ok(found) => output.extend(found),
                Err(Failed { error, .. }) => return Err(Failed { error, left: input.clone() }),
            }
        }
        Ok(output)
    }

    fn filter<'a>(&mut self, input: Results<'a>, left: &[Node], operator: &str, right: &[Node]) -> Step<'a> {
        let mut output = Vec::new();
        for value in &input {
            if !value.is_array() {
                let message = format!("{} is not array or slice and cannot be filtered", fmt::value(value));
                return Err(failed(message, input));
            }
            for item in children(value) {
                match self.passes(&item, left, operator, right) {
                    Ok(true) => output.push(item),
                    Ok(false) => {}
                    Err(error) => return Err(Failed { error, left: input }),
                }
            }
        }
        Ok(output)
    }

    fn passes(&mut self, item: &Value, left: &[Node], operator: &str, right: &[Node]) -> Result<bool, JsonPathError> {
        let lefts = self.list(vec![Cow::Borrowed(item)], left);
        if operator == "exists" {
            return Ok(!lefts.unwrap_or_else(|failed| failed.left).is_empty());
        }
        let Some(left) = one(lefts)? else { return Ok(false) };
        let Some(right) = one(self.list(vec![Cow::Borrowed(item)], right))? else { return Ok(false) };
        compare::holds(&left, operator, &right)
    }
}

/// One side of a comparison.
fn one(found: Step<'_>) -> Result<Option<Cow<'_, Value>>, JsonPathError> {
    let mut found = found.map_err(|failed| failed.error)?.into_iter();
    match (found.next(), found.next()) {
        (_, Some(_)) => Err(JsonPathError::new("can only compare one element at a time")),
        (value, None) => Ok(value),
    }
}

/// The same literal for every value of the input.
fn constant<'a>(input: &[Cow<'a, Value>], literal: &Value) -> Results<'a> {
    input.iter().map(|_| Cow::Owned(literal.clone())).collect()
}

/// What a value consists of. A string consists of bytes, as in Go.
fn children<'a>(value: &Cow<'a, Value>) -> Results<'a> {
    match value {
        Cow::Borrowed(Value::Object(map)) => map.values().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Owned(Value::Object(map)) => map.values().cloned().map(Cow::Owned).collect(),
        Cow::Owned(Value::Array(items)) => items.iter().cloned().map(Cow::Owned).collect(),
        Cow::Borrowed(Value::String(text)) => bytes(text),
        Cow::Owned(Value::String(text)) => bytes(text),
        Cow::Borrowed(_) | Cow::Owned(_) => Vec::new(),
    }
}

fn bytes<'a>(text: &str) -> Results<'a> {
    text.bytes().map(|byte| Cow::Owned(byte.into())).collect()
}

/// The value and all below it that have children.
fn descend<'a>(value: Cow<'a, Value>, output: &mut Results<'a>) {
    let below = match value.as_ref() {
        Value::String(text) if !text.is_empty() => Vec::new(),
        _ => {
            let below = children(&value);
            if below.is_empty() {
                return;
            }
            below
        }
    };
    output.push(value);
    below.into_iter().for_each(|child| descend(child, output));
}

fn slice<'a>(input: Results<'a>, range: Slice) -> Step<'a> {
    let mut output = Vec::new();
    for value in &input {
        if value.is_null() {
            continue;
        }
        if !value.is_array() {
            return Err(failed(format!("{} is not array or slice", go_type(value)), input));
        }
        let items = children(value);
        match bounds(range, items.len()) {
            Ok(None) => return Ok(output),
            Ok(Some((start, length, step))) => output.extend(items.into_iter().skip(start).take(length).step_by(step)),
            Err(message) => return Err(failed(message, input)),
        }
    }
    Ok(output)
}

/// Where to start, how many to look at and in which steps; nothing where the range is empty by its own words.
fn bounds(range: Slice, length: usize) -> Result<Option<(usize, usize, usize)>, String> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let mut start = range.start.unwrap_or(0);
    if start < 0 {
        start = start.wrapping_add(length);
    }
    let mut end = range.end.unwrap_or(length);
    if end < 0 || (end == 0 && range.single) {
        end = end.wrapping_add(length);
    }
    if start == end {
        return Ok(None);
    }
    let out_of_bounds = |index: i64| format!("array index out of bounds: index {index}, length {length}");
    if start >= length || start < 0 {
        return Err(out_of_bounds(start));
    }
    if end > length || end < 0 {
        return Err(out_of_bounds(end.wrapping_sub(1)));
    }
    if start > end {
        return Err(format!("starting index {start} is greater than ending index {end}"));
    }
    let step = range.step.unwrap_or(1);
    if step <= 0 {
        return Err("step must be > 0".to_owned());
    }
    let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Some((size(start), size(end - start), size(step))))
}

/// The name of the Go type that holds such a value.
fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int64",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}
