//! Which links and things of a case would help to find out who or where a protected person is.
//!
//! A thing is kept back when a link of an identifying type joins it to a protected person: the flat where
//! a child is, a victim's car, the firm that employs a victim. An event at a place that is kept back is
//! kept back with it. A link is kept back when it is of such a type and touches a protected person, or
//! when one of its ends is kept back. An attachment is
//! kept back with whom or what it is about. Everything kept back goes to the section of the protected persons.
//!
//! It works on keys alone, so that what is written and what is read are judged by the same rule.

use std::collections::BTreeSet;

use crate::model::LinkType;

/// A link by its keys. A second end in another case has the empty key.
#[derive(Clone, Copy)]
pub(crate) struct Ends<'a> {
    pub(crate) link_type: LinkType,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
}

/// An event by its key and the key of its place; each may be empty.
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
    /// What is kept back in a case with these persons (key, and whether protected), links and events.
    pub(crate) fn of(
        persons: impl Iterator<Item = (&'a str, bool)>,
        links: impl Iterator<Item = Ends<'a>>,
        events: impl Iterator<Item = At<'a>>,
    ) -> Self {
        let (mut protected, mut all) = (BTreeSet::new(), BTreeSet::new());
        for (key, is_protected) in persons.filter(|(key, _)| !key.is_empty()) {
            all.insert(key);
            if is_protected {
                protected.insert(key);
            }
        }
        let mut things = BTreeSet::new();
        for Ends { from, to, .. } in links.filter(|ends| ends.link_type.may_identify()) {
            if protected.contains(from) || protected.contains(to) {
                things.extend([from, to].into_iter().filter(|key| !key.is_empty() && !all.contains(key)));
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

    /// Whether the thing of that key is kept back.
    pub(crate) fn thing(&self, key: &str) -> bool {
        self.things.contains(key)
    }

    /// Whether what is about the person or thing of that key is kept back.
    pub(crate) fn about(&self, key: &str) -> bool {
        self.protected.contains(key) || self.thing(key)
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
