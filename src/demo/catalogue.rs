//! The tasks that the demo knows: the first dozen by heart, the others by a recipe.

use super::plot::{Fate, Plot};
use crate::{
    domain::Visibility,
    simulator::{Dice, Life},
};

/// How many tasks are told by heart.
pub(super) const DOZEN: u64 = 12;

const SMOOTH: Fate = Fate::Lives(Life::Smooth);

/// A task as it is told.
struct Told {
    creator: &'static str,
    title: &'static str,
    description: &'static str,
    labels: &'static [&'static str],
    visibility: Visibility,
    answers: &'static [&'static str],
    fate: Fate,
}

const fn told(
    creator: &'static str,
    title: &'static str,
    description: &'static str,
    fate: Fate,
) -> Told {
    let (visibility, labels, answers): (_, &[&str], &[&str]) = (Visibility::Everyone, &[], &[]);
    Told { creator, title, description, labels, visibility, answers, fate }
}

/// Together they pass through every status.
const DOZEN_TOLD: [Told; 12] = [
    told(
        "alice",
        "Cards with 3-D Secure are declined at the last step",
        "Steps to reproduce:\n1. Put any article into the cart.\n2. Pay with the test card \
             4000 0027 6000 3184 and confirm in the bank's window.\n\nExpected: the order is \
             confirmed and the receipt is shown.\nActual: the page says \"Something went wrong\" \
             and the order stays open, see src/checkout/payment.rs.",
        SMOOTH,
    ),
    Told {
        answers: &[
            "Paying by card shows error 502 from the payment service. I expected the receipt.",
            "1. Open the cart. 2. Choose card. 3. Press Pay. It fails every time since Monday.",
            "Every time",
        ],
        ..told("bob", "Fix payment bug", "Paying fails.", SMOOTH)
    },
    told(
        "alice",
        "Export the list of orders as CSV",
        "Accounting wants to open the orders of a month in a spreadsheet. Add a button to the \
             list of orders that downloads what the list shows as CSV, with the same filter and \
             the same columns, UTF-8 with a byte order mark so that Excel reads it.",
        Fate::Lives(Life::Reworked),
    ),
    Told {
        visibility: Visibility::Team,
        labels: &["refunds"],
        ..told(
            "bob",
            "A refund is booked twice when the provider answers late",
            "Steps to reproduce: refund an order while the provider's sandbox answers after 30 \
                 seconds.\nExpected: one booking of the refund.\nActual: the retry books it again, \
                 because the first booking has no idempotency key. See src/refunds/book.rs.",
            SMOOTH,
        )
    },
    told(
        "admin",
        "A dark theme for the receipt page",
        "The receipt page should follow the browser's colour scheme like all other pages do. \
             It is the last page with a fixed white background.",
        Fate::Lives(Life::NotPlanned),
    ),
    told(
        "alice",
        "Search finds nothing for words with umlauts",
        "Steps to reproduce: search for \"Müsli\". Expected: the three articles that have the \
             word in their title. Actual: an empty list; searching for \"Musli\" finds them, so the \
             index seems to fold the letters and the query does not.",
        Fate::Lives(Life::Reopened),
    ),
    Told {
        labels: &["docs"],
        answers: &[
            "docs/api/orders.md, the section about paging.",
            "That the cursor is opaque, and that a page may be shorter than its limit.",
        ],
        ..told("alice", "Update the API guide", "Paging is outdated.", SMOOTH)
    },
    told(
        "bob",
        "Upgrade the tax tables to next year's format",
        "The tax office publishes next year's tables in another format. Read the new one in \
             src/tax/tables.rs and keep the old one for orders from before the turn of the year. \
             Without this no invoice of January can be written.",
        Fate::GivenUp,
    ),
    told(
        "alice",
        "Bring the old cart back behind a switch",
        "Some customers miss the old cart. Keep both for a while and let each customer choose \
             in the settings which one they get; the new one stays what everybody gets at first.",
        Fate::Cancelled,
    ),
    Told {
        visibility: Visibility::Private,
        ..told(
            "bob",
            "Rotate the keys of the payment provider",
            "The provider's keys are two years old. Make the service read the new key beside \
                 the old one, so that they can be exchanged without a stop, and write down the \
                 steps in docs/runbooks/keys.md.",
            SMOOTH,
        )
    },
    Told {
        answers: &[
            "The product page takes six seconds. It should take less than one.",
            "1. Open any product with more than 200 reviews. 2. Wait.",
            "Every time",
        ],
        ..told("admin", "The product page is slow", "Far too slow!", Fate::Lives(Life::Reworked))
    },
    told(
        "alice",
        "Show on the order page when a parcel will arrive",
        "The carrier's API tells the day of delivery. Ask for it once a day and show it on the \
             order page and in the list of orders; leave it out where the carrier does not know.",
        Fate::Lives(Life::Forgotten),
    ),
];

