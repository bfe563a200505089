//! `/explore`: a page that needs nothing but this service.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Answer, TestApp};

/// The page and all its files: every one that another one names.
async fn files(app: &TestApp) -> BTreeMap<String, Answer> {
    let mut files = BTreeMap::new();
    let mut named = BTreeSet::from(["/explore".to_owned()]);
    while let Some(path) = named.pop_first() {
        let answer = app.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        let text = String::from_utf8(answer.bytes.clone()).unwrap();
        for before in ["src=\"explore/", "href=\"explore/", "from \"./"] {
            let names = text.split(before).skip(1).filter_map(|rest| rest.split('"').next());
            named.extend(names.map(|name| format!("/explore/{name}")));
        }
        files.insert(path, answer);
        named.retain(|path| !files.contains_key(path));
    }
    files
}

#[actix_web::test]
async fn the_page_and_its_files_come_as_what_they_are() {
    let app = TestApp::start().await;
    let files = files(&app).await;
    let all: Vec<&str> = files.keys().map(String::as_str).collect();
    for view in ["api", "map", "timeline", "statement", "article"] {
        assert!(all.contains(&format!("/explore/{view}.js").as_str()), "{all:?}");
    }
    for (path, answer) in &files {
        let media_type = match path.rsplit_once('.') {
            None => "text/html; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "svg")) => "image/svg+xml",
            Some(_) => "text/javascript; charset=utf-8",
        };
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{path}");
        let tag = answer.header("etag").expect("an ETag");
        assert!(tag.starts_with('"'), "{path}: {tag} is strong");
        assert_eq!(app.get_with(path, &[("if-none-match", tag)]).await.status, 304, "{path}");
    }
    let moved = app.get("/explore/").await;
    assert!(moved.status.is_redirection() && moved.header("location") == Some("/explore"));
    app.get("/explore/explore.rs").await.expect_problem(404, "route_not_found");
    app.get("/explore/..%2Fexplore.rs").await.expect_problem(404, "route_not_found");
}

#[actix_web::test]
async fn every_file_of_the_page_is_used() {
    let app = TestApp::start().await;
    let served = files(&app).await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/routes/explore");
    let lying: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| if name == "index.html" { "/explore".to_owned() } else { format!("/explore/{name}") })
        .collect();
    assert_eq!(served.keys().cloned().collect::<BTreeSet<_>>(), lying);
}

#[actix_web::test]
async fn the_page_may_run_its_own_scripts_and_nothing_else() {
    let app = TestApp::start().await;
    for (path, answer) in files(&app).await {
        let policy = answer.header("content-security-policy").unwrap();
        let directives: Vec<&str> = policy.split("; ").collect();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            assert!(directives.contains(&directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let others = app.get("/explorer").await;
    assert!(!others.header("content-security-policy").unwrap().contains("script-src"), "not of another path");
}

#[actix_web::test]
async fn the_page_asks_nobody_else_and_is_small() {
    let app = TestApp::start().await;
    let files = files(&app).await;
    for (path, answer) in &files {
        let text = String::from_utf8(answer.bytes.clone()).unwrap();
        for rest in text.split("://").skip(1) {
            // The name of SVG, which nobody asks for.
            assert!(rest.starts_with("www.w3.org/2000/svg"), "{path}: {}", rest.lines().next().unwrap());
        }
        for word in ["innerHTML", "insertAdjacentHTML", "document.write", "eval(", "cdn"] {
            assert!(!text.contains(word), "{path}: {word}");
        }
    }
    let page: usize = files.values().map(|answer| answer.bytes.len()).sum();
    let mut data = 0;
    for path in [
        "/v1/zones?limit=200&fields=slug,name,status,parent,transitions,geometry",
        "/v1/zones?limit=200&valid_at=2017-05-07&fields=slug,status",
    ] {
        data += app.get(path).await.bytes.len();
    }
    assert!(page + data < 300_000, "{page} bytes of the page and {data} of data, uncompressed");
    let compressed = app.get_with("/explore/map.js", &[("accept-encoding", "br")]).await;
    assert_eq!(compressed.header("content-encoding"), Some("br"));
}
