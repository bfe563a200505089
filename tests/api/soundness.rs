//! What holds for every extraction, whatever the text: the tests and the fuzz targets (`fuzz/`) share it.

use onrecord::extraction::Extraction;
use onrecord::models::text::{RegionKind, Segment, Span, TextSpan};

/// Every offset is sliceable, every text is the slice, quotes are body text, and the order is the reading order.
pub fn check(text: &str, extraction: &Extraction) {
    let chars: Vec<char> = text.chars().collect();
    let slice = |start: usize, end: usize| -> String {
        assert!(start < end && end <= chars.len(), "{start}..{end} of {}", chars.len());
        chars[start..end].iter().collect()
    };
    let is_slice = |span: &TextSpan| assert_eq!(span.text, slice(span.start, span.end));
    let regions = &extraction.document.regions;
    regions.iter().for_each(|region| drop(slice(region.start, region.end)));
    assert!(regions.windows(2).all(|pair| pair[0].end <= pair[1].start), "regions overlap");
    let is_read = |segment: &Segment| {
        let at = regions.partition_point(|region| region.end < segment.end);
        regions.get(at).is_some_and(|region| {
            region.start <= segment.start && matches!(region.kind, RegionKind::Body | RegionKind::Subtitle)
        })
    };
    let mut last = 0;
    for (index, quote) in extraction.quotes.iter().enumerate() {
        assert!(!quote.segments.is_empty());
        assert!(quote.segments.windows(2).all(|pair| pair[0].end <= pair[1].start), "segments overlap");
        quote.segments.iter().for_each(|segment| drop(slice(segment.start, segment.end)));
        assert!(quote.segments.iter().all(is_read), "a segment is no body text");
        assert!(quote.segments[0].start >= last, "quotes out of order");
        last = quote.segments[0].start;
        quote.cue.iter().chain(&quote.occasion).for_each(is_slice);
        quote.speaker.iter().flat_map(|speaker| &speaker.mention).for_each(is_slice);
        assert!((0.0..=1.0).contains(&quote.confidence));
        assert!(!quote.why.is_empty());
        if let Some(outer) = quote.nested_in {
            assert!(outer < index, "nested in a later quote");
            let outer = &extraction.quotes[outer].segments;
            let within =
                |inner: &Segment| outer.iter().any(|segment| segment.start <= inner.start && inner.end <= segment.end);
            assert!(quote.segments.iter().all(within), "nested outside of its outer quote");
        }
    }
    extraction.mentions.iter().for_each(|mention| assert_eq!(mention.text, slice(mention.start, mention.end)));
    assert!(extraction.mentions.windows(2).all(|pair| pair[0].start <= pair[1].start), "mentions out of order");
    let document = &extraction.document;
    let is_inside = |span: &Span| drop(slice(span.start, span.end));
    document.title_span.iter().chain(&document.subtitle_span).for_each(is_inside);
}
