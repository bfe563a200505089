//! By what an article is known: another one with the same is no new article.

use std::collections::HashSet;

use crate::error::Result;
use crate::models::ArticleId;
use crate::repository::{Connection, articles};

/// What an article is known by.
#[derive(Debug, Clone, Copy)]
pub(in crate::services) struct Identity<'a> {
    /// `None` where it gets one as it is stored.
    pub(in crate::services) id: Option<ArticleId>,
    pub(in crate::services) text_sha256: &'a str,
    pub(in crate::services) url: Option<&'a str>,
}

/// Which of these are new: with another id, text and address than any article there is, and than any new one before it.
pub(in crate::services) async fn find_new(connection: &mut Connection, all: &[Identity<'_>]) -> Result<Vec<bool>> {
    let ids: Vec<ArticleId> = all.iter().filter_map(|one| one.id).collect();
    let texts: Vec<&str> = all.iter().map(|one| one.text_sha256).collect();
    let urls: Vec<&str> = all.iter().filter_map(|one| one.url).collect();
    let known = articles::find_known_articles(connection, &ids, &texts, &urls).await?;
    let (mut seen_ids, mut seen_texts, mut seen_urls) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut are_new = Vec::with_capacity(all.len());
    for Identity { id, text_sha256, url } in all.iter().copied() {
        let is_known = known.texts.contains(text_sha256)
            || seen_texts.contains(text_sha256)
            || id.is_some_and(|id| known.ids.contains(&id) || seen_ids.contains(&id))
            || url.is_some_and(|url| known.urls.contains(url) || seen_urls.contains(url));
        if !is_known {
            seen_texts.insert(text_sha256);
            seen_ids.extend(id);
            seen_urls.extend(url);
        }
        are_new.push(!is_known);
    }
    Ok(are_new)
}
