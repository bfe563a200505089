//! How fast articles are read, in bytes a second on one core.
//!
//! ```text
//! cargo bench --bench extraction                 all of it; compares with the run before
//! cargo bench --bench extraction -- hostile      only the texts that are made to be slow
//! ```
//!
//! The texts are made up here, the same ones every time: wire reports as they arrive, with their page around them, and texts
//! that nobody writes but somebody may send.

use std::cell::Cell;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use onrecord::extraction::html::article_from_html;
use onrecord::extraction::{Extractor, Hints};
use onrecord::services::reference_data::embedded_extractor;

/// How many articles are read in one round.
const ARTICLES: usize = 200;
/// The length of a text that is made to be slow.
const HOSTILE_BYTES: usize = 1_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let extractor = embedded_extractor()?;
    let mut criterion = Criterion::default().configure_from_args();
    articles(&mut criterion, &extractor);
    pages(&mut criterion);
    hostile(&mut criterion, &extractor);
    criterion.final_summary();
    Ok(())
}

fn articles(criterion: &mut Criterion, extractor: &Extractor) {
    let articles = Newsroom::default().articles(ARTICLES);
    let bytes: usize = articles.iter().map(String::len).sum();
    let mut group = criterion.benchmark_group("articles");
    group.sample_size(20).throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("document", |bencher| {
        bencher.iter(|| {
            for text in &articles {
                black_box(extractor.documents().read(text, &Hints::default()));
            }
        });
    });
    group.bench_function("extract", |bencher| {
        bencher.iter(|| {
            for text in &articles {
                black_box(extractor.extract(text, &Hints::default()));
            }
        });
    });
    group.finish();
}

fn pages(criterion: &mut Criterion) {
    let pages: Vec<String> = Newsroom::default().articles(20).iter().map(|text| page(text)).collect();
    let bytes: usize = pages.iter().map(String::len).sum();
    let mut group = criterion.benchmark_group("pages");
    group.sample_size(20).throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("article_from_html", |bencher| {
        bencher.iter(|| pages.iter().filter(|page| article_from_html(black_box(page), None).is_ok()).count());
    });
    group.finish();
}

fn hostile(criterion: &mut Criterion, extractor: &Extractor) {
    let times = |unit: &str| unit.repeat(HOSTILE_BYTES / unit.len());
    let half = |unit: &str| unit.repeat(HOSTILE_BYTES / 2 / unit.len());
    let texts = [
        ("quotation marks", times("\"")),
        ("closing marks", times("” ")),
        ("nested marks", half("“we ") + &half(" so”")),
        ("nested brackets", half("([") + &half("])")),
        ("newlines", times("\n")),
        ("lines of a letter", times("A\n")),
        ("no full stop", times("and the envoy of the republic ")),
        ("verbs only", times("he said ")),
        ("one long word", times("x")),
        ("letters beyond ascii", times("é ")),
    ];
    let mut group = criterion.benchmark_group("hostile");
    group.sample_size(10).throughput(Throughput::Bytes(HOSTILE_BYTES as u64));
    for (name, text) in &texts {
        group.bench_function(*name, |bencher| bencher.iter(|| extractor.extract(black_box(text), &Hints::default())));
    }
    for (name, unit) in [("page of mismatched tags", "<b></i>"), ("page of ampersands", "&"), ("page of ends", "</p>")]
    {
        let page = times(unit);
        group.bench_function(name, |bencher| bencher.iter(|| article_from_html(black_box(&page), None).is_ok()));
    }
    group.finish();
}

/// A page with a menu, the paragraphs of a text, and links to more.
fn page(text: &str) -> String {
    let paragraphs: String = text.split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    let links = "<li><a href=\"/world/harbour\">Harbour reopens</a></li>".repeat(60);
    format!(
        "<!doctype html><html lang=\"en\"><head><title>A report | Norden</title><meta property=\"og:site_name\" content=\"Norden\">\
         </head><body><nav><ul>{links}</ul></nav><article>{paragraphs}</article><aside><ul>{links}</ul></aside></body></html>"
    )
}

/// Writes reports that have never happened, always the same ones.
#[derive(Default)]
struct Newsroom {
    state: Cell<u64>,
}

