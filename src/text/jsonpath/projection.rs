//! What a template looks at.

use super::{Node, Template};
use crate::text::projection::Projection;

type Path = Vec<String>;

impl Template {
    /// What the template looks at, in a document whose `items`, if it has any, are a list. It yields the same from what is
    /// left as from the whole.
    pub fn projection(&self) -> Projection {
        let mut trace = Trace { projection: Projection::nothing() };
        match trace.template(&self.nodes) {
            Some(()) => trace.projection,
            None => Projection::Everything,
        }
    }
}

struct Trace {
    projection: Projection,
}

impl Trace {
    /// `None` for ranges that are not closed as they are opened, and for words that mean nothing.
    fn template(&mut self, nodes: &[Node]) -> Option<()> {
        let mut blocks: Vec<Vec<Path>> = vec![vec![Path::new()]];
        for node in nodes {
            let Node::List(action) = node else { continue };
            match action.as_slice() {
                [Node::Identifier(word)] if word == "end" && blocks.len() > 1 => {
                    blocks.pop();
                }
                [Node::Identifier(word), rest @ ..] if word == "range" => {
                    let found = self.list(rest, blocks.last()?.clone())?;
                    // A range counts what it goes over, whatever its block looks at.
                    found.iter().for_each(|path| self.projection.touch(path));
                    blocks.push(found);
                }
                action => {
                    let found = self.list(action, blocks.last()?.clone())?;
                    self.keep(&found);
                }
            }
        }
        (blocks.len() == 1).then_some(())
    }

    fn keep(&mut self, paths: &[Path]) {
        paths.iter().for_each(|path| self.projection.add(path));
    }

    /// Follows an expression from some places to others.
    fn list(&mut self, nodes: &[Node], from: Vec<Path>) -> Option<Vec<Path>> {
        nodes.iter().try_fold(from, |at, node| self.step(node, at))
    }

    fn step(&mut self, node: &Node, mut at: Vec<Path>) -> Option<Vec<Path>> {
        match node {
            Node::Field(name) => at.iter_mut().for_each(|path| path.push(name.clone())),
            Node::Array(_) => {}
            Node::Wildcard if at.iter().all(|path| path == &["items"]) => {}
            // A constant stands for each of the values that led to it.
            Node::Wildcard | Node::Recursive | Node::Text(_) | Node::Int(_) | Node::Float(_) | Node::Bool(_) => {
                self.keep(&at);
            }
            Node::List(nodes) => at = self.list(nodes, at)?,
            Node::Union(parts) => {
                let found: Option<Vec<_>> = parts.iter().map(|part| self.list(part, at.clone())).collect();
                at = found?.concat();
            }
            Node::Filter { left, right, .. } => {
                // A constant by itself looks at nothing.
                for side in
                    [left, right].into_iter().filter(|side| !matches!(side.as_slice(), [only] if is_constant(only)))
                {
                    let found = self.list(side, at.clone())?;
                    self.keep(&found);
                }
            }
            Node::Identifier(_) => return None,
        }
        Some(at)
    }
}

fn is_constant(node: &Node) -> bool {
    matches!(node, Node::Text(_) | Node::Int(_) | Node::Float(_) | Node::Bool(_))
}
