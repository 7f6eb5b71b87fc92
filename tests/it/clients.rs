//! The example clients of `docs/clients`, as a reader would run them.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Instant,
};

use serde_json::json;

use crate::support::{PATIENCE, Program, Proxy};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A client that runs, and what it says.
struct Client {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Client {
    fn start(command: &mut Command, url: &str, token: &str) -> Self {
        let command = command.arg(url).env("TOKEN", token).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (said, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                said.send(line).ok(); // The test may be over.
            }
        });
        Self { child, lines }
    }

    /// Waits until the client says `line`.
    fn says(&self, line: &str) {
        let began = Instant::now();
        let mut others = Vec::new();
        while let Ok(said) = self.lines.recv_timeout(PATIENCE.saturating_sub(began.elapsed())) {
            if said == line {
                return;
            }
            others.push(said);
        }
        panic!("it never said {line:?}, but {others:#?}");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Lets a client follow a server that changes, interrupts and stops.
async fn follows(mut command: Command) {
    let mut server = Program::start::<&str>(&[]);
    let proxy = Proxy::to(&server.url).await;
    let alice = server.token("alice", &[]);
    let client = Client::start(&mut command, &proxy.url, &alice);
    client.says("0 tasks");
    let task = server.create(&alice, "Fix payment bug", "?").await;
    client.says("Fix payment bug is clarification_needed");

    proxy.say("resync_required", &json!({ "reason": "test" })).await;
    client.says("1 tasks");

    server.terminate();
    server.restart();
    client.says("1 tasks");
    server.post(&format!("/api/tasks/{task}/cancel"), &alice, &json!({})).await;
    client.says("Fix payment bug is cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_for_node_follows_resyncs_and_comes_back() {
    // Next to what it imports, as after `npm install`.
    let folder = tempfile::tempdir().unwrap();
    let client = folder.path().join("node.mjs");
    std::fs::copy(Path::new(ROOT).join("docs/clients/node.mjs"), &client).unwrap();
    let modules = Path::new(ROOT).join("tests/node/node_modules");
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).unwrap();
    let mut command = Command::new("node");
    command.arg(client);
    follows(command).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_for_python_follows_resyncs_and_comes_back() {
    let python: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("python-client");
    let python = python.join("bin/python");
    assert!(
        python.exists(),
        "run `scripts/need-python-client target/python-client`, or `make test`"
    );
    let mut command = Command::new(python);
    command.arg(Path::new(ROOT).join("docs/clients/python_client.py"));
    follows(command).await;
}
