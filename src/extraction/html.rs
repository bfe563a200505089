//! The article in a web page: its text in paragraphs, and what the page's metadata say about it.

use std::fmt;

use dom_smoothie::{Config, Metadata, Readability};
use jiff::civil::Date;

use super::dates::{self, PrintedDate};

mod complexity;

/// Pages with more elements than this are not read.
const MOST_ELEMENTS: usize = 100_000;
/// Text under pictures, by the names that pages give it; it is no part of the article.
const CAPTIONS: &str =
    "figcaption, .caption, .wp-caption-text, .image-caption, .photo-caption, .media-caption, .img-caption";

/// An article taken out of a web page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HtmlArticle {
    /// The title as a line of its own, then the paragraphs, all set apart by empty lines.
    pub text: String,
    /// The headline, without the name of the site.
    pub title: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// The day of publication.
    pub published_on: Option<Date>,
    /// The language as an ISO 639-1 code.
    pub language: Option<String>,
    /// The name of the site.
    pub site_name: Option<String>,
    /// The address that the page gives itself.
    pub canonical_url: Option<String>,
}

/// Why no article could be taken out of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HtmlError {
    /// The page holds no text.
    Empty,
    /// The page is nested too deeply or has too many elements.
    TooComplex,
}

impl fmt::Display for HtmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the page holds no text",
            Self::TooComplex => "the page is nested too deeply or has too many elements",
        })
    }
}

impl std::error::Error for HtmlError {}

/// Takes the article out of a web page.
///
/// ```
/// use onrecord::extraction::html::article_from_html;
///
/// let page = r#"<html lang="en-GB"><head><title>Ferries run again | Norden</title>
///     <meta property="og:site_name" content="Norden"><meta property="article:published_time" content="2011-08-19T10:20:00+02:00">
///     </head><body><nav><a href="/">Home</a></nav><article><h1>Ferries run again</h1>
///     <p>The ferries on the lower Tarn run again, the harbour master said.</p><p>&quot;All five of them,&quot; she added.</p></article></body></html>"#;
/// let article = article_from_html(page, None)?;
/// assert_eq!(article.title.as_deref(), Some("Ferries run again"));
/// assert_eq!(article.published_on, Some(jiff::civil::date(2011, 8, 19)));
/// assert!(article.text.ends_with("said.\n\n\"All five of them,\" she added."));
/// # Ok::<(), onrecord::extraction::html::HtmlError>(())
/// ```
///
/// # Errors
///
/// [`HtmlError::Empty`] when there is no text to read, [`HtmlError::TooComplex`] when the page is made to be slow.
pub fn article_from_html(html: &str, url: Option<&str>) -> Result<HtmlArticle, HtmlError> {
    if complexity::is_too_complex(html) {
        return Err(HtmlError::TooComplex);
    }
    let mut page = open(html, url)?;
    if page.doc.select("*").length() > MOST_ELEMENTS {
        return Err(HtmlError::TooComplex);
    }
    let facts = Facts::read(&page);
    page.doc.select(CAPTIONS).remove();
    let taken = page.parse().ok();
    let mut paragraphs = taken.as_ref().map(|article| paragraphs(&article.content)).unwrap_or_default();
    if paragraphs.is_empty() {
        // Too little for readability: a short notice, or text without any markup. Then all of the page is the article.
        let whole = open(html, url)?;
        whole.doc.select("script, style, noscript, template, nav, header, footer, aside, form").remove();
        paragraphs = self::paragraphs(&whole.doc.select("body").html());
    }
    if paragraphs.is_empty() {
        return Err(HtmlError::Empty);
    }
    let title = facts.title;
    if let Some(title) = &title
        && !paragraphs.first().is_some_and(|first| same_words(first, title))
    {
        paragraphs.insert(0, title.clone());
    }
    Ok(HtmlArticle {
        text: paragraphs.join("\n\n"),
        title,
        byline: taken.and_then(|article| article.byline).or(facts.byline).and_then(tidy),
        published_on: facts.published_on,
        language: facts.language,
        site_name: facts.site_name,
        canonical_url: facts.canonical_url,
    })
}

fn open(html: &str, url: Option<&str>) -> Result<Readability, HtmlError> {
    let config = || Some(Config { max_elements_to_parse: MOST_ELEMENTS, ..Config::default() });
    // An address that is not absolute is of no use to the parser, and no reason to refuse the page.
    Readability::new(html, url, config())
        .or_else(|_| Readability::new(html, None, config()))
        .map_err(|_| HtmlError::Empty)
}

/// What the page's metadata say.
#[derive(Debug, Default)]
struct Facts {
    title: Option<String>,
    byline: Option<String>,
    published_on: Option<Date>,
    language: Option<String>,
    site_name: Option<String>,
    canonical_url: Option<String>,
}

