//! From text to nodes: client-go's `parser.go`.

use super::{JsonPathError, Node, Slice};
use crate::text::go::unquote;

type Parsed<T> = Result<T, JsonPathError>;

/// Reads text mixed with actions.
pub(super) fn template(text: &str) -> Parsed<Vec<Node>> {
    let mut parser = Parser { input: text, position: 0, start: 0 };
    let mut nodes = Vec::new();
    loop {
        let rest = parser.rest();
        let until = rest.find('{').unwrap_or(rest.len());
        if until > 0 {
            nodes.push(Node::Text(rest.get(..until).unwrap_or_default().to_owned()));
        }
        parser.position += until;
        if parser.next().is_none() {
            return Ok(nodes);
        }
        parser.take();
        nodes.push(Node::List(parser.action()?));
    }
}

/// Reads one expression without its braces.
fn expression(text: &str) -> Parsed<Vec<Node>> {
    match template(&format!("{{{text}}}"))?.into_iter().next() {
        Some(Node::List(nodes)) => Ok(nodes),
        _ => Ok(Vec::new()),
    }
}

struct Parser<'a> {
    input: &'a str,
    position: usize,
    /// Where the present token began.
    start: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.input.get(self.position..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.position += next.map_or(0, char::len_utf8);
        next
    }

    /// The token that ends here; the next one begins here.
    fn take(&mut self) -> &'a str {
        let token = self.input.get(self.start..self.position).unwrap_or_default();
        self.start = self.position;
        token
    }

    /// Whether the character before the one just read is a backslash.
    fn escaped(&self) -> bool {
        self.position.checked_sub(2).and_then(|before| self.input.as_bytes().get(before)) == Some(&b'\\')
    }

    /// Reads up to and including the closing brace.
    fn action(&mut self) -> Parsed<Vec<Node>> {
        let mut nodes = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with("[?(") {
                self.position += 3;
                nodes.push(self.filter()?);
                continue;
            }
            if rest.starts_with("..") {
                self.recursive(&mut nodes)?;
                continue;
            }
            match self.next() {
                None | Some('\r' | '\n') => return Err(JsonPathError::new("unclosed action")),
                Some('}') => {
                    self.take();
                    return Ok(nodes);
                }
                Some(' ' | '@' | '$') => {
                    self.take();
                }
                Some('[') => self.array(&mut nodes)?,
                Some(quote @ ('"' | '\'')) => nodes.push(self.quoted(quote)?),
                Some('.') => nodes.push(self.field()),
                Some('+' | '-') => nodes.push(self.number()?),
                Some(first) if is_digit(first) => nodes.push(self.number()?),
                Some(first) if first == '_' || first.is_alphabetic() => nodes.push(self.identifier()),
                Some(other) => {
                    return Err(JsonPathError::new(format!("unrecognized character in action: {}", rune(other))));
                }
            }
        }
    }

    fn identifier(&mut self) -> Node {
        while self.peek().is_some_and(|next| !is_terminator(next)) {
            self.next();
        }
        match self.take() {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            word => Node::Identifier(word.to_owned()),
        }
    }

    fn recursive(&mut self, nodes: &mut Vec<Node>) -> Parsed<()> {
        if nodes.last() == Some(&Node::Recursive) {
            return Err(JsonPathError::new("invalid multiple recursive descent"));
        }
        self.position += 2;
        self.take();
        nodes.push(Node::Recursive);
        if self.peek().is_some_and(|next| next == '_' || next.is_alphabetic() || is_digit(next)) {
            nodes.push(self.field());
        }
        Ok(())
    }

    fn number(&mut self) -> Parsed<Node> {
        while self.peek().is_some_and(|next| next == '.' || is_digit(next)) {
            self.next();
        }
        let text = self.take();
        if let Ok(number) = text.parse() {
            return Ok(Node::Int(number));
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Node::Float(number)),
            _ => Err(JsonPathError::new(format!("cannot parse number {text}"))),
        }
    }

    fn field(&mut self) -> Node {
        self.take();
        while let Some(next) = self.peek() {
            if is_terminator(next) {
                break;
            }
            self.next();
            if next == '\\' {
                self.next();
            }
        }
        match self.take() {
            "*" => Node::Wildcard,
            name => Node::Field(name.replace('\\', "")),
        }
    }

    fn quoted(&mut self, quote: char) -> Parsed<Node> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(JsonPathError::new("unterminated quoted string")),
                Some(next) if next == quote && !self.escaped() => break,
                Some(_) => {}
            }
        }
        let text = self.take();
        match unquote(text) {
            Ok(text) => Ok(Node::Text(text)),
            Err(cause) => Err(JsonPathError::new(format!("unquote string {text} error {cause}"))),
        }
    }

    /// Reads what follows a `[`.
    fn array(&mut self, nodes: &mut Vec<Node>) -> Parsed<()> {
        loop {
            match self.next() {
                None | Some('\n') => return Err(JsonPathError::new("unterminated array")),
                Some(']') => break,
                Some(_) => {}
            }
        }
        let text = self.take();
        let text = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
        if text.contains(',') {
            let parts = text.split(',').map(|part| expression(&format!("[{}]", part.trim_matches(' '))));
            nodes.push(Node::Union(parts.collect::<Parsed<_>>()?));
        } else if let Some(key) = dictionary_key(text) {
            nodes.extend(expression(&format!(".{key}"))?);
        } else {
            nodes.push(Node::Array(slice(if text == "*" { ":" } else { text })?));
        }
        Ok(())
    }

    /// Reads what follows a `[?(`.
    fn filter(&mut self) -> Parsed<Node> {
        self.take();
        let (mut opened, mut closed, mut pair) = (false, false, '\0');
        loop {
            match self.next() {
                None | Some('\n') => return Err(JsonPathError::new("unterminated filter")),
                Some(quote @ ('"' | '\'')) if !opened => {
                    opened = true;
                    pair = quote;
                }
                Some(quote @ ('"' | '\'')) if quote == pair && !self.escaped() => closed = true,
                Some(')') if opened == closed => break,
                Some(_) => {}
            }
        }
        if self.next() != Some(']') {
            return Err(JsonPathError::new("unclosed array expect ]"));
        }
        let text = self.take();
        let text = text.strip_suffix(")]").unwrap_or_default();
        Ok(match comparison(text) {
            Some((left, operator, right)) => {
                Node::Filter { left: expression(left)?, operator: operator.to_owned(), right: expression(right)? }
            }
            None => Node::Filter { left: expression(text)?, operator: "exists".to_owned(), right: Vec::new() },
        })
    }
}

