//! `/v1/webhooks`: receivers are told of what changes, signed, in order, through failures and kills.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Moment};

use actix_web::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use onrecord::outgoing::{Client, LookUp};
use onrecord::services::{Services, changes, webhooks};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{RunningServer, TestApp};

/// A request as a receiver got it.
#[derive(Debug, Clone)]
struct Received {
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    answered: u16,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        let found: Vec<&String> =
            self.headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect();
        assert_eq!(found.len(), 1, "{name}: {:?}", self.headers);
        found[0]
    }

    fn id(&self) -> &str {
        self.header("webhook-id")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn event(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    fn resource_id(&self) -> String {
        self.json()["data"]["change"]["resource_id"].as_str().unwrap().to_owned()
    }

    /// Whether it is signed with this secret, as Standard Webhooks has it; of how many signatures.
    fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let message = format!("{}.{}.{}", self.id(), self.header("webhook-timestamp"), self.body);
        let expected = format!("v1,{}", STANDARD.encode(hmac_sha256(&key, message.as_bytes())));
        self.header("webhook-signature").split(' ').any(|signature| signature == expected)
    }
}

/// RFC 2104, by hand: the test must not take the word of the code for it.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64);
    let pad = |with: u8| -> Vec<u8> { (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with).collect() };
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

/// Somebody who is told of changes.
struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Receiver {
    /// One that answers the request with this number, from 0, with what `answer` gives: a status, and more of the head.
    async fn start(answer: impl Fn(usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), answer).await
    }

    async fn at(address: SocketAddr, answer: impl Fn(usize) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (all, answer) = (Arc::clone(&received), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let (all, answer) = (Arc::clone(&all), Arc::clone(&answer));
                tokio::spawn(async move { receive(connection, &all, &*answer).await });
            }
        });
        Self { address, received, task }
    }

    /// One that takes everything.
    async fn willing() -> Self {
        Self::start(|_| (204, String::new())).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// What came to a path and was taken.
    fn taken(&self, path: &str) -> Vec<Received> {
        self.all().into_iter().filter(|one| one.path == path && one.answered < 300).collect()
    }

    /// Waits until so many requests have come.
    async fn wait_for(&self, count: usize) -> Vec<Received> {
        until(&format!("{count} requests"), async || self.all().len() >= count).await;
        self.all()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn receive(
    mut connection: TcpStream,
    all: &Mutex<Vec<Received>>,
    answer: &(dyn Fn(usize) -> (u16, String) + Sync),
) {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                break (head.to_owned(), body.to_owned());
            }
        }
        let mut buffer = [0; 4096];
        match connection.read(&mut buffer).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    };
    let mut lines = head.lines();
    let mut request = lines.next().unwrap().split(' ');
    assert_eq!(request.next(), Some("POST"));
    let path = request.next().unwrap().to_owned();
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    let (status, more) = {
        let mut all = all.lock().unwrap();
        let (status, more) = answer(all.len());
        all.push(Received { path, headers, body, answered: status });
        (status, more)
    };
    let reply = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n{more}\r\n");
    drop(connection.write_all(reply.as_bytes()).await);
}

