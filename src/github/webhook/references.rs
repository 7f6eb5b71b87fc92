//! The issues that a pull request says it closes, in the words of
//! <https://docs.github.com/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue>.

use crate::domain::text::RepoName;

const KEYWORDS: [&str; 9] =
    ["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"];

/// The issues that `body`, written in `base`, closes: in the order they are named, each once.
/// Pages of issues are those at `web_host`. What stands in an HTML comment is not said.
pub(super) fn closing(body: &str, base: &RepoName, web_host: &str) -> Vec<(RepoName, u64)> {
    let body = without_comments(body);
    let mut named = Vec::new();
    for rest in words(&body) {
        let found = after_keyword(rest).and_then(|rest| reference(rest, base, web_host));
        if let Some(reference) = found
            && !named.contains(&reference)
        {
            named.push(reference);
        }
    }
    named
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// The text from each beginning of a word on.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let begins = c.is_ascii_alphabetic() && !is_word(before);
        before = c;
        begins.then(|| text.get(at..)).flatten()
    })
}

/// What follows a keyword, its colon and the space after it.
fn after_keyword(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let (word, rest) = text.split_at(end);
    if !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) {
        return None;
    }
    let (has_colon, rest) = rest.strip_prefix(':').map_or((false, rest), |rest| (true, rest));
    let reference = rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\n' && c != '\r');
    (has_colon || reference.len() < rest.len()).then_some(reference)
}

/// `#N`, `owner/repo#N` or an issue's address, at the beginning of `text`.
fn reference(text: &str, base: &RepoName, web_host: &str) -> Option<(RepoName, u64)> {
    if let Some(rest) = text.strip_prefix('#') {
        return Some((base.clone(), number(rest)?));
    }
    if let Some(rest) = strip(text, "https://").or_else(|| strip(text, "http://")) {
        let path = strip(rest, web_host)?.strip_prefix('/')?;
        let mut parts = path.splitn(4, '/');
        let (owner, name) = (parts.next()?, parts.next()?);
        let repo = RepoName::try_from(format!("{owner}/{name}")).ok()?;
        let is_issue = parts.next()?.eq_ignore_ascii_case("issues");
        return Some((repo, number(parts.next().filter(|_| is_issue)?)?));
    }
    // A name has at most 201 characters: a sign further on belongs to something else.
    let sign = text.bytes().take(202).position(|byte| byte == b'#')?;
    let repo = RepoName::try_from(text.get(..sign)?).ok()?;
    Some((repo, number(text.get(sign + 1..)?)?))
}

/// `text` without `prefix`, in any case.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len())?
        .eq_ignore_ascii_case(prefix)
        .then(|| text.get(prefix.len()..))
        .flatten()
}

/// The number at the beginning of `text`, if it is not part of a word, and an issue could have it.
fn number(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if rest.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    digits.parse().ok().filter(|number| (1..=i64::MAX.unsigned_abs()).contains(number))
}

/// The text without its HTML comments, as templates have them for their readers.
fn without_comments(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        said.push_str(before);
        said.push(' ');
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    said.push_str(rest);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closes(body: &str) -> Vec<String> {
        let base = RepoName::try_from("acme/shop").unwrap();
        closing(body, &base, "github.com")
            .into_iter()
            .map(|(repo, number)| format!("{repo}#{number}"))
            .collect()
    }

    #[test]
    fn every_keyword_closes_in_any_case_with_or_without_a_colon() {
        for word in KEYWORDS {
            let upper = word.to_uppercase();
            for text in [word, &upper] {
                assert_eq!(closes(&format!("{text} #42")), ["acme/shop#42"]);
                assert_eq!(closes(&format!("{text}: #42")), ["acme/shop#42"]);
            }
        }
    }

    #[test]
    fn issues_are_named_in_three_ways() {
        let cases = [
            ("This fixes #1.", vec!["acme/shop#1"]),
            ("Fixes\t #1, closes #2 and resolves #1", vec!["acme/shop#1", "acme/shop#2"]),
            ("- Fixes Acme/Web.site#7", vec!["Acme/Web.site#7"]),
            ("Closes https://github.com/acme/web/issues/7", vec!["acme/web#7"]),
            ("closes HTTPS://GitHub.com/acme/web/issues/7#issuecomment-1", vec!["acme/web#7"]),
            ("(fix #1)", vec!["acme/shop#1"]),
            ("é fix #1é", vec![]),
            ("é fix #1 é", vec!["acme/shop#1"]),
        ];
        for (body, expected) in cases {
            assert_eq!(closes(body), expected, "{body}");
        }
    }

    #[test]
    fn nothing_else_closes() {
        for body in [
            "",
            "#1",
            "fix",
            "fix ",
            "fixing #1",
            "prefix #1",
            "préfix #1",
            "pre-fix #1",
            "un_fix #1",
            "fix-up #1",
            "fixes#1",
            "fixes issue #1",
            "fixes\n#1",
            "fixes #x",
            "fixes #0",
            "fixes #1a",
            "fixes #99999999999999999999999",
            "fixes shop#1",
            "fixes a/b/c#1",
            "fixes https://github.com/acme/web/pull/7",
            "fixes https://github.com.evil.example/acme/web/issues/7",
            "fixes https://evil.example/acme/web/issues/7",
            "<!-- fixes #1 -->",
            "<!-- fixes #1",
        ] {
            assert!(closes(body).is_empty(), "{body}");
        }
    }
}
