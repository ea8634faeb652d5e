//! The body of an answer while it arrives.

use bytes::Bytes;
use http_body_util::{BodyDataStream, BodyExt};
use kube::client::Body;
use tokio::time::{Instant, timeout_at};

/// An answer whose head has come; its body may still be on its way.
pub struct Answer {
    body: Body,
    /// When it has to be complete.
    deadline: Option<Instant>,
}

/// Why a body did not come whole.
pub(super) enum Broken {
    /// The connection.
    Lost(kube::Error),
    /// It took longer than one request may.
    Late,
}

impl Answer {
    pub(super) fn new(body: Body, deadline: Option<Instant>) -> Self {
        Self { body, deadline }
    }

    /// The next part, or nothing at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        loop {
            let frame = match self.deadline {
                Some(deadline) => timeout_at(deadline, self.body.frame()).await.map_err(|_| Broken::Late)?,
                None => self.body.frame().await,
            };
            let Some(frame) = frame else { return Ok(None) };
            if let Ok(data) = frame.map_err(Broken::Lost)?.into_data() {
                return Ok(Some(data));
            }
        }
    }

    /// All of it.
    pub(super) async fn whole(self) -> Result<Bytes, Broken> {
        let whole = self.body.collect();
        let whole = match self.deadline {
            Some(deadline) => timeout_at(deadline, whole).await.map_err(|_| Broken::Late)?,
            None => whole.await,
        };
        Ok(whole.map_err(Broken::Lost)?.to_bytes())
    }

    /// An answer that goes on and on, such as a watch: nothing limits it.
    pub fn into_stream(self) -> BodyDataStream<Body> {
        self.body.into_data_stream()
    }
}
