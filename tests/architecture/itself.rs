//! The rules themselves, on sources made up for them.

use super::{
    Source, cycles, is_word, scan, strangers, strayed_crates, too_long, unfinished, upward_imports,
};

#[test]
fn an_upward_import_is_caught_however_it_is_written() {
    let cases = [
        ("src/domain/task.rs", "use crate::store::TaskStore;", true),
        ("src/domain/task.rs", "use crate::{domain::Status, store::{TaskStore, Write}};", true),
        ("src/domain/task.rs", "pub use crate::app as application;", true),
        ("src/domain/task.rs", "fn f() -> crate::store::Write { crate::store::write() }", true),
        ("src/domain/task.rs", "use super::super::store;", true),
        ("src/domain/mod.rs", "use super::{store, config};", true),
        ("src/domain/decide/hear.rs", "use super::super::super::feed::Hub;", true),
        ("src/domain.rs", "mod tests { use super::super::store::Write; }", true),
        ("src/domain/task.rs", "mod a { mod b {} use super::super::super::store; }", true),
        ("src/auth/keys.rs", "use crate::limits::Quota;", true),
        ("src/nowhere/else.rs", "", true),
        ("src/store/write.rs", "use crate::domain::Task;", false),
        ("src/store/write.rs", "use super::{Step, feed::Feed};", false),
        ("src/store/write.rs", "use crate::store::feed::Feed;", false),
        ("src/domain/task.rs", "use super::store::Shelf;", false),
        ("src/domain/task.rs", "// use crate::store::TaskStore;", false),
        ("src/domain/task.rs", "/* use /* crate::store; */ crate::store; */", false),
        (
            "src/domain/task.rs",
            r##"const A: &str = "crate::store"; const B: &str = r#"crate::app"#;"##,
            false,
        ),
        (
            "src/domain/task.rs",
            "pub(in crate::domain) fn f<'a>(c: &'a str) -> char { '\\'' }",
            false,
        ),
        (
            "src/domain/task.rs",
            "use other::crate_store; mod store { } fn f() { store::f() }",
            false,
        ),
        ("src/main.rs", "use taskwire::app; mod cli;", false),
        ("src/app.rs", "use crate::{http, realtime, shutdown};", false),
    ];
    for (path, text, is_caught) in cases {
        let problems = upward_imports(&Source::new(path, text));
        assert_eq!(!problems.is_empty(), is_caught, "{path}: {text}: {problems:?}");
    }
}

#[test]
fn a_problem_names_its_line_and_what_to_do() {
    let text = "//! Tasks.\n\nuse crate::domain::Status;\nuse crate::store::Write;\n";
    let problems = upward_imports(&Source::new("src/domain/task.rs", text));
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert!(problem.starts_with("src/domain/task.rs:4: `domain` may not import `store`: move "));
}

#[test]
fn a_circle_of_siblings_is_caught_by_their_names_and_by_what_their_parent_offers() {
    let found = |files: &[(&str, &str)]| {
        let sources: Vec<_> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
        cycles(&sources).join("\n")
    };
    let parent = ("src/store/mod.rs", "mod a; mod b; mod c; pub use {a::A, b::{B, Other}};");
    let (b, c) = (("src/store/b.rs", "use super::c::C;"), ("src/store/c.rs", ""));
    let a = ("src/store/a.rs", "use super::B;");
    assert_eq!(found(&[parent, a, b, c]), "");
    let problem = found(&[parent, a, b, ("src/store/c.rs", "use crate::store::A;")]);
    assert!(problem.starts_with("store: a → b → c → a is a circle: "), "{problem}");
    let deep = [
        ("src/store/mod.rs", ""),
        ("src/store/a/mod.rs", ""),
        ("src/store/a/inner.rs", "use super::super::b::B;"),
        ("src/store/b.rs", "use super::a::inner::A;"),
    ];
    assert!(found(&deep).starts_with("store: a → b → a"));
}

