//! Text as a row of plain words.

/// The words of a text in lower case, one blank between them and at both ends.
pub(super) struct Words(String);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let plain: String = text
            .chars()
            .map(|c| match c {
                '’' => '\'',
                c if c.is_alphanumeric() || c == '\'' => c,
                _ => ' ',
            })
            .collect();
        let mut words = String::from(" ");
        for word in plain.to_lowercase().split_whitespace() {
            words.push_str(word);
            words.push(' ');
        }
        Self(words)
    }

    /// Whether one of `phrases`, each of lower-case words with one blank between them, occurs whole.
    pub(super) fn have_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.0.contains(&format!(" {phrase} ")))
    }

    /// Whether the text begins with one of `phrases`.
    pub(super) fn begin_with_any(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.0.starts_with(&format!(" {phrase} ")))
    }
}

/// Whether the text counts its steps: `1.` and `2.`, or `1)` and `2)`, in lines or in a row.
pub(super) fn has_ordered_list(text: &str) -> bool {
    let has = |number: [&str; 2]| text.split_whitespace().any(|word| number.contains(&word));
    has(["1.", "1)"]) && has(["2.", "2)"])
}

/// Whether the text quotes a program: an error's line, a stack trace, a block of code.
pub(super) fn has_error_text(text: &str) -> bool {
    let marks =
        ["error:", "exception:", "panicked at", "traceback (most recent", "```", "stack trace"];
    let text = text.to_lowercase();
    marks.iter().any(|mark| text.contains(mark))
}

/// The files that the text names, each once, in order, `limit` at most.
pub(super) fn file_names(text: &str, limit: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let separates = |c: char| !(c.is_ascii_alphanumeric() || "_-./".contains(c));
    for word in text.split(separates).map(|word| word.trim_end_matches(['.', '/', '-'])) {
        if names.len() < limit && is_file_name(word) && !names.iter().any(|name| name == word) {
            names.push(word.to_owned());
        }
    }
    names
}

fn is_file_name(word: &str) -> bool {
    const ENDINGS: [&str; 31] = [
        "c", "cc", "cpp", "cs", "css", "go", "h", "html", "java", "js", "json", "jsx", "kt",
        "lock", "md", "mjs", "php", "py", "rb", "rs", "scss", "sh", "sql", "swift", "toml", "ts",
        "tsx", "txt", "xml", "yaml", "yml",
    ];
    let name = word.rsplit('/').next().unwrap_or(word);
    match name.rsplit_once('.') {
        Some((stem, ending)) => !stem.is_empty() && ENDINGS.contains(&ending),
        None => false,
    }
}
