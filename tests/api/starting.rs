//! Starting on a database: empty, filled, and two at once.

use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;
use onrecord::repository::Connection;
use onrecord::services::Services;

use crate::support::{TestApp, TestDatabase};

#[actix_web::test]
async fn two_processes_start_on_one_empty_database() {
    let database = TestDatabase::create_empty().await;
    let start = || Services::start(database.settings(&[]));
    let (one, other) = futures_util::future::join(start(), start()).await;
    let app = TestApp::on(one.unwrap());
    let other = TestApp::on(other.unwrap());
    let outlets = app.all_pages("/v1/outlets?limit=200").await;
    assert!(!outlets.is_empty());
    assert_eq!(other.all_pages("/v1/outlets?limit=200").await, outlets);
}

#[actix_web::test]
async fn postgresql_is_told_what_a_page_out_of_order_costs_unless_it_knows_best() {
    #[derive(QueryableByName)]
    struct Cost {
        #[diesel(sql_type = Text)]
        setting: String,
        /// What it is in a session that nobody told.
        #[diesel(sql_type = Text)]
        reset_val: String,
    }
    let database = TestDatabase::create().await;
    for (setting, expected) in [("1.1", Some("1.1")), ("2.5", Some("2.5")), ("0", None)] {
        let flags = [("database.postgres_random_page_cost", setting)];
        let services = Services::start(database.settings(&flags)).await.unwrap();
        // SQLite knows no such thing, and takes the setting all the same.
        let Connection::Postgres(connection) = &mut services.database.connect().await.unwrap() else { continue };
        let show = sql_query("SELECT setting, reset_val FROM pg_settings WHERE name = 'random_page_cost'");
        let cost: Cost = show.get_result(connection.exclusive().unwrap()).await.unwrap();
        assert_eq!(cost.setting, expected.unwrap_or(&cost.reset_val), "{setting}");
    }
}

#[actix_web::test]
async fn what_was_deleted_does_not_come_back_on_the_next_start() {
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    app.delete("/v1/outlets/xinhua").await.expect(204);
    let again = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    again.get("/v1/outlets/xinhua").await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn what_one_process_adds_the_other_one_knows() {
    let database = TestDatabase::create().await;
    let one = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let other = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    let text = "The road is open, Ulrika Sandeman said.";
    let unknown = other.post_text(text).await;
    assert_eq!(unknown["quotes"][0]["speaker"]["actor"]["slug"], "ulrika-sandeman", "met for the first time");
    one.delete(&format!("/v1/articles/{}", unknown["id"].as_str().unwrap())).await.expect(204);
    one.delete("/v1/actors/ulrika-sandeman").await.expect(204);

    let actor = serde_json::json!({ "slug": "the-envoy", "name": "Ulrika Sandeman", "kind": "person" });
    one.post("/v1/actors", actor).await.expect(201);
    let known = other.post_text(text).await;
    assert_eq!(known["quotes"][0]["speaker"]["actor"]["slug"], "the-envoy");
}

#[actix_web::test]
async fn a_database_without_outlets_starts_again() {
    let database = TestDatabase::create().await;
    let app = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    for outlet in app.all_pages("/v1/outlets?limit=200").await {
        app.delete(&format!("/v1/outlets/{}", outlet["slug"].as_str().unwrap())).await.expect(204);
    }
    let again = TestApp::on(Services::start(database.settings(&[])).await.unwrap());
    assert!(again.all_pages("/v1/outlets").await.is_empty());
}
