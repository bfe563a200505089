//! Rate limits: by key, by address, and what every answer says about them.

use actix_web::http::Method;
use onrecord::models::Scope;

use crate::support::{Answer, TestApp};

const THREE: [(&str, &str); 2] =
    [("limits.requests_per_minute_per_address", "3"), ("limits.requests_per_minute_per_key", "3")];

async fn get_from(app: &TestApp, address: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    app.send_from(Some(&format!("{address}:4000")), Method::GET, path, headers, "").await
}

/// What an answer says is left.
fn left(answer: &Answer) -> u64 {
    let state = answer.header("ratelimit").expect("RateLimit");
    let (_, rest) = state.split_once(";r=").expect(state);
    rest.split(';').next().unwrap().parse().expect(state)
}

#[actix_web::test]
async fn an_address_that_asks_too_much_waits_and_no_other_does() {
    let app = TestApp::start_with(&THREE).await;
    for expected in [2, 1, 0] {
        let answer = get_from(&app, "192.0.2.1", "/v1/actors", &[]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"address\";q=3;w=60"));
        assert_eq!(left(&answer), expected);
    }
    let refused = get_from(&app, "192.0.2.1", "/v1/actors", &[]).await;
    let problem = refused.expect_problem(429, "too_many_requests");
    assert_eq!(refused.header("ratelimit-policy"), Some("\"address\";q=3;w=60"));
    assert_eq!(left(&refused), 0);
    // One comes back every 20 seconds.
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
    assert!(problem["detail"].as_str().unwrap().contains(&format!("{seconds} s")));
    assert!(refused.header("ratelimit").unwrap().ends_with(&format!(";t={seconds}")));

    get_from(&app, "192.0.2.2", "/v1/actors", &[]).await.expect(200);
    // What was never there counts too, and so does a page.
    get_from(&app, "192.0.2.2", "/nowhere", &[]).await.expect_problem(404, "route_not_found");
    assert_eq!(left(&get_from(&app, "192.0.2.2", "/openapi.json", &[]).await), 0);
}

#[actix_web::test]
async fn a_key_has_a_limit_of_its_own_wherever_it_comes_from() {
    let app = TestApp::start_with(&THREE).await;
    let (one, other) = (app.new_key(Scope::Read).await.text, app.new_key(Scope::Read).await.text);
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        let answer = get_from(&app, address, "/v1/actors", &[("x-api-key", &one)]).await;
        assert_eq!((answer.status.as_u16(), answer.header("ratelimit-policy")), (200, Some("\"key\";q=3;w=60")));
    }
    let refused = get_from(&app, "192.0.2.4", "/v1/actors", &[("x-api-key", &one)]).await;
    refused.expect_problem(429, "too_many_requests");
    get_from(&app, "192.0.2.1", "/v1/actors", &[("x-api-key", &other)]).await.expect(200);
    // The addresses have used up nothing.
    assert_eq!(left(&get_from(&app, "192.0.2.1", "/v1/actors", &[]).await), 2);
}

#[actix_web::test]
async fn guessing_keys_counts_against_the_address() {
    let app = TestApp::start_with(&THREE).await;
    let guess = onrecord::models::KeyText::generate().unwrap();
    for sent in ["onr_nonsense", guess.reveal(), ""] {
        let answer = get_from(&app, "192.0.2.1", "/v1/actors", &[("x-api-key", sent)]).await;
        answer.expect_problem(401, "invalid_key");
        assert!(answer.header("ratelimit").is_some());
    }
    let answer = get_from(&app, "192.0.2.1", "/v1/actors", &[("x-api-key", "onr_nonsense")]).await;
    answer.expect_problem(429, "too_many_requests");
}

#[actix_web::test]
async fn probes_never_count() {
    let app = TestApp::start_with(&THREE).await;
    for _ in 0..5 {
        for probe in ["/healthz", "/readyz"] {
            let answer = get_from(&app, "192.0.2.1", probe, &[]).await;
            assert_eq!((answer.status.as_u16(), answer.header("ratelimit")), (200, None));
        }
    }
    assert_eq!(left(&get_from(&app, "192.0.2.1", "/v1/actors", &[]).await), 2);
}

