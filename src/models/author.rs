//! Who writes: every change is kept with its author.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiKeyId;

/// Who wrote something: the API key that was used, or a part of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// The API key; null where none was needed.
    #[schema(required)]
    pub key: Option<ApiKeyId>,
    /// The name of that key, or what wrote without one: `command line`, `anonymous`, `onrecord`.
    #[schema(example = "newsroom")]
    pub name: String,
}

impl Author {
    /// Whoever writes without a key where the service allows that: with `serve --sample` on a loopback address.
    #[must_use]
    pub fn anonymous() -> Self {
        Self { key: None, name: "anonymous".to_owned() }
    }

    /// A person at the shell of the machine: `onrecord import`, `onrecord keys`.
    #[must_use]
    pub fn command_line() -> Self {
        Self { key: None, name: "command line".to_owned() }
    }

    /// The program itself: the reference data and the samples that ship with it.
    #[must_use]
    pub fn program() -> Self {
        Self { key: None, name: "onrecord".to_owned() }
    }
}
