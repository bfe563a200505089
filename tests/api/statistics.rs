//! `/v1/stats/quotes`: what it counts is what the list holds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::TestApp;

/// A day, and what categories a quote is in on it.
type Row = (String, BTreeSet<String>);

async fn start() -> TestApp {
    let app = TestApp::start().await;
    let lavrov = "\"The Idlib de-escalation zone stands,\" Russian Foreign Minister Sergey Lavrov said.";
    let trump = "The plan for a safe zone in Syria is ready, U.S. President Donald Trump said.";
    let nobody = "\"The road is closed.\"";
    for (outlet, day, texts) in [
        ("tass", "2017-05-04", vec![lavrov, "Lavrov added that the guarantors agree on Idlib."]),
        ("tass", "2017-05-31", vec![lavrov]),
        ("reuters", "2017-08-02", vec![trump, lavrov]),
        ("reuters", "2018-01-01", vec![trump, nobody]),
        ("", "2018-01-07", vec![lavrov, nobody]),
    ] {
        let text = format!("{}\n\nFiled on {day}.", texts.join("\n\n"));
        let outlet = (!outlet.is_empty()).then_some(outlet);
        let article = json!({ "text": text, "published_on": day, "outlet": outlet });
        app.post("/v1/articles", article).await.expect(201);
    }
    app
}

/// The quotes of the list, each with the day it counts on and its categories.
async fn listed(app: &TestApp, filter: &str, category: &str) -> Vec<Row> {
    let rows = app.all_pages(&format!("/v1/quotes?include=article&{filter}")).await;
    assert!(!rows.is_empty());
    let row = |quote: &Value| {
        let day = [&quote["said_on"], &quote["included"]["article"]["published_on"]];
        let day = day.into_iter().find_map(Value::as_str).expect("a day").to_owned();
        let categories: Vec<&Value> = match category {
            "speaker" => vec![&quote["speaker"]["actor"]["slug"]],
            "outlet" => vec![&quote["included"]["article"]["outlet"]["slug"]],
            "kind" => vec![&quote["kind"]],
            "zone" => quote["zones"].as_array().unwrap().iter().map(|zone| &zone["slug"]).collect(),
            _ => Vec::new(),
        };
        (day, categories.into_iter().filter_map(Value::as_str).map(str::to_owned).collect())
    };
    rows.iter().map(row).collect()
}

fn period_of(day: &str, period: &str) -> String {
    match period {
        "month" => format!("{}-01", &day[..7]),
        "year" => format!("{}-01-01", &day[..4]),
        _ => day.to_owned(),
    }
}

async fn count(app: &TestApp, query: &str) -> Value {
    app.get(&format!("/v1/stats/quotes?{query}")).await.expect(200)
}

/// The same from a list of quotes: in each period, 0 where there is none.
fn counts(rows: &[&Row], period: &str, periods: &Value) -> Value {
    let mut days: BTreeMap<String, i64> = BTreeMap::new();
    for (day, _) in rows {
        *days.entry(period_of(day, period)).or_default() += 1;
    }
    let periods = periods.as_array().unwrap().iter().map(|day| day.as_str().unwrap());
    let counts: Vec<i64> = periods.map(|day| days.remove(day).unwrap_or_default()).collect();
    assert!(period.is_empty() || days.is_empty(), "{days:?} stand in no period");
    json!({ "quotes": rows.len(), "by_period": counts })
}

#[actix_web::test]
async fn it_counts_what_the_list_holds() {
    let app = start().await;
    for filter in
        ["", "speaker=sergey-lavrov", "outlet=reuters", "zone=idlib-de-escalation-zone", "kind=direct&kind=mixed"]
    {
        for period in ["", "day", "month", "year"] {
            for category in ["", "speaker", "zone", "outlet", "kind"] {
                if period.is_empty() && category.is_empty() {
                    continue;
                }
                let group_by = [period, category].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
                let query = format!("group_by={}&series=100&{filter}", group_by.join(","));
                let found = count(&app, query.trim_end_matches('&')).await;
                let rows = listed(&app, filter, category).await;
                let all: Vec<&Row> = rows.iter().collect();
                assert_eq!(found["all"], counts(&all, period, &found["periods"]), "{query}");
                let mut slugs: BTreeSet<&String> = rows.iter().flat_map(|(_, categories)| categories).collect();
                for series in found["series"].as_array().unwrap() {
                    let slug = series["slug"].as_str().unwrap().to_owned();
                    let of_it: Vec<&Row> = rows.iter().filter(|(_, categories)| categories.contains(&slug)).collect();
                    let expected = counts(&of_it, period, &found["periods"]);
                    assert_eq!(
                        json!({ "quotes": series["quotes"], "by_period": series["by_period"] }),
                        expected,
                        "{query}"
                    );
                    assert!(slugs.remove(&slug), "{query}: {slug} has quotes and one series");
                }
                assert!(slugs.is_empty(), "{query}: {slugs:?} have no series");
                // Of zones it holds those that name others.
                let of_none: Vec<&Row> = rows.iter().filter(|(_, categories)| categories.is_empty()).collect();
                let of_none = if category == "zone" { Vec::new() } else { of_none };
                assert_eq!(found["others"], counts(&of_none, period, &found["periods"]), "{query}");
            }
        }
    }
}