impl Newsroom {
    fn articles(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.article()).collect()
    }

    fn article(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if self.below(2) == 0 {
            parts.push(self.one_of(&["All news", "Home | World | Politics", "Accessibility links\n\nBreaking News"]));
        }
        parts.push(self.headline());
        if self.below(3) == 0 {
            parts.push(self.one_of(&["© AP Photo/Ida Holm", "A ferry on the lower Tarn. (File)", "19/08/2017"]));
        }
        let lead = self.sentence();
        parts.push(self.dateline() + &lead);
        for _ in 0..8 + self.below(18) {
            let sentences: Vec<String> = (0..1 + self.below(4)).map(|_| self.sentence()).collect();
            parts.push(sentences.join(" "));
            if self.below(12) == 0 {
                parts.push(self.one_of(&["READ MORE: The ferrymen's winter", "Maps and markers", "---"]));
            }
        }
        if self.below(3) == 0 {
            parts.push("With reporting by Reuters and AFP".to_owned());
        }
        parts.join("\n\n")
    }

    fn headline(&self) -> String {
        let (who, what) = (self.surname(), self.topic());
        self.one_of(&[
            &format!("{who}: talks on {what} may resume"),
            &format!("Envoys open talks on {what}"),
            &format!("{who} 'ready' to discuss {what}"),
        ])
    }

    fn dateline(&self) -> String {
        let day = 1 + self.below(28);
        self.one_of(&[
            &format!("MOSCOW, May {day}. /TASS/. "),
            "BEIRUT (Reuters) - ",
            "DAMASCUS (Sputnik) — ",
            &format!("NEW YORK, Sept. {day} (Xinhua) -- "),
            "",
            "",
        ])
    }

    fn sentence(&self) -> String {
        let (who, other, verb) = (self.person(), self.surname(), self.verb());
        let (claim, more, what, day) = (self.claim(), self.claim(), self.topic(), self.day());
        let open = capitalised(&claim);
        self.one_of(&[
            &format!("\"{open},\" {who} {verb} on {day}."),
            &format!("“{open},” {verb} {other}, adding that {more}."),
            &format!("{who} {verb} on {day} that {claim}."),
            &format!("\"{open},\" he {verb}. \"{}.\"", capitalised(&more)),
            &format!("According to {who}, {claim}."),
            &format!("{who} described {what} as \"a step that nobody can take back\" and left without a word."),
            &format!("The delegations met for the {}th time since 2015 to speak about {what}.", 4 + self.below(16)),
            &format!("{open}, the mediator’s office {verb} in a statement on {day}."),
            &format!(
                "Some {} people have left the area since June {}, 2016.",
                100 * self.below(900),
                1 + self.below(28)
            ),
            &format!("Nobody knows whether {claim}, and the villages along the river wait for {what}."),
        ])
    }

    fn claim(&self) -> String {
        let what = self.topic();
        self.one_of(&[
            &format!("the parties will have to agree on {what} before the winter"),
            &format!("we are ready to look at every proposal about {what}"),
            &format!("nothing about {what} has been decided yet"),
            "the monitors need access to the road and to the hospitals",
            "it is too early to speak of a breakthrough, whatever the papers print",
            &format!("{} would not accept a deal without guarantees", self.state()),
        ])
    }

    fn person(&self) -> String {
        let state = self.state();
        self.one_of(&[
            "Russian Foreign Minister Sergey Lavrov",
            "Turkish President Recep Tayyip Erdogan",
            "UN envoy Staffan de Mistura",
            "the ministry's spokeswoman",
            &format!("{state}'s foreign minister"),
            "Ida Holm, a monitor of the ceasefire,",
            "a senior official who asked not to be named",
            "Mayor Per Lund",
            "the opposition's chief negotiator",
        ])
    }

    fn surname(&self) -> String {
        self.one_of(&["Lavrov", "Erdogan", "Holm", "Lund", "de Mistura", "the minister", "the Kremlin"])
    }

    fn verb(&self) -> String {
        self.one_of(&["said", "said", "told reporters", "stressed", "warned", "noted", "insisted"])
    }

    fn topic(&self) -> String {
        self.one_of(&[
            "the safe zones",
            "de-escalation zones in Syria",
            "the ferries on the lower Tarn",
            "a ceasefire",
            "the draft memorandum",
            "the buffer zone",
        ])
    }

    fn state(&self) -> String {
        self.one_of(&["Russia", "Iran", "Turkey", "the United States", "Jordan", "Syria"])
    }

    fn day(&self) -> String {
        self.one_of(&["Monday", "Tuesday", "Friday", "February 22", "Wednesday"])
    }

    fn one_of(&self, choices: &[&str]) -> String {
        choices.get(self.below(choices.len())).copied().unwrap_or_default().to_owned()
    }

    /// A number below another one, always the same row of them.
    fn below(&self, end: usize) -> usize {
        let next = self.state.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.state.set(next);
        usize::try_from(next >> 33).unwrap_or_default() % end.max(1)
    }
}

fn capitalised(clause: &str) -> String {
    let mut rest = clause.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
