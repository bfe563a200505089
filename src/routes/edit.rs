//! What a handler is told that changes or deletes: who does it and why, and to which state of the resource.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest};

use super::author::author_of;
use super::entity_tag::version_of;
use crate::error::{Error, Result};
use crate::models::{Edit, FieldError, Precondition, is_blank};

impl FromRequest for Edit {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let edit = || {
            Ok(Self {
                author: author_of(request)?,
                reason: reason_of(request.query_string())?,
                precondition: precondition_of(request.headers())?,
            })
        };
        ready(edit())
    }
}

const LONGEST_REASON: usize = 500;

/// The query parameter `reason`. `middleware/checks.rs` has refused those that the operation does not have.
fn reason_of(query: &str) -> Result<Option<String>> {
    let refuse = |detail: String| Err(Error::InvalidQuery(vec![FieldError::parameter("reason", detail)]));
    let pairs: Vec<(String, String)> = serde_html_form::from_str(query).unwrap_or_default();
    let mut given = pairs.into_iter().filter(|(name, _)| name == "reason").map(|(_, value)| value);
    let Some(reason) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return refuse("must be given once".to_owned());
    }
    if reason.contains('\0') {
        return refuse("must not hold U+0000".to_owned());
    }
    let reason = reason.trim();
    if is_blank(reason) || reason.chars().count() > LONGEST_REASON {
        return refuse(format!("must have 1 to {LONGEST_REASON} characters"));
    }
    Ok(Some(reason.to_owned()))
}

/// What `If-Match` asks for. A weak tag, or one that is not of a single resource, is well-formed and names no version.
fn precondition_of(headers: &HeaderMap) -> Result<Precondition> {
    let mut lines = headers.get_all(header::IF_MATCH).map(|value| value.to_str().unwrap_or_default().trim()).peekable();
    if lines.peek().is_none() {
        return Ok(Precondition::Unsaid);
    }
    let text = lines.collect::<Vec<_>>().join(", ");
    if text == "*" {
        return Ok(Precondition::Any);
    }
    let tags = entity_tags(&text).ok_or_else(|| Error::InvalidHeader {
        name: "If-Match",
        detail: "must be * or the ETag of an answer as it came, in quotation marks".to_owned(),
    })?;
    Ok(Precondition::Versions(tags.into_iter().filter_map(version_of).collect()))
}

/// The tags of a list (RFC 9110, section 8.8.3); `None` where it is none.
fn entity_tags(list: &str) -> Option<Vec<&str>> {
    let mut tags = Vec::new();
    let mut rest = list.trim();
    loop {
        let opaque = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?;
        let length = rest.len() - opaque.len() + opaque.find('"')? + 1;
        if !opaque[..opaque.find('"')?].bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let (tag, after) = rest.split_at(length);
        tags.push(tag);
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(tags);
        }
        // A list may have empty elements (section 5.6.1).
        rest = rest.strip_prefix(',')?.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return Some(tags);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::entity_tags;

    #[test]
    fn a_list_of_tags_is_read_as_the_standard_says() {
        assert_eq!(entity_tags(r#""1-a""#), Some(vec![r#""1-a""#]));
        assert_eq!(entity_tags(r#" "a,b" ,W/"c",, "" , "#), Some(vec![r#""a,b""#, r#"W/"c""#, r#""""#]));
        for wrong in ["", "1", "*, \"a\"", "\"a", "\"a\" \"b\"", "w/\"a\"", "\"a\", b", "\"a b\""] {
            assert_eq!(entity_tags(wrong), None, "{wrong}");
        }
    }
}
