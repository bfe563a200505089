//! The sample articles that ship with the program, for a first look.
//!
//! They were written for that purpose: no outlet published them, and the wording of their quotations is invented.

use serde::Deserialize;

use super::{Services, articles, reference_data};
use crate::error::Result;
use crate::models::{Author, Day, NewArticle};

#[derive(Deserialize)]
struct Sample {
    file: String,
    url: String,
    outlet: String,
    published_on: Day,
}

/// Imports the sample articles that are not there yet; says how many were new, and how many there are.
///
/// # Errors
/// What [`articles::create_article`] does.
pub async fn import_samples(services: &Services) -> Result<(usize, usize)> {
    let samples: Vec<Sample> = reference_data::rows("sample/index.toml", "article")?;
    let mut new = 0;
    for sample in &samples {
        let article = NewArticle {
            text: Some(reference_data::file(&format!("sample/{}", sample.file))?),
            url: Some(sample.url.clone()),
            outlet: sample.outlet.parse().ok(),
            published_on: Some(sample.published_on),
            ..NewArticle::default()
        };
        if articles::create_article(services, article, &Author::program()).await?.is_new() {
            new += 1;
        }
    }
    Ok((new, samples.len()))
}
