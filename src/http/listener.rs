//! The listener: TCP options that a realtime server needs, and a handle to end a connection.
//!
//! A client that stops reading leaves its writer waiting for ever, beyond the reach of any message.
//! The [`Transport`] handle shuts the TCP stream down instead; stock clients then reconnect.

use std::{
    io,
    net::{Shutdown, SocketAddr},
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{extract::connect_info::Connected, serve::IncomingStream};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// How long sent bytes may stay unacknowledged before the kernel ends the connection.
const USER_TIMEOUT: Duration = Duration::from_secs(30);

/// Accepts connections without Nagle's delay, and with a bound on unacknowledged bytes.
pub struct Listener(TcpListener);

impl Listener {
    /// A listener on `tcp`.
    pub fn new(tcp: TcpListener) -> Self {
        Self(tcp)
    }
}

impl axum::serve::Listener for Listener {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (tcp, addr) = axum::serve::Listener::accept(&mut self.0).await;
        let socket = SockRef::from(&tcp);
        // An option that cannot be set costs latency or leaves the reaping to the heartbeat.
        socket.set_tcp_nodelay(true).ok();
        socket.set_tcp_user_timeout(Some(USER_TIMEOUT)).ok();
        (Stream(Arc::new(tcp)), addr)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// An accepted connection.
pub struct Stream(Arc<TcpStream>);

/// Ends a connection from outside; keeps nothing open by itself.
#[derive(Clone, Debug)]
pub struct Transport(Weak<TcpStream>);

impl Transport {
    /// Shuts the stream down in both directions, whatever waits to be written.
    pub fn close(&self) {
        if let Some(tcp) = self.0.upgrade() {
            // It may have ended by itself at this moment: then there is nothing left to shut.
            SockRef::from(&*tcp).shutdown(Shutdown::Both).ok();
        }
    }

    /// Whether the connection has ended and been dropped.
    pub fn is_gone(&self) -> bool {
        self.0.strong_count() == 0
    }
}

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address, which may be a proxy's.
    pub addr: SocketAddr,
    /// The connection.
    pub transport: Transport,
}

impl Connected<IncomingStream<'_, Listener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        let transport = Transport(Arc::downgrade(&stream.io().0));
        Self { addr: *stream.remote_addr(), transport }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            match self.0.try_read(buf.initialize_unfilled()) {
                Ok(read) => {
                    buf.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl Stream {
    fn poll_try_write(
        &self,
        cx: &mut Context<'_>,
        mut write: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match write(&self.0) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_try_write(cx, |tcp| tcp.try_write(buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_try_write(cx, |tcp| tcp.try_write_vectored(bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // The kernel has it: there is no buffer of ours.
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match SockRef::from(&*self.0).shutdown(Shutdown::Write) {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }
}
