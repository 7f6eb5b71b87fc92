//! Asking a running server whether it lives: for containers, where there is no other program to ask.

use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use crate::config::Server;

/// How long each step of the question may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks `GET /healthz` of the server that was configured as `server` and runs on this machine.
pub fn probe(server: &Server) -> io::Result<()> {
    let host = match server.host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    let addr = SocketAddr::new(host, server.port);
    let mut stream = TcpStream::connect_timeout(&addr, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n")?;
    let mut status = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut status)?;
    match status.strip_prefix(b"HTTP/1.1 ") {
        Some(b"200") => Ok(()),
        _ => Err(io::Error::other("it does not answer as it should")),
    }
}
