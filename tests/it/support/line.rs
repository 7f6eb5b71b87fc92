//! A line to a database that can grow slow and go dead, as a network does: nobody is told.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::sleep,
};
use tokio_util::task::TaskTracker;

/// Passes connections on to a MongoDB.
pub(crate) struct Line {
    port: u16,
    state: Arc<watch::Sender<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    is_dead: bool,
    /// How long each answer is under way.
    delay: Duration,
    /// Goes dead when a client says this.
    last_word: Option<String>,
}

impl Line {
    /// A line to the server at `uri`.
    pub(crate) async fn to(uri: &str) -> Self {
        let server = uri.strip_prefix("mongodb://").unwrap().split('/').next().unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(watch::Sender::new(State::default()));
        let (shared, tasks) = (state.clone(), TaskTracker::new());
        tasks.clone().spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tasks.spawn(up(from_client, to_server, shared.clone()));
                tasks.spawn(down(from_server, to_client, shared.clone()));
            }
        });
        Self { port, state }
    }

    pub(crate) fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?directConnection=true", self.port)
    }

    /// From now on each answer takes so long.
    pub(crate) fn slow_down(&self, delay: Duration) {
        self.state.send_modify(|state| state.delay = delay);
    }

    /// Goes dead with the command that has `word` in it.
    pub(crate) fn die_at(&self, word: &str) {
        self.state.send_modify(|state| state.last_word = Some(word.to_owned()));
    }

    /// Goes dead: connections stay open, and nothing passes any more.
    pub(crate) fn die(&self) {
        self.state.send_modify(|state| state.is_dead = true);
    }
}

async fn up(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    state: Arc<watch::Sender<State>>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = client.read(&mut bytes).await {
        let said = String::from_utf8_lossy(&bytes[..read]).into_owned();
        let State { is_dead, last_word, .. } = state.borrow().clone();
        if last_word.is_some_and(|word| said.contains(&word)) {
            state.send_modify(|state| state.is_dead = true);
        } else if !is_dead && server.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn down(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    state: Arc<watch::Sender<State>>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = server.read(&mut bytes).await {
        let delay = state.borrow().delay;
        sleep(delay).await; // the way is long
        if !state.borrow().is_dead && client.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
    if state.borrow().is_dead {
        // Nobody hears that the other end has hung up.
        std::future::pending::<()>().await;
    }
}
