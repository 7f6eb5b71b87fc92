//! Words as HTML.

use crate::protocol::Code;

/// `raw` with nothing in it that HTML would take for its own.
pub(super) fn escape(raw: &str) -> String {
    let mut html = String::with_capacity(raw.len());
    for char in raw.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            char => html.push(char),
        }
    }
    html
}

/// A text of the documents: what stands between backticks is code, and a problem's code leads to
/// what is said about it.
pub(super) fn prose(raw: &str) -> String {
    let part = |(n, part): (usize, &str)| {
        let word = escape(part);
        if n % 2 == 0 {
            word
        } else if Code::ALL.iter().any(|code| code.as_str() == part) {
            format!(r##"<a href="#{word}"><code>{word}</code></a>"##)
        } else {
            format!("<code>{word}</code>")
        }
    };
    raw.split('`').enumerate().map(part).collect()
}

/// `html` in an element, if there is any.
pub(super) fn some(tag: &str, html: &str) -> String {
    if html.is_empty() { String::new() } else { format!("<{tag}>{html}</{tag}>") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_becomes_html_but_code_and_links_to_codes() {
        assert_eq!(escape(r#"<a href="x">&"#), "&lt;a href=&quot;x&quot;&gt;&amp;");
        assert_eq!(
            prose("`<b>` or `busy` <i>"),
            r##"<code>&lt;b&gt;</code> or <a href="#busy"><code>busy</code></a> &lt;i&gt;"##
        );
        assert_eq!(some("p", ""), "");
    }
}
