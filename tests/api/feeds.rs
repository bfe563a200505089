//! Feeds of the latest quotes: Atom and JSON Feed.

use atom_syndication::Feed;
use serde_json::{Value, json};

use crate::support::TestApp;

const TEXT: &str = "MOSCOW, September 18. /TASS/. \"The Idlib de-escalation zone <stands> & holds,\" Russian Foreign Minister \
                    Sergey Lavrov said.\n\nThe road is open, a driver said.";

async fn start() -> TestApp {
    let app = TestApp::start().await;
    let article = json!({ "text": TEXT, "published_on": "2017-09-18", "url": "https://example.org/a?b=1&c=2" });
    app.post("/v1/articles", article).await.expect(201);
    let later = json!({ "text": "WASHINGTON (Reuters) - The plan is ready, U.S. President Donald Trump said.",
                        "published_on": "2016-01-05" });
    app.post("/v1/articles", later).await.expect(201);
    app
}

async fn atom(app: &TestApp, path: &str) -> Feed {
    let answer = app.get(path).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/atom+xml"));
    Feed::read_from(answer.bytes.as_ref()).expect("an Atom feed")
}

#[actix_web::test]
async fn what_came_in_last_comes_first_whenever_it_was_said() {
    let app = start().await;
    let feed = atom(&app, "/v1/feeds/quotes.atom").await;
    let names: Vec<&str> = feed.entries.iter().map(|entry| entry.authors[0].name.as_str()).collect();
    assert_eq!(names[0], "Donald Trump", "of 2016, and received last");
    assert!(names.contains(&"Sergey Lavrov") && names.contains(&"a driver"), "{names:?}");
    assert_eq!(feed.links[0].href, "/v1/feeds/quotes.atom");
    let updated = feed.entries.iter().map(|entry| entry.updated).max().unwrap();
    assert_eq!(feed.updated, updated);

    let json = app.get("/v1/feeds/quotes.json").await;
    assert_eq!(json.header("content-type"), Some("application/feed+json"));
    let json = json.expect(200);
    let names_in_json: Vec<&Value> =
        json["items"].as_array().unwrap().iter().map(|item| &item["authors"][0]["name"]).collect();
    assert_eq!(names_in_json, names.iter().map(|name| json!(name)).collect::<Vec<_>>().iter().collect::<Vec<_>>());
}

#[actix_web::test]
async fn an_entry_holds_the_words_and_leads_to_the_quote_and_the_article() {
    let app = start().await;
    let quote = app.get("/v1/quotes?speaker=sergey-lavrov").await.expect(200)["data"][0].clone();
    let path = format!("/v1/quotes/{}", quote["id"].as_str().unwrap());
    let filter = "speaker=sergey-lavrov&zone=idlib-de-escalation-zone";
    let feed = atom(&app, &format!("/v1/feeds/quotes.atom?{filter}")).await;
    let [entry] = &feed.entries[..] else { panic!("one entry: {feed:?}") };
    assert_eq!(entry.id, format!("urn:uuid:{}", quote["id"].as_str().unwrap()));
    assert_eq!(entry.content.as_ref().unwrap().value.as_deref(), quote["text"].as_str());
    assert!(entry.title.value.starts_with("Sergey Lavrov: The Idlib de-escalation zone <stands> & holds"), "{entry:?}");
    let links: Vec<(&str, &str)> = entry.links.iter().map(|link| (link.rel.as_str(), link.href.as_str())).collect();
    assert_eq!(links, [("alternate", path.as_str()), ("via", "https://example.org/a?b=1&c=2")]);
    assert!(entry.categories.iter().any(|category| category.term == "idlib-de-escalation-zone"));

    let json = app.get(&format!("/v1/feeds/quotes.json?{filter}")).await.expect(200);
    let item = &json["items"][0];
    assert_eq!(item["id"], entry.id);
    assert_eq!(item["content_text"], quote["text"]);
    assert_eq!(item["external_url"], "https://example.org/a?b=1&c=2");
    assert_eq!(item["_onrecord"]["quote"], path);
    assert_eq!(item["date_published"], quote["created_at"]);
}

#[actix_web::test]
async fn a_feed_is_told_from_others_and_known_again() {
    let app = start().await;
    let of = async |query: &str| atom(&app, &format!("/v1/feeds/quotes.atom{query}")).await;
    assert_eq!(of("?kind=direct").await.id, of("?kind=direct").await.id);
    assert_ne!(of("?kind=direct").await.id, of("?kind=indirect").await.id);
    assert_eq!(of("?limit=1").await.entries.len(), 1);
    let none = of("?kind=direct&speaker=donald-trump").await;
    assert!(none.entries.is_empty());
    for query in ["limit=0", "limit=201", "speaker=nobody-at-all", "cursor=abc", "kind="] {
        app.get(&format!("/v1/feeds/quotes.atom?{query}")).await.expect_problem(400, "invalid_query");
        app.get(&format!("/v1/feeds/quotes.json?{query}")).await.expect_problem(400, "invalid_query");
    }
}

#[actix_web::test]
async fn a_reader_that_asks_again_is_told_that_nothing_is_new() {
    let app = start().await;
    for path in ["/v1/feeds/quotes.atom", "/v1/feeds/quotes.json"] {
        let first = app.get(path).await;
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = app.send_with(actix_web::http::Method::GET, path, &[("if-none-match", tag.as_str())], "").await;
        assert_eq!(again.status, 304, "{path}");
    }
}
