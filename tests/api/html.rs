//! Pages in HTML: the article is taken out, the page is kept.

use actix_web::http::Method;
use serde_json::json;

use crate::articles::assert_sliceable;
use crate::support::TestApp;

const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
  <title>Posts around Idlib to open before winter | Example Wire</title>
  <meta property="og:title" content="Posts around Idlib to open before winter">
  <meta property="article:published_time" content="2017-09-18T10:15:00+03:00">
  <link rel="canonical" href="https://example.org/wire/posts">
</head>
<body>
  <nav><a href="/">Home</a> <a href="/world">World</a> <a href="/login">Sign in</a></nav>
  <article>
    <h1>Posts around Idlib to open before winter</h1>
    <p>Eleven observation posts will stand around the Idlib de-escalation zone before the winter comes, and the engineers
       have already measured the ground for each of them, officials in Moscow and Ankara have let it be known.</p>
    <p>&ldquo;The posts will be ready before the first snow,&rdquo; Russian Foreign Minister Sergey Lavrov said on Monday
       after talks that had gone on for most of the afternoon in the Russian capital.</p>
    <p>Turkey has sent engineers to the border and expects to finish its own share of the work within a month, the Turkish
       foreign minister said, adding that the road to the crossing had been cleared of snow and of mines.</p>
  </article>
  <footer>Copyright Example Wire. "All rights reserved," said nobody.</footer>
</body>
</html>"#;

#[actix_web::test]
async fn the_article_is_taken_out_of_the_page() {
    let app = TestApp::start().await;
    let article = app.send(Method::POST, "/v1/articles", "text/html; charset=utf-8", PAGE).await.expect(201);
    assert_eq!(article["title"], "Posts around Idlib to open before winter");
    assert_eq!(article["published_on"], "2017-09-18");
    assert_eq!(article["published_on_source"], "metadata");
    assert_eq!(article["url"], "https://example.org/wire/posts");
    let text = article["text"].as_str().unwrap();
    assert!(text.contains("“The posts will be ready before the first snow,”"));
    assert!(!text.contains("Sign in") && !text.contains('<'), "{text}");
    assert_sliceable(&article);
    let speakers: Vec<&str> =
        article["quotes"].as_array().unwrap().iter().filter_map(|q| q["speaker"]["actor"]["slug"].as_str()).collect();
    assert!(speakers.contains(&"sergey-lavrov") && speakers.contains(&"mevlut-cavusoglu"), "{speakers:?}");

    app.send(Method::POST, "/v1/articles", "text/html", PAGE).await.expect(200);
    app.post("/v1/articles", json!({ "html": PAGE })).await.expect(200);
}

#[actix_web::test]
async fn the_site_names_the_outlet() {
    let app = TestApp::start().await;
    let page = PAGE.replace("<head>", r#"<head><meta property="og:site_name" content="TASS">"#);
    let article = app.send(Method::POST, "/v1/articles", "text/html", page).await.expect(201);
    assert_eq!(article["outlet"]["slug"], "tass");
}

#[actix_web::test]
async fn a_page_without_an_article_is_refused() {
    let app = TestApp::start().await;
    for page in ["<html><body></body></html>", "<p> </p>"] {
        let problem = app.send(Method::POST, "/v1/articles", "text/html", page).await;
        assert_eq!(problem.expect_problem(422, "invalid_body")["errors"][0]["pointer"], "/html");
    }
}

#[actix_web::test]
async fn pages_that_name_one_canonical_address_are_still_two_articles() {
    let app = TestApp::start().await;
    for canonical in ["https://example.org/", "https://example.org/wire/posts"] {
        let page = |number: usize| {
            let page = PAGE.replace("https://example.org/wire/posts", canonical);
            page.replace("Eleven observation posts", &format!("Post {number} of {}", canonical.len()))
        };
        let one = app.send(Method::POST, "/v1/articles", "text/html", page(1)).await.expect(201);
        let other = app.send(Method::POST, "/v1/articles", "text/html", page(2)).await.expect(201);
        assert_ne!(one["id"], other["id"]);
        assert_eq!(other["url"], serde_json::Value::Null, "the address is the site's, or another article's");
    }
}
