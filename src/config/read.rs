//! From what the layers say to checked values, remembering everything that is wrong.

use std::{num::NonZeroU32, ops::RangeInclusive, time::Duration};

use figment::value::Value;
use secrecy::SecretString;

use super::{
    error::{BadKey, ConfigError},
    layers::Layers,
};

/// Reads keys; a bad one is noted and its default stands in, so that the rest can be read too.
pub(super) struct Reader<'a> {
    layers: &'a Layers,
    bad: Vec<BadKey>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(layers: &'a Layers) -> Self {
        Self { layers, bad: layers.unknown().to_vec() }
    }

    /// The error that names every bad key, if there is one.
    pub(super) fn finish(self) -> Result<(), ConfigError> {
        if self.bad.is_empty() { Ok(()) } else { Err(ConfigError::Keys(self.bad)) }
    }

    /// Notes that the value of `key` breaks `rule`.
    pub(super) fn refuse(&mut self, key: &str, rule: impl Into<String>) {
        self.bad.push(self.layers.bad(key, rule));
    }

    /// Any value.
    fn read<T>(&mut self, key: &str, parse: impl Fn(&Value) -> Result<T, String>) -> T {
        let default = self.layers.default(key);
        let given = self.layers.value(key).or(default).map(&parse);
        match given {
            Some(Ok(value)) => return value,
            Some(Err(rule)) => self.refuse(key, rule),
            None => {}
        }
        default
            .and_then(|value| parse(value).ok())
            .expect("config/default.toml has a good value for every key, as the tests show")
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &str) -> bool {
        self.read(key, |value| value.to_bool().ok_or_else(|| "must be true or false".to_owned()))
    }

    /// A whole number within `range`, which `T` must hold.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, key: &str, range: RangeInclusive<u64>) -> T {
        self.read(key, |value| {
            let number = value.deserialize::<u64>().ok().filter(|number| range.contains(number));
            number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| {
                format!("must be a whole number from {} to {}", range.start(), range.end())
            })
        })
    }

    /// A whole number from 1 to `max`.
    pub(super) fn count(&mut self, key: &str, max: u32) -> NonZeroU32 {
        NonZeroU32::new(self.number(key, 1..=u64::from(max))).unwrap_or(NonZeroU32::MIN)
    }

    /// A whole number of seconds within `range`.
    pub(super) fn seconds(&mut self, key: &str, range: RangeInclusive<u64>) -> Duration {
        Duration::from_secs(self.number(key, range))
    }

    /// A whole number of milliseconds within `range`.
    pub(super) fn millis(&mut self, key: &str, range: RangeInclusive<u64>) -> Duration {
        Duration::from_millis(self.number(key, range))
    }

    /// A text that `parse` accepts, or says what it must be.
    pub(super) fn text<T, E: ToString>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> T {
        self.read(key, |value| parse(text_of(value)?).map_err(|rule| rule.to_string()))
    }

    /// A text that `parse` accepts, or the empty one for "not set".
    pub(super) fn optional<T, E: ToString>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.text(key, |raw| if raw.is_empty() { Ok(None) } else { parse(raw).map(Some) })
    }

    /// A list of texts that `parse` accepts each.
    pub(super) fn list<T, E: ToString, L: FromIterator<T>>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> L {
        self.read(key, |value| {
            let items = value.as_array().ok_or_else(|| "must be a list of texts".to_owned())?;
            let parsed = items.iter().enumerate().map(|(at, item)| {
                text_of(item)
                    .and_then(|raw| parse(raw).map_err(|rule| rule.to_string()))
                    .map_err(|rule| format!("{rule} (entry {})", at + 1))
            });
            parsed.collect()
        })
    }

    /// A secret of at least `min` bytes, or the empty text for "not set".
    pub(super) fn secret(&mut self, key: &str, min: usize) -> Option<SecretString> {
        self.optional(key, |raw| {
            if raw.len() < min {
                Err(format!("must have at least {min} bytes"))
            } else {
                Ok(SecretString::from(raw))
            }
        })
    }
}

fn text_of(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a text".to_owned())
}
