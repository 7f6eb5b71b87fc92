//! A line to a database that can grow slow, go dead and come back, as a network does: nobody is told.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use mongodb::bson::{Bson, Document, doc};
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

use super::PATIENCE;

/// How each message says what it is, and that it is one document.
const OP_MSG: u32 = 2013;
/// The message's length, its number, whose answer it is, what it is, its flags, and a zero.
const HEAD: usize = 21;
/// Where the head has those numbers.
const ITS_OWN: usize = 4;
const WHOSE_ANSWER: usize = 8;
const KIND: usize = 12;

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
    /// Which commands hear nothing: a name, or a name and a word in it.
    unheard: Option<String>,
    /// How many have heard nothing.
    held: usize,
    /// Which commands are answered otherwise, each once.
    answers: VecDeque<(String, Meddling)>,
    /// The last of each command.
    commands: HashMap<String, Document>,
}

/// What is made of a server's answer.
type Answer = fn(&mut Document);

#[derive(Clone, Copy, Debug)]
struct Meddling {
    answer: Answer,
    /// The command comes through to the server.
    is_done: bool,
}

/// One connection's part of the line.
#[derive(Clone)]
struct Passage {
    state: Arc<watch::Sender<State>>,
    era: u32,
    /// The numbers of the commands whose answers are made over.
    asked: Arc<Mutex<HashMap<u32, Answer>>>,
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
                let passage = Passage { state: shared.clone(), era, asked: Arc::default() };
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

    /// The last command of this name, as it was sent.
    pub(crate) fn command(&self, name: &str) -> Document {
        self.state.borrow().commands[name].clone()
    }

    /// The next `command`, a name or a name and a word in it, is carried out, and what the server
    /// answers is made over.
    pub(crate) fn answer(&self, command: &str, answer: Answer) {
        self.meddle(command, Meddling { answer, is_done: true });
    }

    /// The next `command` is not carried out, and answered so.
    pub(crate) fn refuse(&self, command: &str, answer: Answer) {
        self.meddle(command, Meddling { answer, is_done: false });
    }

    /// From now on such commands do not come through, and are never answered.
    pub(crate) fn hold(&self, command: &str) {
        self.state.send_modify(|state| state.unheard = Some(command.to_owned()));
    }

    /// How many commands have come that do not come through.
    pub(crate) fn held(&self) -> usize {
        self.state.borrow().held
    }

    fn meddle(&self, command: &str, meddling: Meddling) {
        self.state.send_modify(|state| state.answers.push_back((command.to_owned(), meddling)));
    }

    /// Waits until every command has come that was to be answered otherwise.
    pub(crate) async fn has_met(&self) {
        let mut state = self.state.subscribe();
        let met = state.wait_for(|state| state.answers.is_empty());
        tokio::time::timeout(PATIENCE, met).await.expect("they come").unwrap();
    }

    /// How many queries were asked so far.
    pub(crate) fn finds(&self) -> usize {
        self.state.borrow().finds
    }
}

async fn up(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, passage: Passage) {
    let state = &passage.state;
    while let Some(mut command) = message(&mut client).await {
        let said = String::from_utf8_lossy(&command).into_owned();
        let last_word = state.borrow().last_word.clone();
        if last_word.is_some_and(|word| said.contains(&word)) {
            state.send_modify(|state| state.is_dead = true);
        }
        if let Some((name, document)) = command_of(&command) {
            let (mut is_held, mut meddling) = (false, None);
            state.send_modify(|state| {
                let unheard = state.unheard.as_ref();
                is_held = unheard.is_some_and(|which| is_meant(which, &name, &document));
                state.held += usize::from(is_held);
                state.finds += usize::from(name == "find");
                meddling =
                    state.answers.pop_front_if(|(which, _)| is_meant(which, &name, &document));
                state.commands.insert(name, document);
            });
            if let Some((_, Meddling { answer, is_done })) = meddling {
                passage.asked.lock().unwrap().insert(number(&command, ITS_OWN), answer);
                if !is_done {
                    command = with_body(&command, &doc! { "ping": 1, "$db": "admin" });
                }
            }
            if is_held {
                continue;
            }
        }
        passage.is_open().await;
        if server.write_all(&command).await.is_err() {
            return;
        }
    }
}

/// The command that the message is, and its name: that of its first element.
fn command_of(message: &[u8]) -> Option<(String, Document)> {
    let body = message.get(HEAD..).filter(|_| number(message, KIND) == OP_MSG)?;
    let command = Document::from_reader(body).ok()?;
    Some((command.keys().next()?.clone(), command))
}

/// Whether the command is the one of a name, and with a word in it if there is one behind the name.
fn is_meant(which: &str, name: &str, command: &Document) -> bool {
    let (of, word) = which.split_once(' ').unwrap_or((which, ""));
    of == name && command.to_string().contains(word)
}

/// One of the numbers in a message's head.
fn number(message: &[u8], at: usize) -> u32 {
    message.get(at..at + 4).map_or(0, |bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
}

async fn down(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, passage: Passage) {
    while let Some(mut message) = message(&mut server).await {
        let answer = passage.asked.lock().unwrap().remove(&number(&message, WHOSE_ANSWER));
        // What is made over comes from the line itself, at once; all else has a long way.
        if answer.is_none() {
            let delay = passage.state.borrow().delay;
            sleep(delay).await;
        }
        passage.is_open().await;
        if passage.state.borrow().keeps_changes {
            message = made_over(message, keep_changes);
        }
        if let Some(answer) = answer {
            message = made_over(message, answer);
        }
        if client.write_all(&message).await.is_err() {
            return;
        }
    }
    // While it is dead nobody hears that the other end has hung up.
    passage.is_open().await;
}

/// The next message.
async fn message(from: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let length = from.read_u32_le().await.ok()?;
    let mut message = length.to_le_bytes().to_vec();
    message.resize(length.try_into().unwrap(), 0);
    from.read_exact(&mut message[4..]).await.ok()?;
    Some(message)
}

/// An answer with another document, if it is one; otherwise as it came.
fn made_over(message: Vec<u8>, answer: Answer) -> Vec<u8> {
    let Some(body) = message.get(HEAD..).filter(|_| number(&message, KIND) == OP_MSG) else {
        return message;
    };
    let before = Document::from_reader(body).unwrap();
    let mut after = before.clone();
    answer(&mut after);
    if after == before {
        return message;
    }
    with_body(&message, &after)
}

/// The message with another document.
fn with_body(message: &[u8], body: &Document) -> Vec<u8> {
    let mut head = message[..HEAD].to_vec();
    head[16] &= !1; // no checksum follows
    let body = body.to_vec().unwrap();
    let length = u32::try_from(HEAD + body.len()).unwrap();
    head[..4].copy_from_slice(&length.to_le_bytes());
    [head, body].concat()
}

/// Makes a change stream's answer what it is when there is nothing to tell.
fn keep_changes(answer: &mut Document) {
    let Ok(cursor) = answer.get_document_mut("cursor") else { return };
    for batch in ["firstBatch", "nextBatch"] {
        if let Ok(batch) = cursor.get_array_mut(batch) {
            batch.retain(|item| !is_change(item));
        }
    }
}

fn is_change(item: &Bson) -> bool {
    item.as_document().is_some_and(|item| item.contains_key("operationType"))
}
