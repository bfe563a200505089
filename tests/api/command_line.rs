//! The program as a shell sees it: what it prints, what it refuses, how it ends.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestApp, TestDatabase};

const TEXT: &str = "MOSCOW, September 18, 2017. /TASS/. Posts will open around the Idlib de-escalation zone, Russian Foreign \
    Minister Sergey Lavrov said on Monday.\n\n\"The first of them stand,\" Lavrov said.\n";

/// The program in a folder, with no settings from outside.
fn onrecord(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_onrecord"));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("ONRECORD__") || name.contains("COLOR")) {
            command.env_remove(name);
        }
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

struct Ended {
    status: ExitStatus,
    out: String,
    err: String,
}

fn run(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { status: output.status, out: text(output.stdout), err: text(output.stderr) }
}

/// The same, with this on standard input.
fn run_with_input(command: &mut Command, input: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut pipe, input) = (child.stdin.take().unwrap(), input.to_owned());
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { status: output.status, out: text(output.stdout), err: text(output.stderr) }
}

fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

#[test]
fn every_command_explains_itself() {
    let folder = tempfile::tempdir().unwrap();
    let help = run(onrecord(folder.path()).arg("--help"));
    assert!(help.status.success());
    let commands = ["serve", "import", "export", "extract", "reextract", "reindex", "keys", "openapi", "config"];
    for command in commands {
        assert!(help.out.contains(&format!("  {command} ")), "{command}: {}", help.out);
        let help = run(onrecord(folder.path()).args([command, "--help"]));
        assert!(help.status.success());
        assert!(help.out.contains(&format!("Usage: onrecord {command}")), "{}", help.out);
    }
    let listed = help.out.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    assert_eq!(listed.filter(|line| !line.trim_start().starts_with("help")).count(), commands.len(), "{}", help.out);
    let version = run(onrecord(folder.path()).arg("--version"));
    assert_eq!(version.out, concat!("onrecord ", env!("CARGO_PKG_VERSION"), "\n"));
    let wrong = run(onrecord(folder.path()).arg("fly"));
    assert!(wrong.status.code() == Some(2) && wrong.err.contains("fly"), "{}", wrong.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "help makes no files");
}

#[test]
fn openapi_prints_the_document() {
    let folder = tempfile::tempdir().unwrap();
    let printed = run(onrecord(folder.path()).arg("openapi"));
    assert!(printed.status.success());
    assert_eq!(printed.out, onrecord::openapi::text(&onrecord::openapi::document()));
}

#[test]
fn config_shows_every_setting_with_its_source_and_no_password() {
    let folder =
        folder_with(&[("onrecord.toml", b"[lists]\ndefault_limit = 7\n"), ("other.toml", b"[lists]\nmax_limit = 9\n")]);
    let mut command = onrecord(folder.path());
    command.args(["config", "--database", "postgres://me:hush@db/x?password=hush"]);
    let shown = run(command.env("ONRECORD__LOG__FILTER", "debug"));
    assert!(shown.status.success(), "{}", shown.err);
    let line = |key: &str| -> Vec<&str> {
        let line = shown.out.lines().find(|line| line.starts_with(&format!("{key} "))).expect(key);
        line.split_whitespace().skip(1).collect()
    };
    assert_eq!(line("lists.default_limit"), ["7", "onrecord.toml"]);
    assert_eq!(line("lists.max_limit"), ["200", "default"]);
    assert_eq!(line("log.filter"), ["debug", "environment"]);
    assert_eq!(line("database.url"), ["postgres://me:***@db/x?password=***", "flag"]);
    assert!(!shown.out.contains("hush"));

    let wrong = run(onrecord(folder.path()).args(["config", "--config", "other.toml"]));
    assert!(!wrong.status.success());
    assert!(wrong.err.contains("lists.default_limit"), "50 is over the file's limit of 9: {}", wrong.err);
    let wrong = run(onrecord(folder.path()).arg("config").env("ONRECORD__LISTS__COLOUR", "red"));
    assert!(!wrong.status.success() && wrong.err.contains("colour"), "{}", wrong.err);
}

