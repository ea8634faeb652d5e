//! Work on several sets at once, told as if it had been done one after the other.

use super::error::Error;
use crate::printers::Ui;
use futures::stream::{self, FuturesOrdered, Stream, StreamExt};

/// What an item's work comes to, with the item and what there is to say about it.
type Done<'a, T, R> = (&'a T, Ui, Result<R, Error>);

/// Does the work on each item, on at most `at_once` at a time, and yields what it comes to in the items' order.
///
/// The first item goes alone: what fails for it (a role, a server) would mostly fail for all. After a failure nothing more
/// is begun; what had been begun is finished and told, too.
pub(crate) fn each<'a, T, R, W>(
    items: &'a [T],
    at_once: usize,
    work: impl Fn(&'a T, Ui) -> W,
) -> impl Stream<Item = Done<'a, T, R>>
where
    W: Future<Output = Done<'a, T, R>>,
{
    let state = (items.iter(), FuturesOrdered::new(), 1, work);
    stream::unfold(state, move |(mut waiting, mut running, room, work)| async move {
        while running.len() < room
            && let Some(item) = waiting.next()
        {
            running.push_back(work(item, Ui::buffered()));
        }
        let done: Done<'a, T, R> = running.next().await?;
        let room = if done.2.is_ok() && room > 0 { at_once } else { 0 };
        Some((done, (waiting, running, room, work)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::time::Duration;

    /// Works on items that take so many seconds, and fail from 100 on. Returns what was told, and what was begun when.
    async fn played(items: &'static [u64], at_once: usize) -> (Vec<Result<u64, String>>, Vec<(u64, u64)>) {
        let (begun, start) = (RefCell::new(Vec::new()), tokio::time::Instant::now());
        let work = |item: &'static u64, ui| {
            begun.borrow_mut().push((start.elapsed().as_secs(), *item));
            async move {
                tokio::time::sleep(Duration::from_secs(*item % 100)).await;
                (item, ui, if *item < 100 { Ok(*item) } else { Err(Error::plain("no")) })
            }
        };
        let told = each(items, at_once, work).map(|done| done.2.map_err(|error| error.to_string())).collect().await;
        (told, begun.into_inner())
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_goes_alone_and_the_rest_together_in_order() {
        let (told, begun) = played(&[5, 3, 1, 2], 2).await;
        assert_eq!(told, [Ok(5), Ok(3), Ok(1), Ok(2)]);
        assert_eq!(begun, [(0, 5), (5, 3), (5, 1), (8, 2)]);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_begun_after_a_failure_and_nothing_that_was_begun_is_lost() {
        let (told, begun) = played(&[1, 102, 3, 4, 5], 2).await;
        assert_eq!(told, [Ok(1), Err("no".to_owned()), Ok(3)]);
        assert_eq!(begun, [(0, 1), (1, 102), (1, 3)]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_fails_for_the_first_is_tried_for_no_other() {
        let (told, begun) = played(&[100, 1, 2], 8).await;
        assert_eq!((told.len(), begun.len()), (1, 1));
    }
}
