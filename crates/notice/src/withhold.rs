//! Which links and things of a case would help to find out who or where a protected person is.
//!
//! A thing is kept back when a link of an identifying type joins it to a protected person: the flat where
//! a child is, a victim's car, the firm that employs a victim. An event at a place that is kept back is
//! kept back with it. A link is kept back when it is of such a type and touches a protected person, or
//! when one of its ends is kept back. An attachment is
//! kept back with whom or what it is about. Everything kept back goes to the section of the protected persons.
//!
//! It works on labels alone, so that what is written and what is read are judged by the same rule.

use std::collections::BTreeSet;

use crate::model::LinkType;

/// A link by its labels. A second end in another case has the empty label.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a> {
    pub(crate) link_type: LinkType,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
}

/// An event by its label and the label of its place; each may be empty.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) event: &'a str,
    pub(crate) place: &'a str,
}

/// What is kept back.
#[derive(Default)]
pub(crate) struct Withheld<'a> {
    protected: BTreeSet<&'a str>,
    things: BTreeSet<&'a str>,
}

impl<'a> Withheld<'a> {
    /// What is kept back in a case with these persons (label, and whether protected), links and events.
    pub(crate) fn of(
        persons: impl Iterator<Item = (&'a str, bool)>,
        links: impl Iterator<Item = Ends<'a>>,
        events: impl Iterator<Item = At<'a>>,
    ) -> Self {
        let (mut protected, mut all) = (BTreeSet::new(), BTreeSet::new());
        for (label, is_protected) in persons.filter(|(label, _)| !label.is_empty()) {
            all.insert(label);
            if is_protected {
                protected.insert(label);
            }
        }
        let mut things = BTreeSet::new();
        for Ends { from, to, .. } in links.filter(|ends| ends.link_type.may_identify()) {
            if protected.contains(from) || protected.contains(to) {
                things
                    .extend([from, to].into_iter().filter(|label| !label.is_empty() && !all.contains(label)));
            }
        }
        let moved: Vec<&str> = events
            .filter(|at| things.contains(at.place))
            .map(|at| at.event)
            .filter(|event| !event.is_empty())
            .collect();
        things.extend(moved);
        Self { protected, things }
    }

    /// Whether the thing of that label is kept back.
    pub(crate) fn thing(&self, label: &str) -> bool {
        self.things.contains(label)
    }

    /// Whether what is about the person or thing of that label is kept back.
    pub(crate) fn about(&self, label: &str) -> bool {
        self.protected.contains(label) || self.thing(label)
    }

    /// Whether an event is kept back.
    pub(crate) fn event(&self, at: At<'_>) -> bool {
        self.thing(at.event) || self.thing(at.place)
    }

    /// Whether a link is kept back.
    pub(crate) fn link(&self, Ends { link_type, from, to }: Ends<'_>) -> bool {
        let touches_protected = self.protected.contains(from) || self.protected.contains(to);
        (link_type.may_identify() && touches_protected) || self.thing(from) || self.thing(to)
    }
}
