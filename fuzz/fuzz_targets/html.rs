//! Any page: no panic, and where there is an article in it, it is read as soundly as one that came as text.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use onrecord::extraction::html::article_from_html;
use onrecord::extraction::{Extractor, Hints};
use onrecord::services::reference_data::embedded_extractor;

#[path = "../../tests/api/soundness.rs"]
mod soundness;

static EXTRACTOR: LazyLock<Extractor> =
    LazyLock::new(|| embedded_extractor().unwrap_or_else(|error| panic!("the embedded data: {error:?}")));

fuzz_target!(|page: &str| {
    let Ok(article) = article_from_html(page, Some("https://example.org/2017/05/04/report")) else { return };
    let again = article_from_html(page, Some("https://example.org/2017/05/04/report"));
    assert!(again.is_ok_and(|again| again.text == article.text && again.title == article.title));
    let hints = Hints { title: article.title.as_deref(), ..Hints::default() };
    soundness::check(&article.text, &EXTRACTOR.extract(&article.text, &hints));
});
