//! `Accept` (RFC 9110, section 12.5.1): which of the forms that there are the client wants most.

use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header, Quality, QualityItem};
use actix_web::mime::Mime;

/// A form that an answer can have: a media type, and the profile that tells it from others of that type (RFC 6906).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// `application/ld+json`
    pub media_type: String,
    /// `http://www.w3.org/ns/anno.jsonld`
    pub profile: Option<String>,
}

impl Offer {
    /// The form that a media type names.
    ///
    /// ```
    /// use onrecord::routes::accept::Offer;
    ///
    /// let offer = Offer::of("application/ld+json;profile=\"http://www.w3.org/ns/anno.jsonld\"");
    /// assert_eq!(offer.media_type, "application/ld+json");
    /// assert_eq!(offer.profile.as_deref(), Some("http://www.w3.org/ns/anno.jsonld"));
    /// ```
    #[must_use]
    pub fn of(media_type: &str) -> Self {
        let (essence, parameters) = media_type.split_once(';').unwrap_or((media_type, ""));
        let profile = parameters.trim().strip_prefix("profile=").map(|profile| profile.trim_matches('"').to_owned());
        Self { media_type: essence.trim().to_ascii_lowercase(), profile }
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.media_type)?;
        self.profile.iter().try_for_each(|profile| write!(f, ";profile=\"{profile}\""))
    }
}

/// The place of the form that the client wants most, the first of equals; `None` where it wants none of them.
///
/// Whoever says nothing, or nothing that can be read, wants any.
#[must_use]
pub fn choose(request: &HttpRequest, offers: &[Offer]) -> Option<usize> {
    let ranges = Accept::parse(request).map(|accept| accept.0).unwrap_or_default();
    if ranges.is_empty() {
        return (!offers.is_empty()).then_some(0);
    }
    let mut best: Option<(usize, Quality)> = None;
    for (index, offer) in offers.iter().enumerate() {
        let quality = quality(&ranges, offer);
        if quality > best.map_or(Quality::ZERO, |(_, quality)| quality) {
            best = Some((index, quality));
        }
    }
    best.map(|(index, _)| index)
}

/// What the range that describes the form most closely says of it.
fn quality(ranges: &[QualityItem<Mime>], offer: &Offer) -> Quality {
    let matching = ranges.iter().filter_map(|range| Some((specificity(&range.item, offer)?, range.quality)));
    matching.max_by_key(|(specificity, _)| *specificity).map_or(Quality::ZERO, |(_, quality)| quality)
}

/// How closely a range describes the form; `None` where it does not hold it.
fn specificity(range: &Mime, offer: &Offer) -> Option<u8> {
    let (kind, subtype) = offer.media_type.split_once('/')?;
    let range_subtype = range.essence_str().split_once('/')?.1;
    match (range.type_().as_str(), range_subtype, range.get_param("profile")) {
        ("*", "*", _) => Some(0),
        (range, "*", _) if range == kind => Some(1),
        (range, name, None) if range == kind && name == subtype => Some(2),
        (range, name, Some(profile)) if range == kind && name == subtype => {
            (offer.profile.as_deref() == Some(profile.as_str())).then_some(3)
        }
        _ => None,
    }
}
