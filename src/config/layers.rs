//! The layers: defaults, file, environment. What they say, not yet whether it makes sense.

use std::{collections::BTreeMap, path::Path};

use figment::{
    Figment, Profile, Provider,
    providers::{Format, Serialized, Toml},
    value::{Dict, Value},
};
use toml_edit::{DocumentMut, Item};

use super::{
    error::{BadKey, ConfigError},
    names,
};

const DEFAULTS: &str = include_str!("../../config/default.toml");

/// The keys whose values are shown to nobody.
const SECRET: [&str; 6] = [
    "mongodb.uri",
    "auth.jwt_secret",
    "auth.jwt_secret_previous",
    "github.token",
    "github.webhook_secret",
    "github.webhook_secret_previous",
];

/// All layers, one over the other.
pub(super) struct Layers {
    defaults: Dict,
    effective: Dict,
    /// The keys the environment set, each with the variable that did.
    variables: BTreeMap<String, String>,
    /// What is wrong with the keys themselves.
    unknown: Vec<BadKey>,
}

impl Layers {
    /// Lays `file` and then `env` over the defaults.
    pub(super) fn read(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let defaults = parse(DEFAULTS).expect("config/default.toml is TOML, as the tests show");
        let file = file.map(read_file).transpose()?.unwrap_or_default();
        let mut unknown = strangers(&defaults, &file);
        let (variables, refused) = environment(&defaults, env);
        unknown.extend(refused);

        let figment = variables.iter().fold(
            Figment::from(Serialized::defaults(&defaults)).merge(Serialized::defaults(&file)),
            |figment, (key, (_, value))| figment.merge(Serialized::default(key, value)),
        );
        let effective = figment.extract().expect("a table of tables is a table of tables");
        let variables = variables.into_iter().map(|(key, (name, _))| (key, name)).collect();
        Ok(Self { defaults, effective, variables, unknown })
    }

    /// What the topmost layer says for `key`; the default if a layer has something else in the
    /// place of its section.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        find(&self.effective, key).or_else(|| self.default(key))
    }

    /// What the defaults say for `key`.
    pub(super) fn default(&self, key: &str) -> Option<&Value> {
        find(&self.defaults, key)
    }

    /// `key` as a bad one, with the variable that set it.
    pub(super) fn bad(&self, key: &str, rule: impl Into<String>) -> BadKey {
        let variable = self.variables.get(key).cloned();
        BadKey { key: key.to_owned(), variable, rule: rule.into() }
    }

    /// The keys that nobody knows.
    pub(super) fn unknown(&self) -> &[BadKey] {
        &self.unknown
    }

    /// The defaults' own text with the effective values in their places.
    pub(super) fn redacted_toml(&self) -> String {
        let mut document: DocumentMut =
            DEFAULTS.parse().expect("config/default.toml is TOML, as the tests show");
        for (section, items) in document.iter_mut() {
            for (name, item) in items.as_table_like_mut().into_iter().flat_map(|t| t.iter_mut()) {
                let key = format!("{}.{}", section.get(), name.get());
                let Some(value) = self.value(&key) else { continue };
                let unset = value.as_str() == Some("");
                *item = if SECRET.contains(&key.as_str()) && !unset {
                    toml_edit::value("[redacted]")
                } else {
                    shown(value)
                };
            }
        }
        document.to_string()
    }
}

fn find<'a>(layer: &'a Dict, key: &str) -> Option<&'a Value> {
    let (section, name) = key.split_once('.')?;
    layer.get(section)?.as_dict()?.get(name)
}

/// `raw` as tables, or where it is not TOML. The parser's own text would quote the line, and a line
/// may hold a secret.
fn parse(raw: &str) -> Result<Dict, String> {
    raw.parse::<DocumentMut>().map_err(|error| {
        let before = error.span().and_then(|span| raw.get(..span.start)).unwrap_or_default();
        format!("is not TOML: line {}", before.matches('\n').count() + 1)
    })?;
    let mut profiles = Toml::string(raw).data().map_err(|_| "is not TOML".to_owned())?;
    Ok(profiles.remove(&Profile::Default).unwrap_or_default())
}

fn read_file(path: &Path) -> Result<Dict, ConfigError> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("cannot be read: {error}"))
        .and_then(|raw| parse(&raw))
        .map_err(|reason| ConfigError::File { path: path.to_owned(), reason })
}

/// What `layer` names that the defaults do not.
fn strangers(defaults: &Dict, layer: &Dict) -> Vec<BadKey> {
    let bad = |key: String, rule: &str| BadKey { key, variable: None, rule: rule.to_owned() };
    let mut found = Vec::new();
    for (section, value) in layer {
        match (defaults.get(section).and_then(Value::as_dict), value.as_dict()) {
            (None, _) => found.push(bad(section.clone(), "is not a section of the configuration")),
            (Some(_), None) => found.push(bad(section.clone(), "must be a section, [name]")),
            (Some(known), Some(given)) => found.extend(
                given
                    .keys()
                    .filter(|name| !known.contains_key(*name))
                    .map(|name| bad(format!("{section}.{name}"), "is not a known key")),
            ),
        }
    }
    found
}

type Variables = BTreeMap<String, (String, Value)>;

/// The keys set by `env`, each with its variable, and the variables that cannot be honoured.
///
/// A long name wins over a short one. An empty variable is one that is not set.
fn environment(
    defaults: &Dict,
    env: impl IntoIterator<Item = (String, String)>,
) -> (Variables, Vec<BadKey>) {
    let mut set = Variables::new();
    let mut refused = Vec::new();
    let refusal = |name: &str, rule: &str| BadKey {
        key: name.to_owned(),
        variable: None,
        rule: rule.to_owned(),
    };
    for (name, raw) in env {
        if raw.is_empty() {
            continue;
        }
        if let Some((_, rule)) = names::UNSUPPORTED.iter().find(|(known, _)| *known == name) {
            refused.push(refusal(&name, rule));
        }
        let Some(key) = names::key_of(&name) else { continue };
        let Some(default) = find(defaults, &key) else {
            refused.push(refusal(&name, "names no known key"));
            continue;
        };
        let long = name.starts_with(names::PREFIX);
        if long || !set.contains_key(&key) {
            set.insert(key, (name, typed(&raw, default)));
        }
    }
    refused.sort_by(|a, b| a.key.cmp(&b.key));
    (set, refused)
}

/// `raw` as the type that the key's default has; what does not fit stays text, for the section to
/// refuse.
fn typed(raw: &str, default: &Value) -> Value {
    let parsed = match default {
        Value::Bool(..) => raw.trim().to_ascii_lowercase().parse::<bool>().ok().map(Value::from),
        Value::Num(..) => raw.trim().parse::<u64>().ok().map(Value::from),
        Value::Array(..) => {
            let items = raw.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::from(items.map(Value::from).collect::<Vec<_>>()))
        }
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(raw))
}

/// A checked value as TOML.
fn shown(value: &Value) -> Item {
    match value {
        Value::Bool(_, on) => toml_edit::value(*on),
        Value::Num(..) => toml_edit::value(value.deserialize::<i64>().unwrap_or(i64::MAX)),
        Value::Array(_, items) => {
            let texts = items.iter().filter_map(Value::as_str);
            toml_edit::value(texts.collect::<toml_edit::Array>())
        }
        other => toml_edit::value(other.as_str().unwrap_or_default()),
    }
}
