//! Any text: no panic, sound offsets, and the same answer twice.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use onrecord::extraction::{Extractor, Hints};
use onrecord::services::reference_data::embedded_extractor;

#[path = "../../tests/api/soundness.rs"]
mod soundness;

static EXTRACTOR: LazyLock<Extractor> =
    LazyLock::new(|| embedded_extractor().unwrap_or_else(|error| panic!("the embedded data: {error:?}")));

fuzz_target!(|text: &str| {
    let extraction = EXTRACTOR.extract(text, &Hints::default());
    soundness::check(text, &extraction);
    assert_eq!(extraction, EXTRACTOR.extract(text, &Hints::default()));
});