/// The task at `index`, 0 to 11.
pub(super) fn by_heart(index: u64) -> Option<Plot> {
    let told = DOZEN_TOLD.get(usize::try_from(index).ok()?)?;
    Some(Plot {
        creator: told.creator,
        title: told.title.to_owned(),
        description: told.description.to_owned(),
        labels: told.labels,
        visibility: told.visibility,
        answers: told.answers,
        fate: told.fate,
    })
}

/// A task made up by chance.
pub(super) fn made_up(dice: &mut Dice) -> Plot {
    const CREATORS: &[&str] = &["alice", "bob", "alice", "admin"];
    const PARTS: &[&str] = &[
        "the cart",
        "the invoice",
        "the list of orders",
        "the login page",
        "the order mail",
        "the price filter",
        "the stock level",
        "the voucher field",
        "the wish list",
    ];
    let creator = dice.pick(CREATORS).copied().unwrap_or("alice");
    let part = dice.pick(PARTS).copied().unwrap_or("the cart");
    let (title, description, answers) = recipe(dice.between(0, 4), part);
    let fate = match dice.between(0, 19) {
        0 => Fate::Cancelled,
        1 => Fate::GivenUp,
        _ => Fate::Lives(Life::drawn(dice)),
    };
    let visibility = match (creator, dice.between(0, 5)) {
        ("bob", 0) => Visibility::Team,
        _ => Visibility::Everyone,
    };
    Plot { creator, title, description, labels: &[], visibility, answers, fate }
}

fn recipe(number: u64, part: &str) -> (String, String, &'static [&'static str]) {
    match number {
        0 => (
            format!("After a reload {part} is empty"),
            format!(
                "Steps to reproduce: log in, go to {part}, reload the page. Expected: it shows what \
                 it showed before. Actual: it is empty until the second reload, and the console \
                 says \"Cannot read properties of undefined\". This began with the last release."
            ),
            &[],
        ),
        1 => (
            format!("On a phone {part} is cut off"),
            "It looks wrong.".to_owned(),
            &[
                "The right edge is missing on screens below 400 pixels. I expected it to wrap.",
                "Open it on any phone, upright.",
                "Every time",
            ],
        ),
        2 => (
            format!("Let people work on {part} with the keyboard alone"),
            format!(
                "Every control of {part} should be reachable with the Tab key, show a visible \
                 focus, and do its work on Enter. Screen readers should hear what has changed."
            ),
            &[],
        ),
        3 => (
            format!("Describe {part} in the handbook"),
            format!(
                "The handbook does not mention {part} at all. Add a page docs/handbook/parts.md \
                 that says what it is for, who may change it, and what to do when it is wrong."
            ),
            &[],
        ),
        _ => (
            format!("Tell people why {part} cannot be saved"),
            format!(
                "When saving {part} fails, the page only says \"Error\". It should say what is \
                 wrong in words, keep what was typed, and offer to try again."
            ),
            &[],
        ),
    }
}
