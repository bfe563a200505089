//! The table of which quotes name a zone: it is made from others, and must never say anything else than they do.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::TestApp;

/// Two quotes on zones and one on none, of which one has no day of its own.
const TEXT: &str = "MOSCOW, May 5, 2018. /TASS/. \"The Idlib de-escalation zone stays on the table,\" Russian Foreign Minister Sergey \
    Lavrov said on Friday.\n\nThe Idlib de-escalation zone and the Eastern Ghouta de-escalation zone would be watched, US \
    President Donald Trump said.\n\nUN Secretary-General Antonio Guterres said that the list would be public.";
const IDLIB: &str = "zone=idlib-de-escalation-zone";

/// What the table says, and what the tables say from which it is made.
const SAYS: &str = "SELECT CAST(zone_id AS text) || ' ' || CAST(sort_on AS text) || ' ' || CAST(quote_id AS text) || ' ' \
    || coalesce(CAST(said_on AS text), '-') AS line FROM quote_zones ORDER BY 1";
const MUST_SAY: &str = "SELECT DISTINCT CAST(m.zone_id AS text) || ' ' || CAST(q.sort_on AS text) || ' ' || CAST(q.id AS text) || ' ' \
    || coalesce(CAST(q.said_on AS text), '-') AS line \
    FROM mentions m JOIN quotes q ON q.id = m.quote_id WHERE m.zone_id IS NOT NULL ORDER BY 1";

/// How many rows the table has, all of which it must have.
async fn rows(app: &TestApp, after: &str) -> usize {
    let said = app.database().lines(SAYS).await;
    assert_eq!(said, app.database().lines(MUST_SAY).await, "after {after}");
    said.len()
}

async fn ids(app: &TestApp, query: &str) -> Vec<String> {
    let all = app.all_pages(&format!("/v1/quotes?{query}")).await;
    all.iter().map(|quote| quote["id"].as_str().unwrap().to_owned()).collect()
}

/// Takes the last deletion back.
async fn restore_last(app: &TestApp) {
    let deletions = app.get("/v1/deletions?limit=1").await.expect(200);
    let path = format!("/v1/deletions/{}/restore", deletions["data"][0]["id"].as_str().unwrap());
    app.send(Method::POST, &path, "", "").await.expect(200);
}

#[actix_web::test]
async fn it_says_what_mentions_and_quotes_say_whatever_is_written() {
    let app = TestApp::start().await;
    let article = app.post_text(TEXT).await;
    let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    let quote = |index: usize| format!("/v1/quotes/{}", article["quotes"][index]["id"].as_str().unwrap());
    assert_eq!(article["quotes"].as_array().unwrap().len(), 3, "{article:#}");
    assert_eq!(rows(&app, "an article").await, 3);
    app.patch(&quote(0), json!({ "said_on": "2018-05-01" })).await.expect(200);
    rows(&app, "another day").await;
    app.patch(&quote(1), json!({ "said_on": null })).await.expect(200);
    rows(&app, "the loss of a day").await;
    app.patch(&path, json!({ "published_on": "2018-06-01" })).await.expect(200);
    rows(&app, "another day of the article").await;
    app.send(Method::POST, &format!("{path}/extractions"), "", "").await.expect(200);
    rows(&app, "another reading").await;
    app.delete(&quote(1)).await.expect(204);
    assert_eq!(rows(&app, "a quote less").await, 1);
    restore_last(&app).await;
    assert_eq!(rows(&app, "the quote again").await, 3);
    app.delete(&path).await.expect(204);
    assert_eq!(rows(&app, "an article less").await, 0);
    restore_last(&app).await;
    assert_eq!(rows(&app, "the article again").await, 3);
}

#[actix_web::test]
async fn the_quotes_of_a_zone_come_in_the_order_of_all_whatever_the_page() {
    let app = TestApp::start().await;
    for (number, day) in ["2018-05-05", "2018-05-06", "2018-05-05", "2019-01-01"].iter().enumerate() {
        let text = format!("{number} articles. {}", TEXT.split_once("/TASS/. ").unwrap().1);
        let new = json!({ "text": text, "outlet": "tass", "published_on": day });
        app.post("/v1/articles", new).await.expect(201);
    }
    let all = app.all_pages("/v1/quotes").await;
    let names_idlib = |quote: &&Value| {
        quote["zones"].as_array().unwrap().iter().any(|zone| zone["slug"] == "idlib-de-escalation-zone")
    };
    let of_idlib: Vec<&Value> = all.iter().filter(names_idlib).collect();
    assert_eq!(of_idlib.len(), 8);
    let expected = |fits: &dyn Fn(&Value) -> bool| -> Vec<String> {
        let fitting = of_idlib.iter().filter(|quote| fits(quote));
        fitting.map(|quote| quote["id"].as_str().unwrap().to_owned()).collect()
    };
    for limit in [1, 2, 3, 200] {
        assert_eq!(ids(&app, &format!("{IDLIB}&limit={limit}")).await, expected(&|_| true), "{limit}");
        // One way by the zone alone, the other by all conditions together: the same.
        for more in ["", "&min_confidence=0"] {
            let said = |quote: &Value, from: &str, to: &str| {
                quote["said_on"].as_str().is_some_and(|day| (from..=to).contains(&day))
            };
            let within =
                ids(&app, &format!("{IDLIB}&said_from=2018-05-01&said_to=2018-05-05&limit={limit}{more}")).await;
            assert_eq!(within, expected(&|quote| said(quote, "2018-05-01", "2018-05-05")), "{limit}{more}");
            let since = ids(&app, &format!("{IDLIB}&said_from=2018-05-05&limit={limit}{more}")).await;
            assert_eq!(since, expected(&|quote| said(quote, "2018-05-05", "9999-12-31")), "{limit}{more}");
        }
    }
    let counted = app.get(&format!("/v1/quotes?{IDLIB}&limit=1&count=true")).await.expect(200);
    assert_eq!(counted["total"], 8);
}
