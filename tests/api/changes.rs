//! `/v1/changes` and `/v1/changes/stream`: every change once and in order, whoever reads, whenever.

use std::collections::BTreeMap;
use std::time::{Duration, Instant as Moment};

use actix_web::http::Method;
use futures_util::future::join_all;
use onrecord::models::Scope;
use onrecord::services::{Services, changes, keys};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::revisions::one_of_each;
use crate::support::{RunningServer, TestApp, TestDatabase};

/// The place after all that was changed up to now.
async fn end(app: &TestApp) -> String {
    app.get("/v1/changes?since=now").await.expect(200)["cursor"].as_str().unwrap().to_owned()
}

/// What was changed since, in pages of so many, and the place after it.
async fn read_on(app: &TestApp, since: &str, filter: &str, limit: usize) -> (Vec<Value>, String) {
    let (mut read, mut cursor) = (Vec::new(), since.to_owned());
    loop {
        let page = app.get(&format!("/v1/changes?since={cursor}&limit={limit}{filter}")).await.expect(200);
        let rows = page["data"].as_array().unwrap();
        assert!(rows.len() <= limit, "{page}");
        read.extend(rows.iter().cloned());
        cursor = page["cursor"].as_str().unwrap().to_owned();
        if page["has_more"] == false {
            return (read, cursor);
        }
    }
}

fn position(cursor: &str) -> i64 {
    cursor.split('-').next().unwrap().parse().unwrap()
}

/// Without a gap and without doubles.
#[track_caller]
fn assert_contiguous(changes: &[Value], since: &str) {
    let positions: Vec<i64> = changes.iter().map(|change| change["position"].as_i64().unwrap()).collect();
    let first = position(since) + 1;
    let expected: Vec<i64> = (first..).take(positions.len()).collect();
    assert_eq!(positions, expected);
}

/// What happened to whom, and what is left of it.
fn story<'a>(changes: &'a [Value], resource_id: &str) -> Vec<(&'a str, i64, bool)> {
    let of_resource = changes.iter().filter(|change| change["resource_id"] == resource_id);
    let told = of_resource.map(|change| {
        let version = change["version"].as_i64().unwrap();
        (change["change"].as_str().unwrap(), version, change["gone"].as_bool().unwrap())
    });
    told.collect()
}