#[actix_web::test]
async fn import_takes_files_of_every_kind_and_folders_and_says_what_it_refused() {
    let gate = |number: usize| json!({ "text": format!("Gate number {number} is open, the mayor said.") });
    let lines =
        format!("{}\n\n{}\n{{\"text\": \n{}\n", gate(1), gate(2), json!({ "text": "A gate.", "colour": "red" }));
    let list = json!([gate(3), gate(4), { "text": " " }, { "text": "A gate.", "outlet": "nobody" }]).to_string();
    let page = "<html><head><title>Gates</title></head><body><h1>Gates</h1><p>Gate number 5 is open, the mayor said on \
                Monday. Nobody had asked for it before, and nobody was sure that it would stay open.</p></body></html>";
    let folder = folder_with(&[
        ("in/a.txt", TEXT.as_bytes()),
        ("in/b.ndjson", lines.as_bytes()),
        ("in/c.json", list.as_bytes()),
        ("in/deep/d.html", page.as_bytes()),
        ("in/deep/e.txt", b"Sch\xf6n gesagt."),
        ("in/photo.jpg", b"\xff\xd8"),
        ("one.json", gate(6).to_string().as_bytes()),
    ]);
    let database = TestDatabase::create().await;
    let import =
        |paths: &[&str]| run(onrecord(folder.path()).args(["import", "--database", &database.url]).args(paths));

    let first = import(&["in", "one.json"]);
    assert_eq!(first.status.code(), Some(1), "something was refused: {}", first.err);
    assert!(first.out.starts_with("articles: 7 new, 0 already there, 5 refused\nquotes: "), "{}", first.out);
    for refusal in [
        "in/b.ndjson, line 4: ",
        "in/b.ndjson, line 5: unknown field `colour`",
        "in/c.json, article 3: /text must not be empty",
        "in/c.json, article 4: /outlet names no outlet",
        "in/deep/e.txt: not UTF-8 at byte 3",
    ] {
        assert!(first.out.contains(&format!("refused: {refusal}")), "{refusal}: {}", first.out);
    }
    assert!(first.out.contains("speakers resolved: "), "{}", first.out);

    let again = import(&["in", "one.json"]);
    assert!(again.out.starts_with("articles: 0 new, 7 already there, 5 refused\nquotes: 0\n"), "{}", again.out);
    assert!(import(&["one.json"]).status.success());
    let app = TestApp::on(onrecord::services::Services::start(database.settings(&[])).await.unwrap());
    assert_eq!(app.all_pages("/v1/articles").await.len(), 7);
    assert!(app.all_pages("/v1/quotes?speaker=sergey-lavrov").await.len() >= 2);
}

#[actix_web::test]
async fn import_reads_lines_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let line = json!({ "text": TEXT, "url": "https://example.org/posts", "published_on": "2017-09-19" });
    let mut command = onrecord(folder.path());
    command.args(["import", "-"]).env("ONRECORD__DATABASE__URL", &database.url);
    let done = run_with_input(&mut command, &format!("{line}\n{line}"));
    assert!(done.status.success(), "{}", done.err);
    assert!(done.out.starts_with("articles: 1 new, 1 already there, 0 refused\n"), "{}", done.out);
    assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'), "no colours in a pipe");
}

#[actix_web::test]
async fn import_refuses_a_line_that_is_too_long_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let mut command = onrecord(folder.path());
    command.args(["import", "-", "--database", &database.url]).env("ONRECORD__INGEST__MAX_LINE_BYTES", "100");
    let long = json!({ "text": "a".repeat(100) });
    let done = run_with_input(&mut command, &format!("{long}\n{}\n", json!({ "text": "The gate is open." })));
    assert!(done.out.starts_with("articles: 1 new, 0 already there, 1 refused\n"), "{}", done.out);
    assert!(done.out.contains("line 1: longer than 100 bytes"), "{}", done.out);
    assert!(!done.status.success());
}