impl Facts {
    fn read(page: &Readability) -> Self {
        let linked: Option<Metadata> = page.parse_json_ld();
        let meta = page.get_article_metadata(linked.clone());
        let site_name = meta.site_name.clone().and_then(tidy);
        let heading = tidy(page.doc.select("h1").first().text().to_string());
        let title = tidy(meta.title.clone()).map(|title| without_site(&title, site_name.as_deref())).or(heading);
        let attribute = |selector: &str, name: &str| {
            page.doc.select(selector).attr(name).map(|value| value.to_string()).and_then(tidy)
        };
        let lang = attribute("html", "lang").or_else(|| attribute("html", "xml:lang")).or_else(|| meta.lang.clone());
        Self {
            title,
            byline: meta.byline.clone(),
            published_on: linked
                .and_then(|linked| linked.published_time)
                .as_deref()
                .and_then(day_of)
                .or_else(|| published_on(page, &meta)),
            language: lang.as_deref().and_then(iso_639_1),
            canonical_url: [
                attribute("link[rel=canonical]", "href"),
                attribute("meta[property='og:url']", "content"),
                meta.url.clone(),
            ]
            .into_iter()
            .flatten()
            .find(|url| url.starts_with("http://") || url.starts_with("https://")),
            site_name,
        }
    }
}

/// The day of publication from the many names that pages give it; never the day of the last change.
fn published_on(page: &Readability, meta: &Metadata) -> Option<Date> {
    const NAMES: &[&str] = &[
        "article:published_time",
        "article:published",
        "og:published_time",
        "datepublished",
        "date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "dc.date",
        "dc.date.issued",
        "dcterms.created",
        "dcterms.issued",
        "sailthru.date",
        "parsely-pub-date",
        "cxenseparse:recs:publishtime",
        "citation_publication_date",
        "originalpublicationdate",
        "published",
        "published_time",
        "article_date_original",
    ];
    if let Some(day) = meta.published_time.as_deref().and_then(day_of) {
        return Some(day);
    }
    let mut found: Vec<(usize, Date)> = Vec::new();
    for tag in page.doc.select("meta[content]").iter() {
        let name =
            ["property", "name", "itemprop"].iter().find_map(|key| tag.attr(key)).map(|name| name.to_ascii_lowercase());
        let rank = name.and_then(|name| NAMES.iter().position(|known| *known == name));
        if let Some((rank, day)) = rank.zip(tag.attr("content").and_then(|content| day_of(&content))) {
            found.push((rank, day));
        }
    }
    let stated = found.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, day)| day);
    stated.or_else(|| {
        let times = page.doc.select("time[itemprop=datePublished], time[pubdate], [itemprop=datePublished], article header time, article time[datetime]");
        times.iter().find_map(|time| time.attr("datetime").or_else(|| time.attr("content")).and_then(|value| day_of(&value)))
    })
}

/// The day of a time stamp as it is printed: the day it was where the outlet sits.
fn day_of(stamp: &str) -> Option<Date> {
    dates::find(stamp)
        .into_iter()
        .find_map(|mention| if let PrintedDate::Day(day) = mention.date { Some(day) } else { None })
}

/// A title without the name of the site at its end.
fn without_site(title: &str, site: Option<&str>) -> String {
    let Some(site) = site else { return title.to_owned() };
    let cut = title.strip_suffix(site).map(|rest| rest.trim_end_matches([' ', '|', '-', '–', '—', ':', '·', '»']));
    cut.filter(|rest| !rest.is_empty() && rest.len() < title.len() - site.len()).unwrap_or(title).to_owned()
}

fn iso_639_1(tag: &str) -> Option<String> {
    let code = tag.split(['-', '_']).next()?.trim().to_ascii_lowercase();
    (code.len() == 2 && code.chars().all(|c| c.is_ascii_lowercase())).then_some(code)
}

fn tidy(text: String) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

fn same_words(a: &str, b: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    letters(a) == letters(b)
}

/// The paragraphs of markup that a parser has written, so that every tag is closed and every attribute quoted.
fn paragraphs(markup: &str) -> Vec<String> {
    let mut text = Paragraphs::default();
    let mut rest = markup;
    while let Some(open) = rest.find('<') {
        text.push(&rest[..open]);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(end) = end_of_tag(rest) else { break };
        text.tag(&rest[1..end]);
        rest = &rest[end + 1..];
    }
    text.push(rest);
    text.end_paragraph();
    text.done
}

