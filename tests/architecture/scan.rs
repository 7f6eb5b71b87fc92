//! Reads Rust source as far as the rules need it: words, paths, modules written in a file. It knows
//! no types and expands no macros.

/// A word or a sign of the source, with its line, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) text: String,
}

/// The tokens of `source`, without comments and without what stands in quotes.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    let mut line = 1;
    while let Some(c) = rest.chars().next() {
        let length = skipped(rest).unwrap_or_else(|| {
            let word =
                rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let length = if word > 0 {
                word
            } else if rest.starts_with("::") {
                2
            } else {
                c.len_utf8()
            };
            tokens.push(Token { line, text: rest[..length].to_owned() });
            length
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// How much of the beginning of `rest` says nothing: blanks, a comment, a literal in quotes.
fn skipped(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        return Some(first.len_utf8());
    }
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    let unprefixed = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - unprefixed.len();
    if prefix <= 1 {
        if let Some(raw) = unprefixed.strip_prefix('r') {
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            if raw[hashes..].starts_with('"') {
                let end = format!("\"{}", "#".repeat(hashes));
                let inside = &raw[hashes + 1..];
                let length = inside.find(&end).map_or(inside.len(), |at| at + end.len());
                return Some(prefix + 1 + hashes + 1 + length);
            }
        }
        if unprefixed.starts_with('"') {
            return Some(prefix + quoted(unprefixed, '"'));
        }
        if unprefixed.starts_with('\'') && !is_lifetime(unprefixed) {
            return Some(prefix + quoted(unprefixed, '\''));
        }
    }
    None
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                break;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `'a` in `&'a str`, not `'a'`.
fn is_lifetime(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    let (first, second) = (chars.next(), chars.next());
    first.is_some_and(|c| c.is_alphabetic() || c == '_') && second != Some('\'')
}

/// A path that the source names, `use` groups taken apart: its first word and the words after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) line: usize,
    /// The module it stands in: the file's, and those written inside the file.
    pub(super) inside: Vec<String>,
    pub(super) words: Vec<String>,
    /// It is offered to others: `pub use`.
    pub(super) is_public_use: bool,
}

impl Named {
    /// Where the path leads if it leads into this crate: its words from the root on.
    pub(super) fn in_crate(&self) -> Option<Vec<String>> {
        let mut place = match self.words.first().map(String::as_str)? {
            "crate" => Vec::new(),
            "self" | "super" => self.inside.clone(),
            _ => return None,
        };
        for word in &self.words {
            match word.as_str() {
                "crate" | "self" => {}
                "super" => {
                    place.pop();
                }
                word => place.push(word.to_owned()),
            }
        }
        Some(place)
    }
}

/// Every path of two words or more, and every path of a `use`, in a file that is `module`.
pub(super) fn paths(module: &[String], source: &str) -> Vec<Named> {
    let tokens = tokens(source);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut found = Vec::new();
    let mut inside = module.to_vec();
    // At which depth of braces each module that is written in the file ends.
    let mut ends: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "mod" if text(at + 2) == "{" => {
                inside.push(text(at + 1).to_owned());
                ends.push(depth);
                depth += 1;
                at += 3;
                continue;
            }
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                if ends.last() == Some(&depth) {
                    ends.pop();
                    inside.pop();
                }
            }
            word if is_word(word) => {
                let is_use = word == "use" && text(at + 1) != "<";
                let is_public_use = is_use && at > 0 && matches!(text(at - 1), "pub" | ")");
                let start = if is_use { at + 1 } else { at };
                let mut words = Vec::new();
                let next = tree(&tokens, start, &mut Vec::new(), &mut words);
                let named = words.into_iter().filter(|words| is_use || words.len() > 1);
                found.extend(named.map(|words| {
                    let inside = inside.clone();
                    Named { line: token.line, inside, words, is_public_use }
                }));
                at = next;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path, or a group of them, from `at` on; where it ends.
fn tree(
    tokens: &[Token],
    mut at: usize,
    base: &mut Vec<String>,
    out: &mut Vec<Vec<String>>,
) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let depth = base.len();
    if text(at) == "::" {
        at += 1;
    }
    loop {
        if text(at) == "{" {
            at += 1;
            while at < tokens.len() && text(at) != "}" {
                at = if text(at) == "," { at + 1 } else { tree(tokens, at, base, out) };
            }
            at += 1;
            break;
        }
        let word = text(at);
        base.push(word.to_owned());
        at += 1;
        let goes_on = is_word(word)
            && text(at) == "::"
            && (is_word(text(at + 1)) || matches!(text(at + 1), "{" | "*"));
        if !goes_on {
            out.push(base.clone());
            // `as another_name`
            if text(at) == "as" && matches!(text(at + 2), "," | ";" | "}") {
                at += 2;
            }
            break;
        }
        at += 1;
    }
    base.truncate(depth);
    at
}

pub(super) fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
