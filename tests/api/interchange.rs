//! The example in `docs/interchange.md` is taken in as it stands there.

use actix_web::http::Method;
use onrecord::services::imports::run_next_import;
use serde_json::json;

use crate::support::TestApp;

#[actix_web::test]
async fn the_example_of_the_format_is_taken_in() {
    let page = include_str!("../../docs/interchange.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let app = TestApp::start().await;
    let answer = app.send(Method::POST, "/v1/imports", "application/x-ndjson", example).await.expect(201);
    while run_next_import(&app.services).await.unwrap() {}
    let path = format!("/v1/imports/{}", answer["id"].as_str().unwrap());
    let import = app.get(&path).await.expect(200);
    let errors = app.get(&format!("{path}/errors.ndjson")).await;
    assert_eq!(
        (&import["status"], &import["refused"]),
        (&json!("done"), &json!(0)),
        "{:?}",
        String::from_utf8(errors.bytes)
    );
    let added =
        json!({ "outlets": 1, "actors": 1, "merges": 0, "zones": 1, "agreements": 1, "articles": 2, "quotes": 3 });
    assert_eq!(import["added"], added);
    let quotes = app.all_pages("/v1/quotes?outlet=the-fjord-herald").await;
    let said: Vec<(&str, &str)> = quotes
        .iter()
        .map(|quote| (quote["text"].as_str().unwrap(), quote["speaker"]["actor"]["slug"].as_str().unwrap()))
        .collect();
    assert!(said.contains(&("The bridge is open,", "ada-example")), "{said:?}");
    assert!(said.contains(&("We watch the zone,", "ada-example")), "{said:?}");
    assert!(said.contains(&("nobody had paid", "ole-guard")), "{said:?}");
    assert_eq!(app.all_pages("/v1/quotes?zone=fjord-safe-zone").await.len(), 1);
}
