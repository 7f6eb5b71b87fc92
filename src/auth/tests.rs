use std::{collections::BTreeSet, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::*;
use crate::{
    config::Config,
    domain::{
        Role, Timestamp,
        text::{RepoName, TeamName, UserId},
    },
};

const CURRENT: &str = "the current secret, long enough to sign";
const PREVIOUS: &str = "the previous secret, good for a while yet";
const NOW: i64 = 1_800_000_000;

fn keys(more: &[(&str, &str)]) -> Keys {
    let env = [("JWT_SECRET", CURRENT), ("JWT_SECRET_PREVIOUS", PREVIOUS)];
    let env = env.iter().chain(more).map(|(name, value)| ((*name).into(), (*value).into()));
    Keys::from_config(&Config::load(None, env).unwrap().auth).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn signed(claims: &Value, header: &Header, secret: &str) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn token(claims: &Value) -> String {
    signed(claims, &Header::new(Algorithm::HS256), CURRENT)
}

/// A good token's claims with some changed; `null` takes one away.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({"sub": "alice", "exp": NOW + 60});
    for (claim, value) in changes.as_object().unwrap() {
        claims[claim] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

fn verify(changes: &Value) -> Result<Identity, AuthError> {
    keys(&[]).verify(&token(&claims(changes)), at(NOW))
}

fn set<T: Ord, const N: usize>(items: [T; N]) -> BTreeSet<T> {
    BTreeSet::from(items)
}

#[test]
fn a_good_token_names_its_actor_and_its_end() {
    let identity = verify(&json!({
        "name": "Alice", "roles": ["admin", "member"], "teams": ["payments"], "repos": ["acme/shop"],
    }))
    .unwrap();
    assert_eq!(identity.expires_at, at(NOW + 60));
    assert_eq!(identity.actor.id.as_str(), "alice");
    assert_eq!(identity.actor.name, "Alice");
    assert_eq!(identity.actor.roles, set([Role::Member, Role::Admin]));
    assert_eq!(identity.actor.teams, set([TeamName::try_from("payments").unwrap()]));
    assert_eq!(identity.actor.repos, Some(set([RepoName::try_from("acme/shop").unwrap()])));
}

#[test]
fn a_token_that_says_no_more_than_it_must_is_a_members() {
    let actor = verify(&json!({})).unwrap().actor;
    assert_eq!(actor.name, "alice");
    assert_eq!(actor.roles, set([Role::Member]));
    assert!(actor.teams.is_empty());
    assert_eq!(actor.repos, None);
}

#[test]
fn unknown_roles_mean_nothing_and_do_not_make_a_member() {
    let roles = |named| verify(&json!({"roles": named})).unwrap().actor.roles;
    assert_eq!(roles(json!(["agent", "billing"])), set([Role::Agent]));
    assert_eq!(roles(json!(["Admin"])), set([]));
    assert_eq!(roles(json!([])), set([]));
}

#[test]
fn a_name_is_made_fit_to_be_shown() {
    let name = |raw: String| verify(&json!({"name": raw})).unwrap().actor.name;
    assert_eq!(name(" Al\u{1b}ice\n ".into()), "Alice");
    assert_eq!(name("\u{7} ".into()), "alice", "nothing left: the id");
    assert_eq!(name("é".repeat(500)), "é".repeat(200));
}

#[test]
fn a_token_ends_five_seconds_after_its_exp_and_not_a_millisecond_later() {
    let keys = keys(&[]);
    let token = token(&claims(&json!({"exp": NOW})));
    let end = NOW * 1_000 + 5_000;
    let last = keys.verify(&token, Timestamp::from_millis(end - 1));
    assert_eq!(last.unwrap().expires_at, at(NOW));
    let over = keys.verify(&token, Timestamp::from_millis(end));
    assert_eq!(over.unwrap_err(), AuthError::TokenExpired);
}

#[test]
fn a_token_begins_five_seconds_before_its_nbf() {
    assert!(verify(&json!({"nbf": NOW + 5})).is_ok());
    assert_eq!(verify(&json!({"nbf": NOW + 6})), Err(AuthError::Unauthenticated));
    assert!(verify(&json!({"nbf": NOW - 1_000})).is_ok());
}

#[test]
fn times_may_have_a_fraction() {
    let identity = verify(&json!({"exp": 1_800_000_000.5})).unwrap();
    assert_eq!(identity.expires_at, Timestamp::from_millis(NOW * 1_000 + 500));
}

#[test]
fn a_claim_of_another_type_or_out_of_bounds_is_unauthenticated() {
    let table = [
        json!({"exp": null}),
        json!({"exp": "1900000000"}),
        json!({"exp": -1}),
        json!({"exp": 1e300}),
        json!({"nbf": "soon"}),
        json!({"nbf": -1}),
        json!({"sub": null}),
        json!({"sub": 7}),
        json!({"sub": ""}),
        json!({"sub": "a\u{7}"}),
        json!({"sub": "x".repeat(201)}),
        json!({"name": ["Alice"]}),
        json!({"roles": "admin"}),
        json!({"roles": ["admin", 1]}),
        json!({"teams": "payments"}),
        json!({"teams": [""]}),
        json!({"repos": ["shop"]}),
        json!({"repos": {}}),
    ];
    for changes in table {
        assert_eq!(verify(&changes), Err(AuthError::Unauthenticated), "{changes}");
    }
}

#[test]
fn the_previous_secret_still_verifies_and_any_other_never_does() {
    let header = Header::new(Algorithm::HS256);
    let good = claims(&json!({}));
    let keys = keys(&[]);
    assert!(keys.verify(&signed(&good, &header, PREVIOUS), at(NOW)).is_ok());

    let strange = signed(&good, &header, "a secret that was never configured here");
    assert_eq!(keys.verify(&strange, at(NOW)), Err(AuthError::Unauthenticated));

    let stale = signed(&claims(&json!({"exp": NOW - 60})), &header, PREVIOUS);
    assert_eq!(keys.verify(&stale, at(NOW)), Err(AuthError::TokenExpired));
}

#[test]
fn an_expired_token_of_a_strangers_is_not_called_expired() {
    let stale = claims(&json!({"exp": NOW - 60}));
    let strange = signed(&stale, &Header::new(Algorithm::HS256), "not our secret, but long enough");
    assert_eq!(keys(&[]).verify(&strange, at(NOW)), Err(AuthError::Unauthenticated));
}

#[test]
fn no_other_algorithm_is_accepted_even_with_the_right_secret() {
    let good = claims(&json!({}));
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = signed(&good, &Header::new(algorithm), CURRENT);
        assert_eq!(keys(&[]).verify(&token, at(NOW)), Err(AuthError::Unauthenticated));
    }
    let [_, payload, signature]: [String; 3] =
        token(&good).split('.').map(ToOwned::to_owned).collect::<Vec<_>>().try_into().unwrap();
    for algorithm in ["none", "None", "RS256", "ES256", "EdDSA", "hs256"] {
        let header = json!({"typ": "JWT", "alg": algorithm}).to_string();
        let header = BASE64_URL_SAFE_NO_PAD.encode(header);
        for signature in ["", &signature] {
            let token = format!("{header}.{payload}.{signature}");
            let verified = keys(&[]).verify(&token, at(NOW));
            assert_eq!(verified, Err(AuthError::Unauthenticated), "{algorithm}");
        }
    }
}

#[test]
fn a_token_that_demands_an_unknown_extension_is_refused() {
    let header = Header { crit: Some(vec!["b64".into()]), ..Header::new(Algorithm::HS256) };
    let token = signed(&claims(&json!({})), &header, CURRENT);
    assert_eq!(keys(&[]).verify(&token, at(NOW)), Err(AuthError::Unauthenticated));
}

#[test]
fn what_is_no_token_is_unauthenticated() {
    let good = token(&claims(&json!({})));
    let cut = &good[..good.len() - 2];
    for raw in ["", ".", "..", "a.b.c", "alice", cut, &format!("{good}."), &format!(" {good}")] {
        let verified = keys(&[]).verify(raw, at(NOW));
        assert_eq!(verified, Err(AuthError::Unauthenticated), "{raw:?}");
    }
}

#[test]
fn issuer_and_audience_are_required_when_configured_and_ignored_when_not() {
    let strict = keys(&[("JWT_ISSUER", "https://id.example"), ("JWT_AUDIENCE", "taskwire")]);
    let table = [
        (json!({"iss": "https://id.example", "aud": "taskwire"}), true),
        (json!({"iss": "https://id.example", "aud": ["shop", "taskwire"]}), true),
        (json!({"iss": "https://id.example"}), false),
        (json!({"aud": "taskwire"}), false),
        (json!({"iss": "https://evil.example", "aud": "taskwire"}), false),
        (json!({"iss": "https://id.example", "aud": "shop"}), false),
        (json!({"iss": "https://id.example", "aud": 1}), false),
    ];
    for (changes, good) in table {
        let verified = strict.verify(&token(&claims(&changes)), at(NOW));
        assert_eq!(verified.is_ok(), good, "{changes}");
    }
    assert!(verify(&json!({"iss": "anyone", "aud": "anything"})).is_ok());
}

#[test]
fn what_is_signed_verifies_to_what_was_granted() {
    let keys = keys(&[("JWT_ISSUER", "taskwire"), ("JWT_AUDIENCE", "taskwire")]);
    let grant = Grant {
        sub: UserId::try_from("bob").unwrap(),
        name: Some("Bob".into()),
        roles: set([Role::Agent]),
        teams: set([TeamName::try_from("payments").unwrap()]),
        ttl: Duration::from_secs(90),
    };
    let identity = keys.verify(&keys.sign(&grant, at(NOW)), at(NOW)).unwrap();
    assert_eq!(identity.expires_at, at(NOW + 90));
    assert_eq!(identity.actor.name, "Bob");
    assert_eq!((identity.actor.roles, identity.actor.teams), (grant.roles, grant.teams));
}

#[test]
fn without_a_secret_there_are_no_keys() {
    let config = Config::load(None, []).unwrap();
    assert!(matches!(Keys::from_config(&config.auth), Err(NoSecret)));
}

#[test]
fn the_bearer_scheme_is_known_in_any_case() {
    let table = [
        ("Bearer abc", Some("abc")),
        ("bearer  abc ", Some("abc")),
        ("BEARER abc", Some("abc")),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic abc", None),
        ("abc", None),
        ("", None),
    ];
    for (header, token) in table {
        assert_eq!(bearer(header), token, "{header:?}");
    }
}
