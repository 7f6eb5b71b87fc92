//! The text: what people wrote, and a short list of what the rules saw in it.

use std::fmt::Write as _;

use super::assess::{Findings, Material};

/// Writes the issue in Markdown. Nothing is said that nobody wrote, but for the list at its end.
pub(super) fn write(material: &Material<'_>, findings: &Findings) -> String {
    let mut sections = Vec::new();
    let description = material.description.trim();
    if !description.is_empty() {
        sections.push(description.to_owned());
    }
    let answers: Vec<String> =
        material.answered().map(|(asked, answer)| format!("**{asked}**\n\n{answer}")).collect();
    if !answers.is_empty() {
        sections.push(format!("## Clarification\n\n{}", answers.join("\n\n")));
    }
    sections.push(format!("## What the rules found\n\n{}", list(findings)));
    sections.join("\n\n")
}

fn list(findings: &Findings) -> String {
    let mut list = String::new();
    if let Some(kind) = findings.kind {
        item(&mut list, "Kind", kind.label());
    }
    let told = |found| if found { "told" } else { "not told" };
    item(&mut list, "Steps to reproduce", told(findings.steps));
    item(&mut list, "Expected behaviour", told(findings.expected));
    item(&mut list, "Actual behaviour", told(findings.actual));
    if findings.error_text {
        item(&mut list, "Error text or code", "quoted");
    }
    if !findings.files.is_empty() {
        item(&mut list, "Files named", &format!("`{}`", findings.files.join("`, `")));
    }
    list.trim_end().to_owned()
}

fn item(list: &mut String, name: &str, value: &str) {
    // Writing to a string cannot fail.
    let _infallible = writeln!(list, "- {name}: {value}");
}
