//! Which requests are sent again, and when.

use crate::client::Error;
use http::{Method, Response, header};
use std::time::Duration;

/// A GET is sent at most four times in all.
const MOST_REPEATS: u32 = 3;
/// No server is waited for longer than this at a time, whatever it asks for.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long to wait before the request is sent again, or `None` if this answer is the last word.
///
/// `attempt` counts the repeats so far. Like client-go: only GETs; on 429, 503 and 504 that say `Retry-After`, and when
/// no answer came though the server was reached.
pub(super) fn pause<B>(method: &Method, attempt: u32, answer: Result<&Response<B>, &Error>) -> Option<Duration> {
    if method != Method::GET || attempt >= MOST_REPEATS {
        return None;
    }
    match answer {
        Ok(response) if matches!(response.status().as_u16(), 429 | 503 | 504) => {
            let asked = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
            Some(Duration::from_secs(asked).min(LONGEST_PAUSE))
        }
        Err(error) if error.is_connection_lost() => Some(Duration::from_millis(50 << attempt)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(code: u16, retry_after: Option<&str>) -> Response<()> {
        let mut response = Response::builder().status(code);
        if let Some(seconds) = retry_after {
            response = response.header(header::RETRY_AFTER, seconds);
        }
        response.body(()).unwrap()
    }

    #[test]
    fn only_a_get_is_repeated_and_only_so_often() {
        let busy = answer(429, Some("2"));
        assert_eq!(pause(&Method::GET, 0, Ok(&busy)), Some(Duration::from_secs(2)));
        assert_eq!(pause(&Method::GET, MOST_REPEATS, Ok(&busy)), None);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert_eq!(pause(&method, 0, Ok(&busy)), None, "{method}");
        }
    }

    #[test]
    fn a_server_is_asked_again_only_when_it_names_a_time() {
        assert_eq!(pause(&Method::GET, 0, Ok(&answer(503, None))), None);
        assert_eq!(pause(&Method::GET, 0, Ok(&answer(503, Some("3600")))), Some(LONGEST_PAUSE));
        assert_eq!(pause(&Method::GET, 0, Ok(&answer(500, Some("1")))), None);
        assert_eq!(pause(&Method::GET, 0, Ok(&answer(200, Some("1")))), None);
    }
}