#[actix_web::test]
async fn export_into_import_moves_an_instance() {
    let (here, there) = (TestDatabase::create().await, TestDatabase::create().await);
    let folder = tempfile::tempdir().unwrap();
    let at = |database: &TestDatabase, arguments: &[&str]| {
        let mut command = onrecord(folder.path());
        command.args(arguments).args(["--database", &database.url]);
        command
    };
    assert!(run(&mut at(&here, &["import", "--sample"])).status.success());
    let exported = run(&mut at(&here, &["export"]));
    assert!(exported.status.success() && exported.err.is_empty(), "{}", exported.err);
    assert!(exported.out.starts_with("{\"type\":\"onrecord\",\"format\":1}\n"));
    let app = TestApp::on(onrecord::services::Services::start(here.settings(&[])).await.unwrap());
    let over_http = app.get("/v1/exports/all.ndjson").await;
    assert!(over_http.bytes == exported.out.as_bytes(), "the same as over HTTP");

    let moved = run_with_input(&mut at(&there, &["import", "-"]), &exported.out);
    let lines = exported.out.lines().count();
    assert!(
        moved.out.starts_with(&format!("standard input: {lines} lines, 0 already there, 0 refused\n")),
        "{}",
        moved.out
    );
    assert!(moved.out.contains("19 articles"), "{}", moved.out);
    // To a file this time, which is never written over.
    assert!(run(&mut at(&there, &["export", "all.ndjson"])).status.success());
    assert!(fs::read_to_string(folder.path().join("all.ndjson")).unwrap() == exported.out, "byte for byte");
    let again = run(&mut at(&there, &["export", "all.ndjson"]));
    assert!(!again.status.success() && again.err.contains("all.ndjson"), "{}", again.err);
    let again = run(&mut at(&there, &["import", "all.ndjson"]));
    assert!(
        again.out.starts_with(&format!("all.ndjson: {lines} lines, {} already there, 0 refused\n", lines - 1)),
        "{}",
        again.out
    );

    fs::write(folder.path().join("wrong.ndjson"), "{\"type\":\"outlet\"}\n\n{\"type\":\"zone\",\"name\":\"\"}\n")
        .unwrap();
    let wrong = run(&mut at(&there, &["import", "wrong.ndjson"]));
    assert!(!wrong.status.success());
    assert!(
        wrong.out.contains("refused: wrong.ndjson, line 1: ") && wrong.out.contains("refused: wrong.ndjson, line 3: "),
        "{}",
        wrong.out
    );
}

#[test]
fn import_of_a_file_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = run(onrecord(folder.path()).args(["import", "nowhere.txt"]));
    assert_eq!(wrong.status.code(), Some(1));
    assert!(wrong.err.starts_with("onrecord: ") && wrong.err.contains("nowhere.txt"), "{}", wrong.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "and leaves no database behind");
}

#[test]
fn import_says_which_database_it_cannot_use_and_why() {
    let folder = folder_with(&[("a.txt", TEXT.as_bytes())]);
    for (url, shown) in [
        ("sqlite:///nowhere/at/all.db", "sqlite:///nowhere/at/all.db: "),
        ("postgres://me:hush@127.0.0.1:1/x", "postgres://me:***@127.0.0.1:1/x: "),
    ] {
        let wrong = run(onrecord(folder.path()).args(["import", "a.txt", "--database", url]));
        assert_eq!(wrong.status.code(), Some(1));
        let (_, why) = wrong.err.split_once(shown).unwrap_or_else(|| panic!("{}", wrong.err));
        assert!(why.contains(": ") && !wrong.err.contains("hush"), "the cause, and no password: {}", wrong.err);
    }
}

