//! `fields=`: answers with the fields that the client asks for and no others.

use std::collections::BTreeSet;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Next;
use serde_json::{Map, Value};

use crate::routes::including::INCLUDED;
use crate::routes::table::asked_fields;

/// Keeps of each resource in the answer what `fields` names. `check_request` has seen that there are such fields.
///
/// # Errors
/// What the inner service fails with.
pub async fn keep_fields(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let fields: BTreeSet<String> = asked_fields(request.query_string()).collect();
    let answer = next.call(request).await?;
    let is_json = answer.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json");
    if fields.is_empty() || answer.status() != StatusCode::OK || !is_json {
        return Ok(answer.map_into_boxed_body());
    }
    Ok(answer.map_body(|_, body| match body.try_into_bytes() {
        Ok(bytes) => match serde_json::from_slice(&bytes) {
            Ok(answer) => BoxBody::new(sparse(answer, &fields).to_string()),
            Err(_) => BoxBody::new(bytes),
        },
        Err(stream) => stream.boxed(),
    }))
}

/// A list stays a list: what is asked for are fields of its rows.
fn sparse(mut answer: Value, fields: &BTreeSet<String>) -> Value {
    if let Some(rows) = answer.get_mut("data").and_then(Value::as_array_mut) {
        rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| keep(row, fields));
    } else if let Some(resource) = answer.as_object_mut() {
        keep(resource, fields);
    }
    answer
}

fn keep(resource: &mut Map<String, Value>, fields: &BTreeSet<String>) {
    // What `include=` brought along was asked for by itself.
    resource.retain(|name, _| name == INCLUDED || fields.contains(name));
}
