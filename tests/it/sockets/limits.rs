//! How much one socket may say and follow.

use serde_json::{Value, json};

use crate::support::{Node, Program, RawSocket};

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_says_too_much_is_told_when_to_try_again_and_ended_if_it_goes_on() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_PER_SECOND", "5"),
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "5"),
    ]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    for id in ["loud", "quiet"] {
        node.connect(id, &server.url, &alice, json!({ "transports": ["websocket"] })).await;
    }
    let mut answers = Vec::new();
    for _ in 0..20 {
        answers.push(node.ask("loud", "dashboard:leave", json!([{}])).await);
    }
    let refused: Vec<&Value> = answers.iter().filter(|answer| answer["ok"] == false).collect();
    assert!((10..=15).contains(&refused.len()), "{answers:#?}");
    for answer in refused {
        assert_eq!(answer["error"]["code"], "rate_limited");
        assert!(answer["error"]["retryAfterMs"].as_u64().unwrap() >= 1);
    }
    for _ in 0..300 {
        node.say("loud", "dashboard:leave", &json!([{}]));
    }
    node.line("loud", "disconnect", |_| true).await;
    assert_eq!(node.ask("quiet", "dashboard:leave", json!([{}])).await["ok"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_follows_no_more_tasks_than_it_may() {
    let server = Program::start(&[("TASKWIRE__LIMITS__MAX_ROOMS_PER_SOCKET", "2")]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    node.connect("a", &server.url, &alice, json!({})).await;
    let mut joins = Vec::new();
    for n in 0..3 {
        let task = server.create(&alice, &format!("Task {n}"), "?").await;
        joins.push(json!([{ "taskId": task }]));
    }
    for join in &joins[..2] {
        assert_eq!(node.ask("a", "task:join", join.clone()).await["ok"], true);
    }
    let ack = node.ask("a", "task:join", joins[2].clone()).await;
    assert_eq!(ack["error"]["code"], "too_many_rooms");
    assert_eq!(node.ask("a", "task:leave", joins[0].clone()).await["ok"], true);
    assert_eq!(node.ask("a", "task:join", joins[2].clone()).await["ok"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_socket_are_handled_in_order() {
    let server = Program::start(&[("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "10000")]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    node.connect("a", &server.url, &alice, json!({ "transports": ["websocket"] })).await;
    let mut tasks = Vec::new();
    for n in 0..20 {
        tasks.push(server.create(&alice, &format!("Task {n}"), "?").await);
    }
    for task in &tasks {
        node.say("a", "task:join", &json!([{ "taskId": task }]));
    }
    node.event("a", "task:state", |state| state["taskId"] == *tasks.last().unwrap()).await;
    let heard = node.events("a");
    let states: Vec<&str> = heard
        .iter()
        .filter(|(event, _)| event == "task:state")
        .map(|(_, state)| state["taskId"].as_str().unwrap())
        .collect();
    assert_eq!(states, tasks);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_exceeds_a_mebibyte_however_often_a_task_was_asked_about() {
    const ROUNDS: usize = 14;
    let server = Program::start(&[("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "1000")]);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "Fix bug", &"\u{1f41e}".repeat(39)).await;
    let path = |what: &str| format!("/api/tasks/{task}/{what}");
    let mut answered = Vec::new();
    for round in 0..ROUNDS {
        let asked = server
            .task_when(&task, &alice, |task| {
                let open = open_questions(task);
                task["status"] == "clarification_needed" && !answered.contains(&open[0])
            })
            .await;
        let question = open_questions(&asked).swap_remove(0);
        let answer = format!("{round}{}", "\u{1f41e}".repeat(9_990));
        let answer = json!({ "answers": [{ "questionId": question, "answer": answer }] });
        server.post(&path("answers"), &alice, &answer).await;
        answered.push(question);
        server.post(&path("cancel"), &alice, &json!({})).await;
        server.post(&path("retry"), &alice, &json!({})).await;
    }

    let mut raw = RawSocket::connect(&server, &alice).await;
    raw.say(&format!("421[\"task:join\",{}]", json!({ "taskId": task }))).await;
    let state = raw.heard(|packet| packet.starts_with("42[\"task:state\"")).await.unwrap();
    assert!(state.len() <= 1024 * 1024, "{} bytes", state.len());
    let state: Value = serde_json::from_str(state.strip_prefix("42").unwrap()).unwrap();
    assert!(!state[1]["events"].as_array().unwrap().is_empty());
    // What is too old to be told with the task is in its timeline.
    let timeline = server.get(&path("events?limit=200"), &alice).await.to_string();
    assert_eq!(timeline.matches("\"clarification_answered\"").count(), ROUNDS);
}

/// The ids of the questions that wait for an answer.
fn open_questions(task: &Value) -> Vec<Value> {
    let questions = task["questions"].as_array().unwrap().iter();
    questions.filter(|asked| asked["answer"].is_null()).map(|asked| asked["id"].clone()).collect()
}