#[test]
fn extract_shows_an_article_to_people_without_colours_in_a_pipe() {
    let folder = folder_with(&[("a.txt", TEXT.as_bytes())]);
    let plain = run(onrecord(folder.path()).args(["extract", "a.txt"]));
    assert!(plain.status.success(), "{}", plain.err);
    for words in ["TASS", "2017-09-18", "Sergey Lavrov", "The first of them stand", "2 quotes"] {
        assert!(plain.out.to_lowercase().contains(&words.to_lowercase()), "{words}: {}", plain.out);
    }
    assert!(!plain.out.contains('\u{1b}'), "{}", plain.out);
    let coloured = run(onrecord(folder.path()).args(["extract", "a.txt"]).env("CLICOLOR_FORCE", "1"));
    assert!(coloured.out.contains('\u{1b}'), "{}", coloured.out);
    let command = &mut onrecord(folder.path());
    let refused = run(command.args(["extract", "a.txt"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"));
    assert_eq!(refused.out, plain.out);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no database");
}

#[test]
fn extract_gives_one_json_document() {
    let folder = tempfile::tempdir().unwrap();
    let done = run_with_input(onrecord(folder.path()).args(["extract", "-", "--json"]), TEXT);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["outlet"], "tass");
    assert_eq!(document["published_on"], "2017-09-18");
    assert_eq!(document["extractor"], concat!("onrecord/", env!("CARGO_PKG_VERSION")));
    let quotes = document["quotes"].as_array().unwrap();
    assert_eq!(quotes.len(), 2, "{document}");
    assert_eq!(quotes[1]["kind"], "direct");
    assert_eq!(quotes[1]["speaker"]["actor"], "sergey-lavrov");
    let (start, end) = (&quotes[1]["segments"][0]["start"], &quotes[1]["segments"][0]["end"]);
    let (start, end) = (start.as_u64().unwrap() as usize, end.as_u64().unwrap() as usize);
    let words: String = TEXT.chars().skip(start).take(end - start).collect();
    assert_eq!(words.trim_end_matches(','), "The first of them stand");
}

#[test]
fn extract_answers_line_by_line_in_the_order_of_the_input() {
    let folder = tempfile::tempdir().unwrap();
    let count = 200;
    let line = |id: usize| {
        let text = if id.is_multiple_of(3) { "Nothing was heard.".to_owned() } else { format!("{TEXT}\nStory {id}.") };
        json!({ "id": id, "text": text }).to_string()
    };
    let input: String = (0..count).map(|id| line(id) + "\n").collect();
    let done = run_with_input(onrecord(folder.path()).args(["extract", "--ndjson", "-"]), &input);
    assert!(done.status.success(), "{}", done.err);
    let answers: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), count);
    for (id, answer) in answers.iter().enumerate() {
        assert_eq!(answer["id"], id);
        assert_eq!(answer["quotes"].as_array().unwrap().len(), if id.is_multiple_of(3) { 0 } else { 2 }, "{answer}");
    }
    let speaker = &answers[1]["quotes"][1]["speaker"];
    assert_eq!(
        (&speaker["name"], &speaker["actor"], &speaker["text"]),
        (&json!("Sergey Lavrov"), &json!("sergey-lavrov"), &json!("Lavrov"))
    );
    assert_eq!(answers[1]["quotes"][1]["cue"]["text"], "said");

    let wrong =
        run_with_input(onrecord(folder.path()).args(["extract", "--ndjson", "-"]), &format!("{}\n{{\n", line(1)));
    assert!(!wrong.status.success() && wrong.err.contains("line 2"), "{}", wrong.err);
    let wrong = run(onrecord(folder.path()).args(["extract", "--ndjson", "--json", "-"]));
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn extract_writes_the_same_bytes_every_time_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample");
    let mut paths: Vec<_> = fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    let lines: Vec<String> = paths
        .iter()
        .map(|path| json!({ "id": path.file_name().unwrap().to_str(), "text": fs::read_to_string(path).unwrap() }))
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(lines.len() >= 15);
    let rounds = 3;
    let input = lines.concat().repeat(rounds);
    let mut seen: Vec<String> = Vec::new();
    for threads in ["1", "2", "5", "0"] {
        let arguments = ["extract", "--ndjson", "--details", "--threads", threads, "-"];
        let done = run_with_input(onrecord(folder.path()).args(arguments), &input);
        assert!(done.status.success(), "{}", done.err);
        let answers: Vec<&str> = done.out.split_inclusive('\n').collect();
        assert_eq!(answers.len(), lines.len() * rounds);
        seen.extend(answers.chunks(lines.len()).map(<[&str]>::concat));
    }
    assert!(seen[0].contains("\"confidence\""), "{}", seen[0]);
    assert!(seen.iter().all(|round| *round == seen[0]), "the same articles were read differently");
}

#[test]
fn extract_takes_what_is_known_of_an_article_beside_its_text() {
    let folder = tempfile::tempdir().unwrap();
    let line = |published_on: &str| {
        let text = "The ferry will run again, Mayor Anna Berg said on Monday.";
        json!({ "id": 1, "text": text, "published_on": published_on }).to_string() + "\n"
    };
    let details = |line: &str| {
        let done = run_with_input(onrecord(folder.path()).args(["extract", "--ndjson", "--details", "-"]), line);
        assert!(done.status.success(), "{}", done.err);
        serde_json::from_str::<Value>(&done.out).unwrap()["quotes"][0].clone()
    };
    let quote = details(&line("2017-03-08"));
    assert_eq!((&quote["said_on"], &quote["said_on_precision"]), (&json!("2017-03-06"), &json!("day")), "{quote}");
    assert_eq!(quote["nested_in"], Value::Null);
    assert!(quote["why"].as_array().unwrap().contains(&json!("cue:said")), "{quote}");
    assert!(quote["confidence"].as_f64().is_some_and(|confidence| confidence > 0.0 && confidence < 1.0), "{quote}");

    let wrong = run_with_input(onrecord(folder.path()).args(["extract", "--ndjson", "-"]), &line("2017-13-08"));
    assert!(!wrong.status.success() && wrong.err.contains("line 1"), "{}", wrong.err);
}

