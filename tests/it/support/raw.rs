//! A WebSocket that says what no stock client would: Engine.IO v4 and Socket.IO v5 by hand.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Message,
        protocol::frame::{
            Frame,
            coding::{Data, OpCode},
        },
    },
};

use super::{PATIENCE, Program, contract::check_packet};

/// A connection.
pub(crate) struct RawSocket(WebSocketStream<TcpStream>);

impl RawSocket {
    /// Opens a WebSocket to the gateway, with what is to be added to the query.
    pub(crate) async fn open(server: &Program, more: &str) -> Self {
        let address = server.url.strip_prefix("http://").unwrap();
        let tcp = TcpStream::connect(address).await.unwrap();
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket{more}");
        Self(client_async(url, tcp).await.unwrap().0)
    }

    /// Opens one and connects to the namespace as the bearer of `token`.
    pub(crate) async fn connect(server: &Program, token: &str) -> Self {
        let mut socket = Self::open(server, "").await;
        socket.say(&format!("40{}", json!({ "token": token }))).await;
        socket.heard(|packet| packet.starts_with("40")).await.expect("it is let in");
        socket
    }

    /// Sends a text frame.
    pub(crate) async fn say(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    /// Sends text frames, all at once.
    pub(crate) async fn say_all(&mut self, texts: impl Iterator<Item = String>) {
        for text in texts {
            self.0.feed(Message::text(text)).await.unwrap();
        }
        self.0.flush().await.unwrap();
    }

    /// Sends a binary frame.
    pub(crate) async fn say_bytes(&mut self, bytes: &[u8]) {
        self.send(Message::binary(bytes.to_vec())).await;
    }

    /// Sends a text frame that need not be text.
    pub(crate) async fn say_as_text(&mut self, bytes: &[u8]) {
        let frame = Frame::message(bytes.to_vec(), OpCode::Data(Data::Text), true);
        self.send(Message::Frame(frame)).await;
    }

    /// The next packet for which `is` holds; `None` if the connection ends before.
    pub(crate) async fn heard(&mut self, is: impl Fn(&str) -> bool) -> Option<String> {
        let hear = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) if text.as_str() == "2" => self.say("3").await,
                    Some(Ok(Message::Text(text))) => {
                        check_packet(text.as_str()).unwrap();
                        if is(text.as_str()) {
                            return Some(text.to_string());
                        }
                    }
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                    Some(Ok(_)) => {}
                }
            }
        };
        timeout(PATIENCE, hear).await.expect("it is heard, or the connection ends")
    }

    /// The payload of the next event called `name`; `None` if the connection ends before.
    pub(crate) async fn event(&mut self, name: &str) -> Option<Value> {
        let prefix = format!("42[\"{name}\",");
        let packet = self.heard(|packet| packet.starts_with(&prefix)).await?;
        let mut packet: Value = serde_json::from_str(packet.strip_prefix("42").unwrap()).unwrap();
        Some(packet[1].take())
    }

    async fn send(&mut self, message: Message) {
        // The server may have ended the connection already: what is heard then tells.
        self.0.send(message).await.ok();
    }
}
