//! Somebody between a client and its server who can put words into the server's mouth.

use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::mpsc,
};
use tokio_util::task::TaskTracker;

/// Passes connections on, in both directions.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) url: String,
    webs: Arc<Mutex<Vec<mpsc::Sender<Vec<u8>>>>>,
}

impl Proxy {
    /// A proxy for the server at `url`.
    pub(crate) async fn to(url: &str) -> Self {
        let server = url.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let webs = Arc::new(Mutex::new(Vec::new()));
        let (known, tasks) = (webs.clone(), TaskTracker::new());
        tasks.clone().spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // A server that is away: the client finds its connection closed.
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                let (words, inject) = mpsc::channel(1);
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tasks.spawn(up(from_client, to_server, words, known.clone()));
                tasks.spawn(down(from_server, to_client, inject));
            }
        });
        Self { url, webs }
    }

    /// Says an event to every client that is connected by a WebSocket, between two messages of the
    /// server's.
    pub(crate) async fn say(&self, event: &str, payload: &Value) {
        let text = format!("42[\"{event}\",{payload}]");
        let mut frame = vec![0x81, u8::try_from(text.len()).ok().filter(|len| *len < 126).unwrap()];
        frame.extend(text.into_bytes());
        let webs: Vec<_> = self.webs.lock().unwrap().clone();
        let mut heard = 0;
        for web in webs {
            heard += usize::from(web.send(frame.clone()).await.is_ok());
        }
        assert!(heard > 0, "nobody is connected by a WebSocket");
    }
}

async fn up(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    words: mpsc::Sender<Vec<u8>>,
    known: Arc<Mutex<Vec<mpsc::Sender<Vec<u8>>>>>,
) {
    let mut bytes = vec![0; 64 * 1024];
    let mut words = Some(words);
    while let Ok(read @ 1..) = client.read(&mut bytes).await {
        if String::from_utf8_lossy(&bytes[..read]).contains("transport=websocket") {
            known.lock().unwrap().extend(words.take());
        }
        if server.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn down(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    mut inject: mpsc::Receiver<Vec<u8>>,
) {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let written = tokio::select! {
            read = server.read(&mut bytes) => match read {
                Ok(read @ 1..) => client.write_all(&bytes[..read]).await,
                _ => return,
            },
            Some(frame) = inject.recv() => client.write_all(&frame).await,
        };
        if written.is_err() {
            return;
        }
    }
}
