//! The bounds of every checked text.

use super::story::labels;
use crate::domain::{
    Timestamp,
    text::{
        Code, Description, IdempotencyKey, Label, Labels, Message, Prose, Reason, RepoName,
        TeamName, TextError, Title, UserId,
    },
};

fn of<T: TryFrom<String, Error = TextError>>(raw: &str) -> bool {
    T::try_from(raw.to_owned()).is_ok()
}

#[test]
fn each_text_has_its_bounds_counted_in_characters() {
    // (type, accepts, least, most, whether blanks at the ends are dropped)
    type Row = (&'static str, fn(&str) -> bool, usize, usize, bool);
    let rows: [Row; 8] = [
        ("title", of::<Title>, 1, 200, true),
        ("description", of::<Description>, 0, 20_000, false),
        ("prose", of::<Prose>, 1, 10_000, true),
        ("reason", of::<Reason>, 1, 1_000, true),
        ("label", of::<Label>, 1, 50, true),
        ("team", of::<TeamName>, 1, 100, false),
        ("user", of::<UserId>, 1, 200, false),
        ("message", of::<Message>, 0, 1_000, true),
    ];
    for (name, accepts, least, most, trims) in rows {
        assert_eq!(accepts(""), least == 0, "{name}: empty");
        assert!(accepts("é"), "{name}: one character of two bytes");
        assert!(accepts(&"ü".repeat(most)), "{name}: as long as it may be");
        assert!(!accepts(&"ü".repeat(most + 1)), "{name}: one more");
        let padded = format!(" {}\n", "x".repeat(most));
        assert_eq!(accepts(&padded), trims, "{name}: blanks around");
        assert_eq!(accepts("  "), !trims || least == 0, "{name}: blanks alone");
        assert!(accepts("a\tb\nc"), "{name}: tab and newline");
        for control in ["a\0b", "a\rb", "a\u{1b}[31mb", "a\u{7f}b", "a\u{85}b"] {
            assert!(!accepts(control), "{name}: {control:?}");
        }
    }
}

#[test]
fn a_refusal_names_the_rule() {
    let refusal = |raw: &str| Title::try_from(raw).unwrap_err().to_string();
    assert_eq!(refusal(" "), "must have 1 to 200 characters, has 0");
    assert!(refusal("a\0").contains("control characters"));
    let long = Description::try_from("x".repeat(20_001)).unwrap_err().to_string();
    assert_eq!(long, "must have at most 20000 characters, has 20001");
}

#[test]
fn a_text_is_checked_on_its_way_in_and_kept_as_it_is_on_its_way_out() {
    let title: Title = serde_json::from_str(r#"" Fix payment bug ""#).unwrap();
    assert_eq!(serde_json::to_string(&title).unwrap(), r#""Fix payment bug""#);
    assert!(serde_json::from_str::<Title>(r#""""#).is_err());
    assert!(serde_json::from_str::<RepoName>(r#""shop""#).is_err());
}

#[test]
fn text_of_any_origin_is_cut_and_cleaned_where_it_must_not_be_refused() {
    assert_eq!(Message::lossy("a\0b\nc").as_str(), "a b c");
    assert_eq!(Message::lossy(&"ü".repeat(2_000)).as_str().chars().count(), 1_000);
    assert_eq!(Prose::lossy("a\r\nb\u{1b}").unwrap().as_str(), "a \nb");
    assert_eq!(Prose::lossy(&"ü".repeat(10_001)).unwrap().as_str().chars().count(), 10_000);
    assert_eq!(Prose::lossy(" \0 "), None);
}

#[test]
fn twenty_labels_fit_each_once_and_sorted() {
    let named = |count: usize| -> Vec<Label> {
        (0..count).map(|n| Label::try_from(format!("label {n:02}")).unwrap()).collect()
    };
    assert!(Labels::try_from(named(20)).is_ok());
    assert!(Labels::try_from(named(21)).is_err());
    let doubled = [named(20), named(20)].concat();
    assert_eq!(Labels::try_from(doubled).unwrap().iter().count(), 20);
    let json = serde_json::to_string(&labels(&["b", "a", "b"])).unwrap();
    assert_eq!(json, r#"["a","b"]"#);
    let full = Labels::try_from(named(20)).unwrap();
    assert_eq!(full.with(named(25)), full, "the rest finds no room");
    assert_eq!(labels(&["a"]).with(labels(&["b"]).iter().cloned()), labels(&["a", "b"]));
}

#[test]
fn a_repository_is_owner_and_name() {
    for good in ["acme/shop", "A-1/b_c.d", "a/.github", &format!("a/{}", "x".repeat(100))] {
        assert!(of::<RepoName>(good), "{good}");
    }
    let long = format!("a/{}", "x".repeat(101));
    let bad = [
        "", "shop", "/shop", "acme/", "a/b/c", "a/..", "./b", "a b/c", "a/b?c", "ä/b", " a/b",
        &long,
    ];
    for bad in bad {
        assert!(!of::<RepoName>(bad), "{bad}");
    }
    let repo: RepoName = "Acme/Shop".parse().unwrap();
    assert_eq!((repo.owner(), repo.name(), repo.as_str()), ("Acme", "Shop", "Acme/Shop"));
    let same: RepoName = "acme/shop".parse().unwrap();
    assert_eq!(repo, same);
    assert_eq!(repo.cmp(&same), std::cmp::Ordering::Equal);
}

#[test]
fn codes_and_idempotency_keys_are_plain() {
    for (raw, fits) in [("a", true), ("a_1", true), ("", false), ("A", false), ("a-b", false)] {
        assert_eq!(of::<Code>(raw), fits, "{raw:?}");
    }
    assert!(of::<Code>(&"a".repeat(64)) && !of::<Code>(&"a".repeat(65)));
    for (raw, fits) in [("a", true), ("a b~", true), ("", false), ("a\nb", false), ("é", false)] {
        assert_eq!(of::<IdempotencyKey>(raw), fits, "{raw:?}");
    }
    assert!(of::<IdempotencyKey>(&"k".repeat(128)) && !of::<IdempotencyKey>(&"k".repeat(129)));
}

#[test]
fn times_are_rfc_3339_in_utc_with_milliseconds() {
    let read = |raw: &str| raw.parse::<Timestamp>().map(|at| at.to_string()).ok();
    let cases = [
        ("2026-11-20T17:24:00.123Z", Some("2026-11-20T17:24:00.123Z")),
        ("2026-11-20T17:24:00Z", Some("2026-11-20T17:24:00.000Z")),
        ("2026-11-20T17:24:00.123999Z", Some("2026-11-20T17:24:00.123Z")),
        ("2026-11-20T18:24:00+01:00", Some("2026-11-20T17:24:00.000Z")),
        ("2026-11-20 17:24", None),
        ("1700000000", None),
    ];
    for (raw, expected) in cases {
        assert_eq!(read(raw).as_deref(), expected, "{raw}");
    }
}