#[test]
fn a_file_that_nobody_names_is_caught() {
    let files = [
        ("src/lib.rs", "pub mod store;"),
        ("src/main.rs", "mod cli;"),
        ("src/cli.rs", ""),
        ("src/store/mod.rs", "mod feed; // mod copy;"),
        ("src/store/feed.rs", ""),
        ("src/store/copy.rs", ""),
    ];
    let sources: Vec<_> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
    let problems = strangers(&sources);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("src/store/copy.rs: no `mod` names it"));
}

#[test]
fn a_crate_outside_its_place_is_caught() {
    let cases = [
        ("src/feed/hub.rs", "use axum::Router;", true),
        ("src/feed/hub.rs", "fn f(r: axum::Router) {}", true),
        ("src/feed/hub.rs", "use {std::fmt, ::axum::Router};", true),
        ("src/http/mod.rs", "use rusqlite;", true),
        ("src/realtime/mod.rs", "use tower_http::cors::Any;", true),
        ("src/http/mod.rs", "use axum::Router; use tower_http::cors::Any;", false),
        ("src/store/sqlite.rs", "use rusqlite::Connection;", false),
        ("src/feed/hub.rs", "// axum::Router\nlet axum = 1; f(axum); feed::axum::f();", false),
    ];
    for (path, text, is_caught) in cases {
        let problems = strayed_crates(&Source::new(path, text));
        assert_eq!(!problems.is_empty(), is_caught, "{path}: {text}: {problems:?}");
    }
}

#[test]
fn what_is_unfinished_is_caught() {
    let cases = [
        ("#[test]\n#[ignore]\nfn f() {}", true),
        ("#[ignore = \"slow\"] fn f() {}", true),
        ("#[cfg_attr(windows, ignore)] fn f() {}", true),
        ("fn f() { todo!() }", true),
        ("fn f() { std::unimplemented!(\"later\") }", true),
        ("// todo!()\nfn f() { let ignore = [\"#[ignore]\"]; todo(); f(ignore) }", false),
        ("struct S { #[schema(ignore)] f: u8 }", false),
        ("#[test] fn todo() { let ignore = a[0]; }", false),
    ];
    for (text, is_caught) in cases {
        assert_eq!(!unfinished("src/f.rs", text).is_empty(), is_caught, "{text}");
    }
}

#[test]
fn a_file_of_more_than_400_lines_is_caught_and_tests_at_its_end_are_not_counted() {
    let lines = |count: usize| "let a = 1;\n".repeat(count);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", lines(100));
    assert_eq!(too_long("src/f.rs", &lines(400)), None);
    assert_eq!(too_long("src/f.rs", &format!("{}{tests}", lines(400))), None);
    let problem = too_long("src/f.rs", &format!("{}{tests}", lines(401))).unwrap();
    assert!(problem.starts_with("src/f.rs: 401 lines, 400 at most: split it"), "{problem}");
}

#[test]
fn the_scanner_tells_words_from_what_is_quoted() {
    let read = |source: &str| -> Vec<String> {
        scan::tokens(source)
            .into_iter()
            .map(|token| token.text)
            .filter(|text| is_word(text))
            .collect()
    };
    let cases: [(&str, &[&str]); 8] = [
        ("let a = \"b \\\" c\"; d", &["let", "a", "d"]),
        ("r#\"a \" b\"# c r\"d\" br##\"e\"# f\"## g", &["c", "g"]),
        ("'a' b '\\'' c '\\u{1f600}' d 'é' e", &["b", "c", "d", "e"]),
        (
            "fn f<'a>(x: &'a str, y: &'static u8)",
            &["fn", "f", "a", "x", "a", "str", "y", "static", "u8"],
        ),
        ("a // b\nc /* d /* e */ f */ g", &["a", "c", "g"]),
        ("break 'outer; b'x' c", &["break", "outer", "c"]),
        ("\"// a\" b", &["b"]),
        ("größe::x", &["größe", "x"]),
    ];
    for (source, words) in cases {
        assert_eq!(read(source), words, "{source}");
    }
    let lines: Vec<_> = scan::tokens("a\n/*\n*/ b \"\n\" c").iter().map(|t| t.line).collect();
    assert_eq!(lines, [1, 3, 4]);
}
