//! Requests as text, and the sending of them.
//!
//! ```text
//! ### the title of a request
//! POST /api/v1/namespaces/{ns}/configmaps?dryRun=All
//! Content-Type: application/json
//!
//! {"metadata": {"name": "a"}}
//! ```
//!
//! `{ns}` is the sequence's namespace; `{rv}`, `{uid}`, `{continue}` and `{name}` come from the last answer that had
//! one. In a body, `<<3 x TEXT>>` is TEXT three times. A body of `hex:` and digits is sent as those bytes.

use http_body_util::BodyExt;
use std::collections::BTreeMap;

pub struct Request {
    pub title: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, Vec<String>>,
    pub body: String,
}

/// What earlier answers left behind for later requests.
pub struct Memory(BTreeMap<&'static str, String>);

impl Memory {
    pub fn new(namespace: &str) -> Self {
        Self([("{ns}", namespace.to_owned())].into())
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
    }

    fn learn(&mut self, body: &str) {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(body) else { return };
        let metadata = &value["metadata"];
        let known = [("{rv}", "resourceVersion"), ("{uid}", "uid"), ("{continue}", "continue"), ("{name}", "name")];
        for (placeholder, key) in known {
            if let Some(text) = metadata[key].as_str() {
                self.0.insert(placeholder, text.to_owned());
            }
        }
    }
}

pub fn parse(text: &str) -> Vec<Request> {
    text.split("\n###").map(|part| part.trim_start_matches('#')).filter_map(request).collect()
}

fn request(part: &str) -> Option<Request> {
    let (title, rest) = part.split_once('\n')?;
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let (method, target) = lines.next()?.split_once(' ')?;
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(k, v)| (k.to_owned(), v.to_owned()));
    Some(Request {
        title: title.trim().to_owned(),
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.collect(),
        body: body.trim().to_owned(),
    })
}

pub async fn send(client: &kube::Client, request: &Request, memory: &mut Memory) -> Answer {
    let body = repeated(&memory.fill(&request.body));
    let bytes = match body.strip_prefix("hex:") {
        Some(digits) => unhex(digits),
        None => body.into_bytes(),
    };
    let target = memory.fill(&request.target).replace(' ', "%20");
    let mut builder = http::Request::builder().method(request.method.as_str()).uri(target);
    for (name, value) in &request.headers {
        builder = builder.header(name, memory.fill(value));
    }
    let response = client.send(builder.body(bytes.into()).unwrap()).await.expect(&request.title);
    let status = response.status().as_u16();
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in response.headers() {
        headers.entry(name.to_string()).or_default().push(value.to_str().unwrap().to_owned());
    }
    let body = response.into_body().collect().await.expect(&request.title).to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    memory.learn(&body);
    Answer { status, headers, body }
}

fn repeated(body: &str) -> String {
    let mut parts = body.split("<<");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (times, rest) = part.split_once(" x ").expect("<<TIMES x TEXT>>");
        let (what, rest) = rest.split_once(">>").expect("<<TIMES x TEXT>>");
        text + &what.repeat(times.parse().unwrap()) + rest
    })
}

fn unhex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
