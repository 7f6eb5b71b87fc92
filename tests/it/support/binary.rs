//! The real program, started in a folder of its own on a free port; it can be killed and started
//! again on the same folder and port.

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader, Seek as _, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use taskwire::{
    auth::{Grant, Keys},
    config::Config,
    domain::{Clock as _, Role, SystemClock, Timestamp},
};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::{Client, Request, Store};

const PROGRAM: &str = env!("CARGO_BIN_EXE_taskwire");
const SECRET: &str = "a secret for tests alone, longer than thirty-two bytes";
/// What the tests' webhooks are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "the webhook secret of the tests";
/// How long a condition may take to come true before a test fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Where a program's log goes, in its folder.
const LOG: &str = "log.txt";

/// A running `taskwire serve`.
pub(crate) struct Program {
    child: Child,
    folder: TempDir,
    env: Vec<(String, String)>,
    http: Client,
    /// Dropped when nobody uses it any more.
    _store: Store,
    kind: Kind,
    /// Where it listens.
    pub(crate) url: String,
    /// The login link that a demo prints.
    pub(crate) link: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    /// With `--demo`, and without a configured secret.
    Demo,
}

impl Program {
    /// Starts the program with `env` besides what every test needs.
    pub(crate) fn start<V: AsRef<str>>(env: &[(&str, V)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), Store::fresh(), env)
    }

    /// Starts the program where there may be data already.
    pub(crate) fn start_in<V: AsRef<str>>(
        folder: TempDir,
        store: Store,
        env: &[(&str, V)],
    ) -> Self {
        Self::start_kind(Kind::Plain, folder, store, env)
    }

    /// Starts a demo with `env`.
    pub(crate) fn start_demo(env: &[(&str, &str)]) -> Self {
        Self::start_kind(Kind::Demo, tempfile::tempdir().unwrap(), Store::sqlite(), env)
    }

    fn start_kind<V: AsRef<str>>(
        kind: Kind,
        folder: TempDir,
        store: Store,
        env: &[(&str, V)],
    ) -> Self {
        let mut all = store.env();
        all.extend(env.iter().map(|(name, value)| ((*name).into(), value.as_ref().into())));
        let (child, url, link) = launch(folder.path(), "0", &all, kind);
        Self { child, folder, env: all, http: Client::new(), _store: store, kind, url, link }
    }

    /// The token in a demo's login link.
    pub(crate) fn linked_token(&self) -> String {
        self.link.split_once("/#token=").unwrap().1.to_owned()
    }

    /// What a demo that must not start on this folder says.
    pub(crate) fn demo_refusal(&self, env: &[(&str, &str)]) -> String {
        let mut serve = command(self.folder.path(), "0", &self.env, Kind::Demo);
        refusal(serve.args(["serve", "--demo"]).envs(env.iter().copied()))
    }

    /// What a server that is no demo and must not start on this folder says.
    pub(crate) fn refusal(&self) -> String {
        let mut serve = command(self.folder.path(), "0", &self.env, Kind::Plain);
        refusal(serve.arg("serve"))
    }

    /// Where its data is.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All that it has logged.
    pub(crate) fn log(&self) -> String {
        self.reader()()
    }

    /// Reads what it has logged, also while it is being started again.
    pub(crate) fn reader(&self) -> impl Fn() -> String + use<> {
        let log = self.folder.path().join(LOG);
        move || fs::read_to_string(&log).unwrap()
    }

    /// Ends the program as a power cut would: no signal handler runs.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the program to stop, as an operator does, and waits until it has.
    pub(crate) fn terminate(&mut self) {
        self.signal("TERM");
        self.ends_within(PATIENCE);
    }

    /// Sends the program a signal, by its short name.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the program has ended well, as it was told to.
    pub(crate) fn ends_within(&mut self, limit: Duration) {
        let began = Instant::now();
        loop {
            if let Some(ended) = self.child.try_wait().unwrap() {
                assert!(ended.success(), "{ended}");
                return;
            }
            assert!(began.elapsed() < limit, "it has not stopped within {limit:?}");
            #[expect(clippy::disallowed_methods, reason = "between two looks")]
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// How many sockets it serves.
    pub(crate) async fn sockets(&self) -> usize {
        self.metric("taskwire_sockets_connected").await
    }

    /// What a metric without labels says; 0 if it has said nothing yet.
    pub(crate) async fn metric(&self, name: &str) -> usize {
        let admin = self.token("operator", &["--role", "admin"]);
        let answer = self.request("GET", "/metrics", &admin).send().await.unwrap();
        let metrics = answer.text().await.unwrap();
        let count = |line: &str| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok();
        metrics.lines().find_map(count).unwrap_or(0)
    }

    /// Starts the program again, on the same folder and port.
    pub(crate) fn restart(&mut self) {
        (self.child, self.url, self.link) = self.launcher()();
    }

    /// Starts the program again, while the test goes on with what else it does.
    pub(crate) async fn come_back(&mut self) {
        let launched = spawn_blocking(self.launcher());
        (self.child, self.url, self.link) = launched.await.unwrap();
    }

    fn launcher(&self) -> impl FnOnce() -> (Child, String, String) + Send + use<> {
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        let (folder, env, kind) = (self.folder.path().to_owned(), self.env.clone(), self.kind);
        move || launch(&folder, &port, &env, kind)
    }

    /// Starts the program again with more of a configuration.
    pub(crate) fn restart_with<V: AsRef<str>>(&mut self, env: &[(&str, V)]) {
        self.env.extend(env.iter().map(|(name, value)| ((*name).into(), value.as_ref().into())));
        self.restart();
    }

    /// Runs the program with `command` and more of an environment, to its end.
    pub(crate) fn run(&self, command: &str, env: &[(&str, &str)]) -> Output {
        let mut run = self::command(self.folder.path(), "0", &self.env, self.kind);
        run.arg(command).envs(env.iter().copied()).output().unwrap()
    }

    /// Imports tasks beside the running program, by the command line.
    pub(crate) fn import(&self, lines: &str) -> Output {
        let mut import = command(self.folder.path(), "0", &self.env, self.kind);
        fed(import.arg("import"), lines)
    }

    /// What the program prints when it is run with `command`.
    pub(crate) fn print(&self, command: &str) -> String {
        let printed = self.run(command, &[]);
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        String::from_utf8(printed.stdout).unwrap()
    }

    /// A token, as an operator makes one.
    pub(crate) fn token(&self, user: &str, more: &[&str]) -> String {
        let made = command(self.folder.path(), "0", &self.env, self.kind)
            .args(["token", "--sub", user])
            .args(more)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// A token of the right key whose time is over.
    pub(crate) fn expired_token(user: &str) -> String {
        let env = [("JWT_SECRET".to_owned(), SECRET.to_owned())];
        let keys = Keys::from_config(&Config::load(None, env).unwrap().auth).unwrap();
        let grant = Grant {
            sub: user.try_into().unwrap(),
            name: None,
            roles: [Role::Member].into(),
            teams: [].into(),
            ttl: Duration::from_mins(1),
        };
        let long_ago = Timestamp::from_millis(SystemClock.now().as_millis() - 3_600_000);
        keys.sign(&grant, long_ago)
    }

    /// A request of `token`'s bearer, ready for a body and to be sent.
    pub(crate) fn request(&self, method: &str, path: &str, token: &str) -> Request {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(token)
    }

    /// `GET`, which must succeed.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Value {
        let answer = self.request("GET", path, token).send().await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "GET {path}: {status}");
        answer.json().await.unwrap()
    }

    /// `POST` of `body`, which must succeed.
    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let answer = self.request("POST", path, token).json(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "POST {path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Creates a task and returns its id.
    pub(crate) async fn create(&self, token: &str, title: &str, description: &str) -> String {
        let body = json!({ "title": title, "description": description });
        let task = self.post("/api/tasks", token, &body).await;
        task["taskId"].as_str().unwrap().to_owned()
    }

    /// Every entry of a task, page by page.
    pub(crate) async fn timeline(&self, id: &str, token: &str) -> Vec<Value> {
        let mut events: Vec<Value> = Vec::new();
        loop {
            let path = format!("/api/tasks/{id}/events?after={}&limit=200", events.len());
            let page = self.get(&path, token).await["events"].as_array().unwrap().clone();
            if page.is_empty() {
                return events;
            }
            events.extend(page);
        }
    }

    /// The task once `is` holds of it.
    pub(crate) async fn task_when(
        &self,
        id: &str,
        token: &str,
        is: impl Fn(&Value) -> bool,
    ) -> Value {
        let path = format!("/api/tasks/{id}");
        let wait = async {
            loop {
                let task = self.get(&path, token).await;
                if is(&task) {
                    return task;
                }
                tokio::time::sleep(Duration::from_millis(20)).await; // between two looks
            }
        };
        let Ok(task) = tokio::time::timeout(PATIENCE, wait).await else {
            panic!("it never came true of {}", self.get(&path, token).await)
        };
        task
    }

    /// The task once it is in `status`.
    pub(crate) async fn task_in(&self, id: &str, token: &str, status: &str) -> Value {
        self.task_when(id, token, |task| task["status"] == status).await
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have been killed by the test already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn refusal(serve: &mut Command) -> String {
    let ended = serve.output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    String::from_utf8(ended.stderr).unwrap()
}

/// Runs one command of the program on `folder` and `store` to its end, with `input` as its stdin.
pub(crate) fn run_in(folder: &Path, store: &Store, args: &[&str], input: &str) -> Output {
    fed(command(folder, "0", &store.env(), Kind::Plain).args(args), input)
}

fn fed(command: &mut Command, input: &str) -> Output {
    let stdin = tempfile::tempfile().and_then(|mut file| {
        file.write_all(input.as_bytes())?;
        file.rewind()?;
        Ok(file)
    });
    command.stdin(stdin.unwrap()).output().unwrap()
}

fn command(folder: &Path, port: &str, env: &[(String, String)], kind: Kind) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear();
    if kind == Kind::Plain {
        command.env("JWT_SECRET", SECRET);
    }
    command
        .env("HOST", "127.0.0.1")
        .env("PORT", port)
        .env("DATA_DIR", folder)
        .env("GITHUB_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .env("RUST_LOG", "info")
        .envs(env.iter().map(|(name, value)| (name, value)))
        .current_dir(folder);
    command
}

/// The program, where it listens, and the login link that a demo prints after that.
fn launch(
    folder: &Path,
    port: &str,
    env: &[(String, String)],
    kind: Kind,
) -> (Child, String, String) {
    let log = OpenOptions::new().create(true).append(true).open(folder.join(LOG)).unwrap();
    let mut serve = command(folder, port, env, kind);
    serve.arg("serve");
    if kind == Kind::Demo {
        serve.arg("--demo");
    }
    let mut child = serve.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (said, hear) = mpsc::channel();
    thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            said.send(line).ok(); // The test may have given up waiting.
        }
    });
    let first = hear.recv_timeout(PATIENCE).expect("the program says where it listens");
    let url = first.strip_prefix("listening on ").expect("it says so first").to_owned();
    let link = match kind {
        Kind::Plain => String::new(),
        Kind::Demo => {
            let line = hear.recv_timeout(PATIENCE).expect("a demo says how to log in");
            line.split_whitespace().last().unwrap().to_owned()
        }
    };
    (child, url, link)
}
