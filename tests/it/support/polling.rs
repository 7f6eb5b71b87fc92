//! A polling session by hand: Engine.IO v4 over HTTP.

use serde_json::{Value, json};

use super::{Client, Program, contract::check_packet};

/// A session.
pub(crate) struct RawPolling {
    http: Client,
    url: String,
    /// The session's id.
    pub(crate) sid: String,
}

impl RawPolling {
    async fn open(server: &Program) -> Self {
        let (http, url) =
            (Client::new(), format!("{}/socket.io/?EIO=4&transport=polling", server.url));
        let opened = http.get(&url).send().await.unwrap().text().await.unwrap();
        let opened: Value = serde_json::from_str(opened.strip_prefix('0').unwrap()).unwrap();
        let sid = opened["sid"].as_str().unwrap().to_owned();
        Self { http, url: format!("{url}&sid={sid}"), sid }
    }

    /// Opens one and connects to the namespace as the bearer of `token`.
    pub(crate) async fn connect(server: &Program, token: &str) -> Self {
        let polling = Self::open(server).await;
        polling.post(&format!("40{}", json!({ "token": token }))).await;
        while !polling.get().await.contains("connection_ack") {}
        polling
    }

    /// Says one packet.
    pub(crate) async fn post(&self, packet: &str) {
        assert_eq!(self.try_post(packet).await, 200);
    }

    /// Says one packet; the answer's status.
    pub(crate) async fn try_post(&self, packet: &str) -> u16 {
        let answer = self.http.post(&self.url).body(packet.to_owned()).send().await.unwrap();
        answer.status().as_u16()
    }

    /// The packets that one poll brings.
    pub(crate) async fn get(&self) -> String {
        self.try_get().await.unwrap()
    }

    /// The packets that one poll brings, or the status with which it is refused. A ping is answered.
    pub(crate) async fn try_get(&self) -> Result<String, u16> {
        let answer = self.http.get(&self.url).send().await.unwrap();
        if answer.status() != 200 {
            return Err(answer.status().as_u16());
        }
        let packets = answer.text().await.unwrap();
        packets.split('\u{1e}').for_each(|packet| check_packet(packet).unwrap());
        if packets.split('\u{1e}').any(|packet| packet == "2") {
            self.try_post("3").await;
        }
        Ok(packets)
    }
}
