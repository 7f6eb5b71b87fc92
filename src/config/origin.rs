//! Web origins.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use url::Url;

/// A web origin (RFC 6454), `http` or `https`, spelled as browsers send it: lower case, without the
/// scheme's own port and without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origins of pages that a server listening on `addr` serves without encryption. An address
    /// of this machine alone goes by `localhost` too, and one that stands for all addresses is
    /// reached from this machine by either name.
    pub fn of_listener(addr: SocketAddr) -> Vec<Self> {
        let (ip, port) = (addr.ip(), addr.port());
        let own = if ip.is_unspecified() {
            SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string()
        } else {
            addr.to_string()
        };
        let by_name =
            (ip.is_unspecified() || ip.is_loopback()).then(|| format!("localhost:{port}"));
        let hosts = std::iter::once(own).chain(by_name);
        hosts.filter_map(|host| format!("http://{host}").parse().ok()).collect()
    }

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