/// A running service, which is killed where a test fails.
struct Served {
    process: Child,
    output: BufReader<std::process::ChildStdout>,
    address: SocketAddr,
}

impl Served {
    fn start(folder: &Path, database: &str, flags: &[&str]) -> (Self, String) {
        let mut command = onrecord(folder);
        command.args(["serve", "--bind", "127.0.0.1:0", "--database", database]).args(flags);
        let mut process =
            command.stdout(Stdio::piped()).stderr(fs::File::create(folder.join("log")).unwrap()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (mut greeting, mut address) = (String::new(), None);
        while !greeting.contains("Database ") && output.read_line(&mut greeting).unwrap() > 0 {
            let port = greeting.split_once("http://").and_then(|(_, rest)| rest.split_once("/docs/"));
            address = port.map(|(address, _)| address.parse().expect(address)).or(address);
        }
        let address = address.unwrap_or_else(|| panic!("no address: {greeting}"));
        (Self { process, output, address }, greeting)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn terminate(&self) {
        let kill = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.process.id())]).status().unwrap();
        assert!(kill.success());
    }

    fn wait(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        self.process.wait().unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[actix_web::test]
async fn serve_says_where_it_listens_and_answers_there() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let (served, greeting) = Served::start(folder.path(), &database.url, &["--sample"]);
    assert_ne!(served.address.port(), 0);
    assert!(greeting.contains(&format!("http://{}/v1", served.address)), "{greeting}");
    assert!(greeting.contains("Samples ") && greeting.contains("invented"), "{greeting}");
    let answer = served.get("/v1/quotes?limit=1");
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"data\":[{"), "{answer}");
    let (head, body) =
        served.get("/v1/nothing").split_once("\r\n\r\n").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert!(head.starts_with("HTTP/1.1 404 ") && body.contains("route_not_found"), "{head}{body}");
    served.terminate();
    assert!(served.wait().success());
}

#[actix_web::test]
async fn a_request_in_flight_is_answered_before_the_service_stops() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let app = TestApp::on(onrecord::services::Services::start(database.settings(&[])).await.unwrap());
    let key = app.key().await;
    let (served, _) = Served::start(folder.path(), &database.url, &[]);
    let body = json!({ "text": TEXT }).to_string();
    let mut request = served.connect();
    write!(
        request,
        "POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {key}\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // The service has the request and waits for its body.
    let mut answer = BufReader::new(request.try_clone().unwrap());
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100 "), "{line}");

    served.terminate();
    // It has heard: nobody else gets in.
    let shut = (0..4_000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        TcpStream::connect(served.address).is_err()
    });
    assert!(shut, "it goes on taking connections");
    request.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("HTTP/1.1 201 ") && rest.contains("sergey-lavrov"), "{rest}");
    assert!(served.wait().success());
    assert_eq!(app.all_pages("/v1/articles").await.len(), 1, "and what it wrote is there");
}