async fn new_outlet(app: &TestApp, number: usize) -> String {
    let outlet = json!({ "name": format!("Harbour Post {number}"), "kind": "newspaper" });
    app.post("/v1/outlets", outlet).await.expect(201)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn every_change_is_there_once_and_in_order() {
    let app = TestApp::start().await;
    let start = end(&app).await;
    let mut resources = Vec::new();
    for (path, [patch, _]) in one_of_each(&app).await {
        app.patch(&format!("{path}?reason=The+map+says+so"), patch).await.expect(200);
        app.delete(&path).await.expect(204);
        let deletion = app.get("/v1/deletions?limit=1").await.expect(200)["data"][0]["id"].clone();
        let restore = format!("/v1/deletions/{}/restore", deletion.as_str().unwrap());
        app.send(Method::POST, &restore, "", "").await.expect(200);
        resources.push(path);
    }
    let (changes, cursor) = read_on(&app, &start, "", 200).await;
    assert_contiguous(&changes, &start);
    assert_eq!(position(&cursor) - position(&start), i64::try_from(changes.len()).unwrap());
    for path in &resources {
        let (collection, id) = path["/v1/".len()..].split_once('/').unwrap();
        let mut expected =
            vec![("created", 1, false), ("updated", 2, false), ("deleted", 2, true), ("restored", 3, false)];
        if collection == "quotes" {
            // It came with its article, and went and came back with it once more.
            expected.remove(0);
            expected.extend([("deleted", 3, true), ("restored", 4, false)]);
        }
        assert_eq!(story(&changes, id), expected, "{path}");
        let updated = changes.iter().find(|change| change["resource_id"] == id && change["change"] == "updated");
        let updated = updated.unwrap();
        assert_eq!(updated["href"], *path);
        assert_eq!(format!("{}s", updated["resource"].as_str().unwrap()), collection);
        assert_eq!(
            (&updated["author"]["name"], &updated["reason"]),
            (&json!("a test with admin"), &json!("The map says so"))
        );
        assert_eq!(app.get(path).await.expect(200)["version"], if collection == "quotes" { 4 } else { 3 });
    }
    // Page by page, from any place, and from the beginning of all, it is the same.
    assert_eq!(read_on(&app, &start, "", 1).await, (changes.clone(), cursor.clone()));
    let (all, end_of_all) = read_on(&app, "0", "", 200).await;
    assert_contiguous(&all, "0");
    assert!(all.ends_with(&changes) && all.len() > changes.len(), "the reference data is there too");
    assert_eq!(end_of_all, cursor);
    assert_eq!(app.get("/v1/changes?limit=3").await.expect(200)["data"].as_array().unwrap()[..], all[..3]);
    // At the end there is a place to go on from.
    assert_eq!(read_on(&app, &cursor, "", 50).await, (Vec::new(), cursor.clone()));
    let id = new_outlet(&app, 1).await;
    let (next, _) = read_on(&app, &cursor, "", 50).await;
    assert_eq!(story(&next, &id), [("created", 1, false)]);
    assert_contiguous(&next, &cursor);
}

#[actix_web::test]
async fn filters_leave_changes_out_and_lose_none() {
    let app = TestApp::start().await;
    let start = end(&app).await;
    one_of_each(&app).await;
    app.delete("/v1/outlets/example-post").await.expect(204);
    let (changes, cursor) = read_on(&app, &start, "", 200).await;
    for (filter, resources, kinds) in [
        ("&resource=outlet", &["outlet"][..], &["created", "deleted"][..]),
        ("&resource=outlet&resource=zone", &["outlet", "zone"], &["created", "deleted"]),
        ("&change=deleted", &["outlet"], &["deleted"]),
        ("&resource=actor&resource=zone&change=created", &["actor", "zone"], &["created"]),
        ("&resource=quote", &[], &[]),
    ] {
        let fits = |change: &&Value| {
            resources.iter().any(|name| change["resource"] == *name)
                && kinds.iter().any(|name| change["change"] == *name)
        };
        let expected: Vec<Value> = changes.iter().filter(fits).cloned().collect();
        assert_eq!(expected.is_empty(), resources.is_empty(), "{filter}");
        // The place to go on from is the end of the log, however little fits.
        assert_eq!(read_on(&app, &start, filter, 200).await, (expected.clone(), cursor.clone()), "{filter}");
        assert_eq!(read_on(&app, &start, filter, 1).await.0, expected, "{filter}");
    }
    for (query, parameter) in [
        ("resource=key", "resource"),
        ("change=lost", "change"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("cursor=0", "cursor"),
        ("since=0&since=now", "since"),
    ] {
        let problem = app.get(&format!("/v1/changes?{query}")).await.expect_problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{query}");
    }
}

#[actix_web::test]
async fn a_filter_that_nothing_fits_reads_a_long_log_in_stretches() {
    let app = TestApp::start().await;
    let start = end(&app).await;
    let last: i64 = position(&start);
    let (number, text) = if app.database().is_postgres() { ("bigint", "jsonb") } else { ("integer", "text") };
    app.database()
        .execute(&format!(
            "INSERT INTO changes (at, resource, resource_id, version, change, author, position)
             WITH RECURSIVE numbers (n) AS (SELECT CAST(1 AS {number}) UNION ALL SELECT n + 1 FROM numbers WHERE n < 45000)
             SELECT c.at, c.resource, c.resource_id, numbers.n, c.change, CAST('{{\"key\":null,\"name\":\"a test\"}}' AS {text}),
                 {last} + numbers.n
             FROM numbers JOIN changes c ON c.position = 1"
        ))
        .await;
    let id = new_outlet(&app, 1).await;
    app.delete(&format!("/v1/outlets/{id}")).await.expect(204);
    let (found, cursor) = read_on(&app, &start, "&change=deleted", 10).await;
    assert_eq!(story(&found, &id), [("deleted", 1, true)]);
    assert_eq!((found.len(), position(&cursor)), (1, last + 45002));
    let page = app.get(&format!("/v1/changes?since={start}&change=deleted")).await.expect(200);
    assert_eq!((page["data"].as_array().unwrap().len(), &page["has_more"]), (0, &json!(true)), "{page}");
    assert_eq!(position(page["cursor"].as_str().unwrap()), last + 20000);
}

#[actix_web::test]
async fn a_place_of_another_log_is_refused() {
    let app = TestApp::start().await;
    new_outlet(&app, 1).await;
    let own = end(&app).await;
    let other = TestApp::start().await;
    new_outlet(&other, 1).await;
    let foreign = end(&other).await;
    assert_eq!(position(&own), position(&foreign), "both logs have that place");
    let beyond = format!("{}-00000000", position(&own) + 1);
    for cursor in [foreign.as_str(), &beyond, "9223372036854775807-00000000"] {
        for path in ["changes", "changes/stream"] {
            app.get(&format!("/v1/{path}?since={cursor}")).await.expect_problem(400, "invalid_cursor");
        }
    }
    for cursor in ["", "1", "then", "-1", "1-xyz", "0-00000000", "Now"] {
        for path in ["changes", "changes/stream"] {
            let problem = app.get(&format!("/v1/{path}?since={cursor}")).await.expect_problem(400, "invalid_query");
            assert_eq!(problem["errors"][0]["parameter"], "since", "{cursor}");
        }
        let answer = app.get_with("/v1/changes/stream", &[("last-event-id", cursor)]).await;
        if !cursor.is_empty() {
            answer.expect_problem(400, "invalid_header");
        }
    }
    app.get_with("/v1/changes/stream", &[("last-event-id", &foreign)]).await.expect_problem(400, "invalid_cursor");
}

#[actix_web::test]
async fn what_is_gone_is_said_to_be() {
    let app = TestApp::start().await;
    for name in ["Harbour Council", "Port Council"] {
        app.post("/v1/actors", json!({ "name": name, "kind": "organisation" })).await.expect(201);
    }
    let text = "\"The Quayport quiet zone stands,\" Sergej Lawrow said on Monday.\n\nShips may leave, the Harbour Council said.";
    let article = app.post_text(text).await;
    let id_of =
        async |key: &str| app.get(&format!("/v1/actors/{key}")).await.expect(200)["id"].as_str().unwrap().to_owned();
    let (old, other) = (id_of("harbour-council").await, id_of("port-council").await);
    let start = end(&app).await;

    let headers = [("content-type", "application/json"), ("if-match", "*")];
    let into = json!({ "into": "port-council" }).to_string();
    app.send_with(Method::POST, "/v1/actors/harbour-council/merge", &headers, into).await.expect(200);
    let (merged, cursor) = read_on(&app, &start, "", 50).await;
    assert_eq!(story(&merged, &old), [("merged", 1, true)]);
    assert_eq!(story(&merged, &other), [("merged", 2, false)]);
    let quote = article["quotes"][1]["id"].as_str().unwrap();
    assert_eq!(story(&merged, quote), [("merged", 2, false)]);
    app.send(Method::POST, "/v1/actors/harbour-council/unmerge", "", "").await.expect(200);
    let (unmerged, cursor) = read_on(&app, &cursor, "", 50).await;
    assert_eq!(story(&unmerged, &old), [("unmerged", 2, false)]);
    assert_eq!(story(&unmerged, &other), [("unmerged", 3, false)]);

    // A quote that another reading changes, and all that goes with an article for good.
    app.patch("/v1/actors/sergey-lavrov", json!({ "aliases": ["Sergej Lawrow"] })).await.expect(200);
    let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    app.send(Method::POST, &format!("{path}/extractions"), "", "").await.expect(200);
    let (read_again, cursor) = read_on(&app, &cursor, "&change=extracted", 50).await;
    assert_eq!(story(&read_again, article["id"].as_str().unwrap()), [("extracted", 4, false)]);
    assert_eq!(story(&read_again, article["quotes"][0]["id"].as_str().unwrap()), [("extracted", 2, false)]);
    app.delete(&format!("{path}?reason=Private")).await.expect(204);
    let deletion = app.get("/v1/deletions?limit=1").await.expect(200)["data"][0]["id"].clone();
    app.send(Method::DELETE, &format!("/v1/deletions/{}", deletion.as_str().unwrap()), "", "").await.expect(204);
    let (gone, _) = read_on(&app, &cursor, "", 50).await;
    assert_contiguous(&gone, &cursor);
    for id in [&article["id"], &article["quotes"][0]["id"], &article["quotes"][1]["id"]] {
        let told = story(&gone, id.as_str().unwrap());
        assert_eq!(
            told.iter().map(|(kind, _, gone)| (*kind, *gone)).collect::<Vec<_>>(),
            [("deleted", true), ("purged", true)]
        );
    }
    assert!(gone.iter().all(|change| change["reason"].is_null()), "a purge forgets the reasons: {gone:#?}");
}

/// A quote that a reading does not find any more.
#[actix_web::test]
async fn a_quote_that_a_reading_loses_is_gone() {
    let app = TestApp::start().await;
    let article = app.post_text("Ships may leave, the mayor said.\n\nThe road is open, Orsolya Vintner said.").await;
    let path = format!("/v1/articles/{}", article["id"].as_str().unwrap());
    // As an extractor would have it that had found one more.
    let quote = article["quotes"][1]["id"].as_str().unwrap();
    app.database()
        .execute(&format!(
            "UPDATE quotes SET segments = '[{{\"start\":1,\"end\":4,\"verbatim\":false}}]' WHERE id = '{quote}'"
        ))
        .await;
    let start = end(&app).await;
    let answer = app.send(Method::POST, &format!("{path}/extractions"), "", "").await.expect(200);
    assert_eq!(answer["lost"].as_array().unwrap().len(), 1, "{answer:#}");
    let (changes, _) = read_on(&app, &start, "&resource=quote", 50).await;
    let gained = answer["gained"][0]["id"].as_str().unwrap();
    assert_eq!(story(&changes, quote), [("extracted", 1, true)]);
    assert_eq!(story(&changes, gained), [("extracted", 1, false)]);
}

#[actix_web::test]
async fn what_is_committed_late_comes_late_and_is_not_missed() {
    let app = TestApp::start().await;
    if !app.database().is_postgres() {
        return; // SQLite commits one after the other, in the order of `seq`.
    }
    let start = end(&app).await;
    let url = &app.database().url;
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    actix_web::rt::spawn(connection);
    let late = uuid::Uuid::now_v7();
    client
        .batch_execute(&format!(
            "BEGIN; INSERT INTO changes (at, resource, resource_id, version, change, author) VALUES
             (now(), 'outlet', '{late}', 1, 'created', '{{\"key\": null, \"name\": \"slow\"}}')"
        ))
        .await
        .unwrap();
    let early = new_outlet(&app, 1).await;
    let (before, cursor) = read_on(&app, &start, "", 50).await;
    assert_eq!(story(&before, &early), [("created", 1, false)]);
    assert_eq!(before.len(), 1);
    client.batch_execute("COMMIT").await.unwrap();
    let (after, _) = read_on(&app, &cursor, "", 50).await;
    assert_eq!(story(&after, &late.to_string()), [("created", 1, false)]);
    assert_eq!(after.len(), 1);
    assert_contiguous(&after, &cursor);
}

#[actix_web::test]
async fn two_processes_give_each_change_one_place() {
    let database = TestDatabase::create().await;
    let flags = [("database.max_connections", "8"), ("database.acquire_timeout_ms", "60000")];
    let start_one = async || TestApp::on(Services::start(database.settings(&flags)).await.unwrap());
    let apps = [start_one().await, start_one().await];
    for app in &apps {
        app.key().await;
    }
    let start = end(&apps[0]).await;
    let write = async |writer: usize| {
        let mut made = Vec::new();
        for number in 0..8 {
            made.push(new_outlet(&apps[writer % 2], writer * 100 + number).await);
        }
        made
    };
    let are_done = std::cell::Cell::new(false);
    let write_all = async {
        let made = join_all((0..4).map(write)).await;
        are_done.set(true);
        made
    };
    let read = async |reader: usize| {
        let (mut seen, mut cursor) = (Vec::new(), start.clone());
        loop {
            let is_last = are_done.get();
            let (next, end) = read_on(&apps[reader], &cursor, "", 3).await;
            seen.extend(next);
            cursor = end;
            if is_last {
                return seen;
            }
            actix_web::rt::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let (made, seen) = tokio::join!(write_all, join_all((0..2).map(read)));
    for seen in seen {
        assert_contiguous(&seen, &start);
        let places: BTreeMap<&str, i64> = seen
            .iter()
            .map(|change| (change["resource_id"].as_str().unwrap(), change["position"].as_i64().unwrap()))
            .collect();
        assert_eq!((seen.len(), places.len()), (32, 32));
        for by_one in &made {
            assert!(by_one.iter().map(|id| places[id.as_str()]).is_sorted(), "what was answered first comes first");
        }
    }
}

/// One event of a stream, or a block that is none.
#[derive(Debug, Default, PartialEq)]
struct Event {
    id: Option<String>,
    data: Option<Value>,
    comment: Option<String>,
    retry: Option<String>,
}

/// A client of a stream.
struct Reader {
    connection: TcpStream,
    head: String,
    received: Vec<u8>,
    /// What the chunks hold, as far as it was not read yet.
    text: String,
    has_ended: bool,
}

impl Reader {
    async fn open(server: &RunningServer, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut connection = TcpStream::connect(server.address).await.unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut reader =
            Self { connection, head: String::new(), received: Vec::new(), text: String::new(), has_ended: false };
        while !reader.received.windows(4).any(|window| window == b"\r\n\r\n") {
            reader.receive().await;
        }
        let end = reader.received.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let rest = reader.received.split_off(end + 4);
        reader.head = String::from_utf8(std::mem::replace(&mut reader.received, rest)).unwrap().to_lowercase();
        reader
    }

    async fn receive(&mut self) {
        let mut buffer = [0; 4096];
        let read = self.connection.read(&mut buffer);
        let count =
            actix_web::rt::time::timeout(Duration::from_secs(20), read).await.expect("something comes").unwrap();
        assert!(count > 0, "the connection broke: {}", self.head);
        self.received.extend_from_slice(&buffer[..count]);
    }

    /// The next block; `None` at the end of the body.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let mut event = Event::default();
                for line in block.lines() {
                    let (field, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
                    match field {
                        "id" => event.id = Some(value.to_owned()),
                        "data" => event.data = Some(serde_json::from_str(value).unwrap()),
                        "retry" => event.retry = Some(value.to_owned()),
                        "" => event.comment = Some(value.to_owned()),
                        other => panic!("a field {other}"),
                    }
                }
                self.text = rest.to_owned();
                return Some(event);
            }
            if self.has_ended {
                assert_eq!(self.text, "", "a block is whole");
                return None;
            }
            // Chunks: the length in hexadecimal digits, a line break, as many bytes, a line break.
            match self.received.windows(2).position(|window| window == b"\r\n") {
                Some(end) => {
                    let length =
                        usize::from_str_radix(std::str::from_utf8(&self.received[..end]).unwrap(), 16).unwrap();
                    if self.received.len() < end + 2 + length + 2 {
                        self.receive().await;
                        continue;
                    }
                    let chunk: Vec<u8> =
                        self.received.drain(..end + 2 + length + 2).skip(end + 2).take(length).collect();
                    self.text.push_str(std::str::from_utf8(&chunk).unwrap());
                    self.has_ended = length == 0;
                }
                None => self.receive().await,
            }
        }
    }

    /// The next change, and the place after it.
    async fn next_change(&mut self) -> (Value, String) {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if let Some(change) = event.data {
                return (change, event.id.expect("each event has its place"));
            }
        }
    }
}

async fn server_with(flags: &[(&'static str, &str)]) -> (TestApp, RunningServer) {
    let app = TestApp::start_with(flags).await;
    let server = RunningServer::start(app.services.clone()).await;
    (app, server)
}

/// Within a second. One of them will do: the machine may be busy with other tests.
#[track_caller]
fn assert_soon(took: &[Duration]) {
    assert!(took.iter().any(|took| *took < Duration::from_secs(1)), "{took:?}");
}

#[actix_web::test]
async fn a_stream_tells_what_is_there_and_what_comes() {
    let (app, server) = server_with(&[]).await;
    let start = end(&app).await;
    let first = new_outlet(&app, 1).await;
    let mut reader = Reader::open(&server, &format!("/v1/changes/stream?since={start}"), &[]).await;
    assert!(reader.head.starts_with("http/1.1 200 ok\r\n"), "{}", reader.head);
    for header in ["content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no"] {
        assert!(reader.head.contains(&format!("\r\n{header}\r\n")), "{}", reader.head);
    }
    assert_eq!(reader.next().await.unwrap(), Event { retry: Some("2000".to_owned()), ..Event::default() });
    let (change, _) = reader.next_change().await;
    assert_eq!(change["resource_id"], first.as_str());
    let mut seen = vec![change];
    let mut took = Vec::new();
    for number in 2..6 {
        let id = new_outlet(&app, number).await;
        let written = Moment::now();
        let (change, cursor) = reader.next_change().await;
        took.push(written.elapsed());
        assert_eq!(change["resource_id"], id.as_str());
        seen.push(change);
        assert_eq!(end(&app).await, cursor);
    }
    assert_soon(&took);
    // The same as the list has.
    assert_eq!(read_on(&app, &start, "", 50).await.0, seen);

    // From now on, and only some; the place is known before anything has come.
    let path = "/v1/changes/stream?since=now&resource=outlet&change=deleted";
    let mut reader = Reader::open(&server, path, &[]).await;
    reader.next().await.unwrap();
    let here = reader.next().await.unwrap();
    assert_eq!(here, Event { id: Some(end(&app).await), ..Event::default() });
    new_outlet(&app, 6).await;
    app.delete("/v1/outlets/harbour-post-6").await.expect(204);
    let (change, _) = reader.next_change().await;
    assert_eq!((&change["change"], &change["gone"]), (&json!("deleted"), &json!(true)));
}

#[actix_web::test]
async fn a_client_that_comes_back_goes_on_where_it_was() {
    let (app, server) = server_with(&[]).await;
    let start = end(&app).await;
    for number in 0..3 {
        new_outlet(&app, number).await;
    }
    let path = format!("/v1/changes/stream?since={start}");
    let mut reader = Reader::open(&server, &path, &[]).await;
    let (first, cursor) = reader.next_change().await;
    drop(reader);
    new_outlet(&app, 3).await;
    let mut seen = vec![first];
    // As `EventSource` does: the same address, and the event that it had last.
    let mut reader = Reader::open(&server, &path, &[("Last-Event-ID", &cursor)]).await;
    while seen.len() < 4 {
        seen.push(reader.next_change().await.0);
    }
    assert_contiguous(&seen, &start);
}

#[actix_web::test]
async fn compression_does_not_hold_events_back() {
    let (app, server) = server_with(&[("server.compression_min_bytes", "0")]).await;
    for (number, codings) in ["gzip", "br", "zstd", "gzip, deflate, br, zstd", "identity"].iter().enumerate() {
        let headers = [("Accept-Encoding", *codings), ("Accept", "text/event-stream")];
        let mut reader = Reader::open(&server, "/v1/changes/stream?since=now", &headers).await;
        assert!(!reader.head.contains("content-encoding"), "{}", reader.head);
        reader.next().await.unwrap();
        let id = new_outlet(&app, number).await;
        let written = Moment::now();
        assert_eq!(reader.next_change().await.0["resource_id"], id.as_str());
        // Before a heartbeat could push it out.
        assert!(written.elapsed() < Duration::from_secs(10), "{codings}: {:?}", written.elapsed());
    }
    // The list is compressed like everything else.
    let answer = app.get_with("/v1/changes?limit=50", &[("accept-encoding", "gzip")]).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    app.get_with("/v1/changes/stream", &[("accept", "application/json")]).await.expect_problem(406, "not_acceptable");
}

#[actix_web::test]
async fn what_another_process_writes_is_told_within_a_second() {
    let (app, server) = server_with(&[]).await;
    let other = TestApp::on(Services::start(app.database().settings(&[])).await.unwrap());
    other.key().await;
    let mut reader = Reader::open(&server, "/v1/changes/stream?since=now", &[]).await;
    reader.next().await.unwrap();
    let mut took = Vec::new();
    for number in 0..4 {
        let id = new_outlet(&other, number).await;
        let written = Moment::now();
        assert_eq!(reader.next_change().await.0["resource_id"], id.as_str());
        took.push(written.elapsed());
    }
    assert_soon(&took);
}

#[actix_web::test]
async fn a_quiet_stream_gives_a_sign_of_life_with_its_place() {
    let (app, server) = server_with(&[("changes.heartbeat_ms", "50")]).await;
    let mut reader = Reader::open(&server, "/v1/changes/stream?since=now&resource=quote", &[]).await;
    reader.next().await.unwrap();
    reader.next().await.unwrap();
    new_outlet(&app, 1).await;
    let place = end(&app).await;
    // Nothing that fits was written, but the place moves on.
    for _ in 0..100 {
        let event = reader.next().await.unwrap();
        assert_eq!((event.comment.as_deref(), &event.data), (Some("nothing new"), &None));
        if event.id.as_ref() == Some(&place) {
            return;
        }
    }
    panic!("the place stays where it was");
}

#[actix_web::test]
async fn there_is_a_bound_on_streams_and_they_give_their_places_back() {
    let (app, server) = server_with(&[("changes.max_streams", "2"), ("changes.heartbeat_ms", "50")]).await;
    let open = async || Reader::open(&server, "/v1/changes/stream?since=now", &[]).await;
    let (first, second) = (open().await, open().await);
    let third = open().await;
    assert!(third.head.starts_with("http/1.1 503 "), "{}", third.head);
    assert!(third.head.contains("retry-after: 1") && third.head.contains("application/problem+json"), "{}", third.head);
    // The list is there for all.
    app.get("/v1/changes").await.expect(200);
    drop((first, second));
    let patience = Moment::now() + Duration::from_secs(10);
    while !open().await.head.starts_with("http/1.1 200 ") {
        assert!(Moment::now() < patience, "the places are taken still");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn a_slow_reader_gets_all_of_it_in_the_end() {
    let (app, server) = server_with(&[]).await;
    let start = end(&app).await;
    let mut reader = Reader::open(&server, &format!("/v1/changes/stream?since={start}"), &[]).await;
    // More than sockets hold: 20000 changes with a long reason each.
    let (number, document) = if app.database().is_postgres() { ("bigint", "jsonb") } else { ("integer", "text") };
    let insert = format!(
        "INSERT INTO changes (at, resource, resource_id, version, change, author, reason, position)
         WITH RECURSIVE numbers (n) AS (SELECT CAST(1 AS {number}) UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000)
         SELECT c.at, c.resource, c.resource_id, numbers.n, c.change, CAST('{{\"key\":null,\"name\":\"a test\"}}' AS {document}),
             '{}', {} + numbers.n
         FROM numbers JOIN changes c ON c.position = 1",
        "because ".repeat(60),
        position(&start)
    );
    app.database().execute(&insert).await;
    actix_web::rt::time::sleep(Duration::from_millis(600)).await;
    let id = new_outlet(&app, 1).await;
    let mut expected = position(&start);
    loop {
        let (change, cursor) = reader.next_change().await;
        expected += 1;
        assert_eq!((change["position"].as_i64(), position(&cursor)), (Some(expected), expected));
        if change["resource_id"] == id.as_str() {
            break;
        }
    }
    assert_eq!(expected, position(&start) + 20001);
}

#[actix_web::test]
async fn streams_end_whole_when_the_service_stops() {
    let (app, server) = server_with(&[]).await;
    let mut reader = Reader::open(&server, "/v1/changes/stream?since=now", &[]).await;
    reader.next().await.unwrap();
    reader.next().await.unwrap();
    changes::end_streams(&app.services);
    assert_eq!(reader.next().await, None, "the last chunk comes");
    app.get("/v1/changes/stream").await.expect_problem(503, "unavailable");
}

#[actix_web::test]
async fn a_stream_ends_with_its_key() {
    let (app, server) = server_with(&[("access.public_read", "false"), ("changes.heartbeat_ms", "50")]).await;
    let open = async |key: &str| Reader::open(&server, "/v1/changes/stream?since=now", &[("X-API-Key", key)]).await;
    let unknown = Reader::open(&server, "/v1/changes/stream", &[]).await;
    assert!(unknown.head.starts_with("http/1.1 401 "), "{}", unknown.head);
    let (ends, stays) = (app.new_key(Scope::Read).await, app.new_key(Scope::Read).await);
    let (mut ending, mut staying) = (open(&ends.text).await, open(&stays.text).await);
    assert!(ending.head.contains("cache-control: private, no-cache"), "{}", ending.head);
    keys::revoke_key(&app.services, ends.key.id, &onrecord::models::Author::command_line()).await.unwrap();
    while ending.next().await.is_some() {}
    let id = new_outlet(&app, 1).await;
    assert_eq!(staying.next_change().await.0["resource_id"], id.as_str());
}

#[actix_web::test]
async fn the_head_of_a_stream_comes_without_the_stream() {
    let (_app, server) = server_with(&[]).await;
    let mut connection = TcpStream::connect(server.address).await.unwrap();
    let requests =
        "HEAD /v1/changes/stream HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    connection.write_all(requests.as_bytes()).await.unwrap();
    let mut received = String::new();
    while !received.contains("\"status\":\"ok\"") {
        let mut buffer = [0; 4096];
        let read = actix_web::rt::time::timeout(Duration::from_secs(20), connection.read(&mut buffer)).await;
        received.push_str(&String::from_utf8_lossy(&buffer[..read.expect("the next answer comes").unwrap()]));
    }
    assert!(received.to_lowercase().contains("content-type: text/event-stream"), "{received}");
    assert!(!received.contains("retry:"), "{received}");
}
