//! The real program, started in a folder of its own on a free port; it can be killed and started
//! again on the same folder and port.

use std::{
    fs::{self, OpenOptions},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use taskwire::{
    auth::{Grant, Keys},
    config::Config,
    domain::{Clock as _, Role, SystemClock, Timestamp},
};
use tempfile::TempDir;

use super::Store;

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
    http: reqwest::Client,
    /// Dropped when nobody uses it any more.
    _store: Store,
    /// Where it listens.
    pub(crate) url: String,
}

impl Program {
    /// Starts the program with `env` besides what every test needs.
    pub(crate) fn start<V: AsRef<str>>(env: &[(&str, V)]) -> Self {
        let (folder, store) = (tempfile::tempdir().unwrap(), Store::fresh());
        let mut all = store.env();
        all.extend(env.iter().map(|(name, value)| ((*name).into(), value.as_ref().into())));
        let (child, url) = launch(folder.path(), "0", &all);
        Self { child, folder, env: all, http: reqwest::Client::new(), _store: store, url }
    }

    /// All that it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join(LOG)).unwrap()
    }

    /// Ends the program as a power cut would: no signal handler runs.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the program to stop, as an operator does, and waits until it has.
    pub(crate) fn terminate(&mut self) {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(asked.success());
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "{ended}");
    }

    /// How many sockets it serves.
    pub(crate) async fn sockets(&self) -> usize {
        let admin = self.token("operator", &["--role", "admin"]);
        let answer = self.request("GET", "/metrics", &admin).send().await.unwrap();
        let metrics = answer.text().await.unwrap();
        let count = |line: &str| line.strip_prefix("taskwire_sockets_connected ")?.parse().ok();
        metrics.lines().find_map(count).unwrap_or(0)
    }

    /// Starts the program again, on the same folder and port.
    pub(crate) fn restart(&mut self) {
        let port = self.url.rsplit(':').next().unwrap().to_owned();
        (self.child, self.url) = launch(self.folder.path(), &port, &self.env);
    }

    /// Starts the program again with more of a configuration.
    pub(crate) fn restart_with<V: AsRef<str>>(&mut self, env: &[(&str, V)]) {
        self.env.extend(env.iter().map(|(name, value)| ((*name).into(), value.as_ref().into())));
        self.restart();
    }

    /// A token, as an operator makes one.
    pub(crate) fn token(&self, user: &str, more: &[&str]) -> String {
        let made = command(self.folder.path(), "0", &self.env)
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
    pub(crate) fn request(&self, method: &str, path: &str, token: &str) -> reqwest::RequestBuilder {
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

fn command(folder: &Path, port: &str, env: &[(String, String)]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .env("HOST", "127.0.0.1")
        .env("PORT", port)
        .env("DATA_DIR", folder)
        .env("JWT_SECRET", SECRET)
        .env("GITHUB_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .env("RUST_LOG", "info")
        .envs(env.iter().map(|(name, value)| (name, value)))
        .current_dir(folder);
    command
}

fn launch(folder: &Path, port: &str, env: &[(String, String)]) -> (Child, String) {
    let log = OpenOptions::new().create(true).append(true).open(folder.join(LOG)).unwrap();
    let mut serve = command(folder, port, env);
    let mut child = serve.arg("serve").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (said, hear) = mpsc::channel();
    thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix("listening on ") {
                said.send(url.to_owned()).ok(); // The test may have given up waiting.
            }
        }
    });
    let url = hear.recv_timeout(PATIENCE).expect("the program says where it listens");
    (child, url)
}
