//! Reading what is shown: page by page, as a Table or as objects.

use super::subject::{Members, Subject};
use crate::api::table::{self, Table};
use crate::cli::cluster::{Call, Cluster, percent_encode};
use crate::cli::error::Error;
use crate::cli::target::{self, Query, Target};
use crate::output::Out;
use http::Method;
use serde_json::Value;

/// Where to look, and for what.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) subject: Subject,
    /// `None`: all namespaces.
    pub(super) namespace: Option<String>,
    /// One object by name.
    pub(super) name: Option<String>,
    pub(super) selector: String,
    pub(super) field_selector: String,
    /// Objects a page; 0: all at once.
    pub(super) chunk: u32,
    /// Whether rows carry the whole object, for `--sort-by`.
    pub(super) whole: bool,
}

impl Source {
    /// The sets that a query selects, or what belongs to any set.
    pub(super) fn query(subject: Subject, query: &Query, cluster: &Cluster, chunk: u32) -> Self {
        let of_sets = subject == Subject::Sets;
        let launcher = if subject == Subject::Pods { "kubevirt.io=virt-launcher" } else { "" };
        Self {
            subject,
            namespace: (!query.everywhere).then(|| cluster.namespace.clone()),
            name: None,
            selector: if of_sets { query.selector.clone() } else { launcher.to_owned() },
            field_selector: if of_sets { query.field_selector.clone() } else { String::new() },
            chunk,
            // Autoscalers are told apart by their spec, which only whole objects carry.
            whole: subject == Subject::Autoscalers,
        }
    }

    /// One set.
    pub(super) fn named(&self, namespace: &str, name: &str) -> Self {
        Self { namespace: Some(namespace.to_owned()), name: Some(name.to_owned()), ..self.clone() }
    }

    pub(super) fn call(&self) -> Call {
        let api = self.subject.api();
        let plural = self.subject.plural();
        let mut path = match &self.namespace {
            Some(namespace) => format!("{api}/namespaces/{}/{plural}", percent_encode(namespace)),
            None => format!("{api}/{plural}"),
        };
        if let Some(name) = &self.name {
            path.push('/');
            path.push_str(&percent_encode(name));
        }
        let mut call = Call::new(Method::GET, path);
        if self.name.is_none() {
            for (key, value) in [("labelSelector", &self.selector), ("fieldSelector", &self.field_selector)] {
                if !value.is_empty() {
                    call = call.query(key, value.as_str());
                }
            }
        }
        call
    }

    /// The same as a Table.
    pub(super) fn table_call(&self) -> Call {
        let call = self.call().accept(table::ACCEPT);
        if self.whole { call.query("includeObject", "Object") } else { call }
    }

    fn page(&self, call: Call, token: &str) -> Call {
        if self.name.is_some() {
            return call;
        }
        let call = if self.chunk > 0 { call.query("limit", self.chunk.to_string()) } else { call };
        if token.is_empty() { call } else { call.query("continue", token) }
    }

    /// A list of sets that failed, in kubectl's words.
    fn enhanced(&self, error: Error) -> Error {
        if self.name.is_some() || self.subject != Subject::Sets {
            return error;
        }
        let query = Query {
            selector: self.selector.clone(),
            field_selector: self.field_selector.clone(),
            everywhere: self.namespace.is_none(),
        };
        target::enhance(error, &query)
    }

    /// All rows, in one table; its revision is that of the list.
    pub(super) async fn table(&self, cluster: &Cluster, out: &mut Out, members: &Members) -> Result<Table, Error> {
        let mut all = Table::default();
        let mut token = String::new();
        loop {
            let page = cluster.json(out, self.page(self.table_call(), &token)).await;
            let page: Table = page.map_err(|error| self.enhanced(error))?;
            token = page.metadata.continue_token.clone().unwrap_or_default();
            let rows = page.rows.into_iter().filter(|row| members.hold(self.subject, &row.object));
            all.rows.extend(rows);
            all.column_definitions = all.column_definitions.or(page.column_definitions);
            all.metadata = page.metadata;
            if token.is_empty() {
                return Ok(all);
            }
        }
    }

    /// All objects, and the revision of the list.
    pub(super) async fn objects(
        &self,
        cluster: &Cluster,
        out: &mut Out,
        members: &Members,
    ) -> Result<(Vec<Value>, String), Error> {
        if self.name.is_some() {
            let object: Value = cluster.json(out, self.call()).await?;
            let revision = object["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
            return Ok((vec![object], revision));
        }
        let mut all = Vec::new();
        let mut token = String::new();
        loop {
            let page = cluster.json(out, self.page(self.call(), &token)).await;
            let mut page: Value = page.map_err(|error| self.enhanced(error))?;
            let (api_version, kind) = self.subject.kind();
            if let Value::Array(items) = page["items"].take() {
                for mut item in items {
                    // The items of a built-in kind's list do not say what they are.
                    if let Some(fields) = item.as_object_mut() {
                        fields.entry("apiVersion").or_insert_with(|| api_version.into());
                        fields.entry("kind").or_insert_with(|| kind.into());
                    }
                    if members.hold(self.subject, &item) {
                        all.push(item);
                    }
                }
            }
            token = page["metadata"]["continue"].as_str().unwrap_or_default().to_owned();
            if token.is_empty() {
                let revision = page["metadata"]["resourceVersion"].as_str().unwrap_or_default().to_owned();
                return Ok((all, revision));
            }
        }
    }
}

/// Which objects belong to the sets that were typed; every named set has to be there.
///
/// # Errors
/// That a named set is missing, or that something could not be read.
pub(super) async fn members(
    cluster: &Cluster,
    out: &mut Out,
    subject: Subject,
    target: &Target,
    found: &[(String, String)],
    chunk: u32,
) -> Result<Members, Error> {
    let mut members = Members::default();
    let all_sets =
        matches!(target, Target::Query(query) if query.selector.is_empty() && query.field_selector.is_empty());
    if !all_sets {
        members.sets = Some(found.iter().cloned().collect());
    }
    if subject == Subject::Pods {
        let query = match target {
            Target::Query(query) => query.clone(),
            _ => Query::default(),
        };
        let vmis = Source::query(Subject::Vmis, &query, cluster, chunk);
        let (vmis, _) = vmis.objects(cluster, out, &members).await?;
        members.vmis = vmis.iter().filter_map(|vmi| Some(vmi["metadata"]["uid"].as_str()?.to_owned())).collect();
    }
    Ok(members)
}
