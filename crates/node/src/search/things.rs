//! The terms of what a case holds beside persons.

use super::terms::{Collector, Things};

impl Collector {
    /// Plates, identification numbers, names, addresses, accounts, and references of other cases.
    pub(super) fn things(&mut self, things: &Things<'_>) {
        for vehicle in things.vehicles {
            self.reference(&vehicle.vin);
            self.reference(&vehicle.plate);
            self.words(&vehicle.country);
            self.texts(&vehicle.description);
        }
        for organisation in things.organisations {
            organisation
                .names
                .iter()
                .flat_map(|name| [&name.original, &name.latin])
                .for_each(|name| self.words(name));
            self.reference(&organisation.registration_number);
            self.words(&organisation.country);
        }
        for place in things.places {
            [&place.name, &place.address, &place.country].into_iter().for_each(|text| self.words(text));
        }
        for asset in things.assets {
            self.reference(&asset.iban);
            self.reference(&asset.identifier);
            self.words(&asset.country);
            self.texts(&asset.description);
        }
        things.events.iter().for_each(|event| self.texts(&event.description));
        things.links.iter().for_each(|link| self.reference(&link.target_case));
    }
}