/// `'key'`, the key without a quote in it.
fn dictionary_key(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.strip_suffix('\'').filter(|key| !key.contains('\''))
}

/// Splits as `^([^!<>=]+)([!<>=]+)(.+?)$` does.
fn comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |letter: char| matches!(letter, '!' | '<' | '>' | '=');
    let begin = text.find(is_operator).filter(|begin| *begin > 0)?;
    let (left, rest) = text.split_at_checked(begin)?;
    let length = rest.find(|letter| !is_operator(letter)).unwrap_or(rest.len() - 1);
    let (operator, right) = rest.split_at_checked(length).filter(|(operator, _)| !operator.is_empty())?;
    Some((left, operator, right))
}

fn slice(text: &str) -> Parsed<Slice> {
    let invalid = || JsonPathError::new(format!("invalid array index {text}"));
    let parts: Vec<&str> = text.split(':').collect();
    let is_part = |part: &&str| part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(is_part) {
        return Err(invalid());
    }
    let number = |index: usize| match parts.get(index).copied().unwrap_or_default() {
        "" => Ok(None),
        part => part.parse().map(Some).map_err(|_| JsonPathError::new(format!("array index {part} is not a number"))),
    };
    let (start, end, step) = (number(0)?, number(1)?, number(2)?);
    let single = parts.len() == 1;
    let end = if single { Some(start.unwrap_or(0_i64).wrapping_add(1)) } else { end };
    Ok(Slice { start, end, single, step })
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

fn is_terminator(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

/// As Go's `%#U` prints a character.
fn rune(letter: char) -> String {
    if letter.is_control() {
        format!("U+{:04X}", u32::from(letter))
    } else {
        format!("U+{:04X} '{letter}'", u32::from(letter))
    }
}