#[actix_web::test]
async fn every_line_of_the_log_about_a_request_names_it() {
    let folder = folder_with(&[("onrecord.toml", b"[log]\nformat = \"json\"\nfilter = \"info,onrecord=debug\"\n")]);
    let database = TestDatabase::create().await;
    let (served, _) = Served::start(folder.path(), &database.url, &[]);
    // Now, and not before: a service does not start on tables that it cannot read.
    database.execute("ALTER TABLE quotes RENAME TO attic").await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut stream = served.connect();
    write!(
        stream,
        "GET /v1/quotes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: order-7\r\n\
         traceparent: 00-{trace}-00f067aa0ba902b7-01\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("order-7") && answer.contains(trace), "{answer}");
    served.terminate();
    assert!(served.wait().success());
    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let of_request: Vec<&Value> = lines.iter().filter(|line| line["span"]["name"] == "request").collect();
    let messages: Vec<&str> = of_request.iter().filter_map(|line| line["message"].as_str()).collect();
    assert!(messages.contains(&"request failed") && messages.contains(&"request answered"), "{log}");
    for line in of_request {
        assert_eq!((&line["span"]["request_id"], &line["span"]["trace_id"]), (&json!("order-7"), &json!(trace)));
    }
}

#[actix_web::test]
async fn a_request_repeated_through_a_killed_process_is_done_once() {
    let settings = "[server]\nrequest_timeout_ms = 1900\n[idempotency]\nlease_seconds = 2\n";
    let folder = folder_with(&[("onrecord.toml", settings.as_bytes())]);
    let database = TestDatabase::create().await;
    let app = TestApp::on(onrecord::services::Services::start(database.settings(&[])).await.unwrap());
    let article = app.post("/v1/articles", json!({ "text": TEXT })).await.expect(201);
    let found = article["quotes"].as_array().unwrap().len();
    let segments = json!([{ "start": 36, "end": 50, "verbatim": true }]);
    let body = json!({ "article_id": article["id"], "kind": "direct", "segments": segments }).to_string();
    let key = app.key().await;
    let send = |served: &Served, round: usize| {
        let mut stream = served.connect();
        let length = body.len();
        write!(
            stream,
            "POST /v1/quotes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             X-API-Key: {key}\r\nIdempotency-Key: round-{round}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        stream
    };
    let (mut served, _) = Served::start(folder.path(), &database.url, &[]);
    let rounds = 6;
    for round in 0..rounds {
        let _stream = send(&served, round);
        std::thread::sleep(Duration::from_millis(3 * u64::try_from(round).unwrap()));
        drop(served); // SIGKILL
        (served, _) = Served::start(folder.path(), &database.url, &[]);
        let answered = (0..200).any(|_| {
            let mut answer = String::new();
            send(&served, round).read_to_string(&mut answer).unwrap();
            let is_running = answer.starts_with("HTTP/1.1 409 ");
            assert!(is_running || answer.starts_with("HTTP/1.1 201 "), "{answer}");
            std::thread::sleep(Duration::from_millis(50));
            !is_running
        });
        assert!(answered, "the lease ends");
    }
    drop(served);
    assert_eq!(app.all_pages("/v1/quotes?limit=100").await.len(), found + rounds);
}

#[test]
fn serve_refuses_what_it_cannot_use_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = listener.local_addr().unwrap().to_string();
    for (arguments, words) in [
        (["serve", "--database", "mysql://me:hush@db/x"], "must start with sqlite:// or postgres://"),
        (["serve", "--database", "sqlite:///nowhere/at/all.db"], "cannot use the database sqlite:///nowhere/at/all.db"),
        (["serve", "--bind", "nonsense"], "bind"),
        (["serve", "--sample", "--bind=0.0.0.0:0"], "--sample lets anybody who reaches the service write"),
    ] {
        let wrong = run(onrecord(folder.path()).args(arguments).env("ONRECORD__SERVER__BIND", "127.0.0.1:0"));
        assert_eq!(wrong.status.code(), Some(1), "{arguments:?}");
        assert!(wrong.err.contains(words) && !wrong.err.contains("hush"), "{}", wrong.err);
        assert!(!wrong.err.contains("panicked"), "{}", wrong.err);
    }
    let wrong = run(onrecord(folder.path()).args(["serve", "--bind", &taken]));
    assert!(!wrong.status.success() && wrong.err.contains(&format!("cannot listen on {taken}")), "{}", wrong.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

/// What `POST /v1/articles` answers to a service that runs, with these header lines.
fn post_article(served: &Served, headers: &str) -> String {
    let mut stream = served.connect();
    let length = TEXT.len();
    write!(
        stream,
        "POST /v1/articles HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: text/plain\r\n\
         Content-Length: {length}\r\n{headers}\r\n{TEXT}",
        served.address
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[actix_web::test]
async fn a_service_without_keys_says_how_to_make_one_and_that_command_works() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let (served, greeting) = Served::start(folder.path(), &database.url, &[]);
    let line = greeting.lines().find(|line| line.starts_with("Keys ")).expect(&greeting);
    let (_, command) = line.split_once("there is none yet. To make one: onrecord ").expect(line);
    assert!(post_article(&served, "").starts_with("HTTP/1.1 401 "));

    let words = command.split(' ').map(|word| if word == "NAME" { "me" } else { word });
    let words: Vec<&str> = words.collect();
    let made = run(onrecord(folder.path()).args(&words));
    assert!(made.status.success(), "{}", made.err);
    let key = made.out.strip_suffix('\n').expect("one line");
    key.parse::<onrecord::models::KeyText>().expect("the key and nothing else, for scripts");
    assert!(
        made.err.contains("shown this once") && made.err.contains("`me`") && !made.err.contains(key),
        "{}",
        made.err
    );
    // The service that runs knows it at once, and the next one has nothing to explain.
    let answer = post_article(&served, &format!("Authorization: Bearer {key}\r\n"));
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    drop(served);
    let (_served, greeting) = Served::start(folder.path(), &database.url, &[]);
    assert!(greeting.contains("Keys      Writing needs an API key.\n"), "{greeting}");
}

#[actix_web::test]
async fn with_samples_whoever_is_on_the_machine_writes_and_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let (served, greeting) = Served::start(folder.path(), &database.url, &["--sample"]);
    assert!(greeting.contains("WRITING NEEDS NO KEY"), "{greeting}");
    assert!(post_article(&served, "").starts_with("HTTP/1.1 201 "));
    assert!(post_article(&served, "Origin: https://example.org\r\n").starts_with("HTTP/1.1 401 "));
    assert!(post_article(&served, "X-API-Key: onr_nonsense\r\n").starts_with("HTTP/1.1 401 "));
}

#[actix_web::test]
async fn samples_are_imported_without_a_service_too() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    let import = || run(onrecord(folder.path()).args(["import", "--sample", "--database", &database.url]));
    let first = import();
    assert!(first.status.success() && first.out.contains("invented"), "{}{}", first.out, first.err);
    assert!(import().out.contains(", 0 of them new."));
    let app = TestApp::on(onrecord::services::Services::start(database.settings(&[])).await.unwrap());
    assert!(app.all_pages("/v1/articles").await.len() > 10);
    let neither = run(onrecord(folder.path()).arg("import"));
    assert_eq!(neither.status.code(), Some(2), "{}", neither.err);
}

#[actix_web::test]
async fn keys_are_made_listed_and_revoked_at_the_shell() {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::create().await;
    // Beside this thread: the service in it may be about to note the use of a key, and must get on with that.
    let keys = async |words: &[&str]| {
        let mut command = onrecord(folder.path());
        command.arg("keys").args(words).env("ONRECORD__DATABASE__URL", &database.url);
        tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap()
    };
    assert!(keys(&["list"]).await.out.starts_with("There are no keys."));
    let made = keys(&["create", "--name", "news room", "--scope", "review", "--expires", "90d"]).await;
    let key = made.out.trim_end().to_owned();
    assert!(made.err.contains("expires at 20"), "{}", made.err);
    keys(&["create", "--name", "reader", "--scope", "read"]).await;

    let listed = keys(&["list"]).await;
    let lines: Vec<&str> = listed.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", listed.out);
    assert!(lines[1].contains("  read    active") && lines[1].contains("never") && lines[1].contains("reader"));
    assert!(
        lines[2].starts_with(&key[..12]) && lines[2].contains("  review  until 20") && lines[2].contains("news room")
    );
    assert!(!listed.out.contains(&key));

    let app = TestApp::on(onrecord::services::Services::start(database.settings(&[])).await.unwrap());
    app.get_with("/v1/actors", &[("x-api-key", &key)]).await.expect(200);
    let revoked = keys(&["revoke", &key[..12]]).await;
    assert!(
        revoked.status.success() && revoked.out.contains("`news room` is revoked"),
        "{}{}",
        revoked.out,
        revoked.err
    );
    app.get_with("/v1/actors", &[("x-api-key", &key)]).await.expect_problem(401, "revoked_key");
    let id = lines[1].rsplit(' ').next().unwrap();
    assert!(keys(&["revoke", id]).await.out.contains("`reader` is revoked"));
    assert_eq!(keys(&["list"]).await.out.matches(" revoked ").count(), 2);

    for (words, told) in [
        (&["revoke", "onr_00000000"][..], "there is no key `onr_00000000`"),
        (&["create", "--name", " ", "--scope", "read"], "/name must not be empty"),
        (&["create", "--name", "x", "--scope", "king"], "read, review, write, admin"),
        (&["create", "--name", "x", "--scope", "read", "--expires", "soon"], "write days (90d)"),
    ] {
        let wrong = keys(words).await;
        assert!(!wrong.status.success() && wrong.err.contains(told), "{words:?}: {}", wrong.err);
    }
}
