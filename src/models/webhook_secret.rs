//! What requests to receivers of webhooks are signed with (Standard Webhooks 1.0.0).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const MARK: &str = "whsec_";
/// The specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// The secret of a webhook: `whsec_` and 256 random bits in Base64.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(String);

impl WebhookSecret {
    /// A new secret, from the randomness of the operating system.
    ///
    /// # Errors
    /// An operating system that has none.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut secret = [0; SECRET_BYTES];
        getrandom::fill(&mut secret)?;
        Ok(Self(format!("{MARK}{}", STANDARD.encode(secret))))
    }

    /// The secret that reads so.
    #[must_use]
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for whoever made the webhook.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The signature of a message: HMAC-SHA256 of its id, the time of its sending in seconds, and its body.
    ///
    /// The example is one that the libraries of the specification are tested with.
    ///
    /// ```
    /// use onrecord::models::WebhookSecret;
    ///
    /// let secret = WebhookSecret::from_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    /// let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
    /// assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    /// ```
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let encoded = self.0.strip_prefix(MARK).unwrap_or(&self.0);
        let key = STANDARD.decode(encoded).unwrap_or_default();
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_the_form_of_the_specification_and_is_not_shown_in_logs() {
        let secret = WebhookSecret::generate().unwrap();
        let key = STANDARD.decode(secret.reveal().strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!(key.len(), 32);
        assert_ne!(secret, WebhookSecret::generate().unwrap());
        assert_eq!(format!("{secret:?}"), "WebhookSecret(…)");
    }
}
