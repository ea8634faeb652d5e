//! Reading the body of a request, up to a limit.

use bytes::Bytes;
use http_body_util::BodyExt;
use std::pin::pin;

/// How much of a body that is too long is still taken off the wire: a client that is cut off in the middle of it would
/// not get to read why.
const DISCARDED: usize = 4 << 20;

/// The whole body, or nothing where it is longer than `limit` bytes.
///
/// # Errors
/// Why it broke off.
pub(super) async fn read<B>(body: B, limit: usize) -> Result<Option<Bytes>, String>
where
    B: hyper::body::Body<Data = Bytes>,
    B::Error: std::fmt::Display,
{
    let mut body = pin!(body);
    let (mut kept, mut length) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| error.to_string())?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length > limit.saturating_add(DISCARDED) {
            break;
        }
    }
    Ok((length <= limit).then(|| kept.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;
    use std::convert::Infallible;

    #[tokio::test]
    async fn a_body_is_read_up_to_the_limit() {
        for (length, read) in [(0, true), (7, true), (8, true), (9, false)] {
            let body = Full::new(Bytes::from(vec![b'x'; length]));
            assert_eq!(super::read(body, 8).await.unwrap().map(|body| body.len()), read.then_some(length));
        }
    }

    #[tokio::test]
    async fn a_body_without_an_end_is_not_read_for_ever() {
        let endless = stream::repeat_with(|| Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[0; 65_536]))));
        assert_eq!(super::read(StreamBody::new(endless), 8).await, Ok(None));
    }
}
