//! Stock socket.io-client sockets, hosted by `tests/node/client.mjs` and driven over JSON lines.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{sync::watch, time::timeout};

use super::{
    PATIENCE,
    contract::{Verdict, check_ack, check_event, check_refusal},
};

/// How many of the newest entries a client's digest tells of.
const NEWEST: usize = 200;

/// What a client with `autoResync` tells of a task whose newest entries are the last of `events`.
pub(crate) fn digest(events: &[Value]) -> String {
    let newest = &events[events.len().saturating_sub(NEWEST)..];
    let each: Vec<_> = newest.iter().map(|event| hash(&event.to_string())).collect();
    hash(&each.join(","))
}

fn hash(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text))
}

/// A Node process with any number of sockets.
pub(crate) struct Node {
    child: Child,
    stdin: Mutex<ChildStdin>,
    heard: Arc<Mutex<Vec<Value>>>,
    /// What was heard and is not as documented.
    faults: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    grown: watch::Receiver<usize>,
    next_ref: Mutex<u64>,
}

impl Node {
    /// Starts the process.
    pub(crate) fn start() -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node");
        assert!(
            std::path::Path::new(folder).join("node_modules/socket.io-client").exists(),
            "tests/node has no node_modules: run `npm ci` there, or `make test`"
        );
        let mut child = Command::new("node")
            .arg("client.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is on the PATH");
        let stdin = Mutex::new(child.stdin.take().unwrap());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (grow, grown) = watch::channel(0);
        let faults = Arc::new(Mutex::new(Vec::new()));
        let reader = thread::spawn({
            let (heard, faults) = (heard.clone(), faults.clone());
            move || {
                for line in lines.map_while(Result::ok) {
                    let line: Value = serde_json::from_str(&line).unwrap();
                    if let Err(fault) = check(&line) {
                        faults.lock().unwrap().push(fault);
                    }
                    heard.lock().unwrap().push(line);
                    grow.send_modify(|lines| *lines += 1);
                }
            }
        });
        let (reader, next_ref) = (Some(reader), Mutex::new(0));
        Self { child, stdin, heard, faults, reader, grown, next_ref }
    }

    /// Gives one command.
    pub(crate) fn command(&self, command: &Value) {
        writeln!(self.stdin.lock().unwrap(), "{command}").unwrap();
    }

    /// Opens a socket; `more` are further fields of the command.
    pub(crate) fn open(&self, id: &str, url: &str, token: Option<&str>, more: Value) {
        let mut command = json!({ "cmd": "connect", "id": id, "url": url, "token": token });
        if let (Value::Object(command), Value::Object(more)) = (&mut command, more) {
            command.extend(more);
        }
        self.command(&command);
    }

    /// Opens a socket and waits until it is connected and acknowledged.
    pub(crate) async fn connect(&self, id: &str, url: &str, token: &str, more: Value) {
        self.open(id, url, Some(token), more);
        self.line(id, "connect", |_| true).await;
    }

    /// Emits with an acknowledgement, and returns it.
    pub(crate) async fn ask(&self, id: &str, event: &str, args: Value) -> Value {
        let reference = self.reference();
        self.command(&json!({
            "cmd": "emit", "id": id, "event": event, "args": args, "ack": true, "ref": reference,
            "timeoutMs": 20_000,
        }));
        let is_answer = |line: &Value| line["ref"] == reference;
        let line = self.first(|line| {
            line["id"] == id
                && is_answer(line)
                && (line["kind"] == "ack" || line["kind"] == "ack_timeout")
        });
        let line = line.await;
        assert_eq!(line["kind"], "ack", "no acknowledgement of {event}");
        check_ack(event, &line["payload"]).unwrap();
        line["payload"].clone()
    }

    /// Emits without asking for an acknowledgement.
    pub(crate) fn say(&self, id: &str, event: &str, args: &Value) {
        self.command(&json!({ "cmd": "emit", "id": id, "event": event, "args": args }));
    }

    /// What a quiet socket has counted.
    pub(crate) async fn report(&self, id: &str) -> Value {
        let reference = self.reference();
        self.command(&json!({ "cmd": "report", "id": id, "ref": reference }));
        self.first(|line| line["kind"] == "report" && line["ref"] == reference).await
    }

    /// The first line of a kind for which `is` holds.
    pub(crate) async fn line(&self, id: &str, kind: &str, is: impl Fn(&Value) -> bool) -> Value {
        self.first(|line| line["id"] == id && line["kind"] == kind && is(line)).await
    }

    /// The payload of the first event of this name for which `is` holds.
    pub(crate) async fn event(&self, id: &str, event: &str, is: impl Fn(&Value) -> bool) -> Value {
        let line = self.line(id, "event", |line| line["event"] == event && is(&line["payload"][0]));
        line.await["payload"][0].clone()
    }

    /// The first line of one of these kinds.
    pub(crate) async fn any(&self, id: &str, kinds: &[&str]) -> Value {
        self.first(|line| {
            line["id"] == id && kinds.contains(&line["kind"].as_str().unwrap_or_default())
        })
        .await
    }

    /// The payload of the first event of this name after the first `skip` events of any name.
    pub(crate) async fn nth_event(&self, id: &str, event: &str, skip: usize) -> Value {
        let seen = std::cell::Cell::new(0);
        let line = self.first(|line| {
            if line["id"] != id || line["kind"] != "event" {
                return false;
            }
            seen.set(seen.get() + 1);
            seen.get() > skip && line["event"] == event
        });
        line.await["payload"][0].clone()
    }

    /// The payload of the event of this name for which `is` holds, after `skip` others of the kind.
    pub(crate) async fn nth_event_where(
        &self,
        id: &str,
        event: &str,
        skip: usize,
        is: impl Fn(&Value) -> bool,
    ) -> Value {
        let seen = std::cell::Cell::new(0);
        let line = self.line(id, "event", |line| {
            let fits = line["event"] == event && is(&line["payload"][0]);
            seen.set(seen.get() + usize::from(fits));
            fits && seen.get() > skip
        });
        line.await["payload"][0].clone()
    }

    /// Every event a socket has heard so far, as (name, payload), in order.
    pub(crate) fn events(&self, id: &str) -> Vec<(String, Value)> {
        let heard = self.heard.lock().unwrap();
        heard
            .iter()
            .filter(|line| line["id"] == id && line["kind"] == "event")
            .map(|line| (line["event"].as_str().unwrap().to_owned(), line["payload"][0].clone()))
            .collect()
    }

    /// The lines of a kind that a socket has had so far.
    pub(crate) fn lines(&self, id: &str, kind: &str) -> Vec<Value> {
        let heard = self.heard.lock().unwrap();
        let lines = heard.iter().filter(|line| line["id"] == id && line["kind"] == kind);
        lines.cloned().collect()
    }

    /// How many lines of a kind a socket has had so far.
    pub(crate) fn count(&self, id: &str, kind: &str) -> usize {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|line| line["id"] == id && line["kind"] == kind).count()
    }

    async fn first(&self, is: impl Fn(&Value) -> bool) -> Value {
        let mut grown = self.grown.clone();
        let mut seen = 0;
        let wait = async {
            loop {
                grown.borrow_and_update();
                {
                    let heard = self.heard.lock().unwrap();
                    if let Some(line) = heard.iter().skip(seen).find(|line| is(line)) {
                        return line.clone();
                    }
                    seen = heard.len();
                }
                grown.changed().await.expect("the Node process runs");
            }
        };
        timeout(PATIENCE, wait).await.unwrap_or_else(|_| {
            let heard = self.heard.lock().unwrap();
            let tail: Vec<_> = heard.iter().rev().take(10).map(Value::to_string).collect();
            panic!("it was never heard; the newest lines: {tail:#?}")
        })
    }

    fn reference(&self) -> u64 {
        let mut next = self.next_ref.lock().unwrap();
        *next += 1;
        *next
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It ends with its stdin; this is for one that hangs.
        self.child.kill().ok();
        self.child.wait().ok();
        let reader = self.reader.take().map(JoinHandle::join);
        if thread::panicking() {
            return;
        }
        assert!(!matches!(reader, Some(Err(_))), "what was said could not be read");
        let faults = self.faults.lock().unwrap();
        assert!(faults.is_empty(), "not as documented: {faults:#?}");
    }
}

/// Holds what a line tells of the server against the document.
fn check(line: &Value) -> Verdict {
    let text = |key: &str| line[key].as_str().unwrap_or_default();
    match text("kind") {
        "event" | "sample" => check_event(text("event"), line["payload"].as_array().unwrap()),
        "answer" => check_ack(text("event"), &line["payload"]),
        "connect_error" if line["retrying"] == false => check_refusal(text("message")),
        "driver_error" => Err(line.to_string()),
        _ => Ok(()),
    }
}
