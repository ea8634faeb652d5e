//! Reading a list page by page, always one page ahead.

use super::representation::Representation;
use super::resource_query::ResourceQuery;
use crate::api::table::ListMeta;
use crate::cli::error::Error;
use crate::cli::selection;
use crate::client::{Answer, Cluster};
use crate::printers::Ui;
use serde::Deserialize;
use tokio::sync::oneshot;

/// Where the items of a list begin. Built-in lists, Tables and metadata say before it where the next page begins.
const ITEMS: [&[u8]; 2] = [br#","columnDefinitions":"#, br#","items":"#];
/// A head that is longer is waited for with the rest.
const LONGEST_HEAD: usize = 16 * 1024;

/// What a page says about itself.
#[derive(Debug, Default, Deserialize)]
struct Head {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: ListMeta,
}

impl Head {
    /// From the beginning of a page, if that says enough.
    fn early(begun: &[u8]) -> Option<Self> {
        let begun = begun.get(..LONGEST_HEAD).unwrap_or(begun);
        let end = ITEMS.into_iter().filter_map(|items| begun.windows(items.len()).position(|at| at == items)).min()?;
        let text = [begun.get(..end)?, b"}"].concat();
        serde_json::from_slice(&text).ok().filter(|head: &Self| head.metadata.resource_version.is_some())
    }

    fn next_page(&self) -> String {
        self.metadata.continue_token.clone().unwrap_or_default()
    }
}

/// A page on its way.
struct Arriving {
    answer: Answer,
    begun: Vec<u8>,
}

impl Arriving {
    /// Takes the memory of an earlier page, which is as large as this one will be.
    fn into_memory(answer: Answer, mut memory: Vec<u8>) -> Self {
        memory.clear();
        Self { answer, begun: memory }
    }

    /// Reads on; whether there was more.
    async fn more(&mut self, cluster: &Cluster) -> Result<bool, Error> {
        let chunk = cluster.chunk(&mut self.answer).await?;
        self.begun.extend_from_slice(chunk.as_deref().unwrap_or_default());
        Ok(chunk.is_some())
    }

    /// The head as soon as it is there; nothing for a page that begins with its items.
    async fn head(&mut self, cluster: &Cluster) -> Result<Option<Head>, Error> {
        while self.begun.len() < LONGEST_HEAD {
            if let Some(head) = Head::early(&self.begun) {
                return Ok(Some(head));
            }
            if !self.more(cluster).await? {
                break;
            }
        }
        Ok(Head::early(&self.begun))
    }

    async fn rest(mut self, cluster: &Cluster) -> Result<Vec<u8>, Error> {
        while self.more(cluster).await? {}
        Ok(self.begun)
    }
}

impl ResourceQuery {
    /// Reads page after page. The next one is asked for as soon as this one says where it begins: the server makes it
    /// while `handle` makes text of this one. The text is printed as it comes. Returns the revision of the whole.
    ///
    /// # Errors
    /// What the server refused, worded as kubectl words a list that failed; what `handle` could not do.
    pub(super) async fn read(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        representation: Representation,
        mut handle: impl FnMut(&[u8]) -> Result<String, Error>,
    ) -> Result<String, Error> {
        let (mut answer, mut memory) = (self.page(cluster, ui, representation, "").await?, Vec::new());
        loop {
            let arriving = Arriving::into_memory(answer, memory);
            let (tell, rendered) = oneshot::channel();
            let next = async {
                let token: String = rendered.await.unwrap_or_default();
                if token.is_empty() { Ok(None) } else { self.page(cluster, ui, representation, &token).await.map(Some) }
            };
            let text = self.text(cluster, representation, arriving, tell, &mut handle);
            let (next, text) = tokio::join!(next, text);
            let (head, text, page) = text?;
            ui.data(&text)?;
            memory = page;
            match next? {
                Some(next) => answer = next,
                None => return Ok(head.metadata.resource_version.unwrap_or_default()),
            }
        }
    }

    /// Makes text of a page, and tells where the next one begins as soon as that is known. Returns the page, too.
    async fn text(
        &self,
        cluster: &Cluster,
        representation: Representation,
        mut arriving: Arriving,
        tell: oneshot::Sender<String>,
        handle: &mut impl FnMut(&[u8]) -> Result<String, Error>,
    ) -> Result<(Head, String, Vec<u8>), Error> {
        let mut tell = Some(tell);
        let mut announce = |head: &Head| tell.take().map(|tell| tell.send(head.next_page()));
        if let Some(head) = arriving.head(cluster).await? {
            announce(&head);
        }
        let page = arriving.rest(cluster).await?;
        let head: Head = self.decode(&page)?;
        let is_table =
            matches!(representation, Representation::Cells | Representation::Rows | Representation::RowsAndObjects);
        if is_table && head.kind != "Table" {
            let message = format!("the server sent a {} in place of a Table", head.kind);
            return Err(Error::plain(message).hint("Use -o name, -o yaml or -o json."));
        }
        announce(&head);
        // The request for the next page leaves before this one is looked at.
        tokio::task::yield_now().await;
        let text = handle(&page)?;
        Ok((head, text, page))
    }

    async fn page(
        &self,
        cluster: &Cluster,
        ui: &mut Ui,
        representation: Representation,
        token: &str,
    ) -> Result<Answer, Error> {
        let mut call = self.call(representation)?;
        if self.name.is_none() && self.chunk > 0 {
            call = call.query("limit", self.chunk.to_string());
        }
        if !token.is_empty() {
            call = call.query("continue", token);
        }
        let answer = cluster.send(ui, call).await;
        let answer = answer.map_err(|error| match self.name {
            Some(_) => error,
            None => selection::enhance(error, &self.resource_kind.resource(), &self.selector, &self.field_selector),
        });
        Ok(answer?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_early_where_the_next_page_begins() {
        let table = br#"{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"7","continue":"c"},"columnDefinitions":[{"na"#;
        assert_eq!(Head::early(table).unwrap().next_page(), "c");
        assert!(Head::early(&table[..80]).is_none());
        let last = br#"{"kind":"List","metadata":{"resourceVersion":"7"},"items":["#;
        assert_eq!(Head::early(last).unwrap().next_page(), "");
    }

    #[test]
    fn a_list_that_begins_with_its_items_says_nothing_early() {
        assert!(Head::early(br#"{"apiVersion":"kubevirt.io/v1","items":[{"metadata":{"continue":"x"}}]"#).is_none());
        assert!(Head::early(br#"{"apiVersion":"v1","columnDefinitions":[],"kind":"Table","metadata":{}"#).is_none());
        assert!(Head::early(br#"{"metadata":{"name":"a"},"items":[]}"#).is_none());
        assert!(Head::early(b"").is_none());
    }
}
