//! Somebody between a client and its server, who holds all that the server says against the documents
//! and can put words into its mouth.

use std::{
    future::pending,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    serve::Listener,
};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_tungstenite::{
    accept_hdr_async, client_async,
    tungstenite::{
        Message,
        handshake::server::{Request as Handshake, Response as Accepted},
    },
};
use tokio_util::task::TaskTracker;

use super::{Client, contract::check_packet};

/// Passes on what it is sent, by WebSocket or by HTTP.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) url: String,
    heard: Arc<Heard>,
}

/// What the connections have in common.
struct Heard {
    /// The server's host and port.
    server: String,
    /// What the server said that is not as documented.
    faults: Mutex<Vec<String>>,
    /// The clients that are connected by a WebSocket.
    webs: Mutex<Vec<mpsc::Sender<String>>>,
    tasks: TaskTracker,
}

impl Proxy {
    /// A proxy for the server at `url`.
    pub(crate) async fn to(url: &str) -> Self {
        let server = url.strip_prefix("http://").unwrap().to_owned();
        let heard = Arc::new(Heard {
            server,
            faults: Mutex::default(),
            webs: Mutex::default(),
            tasks: TaskTracker::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (plain, accepted) = mpsc::channel(16);
        let router = Router::new().fallback(pass_on).with_state(heard.clone());
        heard.tasks.spawn(axum::serve(Plain { accepted, address }, router).into_future());
        heard.tasks.spawn(sort(listener, plain, heard.clone()));
        Self { url: format!("http://{address}"), heard }
    }

    /// Says an event to every client that is connected by a WebSocket, between two messages of the
    /// server's.
    pub(crate) async fn say(&self, event: &str, payload: &Value) {
        let webs: Vec<_> = self.heard.webs.lock().unwrap().clone();
        let mut heard = 0;
        for web in webs {
            heard += usize::from(web.send(format!("42[\"{event}\",{payload}]")).await.is_ok());
        }
        assert!(heard > 0, "nobody is connected by a WebSocket");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let faults = self.heard.faults.lock().unwrap();
            assert!(faults.is_empty(), "said, and not as documented: {faults:#?}");
        }
    }
}

impl Heard {
    fn judge(&self, packet: &str) {
        self.faults.lock().unwrap().extend(check_packet(packet).err());
    }
}

/// Tells a WebSocket from any other connection by its first bytes.
async fn sort(
    listener: TcpListener,
    plain: mpsc::Sender<(TcpStream, SocketAddr)>,
    heard: Arc<Heard>,
) {
    while let Ok((client, address)) = listener.accept().await {
        let mut first = [0; 256];
        let Ok(length) = client.peek(&mut first).await else { continue };
        if String::from_utf8_lossy(&first[..length]).contains("transport=websocket") {
            heard.tasks.spawn(bridge(client, heard.clone()));
        } else if plain.send((client, address)).await.is_err() {
            return;
        }
    }
}

/// Passes messages on in both directions, until either side ends.
async fn bridge(client: TcpStream, heard: Arc<Heard>) {
    let mut path = String::new();
    #[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
    let look = |request: &Handshake, response: Accepted| {
        path = request.uri().to_string();
        Ok(response)
    };
    let Ok(mut client) = accept_hdr_async(client, look).await else { return };
    // A server that is away: the client finds its connection closed.
    let Ok(server) = TcpStream::connect(&heard.server).await else { return };
    let url = format!("ws://{}{path}", heard.server);
    let Ok((mut server, _)) = client_async(url, server).await else { return };
    let (words, mut inject) = mpsc::channel(1);
    heard.webs.lock().unwrap().push(words);
    loop {
        let passed = tokio::select! {
            said = server.next() => match said {
                Some(Ok(message)) => {
                    if let Message::Text(packet) = &message {
                        heard.judge(packet);
                    }
                    client.send(message).await
                }
                _ => return,
            },
            said = client.next() => match said {
                Some(Ok(message)) => server.send(message).await,
                _ => return,
            },
            Some(packet) = inject.recv() => client.send(Message::text(packet)).await,
        };
        if passed.is_err() {
            return;
        }
    }
}

/// Passes a request on; the packets of a poll are held against the document, as other answers are.
async fn pass_on(State(heard): State<Arc<Heard>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut asked =
        Client::new().request(parts.method, format!("http://{}{}", heard.server, parts.uri));
    if let Some(kind) = parts.headers.get(CONTENT_TYPE) {
        asked = asked.header(CONTENT_TYPE, kind);
    }
    let Ok(answer) = asked.body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body: Bytes = answer.bytes().await.unwrap();
    if status.is_success() {
        String::from_utf8_lossy(&body).split('\u{1e}').for_each(|packet| heard.judge(packet));
    }
    (status, headers, Body::from(body)).into_response()
}

/// Every connection but a WebSocket.
struct Plain {
    accepted: mpsc::Receiver<(TcpStream, SocketAddr)>,
    address: SocketAddr,
}

impl Listener for Plain {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        match self.accepted.recv().await {
            Some(connection) => connection,
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
