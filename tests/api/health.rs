//! `/healthz` and `/readyz`.

use actix_web::http::Method;

use crate::support::TestApp;

#[actix_web::test]
async fn a_service_with_its_database_is_alive_and_ready() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz"] {
        let health = app.get(path).await.expect(200);
        assert_eq!(health["status"], "ok");
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(app.send(Method::HEAD, path, "", "").await.status, 200);
    }
}

#[actix_web::test]
async fn a_service_that_gets_no_connection_is_alive_and_not_ready() {
    let app = TestApp::start_with(&[("database.max_connections", "1"), ("database.acquire_timeout_ms", "1000")]).await;
    let held = app.services.database.connect().await.unwrap();
    app.get("/healthz").await.expect(200);
    app.get("/readyz").await.expect_problem(503, "unavailable");
    drop(held);
    app.get("/readyz").await.expect(200);
}

#[actix_web::test]
async fn every_answer_names_its_request() {
    let app = TestApp::start().await;
    let ids: Vec<String> = [app.get("/healthz").await, app.get("/healthz").await, app.get("/v1/nothing").await]
        .iter()
        .map(|answer| answer.header("x-request-id").expect("a request id").to_owned())
        .collect();
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
}