#[actix_web::test]
async fn periods_have_no_gaps_and_reach_as_far_as_was_asked() {
    let app = start().await;
    let by_month = count(&app, "group_by=month").await;
    let months = ["2017-05", "2017-06", "2017-07", "2017-08", "2017-09", "2017-10", "2017-11", "2017-12", "2018-01"];
    assert_eq!(by_month["periods"], json!(months.map(|month| format!("{month}-01"))));
    assert_eq!(by_month["all"]["by_period"].as_array().unwrap().len(), months.len());
    assert_eq!(by_month["all"]["by_period"][1], 0);
    // Weeks begin on Monday: 7 January 2018 was a Sunday.
    let by_week = count(&app, "group_by=week&published_from=2018-01-01").await;
    assert_eq!(by_week["periods"], json!(["2018-01-01"]));
    let wider = count(&app, "group_by=year&said_from=2015-03-01&said_to=2019-01-01").await;
    let years = ["2015", "2016", "2017", "2018", "2019"].map(|year| format!("{year}-01-01"));
    assert_eq!(wider["periods"], json!(years));
    assert_eq!(wider["all"]["by_period"].as_array().unwrap().len(), years.len());
}

#[actix_web::test]
async fn where_nothing_fits_there_is_nothing() {
    let app = start().await;
    for group_by in
        ["month", "speaker", "zone", "outlet", "kind", "month,speaker", "week,zone", "year,outlet", "day,kind"]
    {
        let query = format!("group_by={group_by}&speaker=sergey-lavrov&said_from=2000-01-01&said_to=2000-01-01");
        let found = count(&app, &query).await;
        assert_eq!((&found["series"], &found["all"]["quotes"]), (&json!([]), &json!(0)), "{query}");
    }
}

#[actix_web::test]
async fn only_the_largest_have_a_series() {
    let app = start().await;
    let found = count(&app, "group_by=month,speaker&series=1").await;
    let series = found["series"].as_array().unwrap();
    assert_eq!(series.len(), 1);
    assert_eq!(series[0]["slug"], "sergey-lavrov");
    assert_eq!(series[0]["id"], app.get("/v1/actors/sergey-lavrov").await.expect(200)["id"]);
    let total = |counts: &Value| counts["quotes"].as_i64().unwrap();
    assert_eq!(total(&series[0]) + total(&found["others"]), total(&found["all"]));
    assert!(total(&found["others"]) > 0);
}

#[actix_web::test]
async fn what_was_known_before_is_counted_as_it_was() {
    let app = start().await;
    let before = count(&app, "group_by=month,speaker").await;
    let instant = onrecord::models::Instant::now();
    let quote = app.get("/v1/quotes?speaker=donald-trump").await.expect(200)["data"][0].clone();
    app.delete(&format!("/v1/quotes/{}", quote["id"].as_str().unwrap())).await.expect(204);
    assert_ne!(count(&app, "group_by=month,speaker").await, before);
    assert_eq!(count(&app, &format!("group_by=month,speaker&as_of={instant}")).await, before);
}

#[actix_web::test]
async fn what_cannot_be_counted_is_refused() {
    let app = TestApp::start_with(&[("statistics.max_periods", "3")]).await;
    let text = "The road is open, Orsolya Vintner said.";
    for day in ["2017-05-04", "2017-07-31"] {
        let text = format!("{text}\n\nFiled on {day}.");
        app.post("/v1/articles", json!({ "text": text, "published_on": day })).await.expect(201);
    }
    count(&app, "group_by=month").await;
    for (query, parameter, why) in [
        ("", "group_by", "must be given"),
        ("group_by=decade", "group_by", "is no grouping"),
        ("group_by=speaker,month", "group_by", "is no grouping"),
        ("group_by=day", "group_by", "more than 3 periods from 2017-05-04 to 2017-07-31"),
        ("group_by=kind&series=101", "series", "must be 1 to 100"),
        ("group_by=kind&speaker=nobody-at-all", "speaker", "names no actor"),
        ("group_by=kind&cursor=abc", "cursor", "is not a parameter"),
    ] {
        let problem = app.get(&format!("/v1/stats/quotes?{query}")).await.expect_problem(400, "invalid_query");
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], parameter, "{query}: {error}");
        assert!(error["detail"].as_str().unwrap().contains(why), "{query}: {error}");
    }
}