#[actix_web::test]
async fn without_limits_nothing_is_said_about_them() {
    let off = [("limits.requests_per_minute_per_address", "0"), ("limits.requests_per_minute_per_key", "0")];
    let app = TestApp::start_with(&off).await;
    for answer in [app.get("/v1/actors").await, get_from(&app, "192.0.2.1", "/v1/actors", &[]).await] {
        assert_eq!(answer.status, 200);
        assert!(answer.header("ratelimit").is_none() && answer.header("ratelimit-policy").is_none());
    }
}

#[actix_web::test]
async fn by_default_everybody_may_ask_a_lot() {
    let app = TestApp::start().await;
    assert!(left(&app.get("/v1/actors").await) > 10_000);
    assert!(left(&get_from(&app, "192.0.2.1", "/v1/actors", &[]).await) > 1_000);
}

#[actix_web::test]
async fn who_a_proxy_speaks_for_counts_only_where_the_proxy_is_trusted() {
    let app = TestApp::start_with(&THREE).await;
    for named in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        get_from(&app, "10.0.0.1", "/v1/actors", &[("x-forwarded-for", named)]).await.expect(200);
    }
    let answer = get_from(&app, "10.0.0.1", "/v1/actors", &[("x-forwarded-for", "192.0.2.4")]).await;
    answer.expect_problem(429, "too_many_requests");

    let trusting =
        |header| [THREE[0], ("server.trusted_proxies", "10.0.0.0/8, 127.0.0.1"), ("server.forwarded_header", header)];
    let app = TestApp::start_with(&trusting("x-forwarded-for")).await;
    // What the client itself wrote stands to the left, and does not help it.
    for (n, header) in ["192.0.2.1", "198.51.100.1, 192.0.2.1", "203.0.113.9, 192.0.2.1, 10.0.0.7"].iter().enumerate() {
        let answer = get_from(&app, "10.0.0.1", "/v1/actors", &[("x-forwarded-for", header)]).await;
        assert_eq!(left(&answer), 2 - n as u64, "{header}");
    }
    let answer = get_from(&app, "10.9.9.9", "/v1/actors", &[("x-forwarded-for", "192.0.2.1")]).await;
    answer.expect_problem(429, "too_many_requests");
    assert_eq!(left(&get_from(&app, "10.0.0.1", "/v1/actors", &[("x-forwarded-for", "192.0.2.2")]).await), 2);
    // From elsewhere the header says nothing.
    assert_eq!(left(&get_from(&app, "192.0.2.9", "/v1/actors", &[("x-forwarded-for", "192.0.2.1")]).await), 2);

    let app = TestApp::start_with(&trusting("forwarded")).await;
    for (n, header) in ["for=192.0.2.1", "for=198.51.100.1, For=\"192.0.2.1:47011\";proto=https"].iter().enumerate() {
        let answer = get_from(&app, "127.0.0.1", "/v1/actors", &[("forwarded", header)]).await;
        assert_eq!(left(&answer), 2 - n as u64, "{header}");
    }
    assert_eq!(left(&get_from(&app, "127.0.0.1", "/v1/actors", &[("x-forwarded-for", "192.0.2.1")]).await), 2);
}

#[actix_web::test]
async fn one_network_of_ipv6_counts_as_one_address() {
    let app = TestApp::start_with(&THREE).await;
    for (n, address) in ["[2001:db8::1]", "[2001:db8::ffff]", "[2001:db8:0:0:1::]"].iter().enumerate() {
        assert_eq!(left(&get_from(&app, address, "/v1/actors", &[]).await), 2 - n as u64);
    }
    assert_eq!(left(&get_from(&app, "[2001:db8:0:1::1]", "/v1/actors", &[]).await), 2);
}
