//! Webhooks between what caused them and whoever they are for: in order, unless something was
//! planned to go wrong.

use std::collections::VecDeque;

use secrecy::SecretString;
use url::Url;

use super::{dice::Dice, hook::Hook};
use crate::domain::Timestamp;

/// How many deliveries are remembered, and how many wait: the oldest is lost first.
const MOST: usize = 2_000;

/// Where webhooks go.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) id: u64,
    pub(super) url: Url,
    pub(super) secret: SecretString,
}

/// What goes wrong with one webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    /// It is never posted.
    Lose,
    /// It is posted twice.
    Double,
    /// It waits for the others of its kind, and leaves with them in a random order.
    Shuffle,
}

/// A webhook that was posted, or lost.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) id: u64,
    pub(super) hook: Hook,
    pub(super) at: Timestamp,
    /// It had been delivered before.
    pub(super) is_again: bool,
    /// What was answered; none if there was no answer.
    pub(super) status: Option<u16>,
}

/// A webhook to be posted.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) hook: Hook,
    pub(super) is_again: bool,
}

/// What waits, and what was posted.
#[derive(Default)]
pub(super) struct Outbox {
    pub(super) address: Option<Address>,
    pub(super) deliveries: VecDeque<Delivery>,
    pub(super) mishaps: VecDeque<Mishap>,
    waiting: VecDeque<Letter>,
    shuffled: Vec<Letter>,
}

impl Outbox {
    /// Takes in what was caused just now; it is for nobody while no address is known. What was lost.
    pub(super) fn put(&mut self, hook: &Hook, dice: &mut Dice) -> Option<Hook> {
        self.address.as_ref()?;
        let letter = || Letter { hook: hook.clone(), is_again: false };
        match self.mishaps.pop_front() {
            None => self.waiting.push_back(letter()),
            Some(Mishap::Lose) => return Some(hook.clone()),
            Some(Mishap::Double) => self.waiting.extend([letter(), letter()]),
            Some(Mishap::Shuffle) => {
                self.shuffled.push(letter());
                if self.mishaps.front() != Some(&Mishap::Shuffle) {
                    dice.shuffle(&mut self.shuffled);
                    self.waiting.extend(self.shuffled.drain(..));
                }
            }
        }
        let surplus = self.waiting.len().saturating_sub(MOST);
        self.waiting.drain(..surplus);
        None
    }

    /// Posts a webhook once more.
    pub(super) fn put_again(&mut self, hook: Hook) {
        self.waiting.push_back(Letter { hook, is_again: true });
    }

    /// The next one, and where it goes.
    pub(super) fn next(&mut self) -> Option<(Letter, Address)> {
        let address = self.address.clone()?;
        Some((self.waiting.pop_front()?, address))
    }

    /// Remembers what became of one.
    pub(super) fn remember(&mut self, delivery: Delivery) {
        if self.deliveries.len() >= MOST {
            self.deliveries.pop_front();
        }
        self.deliveries.push_back(delivery);
    }
}
