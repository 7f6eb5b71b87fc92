//! Web origins.

use std::{fmt, str::FromStr};

use url::Url;

/// A web origin (RFC 6454), `http` or `https`, spelled as browsers send it: lower case, without the
/// scheme's own port and without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// `scheme://host` or `scheme://host:port`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        const RULE: &str = "must be an origin, scheme://host[:port], with http or https";
        if raw.contains('*') {
            return Err("must name each origin: * is refused");
        }
        let url = Url::parse(raw).map_err(|_| RULE)?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if bare && matches!(url.scheme(), "http" | "https") {
            Ok(Self(url.origin().ascii_serialization()))
        } else {
            Err(RULE)
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
