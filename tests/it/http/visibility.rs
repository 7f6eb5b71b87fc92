//! What one may not see does not exist.

use reqwest::StatusCode;
use serde_json::json;
use taskwire::domain::Role;

use super::support::{TestApp, User};

const REPORT: &str = "progress";

async fn sees(user: &User<'_>, id: &str) -> bool {
    let task = user.get(&format!("/api/tasks/{id}")).await;
    let events = user.get(&format!("/api/tasks/{id}/events")).await;
    let comment = user.comments(id, "Hello").await;
    assert_eq!(task.status, events.status);
    if task.status == StatusCode::OK {
        return true;
    }
    for hidden in [task, events, comment] {
        hidden.is_problem(404, "not_found");
    }
    false
}

#[tokio::test]
async fn a_task_is_for_its_creator_its_team_and_admins() {
    let app = TestApp::start().await;
    let alice = app.user("alice").team("payments");
    let [bob, carol] = ["bob", "carol"].map(|id| app.user(id));
    let (bob, admin) = (bob.team("payments"), app.user("root").role(Role::Admin));
    let team = json!({ "title": "Ours", "team": "payments", "visibility": "team" });
    let private = json!({ "title": "Mine", "visibility": "private" });
    let (team, private) = (alice.creates_with(team).await, alice.creates_with(private).await);

    for (user, sees_team, sees_private) in
        [(&alice, true, true), (&bob, true, false), (&carol, false, false), (&admin, true, true)]
    {
        assert_eq!(sees(user, &team).await, sees_team);
        assert_eq!(sees(user, &private).await, sees_private);
        let listed = user.get("/api/tasks").await.body["tasks"].as_array().unwrap().len();
        assert_eq!(listed, usize::from(sees_team) + usize::from(sees_private));
    }
    app.stop().await;
}

#[tokio::test]
async fn an_agent_sees_a_task_while_it_is_in_agents_hands() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let agent = app.user("agent").role(Role::Agent);
    let id = alice.creates("Fix payment bug").await;
    assert!(!sees(&agent, &id).await);
    app.files(&id, 42).await;
    assert!(sees(&agent, &id).await);
    app.merges_pull(&id, 57).await;
    assert!(!sees(&agent, &id).await);
    app.stop().await;
}

#[tokio::test]
async fn only_some_of_those_who_see_a_task_may_manage_it_or_report_on_it() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    let agent = app.user("agent").role(Role::Agent);
    let id = alice.creates("Fix payment bug").await;
    app.files(&id, 42).await;
    let path = |operation: &str| format!("/api/tasks/{id}/{operation}");
    let progress = json!({ "step": "coding", "phase": "running", "current": 1, "total": 3 });
    let failure = json!({ "code": "too_hard", "message": "I give up" });

    bob.post(&path("cancel"), &json!({})).await.is_problem(403, "forbidden");
    bob.post(&path("retry"), &json!({})).await.is_problem(403, "forbidden");
    let edit = json!({ "title": "Bob was here" });
    bob.patch(&format!("/api/tasks/{id}"), "\"3\"", &edit).await.is_problem(403, "forbidden");
    alice.post(&path(REPORT), &progress).await.is_problem(403, "forbidden");
    alice.post(&path("fail"), &failure).await.is_problem(403, "forbidden");
    agent.post("/api/tasks", &json!({ "title": "Mine" })).await.is_problem(403, "forbidden");

    assert_eq!(agent.post(&path(REPORT), &progress).await.status, StatusCode::NO_CONTENT);
    let failed = agent.post(&path("fail"), &failure).await;
    assert_eq!(failed.body["error"], failure);
    assert_eq!(failed.body["events"][3]["actor"]["kind"], "agent");
    let retried = alice.post(&path("retry"), &json!({ "reason": "Again" })).await;
    assert_eq!(
        (&retried.body["status"], &retried.body["error"]),
        (&json!("dispatched"), &json!(null))
    );
    app.stop().await;
}

#[tokio::test]
async fn a_team_is_given_tasks_by_its_members_only() {
    let app = TestApp::start().await;
    let bob = app.user("bob");
    let foreign = json!({ "title": "Theirs", "team": "payments" });
    bob.post("/api/tasks", &foreign).await.refuses("team");
    let nobodys = json!({ "title": "Whose?", "visibility": "team" });
    bob.post("/api/tasks", &nobodys).await.refuses("team");
    app.stop().await;
}
