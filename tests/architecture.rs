//! The shape of the project, checked: who may import whom, which crate is used where, how long a
//! file may be. Each failure says what to do about it.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by a panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

#[path = "architecture/scan.rs"]
mod scan;

use scan::{Named, is_word, paths, tokens};

/// The modules, row by row: each may import from the rows above its own, and from no other module.
const ROWS: &[&[&str]] = &[
    &["domain"],
    &["config"],
    &["telemetry"],
    &["store"],
    &["tasks"],
    &["protocol"],
    &["feed"],
    &["auth", "limits", "features"],
    &["github"],
    &["analysis"],
    &["worker"],
    &["http"],
    &["realtime"],
    &["simulator"],
    &["demo"],
    &["shutdown"],
    &["app"],
    &["cli"],
    &["main", "lib"],
];

/// Crates that only these modules know.
const CRATES: &[(&str, &[&str])] = &[
    ("axum", &["http", "simulator", "app"]),
    ("socketioxide", &["realtime", "app"]),
    ("mongodb", &["store"]),
    ("bson", &["store"]),
    ("rusqlite", &["store"]),
    ("octocrab", &["github"]),
    ("jsonwebtoken", &["auth"]),
    ("governor", &["limits"]),
    ("tower_http", &["http", "app"]),
];

const MOST_LINES: usize = 400;

/// A file, and the module it is: `src/store/feed.rs` is `store::feed`.
struct Source {
    path: String,
    module: Vec<String>,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let plain = path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut module: Vec<String> = plain.split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        Self { path: path.to_owned(), module, text: text.to_owned() }
    }

    /// The module at the top of the crate that this file belongs to.
    fn top(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }

    fn paths(&self) -> Vec<Named> {
        paths(if self.is_root() { &[] } else { &self.module }, &self.text)
    }

    fn is_root(&self) -> bool {
        matches!(self.top(), "main" | "lib")
    }
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// Imports from a row below, or from a neighbour in the same row.
fn upward_imports(source: &Source) -> Vec<String> {
    let Some(own) = row(source.top()) else {
        return vec![format!(
            "{}: the module `{}` has no place: give it one in ROWS, below all that it imports",
            source.path,
            source.top()
        )];
    };
    let mut problems = Vec::new();
    for named in source.paths() {
        let Some(target) = named.in_crate().and_then(|place| place.into_iter().next()) else {
            continue;
        };
        if target != source.top() && row(&target).is_some_and(|row| row >= own) {
            problems.push(format!(
                "{}:{}: `{}` may not import `{target}`: move what is shared to a module above both, \
                 or hand it in as a trait",
                source.path,
                named.line,
                source.top(),
            ));
        }
    }
    problems
}

/// Crates used outside their place.
fn strayed_crates(source: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    for named in source.paths() {
        let first = named.words.first().map_or("", String::as_str);
        let place = CRATES.iter().find(|(name, _)| *name == first);
        if let Some((name, homes)) = place.filter(|(_, homes)| !homes.contains(&source.top())) {
            problems.push(format!(
                "{}:{}: `{name}` is known to {} alone: let one of them offer what is needed",
                source.path,
                named.line,
                homes.join(", "),
            ));
        }
    }
    problems
}

/// Tests that do not run and code that is not there.
fn unfinished(path: &str, text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut problems = Vec::new();
    let mut in_attribute = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "[" if in_attribute > 0 || (at > 0 && matches!(text(at - 1), "#" | "!")) => {
                in_attribute += 1;
            }
            "]" if in_attribute > 0 => in_attribute -= 1,
            // What the documents leave out is no test.
            "ignore" if at > 1 && text(at - 2) == "schema" && text(at - 1) == "(" => {}
            "ignore" if in_attribute > 0 => problems.push(format!(
                "{path}:{}: a test that is ignored proves nothing: mend or remove it",
                token.line
            )),
            "todo" | "unimplemented" if text(at + 1) == "!" => problems.push(format!(
                "{path}:{}: `{}!` panics on whoever comes by: write it, or leave the feature out",
                token.line, token.text
            )),
            _ => {}
        }
    }
    problems
}

/// A file that is too long to be read at once. Tests at a file's end are not counted.
fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    let tests = text.find("#[cfg(test)]\nmod tests {");
    let counted = tests.map_or(lines, |at| text[..at].lines().count());
    (counted > MOST_LINES).then(|| {
        format!(
            "{path}: {counted} lines, {MOST_LINES} at most: split it by what its parts are about"
        )
    })
}

/// Files that no `mod` names, so that nobody compiles them.
fn strangers(sources: &[Source]) -> Vec<String> {
    let mut named: BTreeSet<Vec<String>> = BTreeSet::new();
    for source in sources {
        let place: &[String] = if source.is_root() { &[] } else { &source.module };
        for pair in tokens(&source.text).windows(2).filter(|pair| pair[0].text == "mod") {
            named.insert([place, &[pair[1].text.clone()]].concat());
        }
    }
    let strangers = sources.iter().filter(|it| !it.is_root() && !named.contains(&it.module));
    strangers
        .map(|it| format!("{}: no `mod` names it: name it in its parent, or remove it", it.path))
        .collect()
}