/// The offset of the `>` that closes a tag; one inside an attribute does not.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.bytes().enumerate() {
        match (quote, c) {
            (None, b'"' | b'\'') => quote = Some(c),
            (None, b'>') => return Some(at),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// Paragraphs in the making.
#[derive(Debug, Default)]
struct Paragraphs {
    done: Vec<String>,
    current: String,
}

impl Paragraphs {
    fn push(&mut self, escaped: &str) {
        if escaped.contains('&') {
            let plain = escaped
                .replace("&nbsp;", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'");
            self.current.push_str(&plain.replace("&amp;", "&"));
        } else {
            self.current.push_str(escaped);
        }
    }

    fn tag(&mut self, inside: &str) {
        const INLINE: &[&str] = &[
            "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
            "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike",
            "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img",
        ];
        let name = inside.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
        if !INLINE.iter().any(|inline| inline.eq_ignore_ascii_case(name)) {
            // Cells, lines, list items and every element that is not known: never glue what the page sets apart.
            self.end_paragraph();
        }
    }

    fn end_paragraph(&mut self) {
        if let Some(paragraph) = tidy(std::mem::take(&mut self.current)) {
            self.done.push(paragraph);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn page(head: &str, body: &str) -> String {
        format!("<!doctype html><html lang=\"en-US\"><head>{head}</head><body>{body}</body></html>")
    }

    const STORY: &str = "<p>The ferries on the lower Tarn will run again from Monday, the harbour master said on Friday &amp; smiled.</p>\
        <p>&ldquo;All five of them,&rdquo; she&nbsp;added.<br>The sixth is <b>under</b> repair.</p>";

    fn read(html: &str) -> HtmlArticle {
        article_from_html(html, Some("https://norden.example/a")).unwrap_or_default()
    }

    #[test]
    fn paragraphs_stay_apart() {
        let article = read(&page(
            "<title>Ferries run again - Norden</title>",
            &format!("<nav><a href=/>Home</a></nav><div><h1>Ferries run again</h1>{STORY}</div>"),
        ));
        let paragraphs: Vec<&str> = article.text.split("\n\n").skip(1).collect();
        assert_eq!(
            paragraphs,
            [
                "The ferries on the lower Tarn will run again from Monday, the harbour master said on Friday & smiled.",
                "“All five of them,” she added.",
                "The sixth is under repair."
            ]
        );
    }

    #[test]
    fn metadata() {
        let article = read(&page(
            "<title>x</title><meta property=\"og:title\" content=\"Ferries run again | Norden\"><meta property=\"og:site_name\" content=\"Norden\">\
             <link rel=\"canonical\" href=\"https://norden.example/ferries\">\
             <script type=\"application/ld+json\">{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\
             \"headline\":\"Ferries run again\",\"datePublished\":\"2011-08-19T23:50:00+02:00\",\"dateModified\":\"2020-01-01\"}</script>",
            STORY,
        ));
        assert_eq!(article.title.as_deref(), Some("Ferries run again"));
        assert_eq!(article.site_name.as_deref(), Some("Norden"));
        assert_eq!(article.published_on, Some(date(2011, 8, 19)));
        assert_eq!(article.language.as_deref(), Some("en"));
        assert_eq!(article.canonical_url.as_deref(), Some("https://norden.example/ferries"));
        assert!(article.text.starts_with("Ferries run again\n\nThe ferries"));
    }

    #[test]
    fn names_of_the_date() {
        for head in [
            "<meta name=\"pubdate\" content=\"2011-08-19\">",
            "<meta itemprop=\"datePublished\" content=\"August 19, 2011\">",
            "<meta property=\"article:modified_time\" content=\"2014-01-01\"><meta name=\"DC.date.issued\" content=\"2011-08-19\">",
        ] {
            assert_eq!(read(&page(head, STORY)).published_on, Some(date(2011, 8, 19)), "{head}");
        }
        assert_eq!(
            read(&page("<meta property=\"article:modified_time\" content=\"2014-01-01\">", STORY)).published_on,
            None
        );
    }

    #[test]
    fn captions_are_left_out() {
        let article = read(&page(
            "",
            &format!(
                "<article><figure><img src=a.jpg><figcaption>A ferry at night.</figcaption></figure>{STORY}</article>"
            ),
        ));
        assert!(!article.text.contains("at night"));
    }

    #[test]
    fn nothing_to_read() {
        for html in ["", "   ", "<html></html>", "<p></p>", "<!-- x -->", "<script>alert(1)</script>"] {
            assert_eq!(article_from_html(html, None), Err(HtmlError::Empty), "{html}");
        }
    }

    #[test]
    fn text_without_markup_is_an_article() {
        assert_eq!(read("Just a line.").text, "Just a line.");
        assert_eq!(read("<p>One < two & three").text, "One < two & three");
    }

    #[test]
    fn hostile_pages_end() {
        assert_eq!(article_from_html(&"<div>".repeat(200_000), None), Err(HtmlError::TooComplex));
        assert_eq!(article_from_html(&"<b>x".repeat(200_000), None), Err(HtmlError::TooComplex));
        assert!(article_from_html(&"<".repeat(100_000), None).is_ok());
        assert!(article_from_html(&format!("<p title=\"{}", ">".repeat(100_000)), None).is_err());
    }
}
