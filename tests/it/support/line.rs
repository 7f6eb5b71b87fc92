//! A line to a database that can grow slow, go dead and come back, as a network does: nobody is told.

use std::{sync::Arc, time::Duration};

use mongodb::bson::{Bson, Document};
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

/// How each message says what it is, and that it is one document.
const OP_MSG: u32 = 2013;
/// The message's length, its number, whose answer it is, what it is, its flags, and a zero.
const HEAD: usize = 21;

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
    /// How often it has come back for new connections only: those from before pass nothing.
    era: u32,
    /// Whether change streams are answered as if there were nothing to tell.
    keeps_changes: bool,
    /// How many queries were asked.
    finds: usize,
}

/// One connection's part of the line.
#[derive(Clone)]
struct Passage {
    state: Arc<watch::Sender<State>>,
    era: u32,
}

impl Passage {
    /// Waits until something passes.
    async fn is_open(&self) {
        let is_open = |state: &State| !state.is_dead && state.era == self.era;
        // The sender is its own: it cannot have gone.
        self.state.subscribe().wait_for(is_open).await.ok();
    }
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
                let era = shared.borrow().era;
                let passage = Passage { state: shared.clone(), era };
                tasks.spawn(up(from_client, to_server, passage.clone()));
                tasks.spawn(down(from_server, to_client, passage));
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

    /// Comes back: what was under way arrives late, as TCP sees to.
    pub(crate) fn revive(&self) {
        self.state.send_modify(|state| state.is_dead = false);
    }

    /// Comes back for new connections: those that there were stay dead, as behind a router that has
    /// forgotten them.
    pub(crate) fn revive_anew(&self) {
        self.state.send_modify(|state| {
            state.is_dead = false;
            state.era += 1;
        });
    }

    /// From now on change streams are answered as if there were nothing to tell.
    pub(crate) fn keep_changes(&self) {
        self.state.send_modify(|state| state.keeps_changes = true);
    }

    /// From now on change streams are answered as the server does.
    pub(crate) fn tell_changes(&self) {
        self.state.send_modify(|state| state.keeps_changes = false);
    }

    /// How many queries were asked so far.
    pub(crate) fn finds(&self) -> usize {
        self.state.borrow().finds
    }
}

async fn up(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, passage: Passage) {
    let state = &passage.state;
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = client.read(&mut bytes).await {
        let said = String::from_utf8_lossy(&bytes[..read]).into_owned();
        let last_word = state.borrow().last_word.clone();
        if last_word.is_some_and(|word| said.contains(&word)) {
            state.send_modify(|state| state.is_dead = true);
        }
        // A command begins with its name.
        let finds = said.matches("\u{2}find\0").count();
        state.send_modify(|state| state.finds += finds);
        passage.is_open().await;
        if server.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn down(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, passage: Passage) {
    while let Some(mut message) = message(&mut server).await {
        let delay = passage.state.borrow().delay;
        sleep(delay).await; // the way is long
        passage.is_open().await;
        if passage.state.borrow().keeps_changes {
            message = without_changes(message);
        }
        if client.write_all(&message).await.is_err() {
            return;
        }
    }
    // While it is dead nobody hears that the other end has hung up.
    passage.is_open().await;
}

/// The server's next message.
async fn message(server: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let length = server.read_u32_le().await.ok()?;
    let mut message = length.to_le_bytes().to_vec();
    message.resize(length.try_into().unwrap(), 0);
    server.read_exact(&mut message[4..]).await.ok()?;
    Some(message)
}

/// A change stream's answer as it is when there is nothing to tell; any other as it came.
fn without_changes(message: Vec<u8>) -> Vec<u8> {
    let Some((head, body)) = message.split_at_checked(HEAD) else { return message };
    if head[12..16] != OP_MSG.to_le_bytes() {
        return message;
    }
    let mut answer = Document::from_reader(body).unwrap();
    let Ok(cursor) = answer.get_document_mut("cursor") else { return message };
    let mut kept = false;
    for batch in ["firstBatch", "nextBatch"] {
        if let Ok(batch) = cursor.get_array_mut(batch) {
            let before = batch.len();
            batch.retain(|item| !is_change(item));
            kept |= batch.len() < before;
        }
    }
    if !kept {
        return message;
    }
    let mut head = head.to_vec();
    head[16] &= !1; // no checksum follows
    let body = answer.to_vec().unwrap();
    let length = u32::try_from(HEAD + body.len()).unwrap();
    head[..4].copy_from_slice(&length.to_le_bytes());
    [head, body].concat()
}

fn is_change(item: &Bson) -> bool {
    item.as_document().is_some_and(|item| item.contains_key("operationType"))
}