/// Waits until something holds.
async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let patience = Moment::now() + Duration::from_secs(180);
    while !holds().await {
        assert!(Moment::now() < patience, "{what} did not come about");
        actix_web::rt::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Short waits, and receivers on this machine.
const HERE: [(&str, &str); 4] = [
    ("webhooks.allow_private_addresses", "true"),
    ("webhooks.retry_min_ms", "10"),
    ("webhooks.retry_max_ms", "40"),
    ("webhooks.max_attempts", "3"),
];

/// A service that sends to receivers.
struct Sending {
    app: TestApp,
    _server: RunningServer,
    sender: actix_web::rt::task::JoinHandle<()>,
}

impl Sending {
    async fn start(flags: &[(&'static str, &str)]) -> Self {
        Self::looking_up(flags, None).await
    }

    async fn looking_up(flags: &[(&'static str, &str)], look_up: Option<LookUp>) -> Self {
        let app = TestApp::start_with(flags).await;
        let server = RunningServer::start(app.services.clone()).await;
        let sender = send(&app.services, look_up);
        Self { app, _server: server, sender }
    }

    /// Waits until the whole log was looked at for every webhook, and nothing waits to be sent. What was just committed may have no
    /// position yet.
    async fn caught_up(&self) {
        const BEHIND: &str = "SELECT CAST((SELECT count(*) FROM changes WHERE position IS NULL) \
            + (SELECT count(*) FROM webhooks WHERE position < (SELECT max(position) FROM changes)) \
            + (SELECT count(*) FROM webhook_deliveries WHERE state = 'pending') AS text) AS line";
        until("all is told", async || self.app.database().lines(BEHIND).await == ["0"]).await;
    }

    async fn deliveries(&self, webhook: &Value, query: &str) -> Vec<Value> {
        self.app.all_pages(&format!("{}/deliveries{query}", path_of(webhook))).await
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.sender.abort();
    }
}

fn send(services: &Services, look_up: Option<LookUp>) -> actix_web::rt::task::JoinHandle<()> {
    let settings = &services.settings.webhooks;
    let client = Client::new(Duration::from_millis(settings.timeout_ms), settings.allow_private_addresses).unwrap();
    let client = match look_up {
        Some(look_up) => client.looking_up(look_up),
        None => client,
    };
    actix_web::rt::spawn(webhooks::send_webhooks(services.clone(), client))
}

fn path_of(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap())
}

async fn webhook(app: &TestApp, url: String, filter: Value) -> Value {
    app.post("/v1/webhooks", json!({ "url": url, "filter": filter })).await.expect(201)
}

async fn new_outlet(app: &TestApp, number: usize) -> String {
    let outlet = json!({ "name": format!("Harbour Post {number}"), "kind": "newspaper" });
    app.post("/v1/outlets", outlet).await.expect(201)["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn a_receiver_that_fails_twice_gets_the_third_try_with_a_valid_signature() {
    let sending = Sending::start(&HERE).await;
    let app = &sending.app;
    let receiver = Receiver::start(|number| (if number < 2 { 500 } else { 204 }, String::new())).await;
    let made = webhook(app, receiver.url("/hook?who=desk"), json!({ "resource": ["outlet"] })).await;
    let secret = made["secret"].as_str().unwrap();
    let start = app.get("/v1/changes?since=now").await.expect(200)["cursor"].as_str().unwrap().to_owned();
    let id = new_outlet(app, 1).await;

    let tries = receiver.wait_for(3).await;
    for one in &tries {
        assert_eq!(one.path, "/hook?who=desk");
        assert_eq!((one.id(), &one.body), (tries[0].id(), &tries[0].body), "each try is the same delivery");
        assert!(one.is_signed_with(secret), "{one:?}");
        assert!(!one.is_signed_with("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
        let age =
            onrecord::models::Instant::now().as_seconds() - one.header("webhook-timestamp").parse::<i64>().unwrap();
        assert!((0..60).contains(&age), "{age}");
        assert_eq!(one.header("content-type"), "application/json");
        assert_eq!(one.header("host"), receiver.address.to_string());
        assert!(one.header("user-agent").starts_with("onrecord/"));
    }
    let event = tries[2].json();
    let log = app.get(&format!("/v1/changes?since={start}")).await.expect(200);
    assert_eq!(event["type"], "outlet.created");
    assert_eq!(event["data"]["change"], log["data"][0]);
    assert_eq!(event["data"]["resource"], app.get(&format!("/v1/outlets/{id}")).await.expect(200));
    assert_eq!(event["timestamp"], log["data"][0]["at"]);
    let document = onrecord::openapi::document();
    let schema = &document["webhooks"]["change"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(crate::openapi::departures(&document, schema, &event, ""), Vec::<String>::new());

    until("the delivery is written down", async || !sending.deliveries(&made, "?state=delivered").await.is_empty())
        .await;
    let delivered = &sending.deliveries(&made, "").await[0];
    assert_eq!(delivered["id"], tries[2].id());
    assert_eq!((&delivered["attempts"], &delivered["last_status"]), (&json!(3), &json!(204)));
    assert_eq!((&delivered["type"], &delivered["resource_id"]), (&json!("outlet.created"), &json!(id)));
    assert_eq!(delivered["last_error"], Value::Null);
    assert_eq!(receiver.all().len(), 3, "what was taken is not sent again");
}

#[actix_web::test]
async fn what_a_receiver_that_is_down_missed_is_dead_and_can_be_sent_again() {
    let sending = Sending::start(&HERE).await;
    let app = &sending.app;
    let receiver = Receiver::willing().await;
    let address = receiver.address;
    let made = webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    drop(receiver);
    actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(new_outlet(app, number).await);
    }
    until("three are dead", async || sending.deliveries(&made, "?state=dead").await.len() == 3).await;
    let dead = sending.deliveries(&made, "?state=dead").await;
    for (delivery, id) in dead.iter().rev().zip(&ids) {
        assert_eq!(delivery["resource_id"], id.as_str());
        assert_eq!((&delivery["attempts"], &delivery["last_status"]), (&json!(3), &Value::Null));
        assert_eq!(delivery["last_error"], "no connection could be made");
    }
    let counted = app.get(&format!("{}/deliveries?state=dead&limit=2&count=true", path_of(&made))).await.expect(200);
    assert_eq!((counted["data"].as_array().unwrap().len(), &counted["total"]), (2, &json!(3)));

    let receiver = Receiver::at(address, |_| (200, String::new())).await;
    for delivery in dead.iter().rev() {
        let path = format!("{}/deliveries/{}/redeliver", path_of(&made), delivery["id"].as_str().unwrap());
        let again = app.send(Method::POST, &path, "", "").await.expect(200);
        assert_eq!((&again["state"], &again["attempts"]), (&json!("pending"), &json!(0)));
    }
    let came = receiver.wait_for(3).await;
    for (delivery, one) in dead.iter().rev().zip(&came) {
        assert_eq!(delivery["id"], one.id());
        assert!(one.is_signed_with(made["secret"].as_str().unwrap()));
    }
    until("nothing is dead", async || sending.deliveries(&made, "?state=delivered").await.len() == 3).await;
    assert!(sending.deliveries(&made, "?state=dead").await.is_empty());
    let path = format!("{}/deliveries/{}/redeliver", path_of(&made), came[0].id());
    app.send(Method::POST, &path, "", "").await.expect_problem(409, "conflict");
    let other = webhook(app, receiver.url("/other"), json!({ "resource": ["zone"] })).await;
    let path = format!("{}/deliveries/{}/redeliver", path_of(&other), came[0].id());
    app.send(Method::POST, &path, "", "").await.expect_problem(404, "not_found");
}

const ARTICLE: &str = "MOSCOW, May 5, 2018. /TASS/. \"The Idlib de-escalation zone stays on the table,\" Russian Foreign Minister \
    Sergey Lavrov said on Saturday.\n\nUN Secretary-General Antonio Guterres said that the list would be public.";

/// The events that came to a path, and the resource of each.
fn events(receiver: &Receiver, path: &str) -> Vec<(String, String)> {
    receiver.taken(path).iter().map(|one| (one.event(), one.resource_id())).collect()
}

#[actix_web::test]
async fn a_receiver_is_told_of_what_fits_its_filter() {
    let sending = Sending::start(&HERE).await;
    let app = &sending.app;
    let receiver = Receiver::willing().await;
    for (path, filter) in [
        ("/all", json!({})),
        ("/articles", json!({ "resource": ["article"] })),
        ("/lavrov-on-idlib", json!({ "speaker": ["sergey-lavrov"], "zone": ["idlib-de-escalation-zone"] })),
        (
            "/lavrov-on-astana",
            json!({ "resource": ["quote"], "speaker": ["sergey-lavrov"], "zone": ["astana-de-escalation-zones"] }),
        ),
        ("/new-of-lavrov", json!({ "change": ["created"], "speaker": ["sergey-lavrov"] })),
        ("/lavrov-on-ghouta", json!({ "speaker": ["sergey-lavrov"], "zone": ["eastern-ghouta-de-escalation-zone"] })),
        ("/direct", json!({ "kind": ["direct"] })),
        ("/tass", json!({ "outlet": ["tass"] })),
        ("/rt", json!({ "outlet": ["rt"] })),
        ("/gone", json!({ "resource": ["quote", "article"], "change": ["deleted"] })),
    ] {
        webhook(app, receiver.url(path), filter).await;
    }
    let article = app.post_text(ARTICLE).await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let (article_id, lavrov, guterres) = (id(&article), id(&article["quotes"][0]), id(&article["quotes"][1]));
    assert_eq!(article["quotes"][0]["speaker"]["actor"]["slug"], "sergey-lavrov");
    assert_eq!((&article["quotes"][0]["kind"], &article["outlet"]["slug"]), (&json!("direct"), &json!("tass")));
    let quote = |event: &str, id: &str| (format!("quote.{event}"), id.to_owned());
    let new_article = ("article.created".to_owned(), article_id.clone());
    until("all were told of the article", async || {
        [
            ("/all", 3),
            ("/articles", 1),
            ("/lavrov-on-idlib", 1),
            ("/lavrov-on-astana", 1),
            ("/new-of-lavrov", 1),
            ("/direct", 1),
            ("/tass", 2),
        ]
        .iter()
        .all(|(path, count)| events(&receiver, path).len() >= *count)
    })
    .await;
    // What came with the article comes after it, in reading order.
    assert_eq!(
        events(&receiver, "/all"),
        [new_article.clone(), quote("created", &lavrov), quote("created", &guterres)]
    );
    assert_eq!(events(&receiver, "/articles"), [new_article]);
    assert_eq!(events(&receiver, "/tass"), [quote("created", &lavrov), quote("created", &guterres)]);
    for path in ["/lavrov-on-idlib", "/lavrov-on-astana", "/new-of-lavrov", "/direct"] {
        assert_eq!(events(&receiver, path), [quote("created", &lavrov)], "{path}");
    }
    let told = receiver.taken("/lavrov-on-idlib")[0].json();
    assert_eq!(told["data"]["resource"], app.get(&format!("/v1/quotes/{lavrov}")).await.expect(200));
    let change = &told["data"]["change"];
    assert_eq!((&change["resource"], &change["version"], &change["gone"]), (&json!("quote"), &json!(1), &json!(false)));
    assert_eq!(change["href"], format!("/v1/quotes/{lavrov}"));
    // An article comes as in a list, without its text.
    let told = receiver.taken("/articles")[0].json();
    assert_eq!(told["data"]["resource"], app.get("/v1/articles?limit=1").await.expect(200)["data"][0]);

    // A correction takes the quote from one speaker: both who had it and who has it now learn of that.
    let speaker = json!({ "speaker": { "actor": "antonio-guterres" } });
    app.patch(&format!("/v1/quotes/{lavrov}"), speaker).await.expect(200);
    app.patch(&format!("/v1/quotes/{lavrov}"), json!({ "review": "accepted" })).await.expect(200);
    // What is gone was of somebody before.
    app.delete(&format!("/v1/articles/{article_id}")).await.expect(204);
    sending.caught_up().await;
    for path in ["/lavrov-on-idlib", "/lavrov-on-astana"] {
        assert_eq!(events(&receiver, path), [quote("created", &lavrov), quote("updated", &lavrov)], "{path}");
    }
    assert_eq!(events(&receiver, "/new-of-lavrov").len(), 1);
    let direct = ["created", "updated", "updated", "deleted"].map(|event| quote(event, &lavrov));
    assert_eq!(events(&receiver, "/direct"), direct);
    let gone = receiver.taken("/direct")[3].json();
    assert_eq!((&gone["data"]["change"]["gone"], &gone["data"]["resource"]), (&json!(true), &Value::Null));
    let mut of_tass = events(&receiver, "/tass").split_off(4);
    of_tass.sort();
    let mut expected = [quote("deleted", &lavrov), quote("deleted", &guterres)];
    expected.sort();
    assert_eq!(of_tass, expected);
    for path in ["/rt", "/lavrov-on-ghouta"] {
        assert_eq!(events(&receiver, path), [], "{path}");
    }
}

#[actix_web::test]
async fn a_receiver_that_stumbles_is_told_in_order_all_the_same() {
    let mut flags = HERE.to_vec();
    flags[3].1 = "20";
    let sending = Sending::start(&flags).await;
    let app = &sending.app;
    let receiver = Receiver::start(|number| (if number % 3 == 1 { 503 } else { 200 }, String::new())).await;
    webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    let mut ids = Vec::new();
    for number in 0..30 {
        ids.push(new_outlet(app, number).await);
    }
    until("all were taken", async || receiver.taken("/").len() >= 30).await;
    let taken: Vec<String> = receiver.taken("/").iter().map(Received::resource_id).collect();
    assert_eq!(taken, ids);
    assert!(receiver.all().len() >= 44, "a third of the tries failed");
}

#[actix_web::test]
async fn an_address_that_is_not_of_the_public_internet_is_refused() {
    let app = TestApp::start().await;
    for (url, host) in [
        ("http://169.254.169.254/", "169.254.169.254"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("http://[::1]/", "[::1]"),
        ("http://[::ffff:10.0.0.1]:8080/", "[::ffff:a00:1]"),
        ("https://10.0.0.1/hook", "10.0.0.1"),
        ("http://192.168.1.1/", "192.168.1.1"),
        ("http://127.1/", "127.0.0.1"),
        ("http://0x7f000001/", "127.0.0.1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://0/", "0.0.0.0"),
        ("http://[fd00:ec2::254]/", "[fd00:ec2::254]"),
        ("http://[fe80::1]/", "[fe80::1]"),
        ("http://100.100.100.200/", "100.100.100.200"),
        ("http://LOCALHOST:8080/", "localhost"),
        ("http://metadata.localhost./", "metadata.localhost."),
    ] {
        let problem = app.post("/v1/webhooks", json!({ "url": url })).await.expect_problem(422, "invalid_body");
        let detail = format!("must not lead to a private, local or reserved address, as `{host}` is");
        assert_eq!(problem["errors"], json!([{ "pointer": "/url", "detail": detail }]), "{url}");
    }
    for url in ["", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://", "http://[::1", "http://a b/"]
    {
        let problem = app.post("/v1/webhooks", json!({ "url": url })).await.expect_problem(422, "invalid_body");
        let detail = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.starts_with("must be an absolute http or https address"), "{url}: {detail}");
    }
    let problem = app.post("/v1/webhooks", json!({ "url": "https://me:word@example.org/" })).await;
    let problem = problem.expect_problem(422, "invalid_body");
    assert_eq!(problem["errors"][0]["detail"], "must not hold a user name or a password");
    // Nor is it let in later.
    let made = webhook(&app, "https://example.org/".to_owned(), json!({})).await;
    app.patch(&path_of(&made), json!({ "url": "http://127.0.0.1/" })).await.expect_problem(422, "invalid_body");
    assert_eq!(app.get(&path_of(&made)).await.expect(200)["url"], "https://example.org/");
}

#[actix_web::test]
async fn a_name_that_leads_to_a_private_address_is_refused_with_every_request() {
    let receiver = Receiver::willing().await;
    let (port, looked_up) = (receiver.address.port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&looked_up);
    let look_up: LookUp = Arc::new(move |name, port| {
        count.fetch_add(1, Ordering::Relaxed);
        let found: Vec<SocketAddr> = match name.as_str() {
            "private.example" => vec![format!("10.0.0.1:{port}").parse().unwrap()],
            // Where the receiver listens.
            "loopback.example" => vec![format!("127.0.0.1:{port}").parse().unwrap()],
            "mapped.example" => vec![format!("[::ffff:127.0.0.1]:{port}").parse().unwrap()],
            "metadata.example" => vec![format!("169.254.169.254:{port}").parse().unwrap()],
            _ => return Box::pin(async { Err(std::io::Error::other("no such name")) }),
        };
        Box::pin(async { Ok(found) })
    });
    let flags = [HERE[1], HERE[2], HERE[3]];
    let sending = Sending::looking_up(&flags, Some(look_up)).await;
    let app = &sending.app;
    let mut made = Vec::new();
    for (name, address) in [
        ("private", "10.0.0.1"),
        ("loopback", "127.0.0.1"),
        ("mapped", "::ffff:127.0.0.1"),
        ("metadata", "169.254.169.254"),
        ("unknown", ""),
    ] {
        let url = format!("http://{name}.example:{port}/");
        made.push((webhook(app, url, json!({ "resource": ["outlet"] })).await, address));
    }
    new_outlet(app, 1).await;
    for (webhook, address) in &made {
        until("it is dead", async || !sending.deliveries(webhook, "?state=dead").await.is_empty()).await;
        let dead = &sending.deliveries(webhook, "").await[0];
        let expected = match *address {
            "" => "its name could not be resolved".to_owned(),
            address => format!("refused: its name leads to {address}, a private, local or reserved address"),
        };
        assert_eq!(dead["last_error"], expected);
    }
    assert_eq!(looked_up.load(Ordering::Relaxed), 15, "with every try, and once");
    assert!(receiver.all().is_empty(), "no request was made");
}

#[actix_web::test]
async fn what_the_system_says_of_a_name_is_looked_at() {
    // This name every system knows, by whatever means, and it is of this machine.
    let client = Client::new(Duration::from_secs(5), false).unwrap();
    let receiver = Receiver::willing().await;
    let url = url::Url::parse(&format!("http://localhost:{}/", receiver.address.port())).unwrap();
    let refused = client.post(&url, &[], "{}".to_owned()).await.unwrap_err();
    assert!(refused.to_string().starts_with("refused: its name leads to "), "{refused}");
    assert!(receiver.all().is_empty());
    let allowed = Client::new(Duration::from_secs(5), true).unwrap();
    assert_eq!(allowed.post(&url, &[], "{}".to_owned()).await.unwrap().status, 204);
}

#[actix_web::test]
async fn a_redirect_is_not_followed_and_a_silent_receiver_is_given_up() {
    let mut flags = HERE.to_vec();
    flags[3].1 = "1";
    flags.push(("webhooks.timeout_ms", "300"));
    let sending = Sending::start(&flags).await;
    let app = &sending.app;
    let elsewhere = Receiver::willing().await;
    let location = format!("location: {}\r\n", elsewhere.url("/"));
    let receiver = Receiver::start(move |_| (307, location.clone())).await;
    let redirected = webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    // It takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let unanswered = webhook(app, url, json!({ "resource": ["outlet"] })).await;
    // It speaks no TLS.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", plain.local_addr().unwrap());
    let plain = tokio::spawn(async move {
        while let Ok((mut connection, _)) = plain.accept().await {
            drop(connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
        }
    });
    let untrusted = webhook(app, url, json!({ "resource": ["outlet"] })).await;
    new_outlet(app, 1).await;
    for (webhook, error) in [
        (&redirected, "it answered 307"),
        (&unanswered, "it did not answer within 300 ms"),
        (&untrusted, "no trusted TLS connection could be made"),
    ] {
        until(error, async || !sending.deliveries(webhook, "?state=dead").await.is_empty()).await;
        assert_eq!(sending.deliveries(webhook, "").await[0]["last_error"], error);
    }
    assert!(elsewhere.all().is_empty());
    plain.abort();
}

#[actix_web::test]
async fn a_receiver_says_when_it_wants_to_be_asked_again() {
    let sending = Sending::start(&HERE[..1]).await;
    let app = &sending.app;
    let receiver = Receiver::start(|number| match number {
        0 => (503, "retry-after: 600\r\n".to_owned()),
        _ => (204, String::new()),
    })
    .await;
    let made = webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    new_outlet(app, 1).await;
    let read = async || app.get(&path_of(&made)).await.expect(200);
    until("it is to be asked again", async || read().await["retry_at"].is_string()).await;
    let instant = |value: &Value| -> onrecord::models::Instant { value.as_str().unwrap().parse().unwrap() };
    let (asked, again) = (&sending.deliveries(&made, "").await[0]["last_attempt_at"], &read().await["retry_at"]);
    assert_eq!(instant(again), instant(asked).plus_seconds(600));
    // Whoever has mended it need not wait.
    app.patch(&path_of(&made), json!({ "description": "Mended" })).await.expect(200);
    receiver.wait_for(2).await;
}

#[actix_web::test]
async fn after_a_rotation_both_secrets_sign_for_a_while() {
    let mut flags = HERE.to_vec();
    flags.push(("webhooks.rotation_seconds", "2"));
    let sending = Sending::start(&flags).await;
    let app = &sending.app;
    let receiver = Receiver::willing().await;
    let made = webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    let answer = app.send(Method::POST, &format!("{}/rotate", path_of(&made)), "", "").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let rotated = answer.expect(200);
    let (old, new) = (made["secret"].as_str().unwrap(), rotated["secret"].as_str().unwrap());
    assert_ne!(old, new);
    assert_eq!(rotated["version"], 2);
    let rotated_at = Moment::now();
    new_outlet(app, 1).await;
    let first = receiver.wait_for(1).await;
    assert!(first[0].is_signed_with(new));
    if rotated_at.elapsed() < Duration::from_secs(2) {
        assert!(first[0].is_signed_with(old), "the machine was fast enough to tell");
        assert_eq!(first[0].header("webhook-signature").split(' ').count(), 2);
    }
    actix_web::rt::time::sleep(Duration::from_millis(2100)).await;
    new_outlet(app, 2).await;
    let second = &receiver.wait_for(2).await[1];
    assert!(second.is_signed_with(new) && !second.is_signed_with(old));
    assert_eq!(second.header("webhook-signature").split(' ').count(), 1);
}

#[actix_web::test]
async fn a_receiver_that_is_gone_is_sent_nothing_until_it_is_enabled_again() {
    let sending = Sending::start(&HERE).await;
    let app = &sending.app;
    let receiver = Receiver::start(|number| (if number == 0 { 410 } else { 204 }, String::new())).await;
    let made = webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    let first = new_outlet(app, 1).await;
    let read = async || app.get(&path_of(&made)).await.expect(200);
    until("it is disabled", async || read().await["enabled"] == false).await;
    let gone = read().await;
    assert!(gone["gone_at"].is_string() && gone["version"] == 2, "{gone}");
    let test = format!("{}/test", path_of(&made));
    app.send(Method::POST, &test, "", "").await.expect_problem(409, "conflict");
    let second = new_outlet(app, 2).await;
    actix_web::rt::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(receiver.all().len(), 1);
    let again = app.patch(&path_of(&made), json!({ "enabled": true })).await.expect(200);
    assert_eq!((&again["enabled"], &again["gone_at"]), (&json!(true), &Value::Null));
    // It goes on where it was: nothing is lost.
    receiver.wait_for(3).await;
    let taken: Vec<String> = receiver.taken("/").iter().map(Received::resource_id).collect();
    assert_eq!(taken, [first, second]);
}

#[actix_web::test]
async fn a_test_shows_whether_events_arrive() {
    let sending = Sending::start(&HERE).await;
    let app = &sending.app;
    let receiver = Receiver::willing().await;
    let made = webhook(app, receiver.url("/"), json!({})).await;
    let waiting = app.send(Method::POST, &format!("{}/test", path_of(&made)), "", "").await.expect(200);
    assert_eq!((&waiting["type"], &waiting["state"]), (&json!("webhook.test"), &json!("pending")));
    let came = receiver.wait_for(1).await;
    assert_eq!(waiting["id"], came[0].id());
    assert!(came[0].is_signed_with(made["secret"].as_str().unwrap()));
    let event = came[0].json();
    assert_eq!(
        (&event["type"], &event["data"]),
        (&json!("webhook.test"), &json!({ "change": null, "resource": null }))
    );
    let document = onrecord::openapi::document();
    let schema = json!({ "$ref": "#/components/schemas/WebhookEvent" });
    assert_eq!(crate::openapi::departures(&document, &schema, &event, ""), Vec::<String>::new());
}

#[actix_web::test]
async fn a_secret_is_shown_once() {
    let app = TestApp::start().await;
    let answer = app.post("/v1/webhooks", json!({ "url": "https://example.org/hook", "description": "Desk" })).await;
    let made = answer.expect(201);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("location"), Some(path_of(&made).as_str()));
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap().len(), 32);
    let path = path_of(&made);
    let patched = app.patch(&path, json!({ "description": null })).await;
    assert_eq!(patched.expect(200)["description"], Value::Null);
    let everything = [app.get(&path).await, app.get("/v1/webhooks").await, patched];
    for shown in everything.map(|answer| String::from_utf8(answer.bytes).unwrap()) {
        assert!(shown.contains("https://example.org/hook") && !shown.contains("whsec_"), "{shown}");
    }
    // An `Idempotency-Key` would keep the answer, with the secret in it.
    let headers = [("content-type", "application/json"), ("idempotency-key", "once")];
    let body = json!({ "url": "https://example.org/hook" }).to_string();
    let send = async || app.send_with(Method::POST, "/v1/webhooks", &headers, body.clone()).await.expect(201);
    assert_ne!(send().await["id"], send().await["id"]);
    let kept = app.database().lines("SELECT CAST(count(*) AS text) AS line FROM idempotency_keys").await;
    assert_eq!(kept, ["0"]);
}

#[actix_web::test]
async fn a_filter_names_what_there_is_and_keeps_it_by_its_id() {
    let app = TestApp::start().await;
    let lavrov = app.get("/v1/actors/sergey-lavrov").await.expect(200)["id"].clone();
    let made = webhook(&app, "https://example.org/".to_owned(), json!({ "speaker": ["sergey-lavrov"] })).await;
    let expected = json!({ "resource": [], "change": [], "speaker": [lavrov], "zone": [], "outlet": [], "kind": [] });
    assert_eq!(made["filter"], expected);
    let changed = app.patch(&path_of(&made), json!({ "filter": { "kind": ["direct"] } })).await.expect(200);
    assert_eq!((&changed["filter"]["speaker"], &changed["filter"]["kind"]), (&json!([lavrov]), &json!(["direct"])));
    let detail = "names no actor: none has the id or slug `nobody`";
    for (filter, pointer, detail) in [
        (json!({ "speaker": ["sergey-lavrov", "nobody"] }), "/filter/speaker/1", detail),
        (json!({ "zone": ["nowhere"] }), "/filter/zone/0", "names no zone: none has the id or slug `nowhere`"),
        (json!({ "outlet": ["none"] }), "/filter/outlet/0", "names no outlet: none has the id or slug `none`"),
        (
            json!({ "kind": ["direct"], "resource": ["quote", "article"] }),
            "/filter/resource",
            "must name nothing but `quote` beside a speaker, zone, outlet or kind: they tell quotes apart",
        ),
    ] {
        let answer = app.post("/v1/webhooks", json!({ "url": "https://example.org/", "filter": filter })).await;
        let problem = answer.expect_problem(422, "invalid_body");
        assert_eq!(problem["errors"], json!([{ "pointer": pointer, "detail": detail }]));
    }
    for filter in [json!([]), json!([null, null]), json!(null), json!("all"), json!({ "speaker": [7] })] {
        let answer = app.post("/v1/webhooks", json!({ "url": "https://example.org/", "filter": filter })).await;
        let problem = answer.expect_problem(422, "invalid_body");
        assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/filter"), "{problem}");
    }
    // In a patch `null` sets back.
    let changed = app.patch(&path_of(&made), json!({ "filter": { "speaker": null } })).await.expect(200);
    assert_eq!((&changed["filter"]["speaker"], &changed["filter"]["kind"]), (&json!([]), &json!(["direct"])));
    let changed = app.patch(&path_of(&made), json!({ "filter": null })).await.expect(200);
    assert_eq!(changed["filter"]["kind"], json!([]));
    // What it names may go; the rest of it can be changed still.
    let actor = app.post("/v1/actors", json!({ "name": "Ada Example", "kind": "person" })).await.expect(201);
    let made = webhook(&app, "https://example.org/".to_owned(), json!({ "speaker": [actor["id"]] })).await;
    app.delete("/v1/actors/ada-example").await.expect(204);
    app.patch(&path_of(&made), json!({ "description": "Of nobody" })).await.expect(200);
}

#[actix_web::test]
async fn what_is_old_is_forgotten() {
    let mut flags = HERE.to_vec();
    flags.extend([("webhooks.delivered_retention_seconds", "0"), ("webhooks.dead_retention_seconds", "3600")]);
    let sending = Sending::start(&flags).await;
    let app = &sending.app;
    let receiver = Receiver::start(|number| (if number < 3 { 500 } else { 204 }, String::new())).await;
    let made = webhook(app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    new_outlet(app, 1).await;
    new_outlet(app, 2).await;
    until("one is dead and one arrived", async || {
        let all = sending.deliveries(&made, "").await;
        all.len() == 2 && all[0]["state"] == "delivered" && all[1]["state"] == "dead"
    })
    .await;
    webhooks::forget_old_deliveries(&app.services).await.unwrap();
    let left = sending.deliveries(&made, "").await;
    assert_eq!((left.len(), &left[0]["state"]), (1, &json!("dead")));
    // With the webhook all goes.
    app.delete(&path_of(&made)).await.expect(204);
    let rows = app.database().lines("SELECT CAST(count(*) AS text) AS line FROM webhook_deliveries").await;
    assert_eq!(rows, ["0"]);
}

#[actix_web::test]
async fn two_processes_send_each_event_once() {
    let sending = Sending::start(&HERE).await;
    let app = &sending.app;
    let other = Services::start(app.database().settings(&HERE)).await.unwrap();
    let follower = actix_web::rt::spawn(changes::follow_changes(other.clone()));
    let sender = send(&other, None);
    let receiver = Receiver::willing().await;
    for path in ["/a", "/b", "/c"] {
        webhook(app, receiver.url(path), json!({ "resource": ["outlet"] })).await;
    }
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(new_outlet(app, number).await);
    }
    receiver.wait_for(60).await;
    actix_web::rt::time::sleep(Duration::from_millis(300)).await;
    for path in ["/a", "/b", "/c"] {
        let taken: Vec<String> = receiver.taken(path).iter().map(Received::resource_id).collect();
        assert_eq!(taken, ids, "{path}");
    }
    // One that stops leaves what it has to the other at once.
    changes::end_streams(&other);
    sender.await.unwrap();
    new_outlet(app, 20).await;
    receiver.wait_for(63).await;
    follower.abort();
}

/// A process that sends to receivers, and nothing else; it goes with the test.
struct Process(Child);

impl Process {
    fn kill_9(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill_9();
    }
}

fn process(url: &str, folder: &std::path::Path) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    command.args(["serve", "--bind", "127.0.0.1:0", "--database", url]).current_dir(folder);
    for (name, value) in [
        ("ALLOW_PRIVATE_ADDRESSES", "true"),
        ("RETRY_MIN_MS", "10"),
        ("RETRY_MAX_MS", "100"),
        ("TIMEOUT_MS", "500"),
        ("LEASE_SECONDS", "3"),
    ] {
        command.env(format!("ONRECORD__WEBHOOKS__{name}"), value);
    }
    Process(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

#[actix_web::test]
async fn kill_9_loses_nothing() {
    const OUTLETS: usize = 60;
    let app = TestApp::start_with(&HERE).await;
    let receiver = Receiver::start(|number| (if number % 7 == 3 { 500 } else { 204 }, String::new())).await;
    webhook(&app, receiver.url("/"), json!({ "resource": ["outlet"] })).await;
    let folder = tempfile::tempdir().unwrap();
    // Two at a time: on one PostgreSQL, or on one file.
    let mut processes = [process(&app.database().url, folder.path()), process(&app.database().url, folder.path())];
    let (mut ids, mut kills) = (Vec::new(), 0);
    for number in 0..OUTLETS {
        ids.push(new_outlet(&app, number).await);
        if number % 20 == 19 {
            // In the middle of it.
            let before = receiver.all().len();
            until("it goes on", async || receiver.all().len() > before).await;
            for child in &mut processes {
                child.kill_9();
                *child = process(&app.database().url, folder.path());
                kills += 1;
            }
        }
    }
    until("all were taken", async || {
        let taken = receiver.taken("/");
        ids.iter().all(|id| taken.iter().any(|one| one.resource_id() == *id))
    })
    .await;
    drop(processes);
    assert_eq!(kills, 6);
    // Each is there, in order. What came twice, for nobody could write down that it had come, has the same id.
    let mut first: Vec<(String, String)> = Vec::new();
    for one in receiver.taken("/") {
        match first.iter().find(|(resource, _)| *resource == one.resource_id()) {
            Some((_, id)) => assert_eq!(id, one.id()),
            None => first.push((one.resource_id(), one.id().to_owned())),
        }
    }
    assert_eq!(first.into_iter().map(|(resource, _)| resource).collect::<Vec<_>>(), ids);
}
