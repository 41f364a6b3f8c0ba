//! The rooms of a crate, and who may import whom: the table in `rooms.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms of each crate: a path below its `src`, without `.rs`, and the row in which it stands.
pub(crate) struct Rooms(BTreeMap<String, BTreeMap<PathBuf, usize>>);

impl Rooms {
    /// Reads lines `crate row room`; `#` begins a comment.
    pub(crate) fn parse(text: &str) -> Self {
        let mut rooms: BTreeMap<String, BTreeMap<PathBuf, usize>> = BTreeMap::new();
        for line in text.lines().map(|line| line.split('#').next().unwrap().trim()) {
            if line.is_empty() {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let [name, row, room] = words[..] else { panic!("`{line}` is not `crate row room`") };
            let row = row.parse().unwrap_or_else(|_| panic!("`{line}`: {row} is no row"));
            let before = rooms.entry(name.to_owned()).or_default().insert(room.into(), row);
            assert!(before.is_none(), "`{line}`: the room stands twice");
        }
        Self(rooms)
    }

    pub(crate) fn crates(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// What a crate's imports have against the table. The crate's root file is above all rooms and is
    /// imported by none.
    pub(crate) fn faults(
        &self,
        name: &str,
        src: &Path,
        arrows: &BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    ) -> Vec<String> {
        let rooms = &self.0[name];
        let (mut faults, mut lived_in) = (Vec::new(), BTreeSet::new());
        for (file, targets) in arrows {
            let shown = file.strip_prefix(src).unwrap();
            if is_root(shown) {
                continue;
            }
            let Some((room, row)) = room_of(rooms, shown) else {
                faults.push(format!("{name}/{} is in no room", shown.display()));
                continue;
            };
            lived_in.insert(room);
            for target in targets {
                let imported = target.strip_prefix(src).unwrap();
                let allowed =
                    room_of(rooms, imported).is_some_and(|(other, above)| other == room || above < row);
                if !allowed {
                    faults.push(format!(
                        "{name}/{} imports {}, which is not in a row above",
                        shown.display(),
                        imported.display()
                    ));
                }
            }
        }
        let stale = rooms.keys().filter(|room| !lived_in.contains(room.as_path()));
        faults.extend(stale.map(|room| format!("{name}: no file is in the room {}", room.display())));
        faults
    }
}

fn is_root(file: &Path) -> bool {
    matches!(file.to_str(), Some("lib.rs" | "main.rs"))
}

/// The room of a file: the longest path in the table that it lies under.
fn room_of<'a>(rooms: &'a BTreeMap<PathBuf, usize>, file: &Path) -> Option<(&'a Path, usize)> {
    let module = file.with_extension("");
    module.ancestors().find_map(|path| rooms.get_key_value(path)).map(|(room, row)| (room.as_path(), *row))
}