/// Which children of each module use which of their siblings, by name or by what the parent offers
/// of them.
fn siblings(sources: &[Source]) -> BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> {
    let modules: BTreeSet<&[String]> = sources.iter().map(|s| s.module.as_slice()).collect();
    // What a module offers of its children: (module, name) → child.
    let mut offers: BTreeMap<(Vec<String>, String), String> = BTreeMap::new();
    for source in sources {
        for named in source.paths().into_iter().filter(|named| named.is_public_use) {
            let words: Vec<_> = named.words.iter().filter(|word| *word != "self").collect();
            if let ([child, ..], Some(name)) = (&words[..], words.last()) {
                let place = [source.module.clone(), vec![(*child).clone()]].concat();
                if modules.contains(place.as_slice()) {
                    offers.insert((source.module.clone(), (*name).clone()), (*child).clone());
                }
            }
        }
    }
    let mut uses: BTreeMap<_, BTreeMap<_, BTreeSet<_>>> = BTreeMap::new();
    for source in sources {
        for target in source.paths().iter().filter_map(Named::in_crate) {
            let shared = source.module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            let (Some(own), Some(name)) = (source.module.get(shared), target.get(shared)) else {
                continue;
            };
            let parent = source.module[..shared].to_vec();
            let place = [parent.clone(), vec![name.clone()]].concat();
            let sibling = if modules.contains(place.as_slice()) {
                Some(name)
            } else {
                offers.get(&(parent.clone(), name.clone()))
            };
            if let Some(sibling) = sibling.filter(|sibling| *sibling != own) {
                let of_parent = uses.entry(parent).or_default();
                of_parent.entry(own.clone()).or_default().insert(sibling.clone());
            }
        }
    }
    uses
}

/// A way that leads from a module back to itself.
fn cycle(uses: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(
        at: &str,
        uses: &BTreeMap<String, BTreeSet<String>>,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(start) = way.iter().position(|step| step == at) {
            return Some([&way[start..], &[at.to_owned()]].concat());
        }
        if !done.insert(at.to_owned()) {
            return None;
        }
        way.push(at.to_owned());
        let found = uses.get(at).into_iter().flatten().find_map(|next| walk(next, uses, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    uses.keys().find_map(|start| walk(start, uses, &mut Vec::new(), &mut done))
}

fn cycles(sources: &[Source]) -> Vec<String> {
    let cycles = siblings(sources).into_iter().filter_map(|(parent, uses)| {
        let way = cycle(&uses)?.join(" → ");
        let parent = if parent.is_empty() { "the crate".to_owned() } else { parent.join("::") };
        Some(format!("{parent}: {way} is a circle: move what both need to a file of its own"))
    });
    cycles.collect()
}

/// Every file below `folder` with one of `endings`, with its path from the project's root.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        // A part of the project that is not there breaks no rule.
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        for path in paths {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "node_modules" && name != "generated" {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    files("src", &[".rs"]).iter().map(|(path, text)| Source::new(path, text)).collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.contains(".test.") || path.ends_with("/tests.rs")
}

fn none_of(problems: impl IntoIterator<Item = String>) {
    let problems: Vec<String> = problems.into_iter().collect();
    assert!(problems.is_empty(), "\n\n{}\n", problems.join("\n"));
}

#[test]
fn every_module_imports_only_from_those_above_it() {
    none_of(sources().iter().flat_map(upward_imports));
}

#[test]
fn no_files_go_round_in_a_circle() {
    none_of(cycles(&sources()));
}

#[test]
fn every_file_is_part_of_the_program() {
    none_of(strangers(&sources()));
}

#[test]
fn every_crate_is_in_its_place() {
    none_of(sources().iter().flat_map(strayed_crates));
}

#[test]
fn every_file_can_be_read_at_once() {
    let of_the_server = files("src", &[".rs"]);
    let of_the_page = files("web/src", &[".ts", ".tsx"]);
    let of_the_clients = files("tests/node", &[".mjs", ".js", ".ts"]);
    assert!(!of_the_server.is_empty());
    let all = [of_the_server, of_the_page, of_the_clients].concat();
    none_of(
        all.iter().filter(|(path, _)| !is_test(path)).filter_map(|(p, text)| too_long(p, text)),
    );
}

#[test]
fn nothing_is_left_unfinished() {
    let all =
        [files("src", &[".rs"]), files("tests", &[".rs"]), files("benches", &[".rs"])].concat();
    none_of(all.iter().flat_map(|(path, text)| unfinished(path, text)));
}

#[path = "architecture/itself.rs"]
mod itself;
