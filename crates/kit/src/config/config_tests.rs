use std::fs;

use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
struct Config {
    name: String,
    hub: Hub,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
struct Hub {
    listen: String,
    connections: u16,
    regions: Vec<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { name: "default".into(), hub: Hub::default() }
    }
}

impl Default for Hub {
    fn default() -> Self {
        Self { listen: "[::]:1".into(), connections: 1, regions: vec!["EUROPE".into()] }
    }
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

#[test]
fn each_layer_lies_over_the_one_before() {
    let root = tempfile::tempdir().unwrap();
    let (system, named) = (root.path().join("system.toml"), root.path().join("named.toml"));
    fs::write(&system, "name = 'system'\n[hub]\nlisten = 'system'\nconnections = 2\n").unwrap();
    fs::write(&named, "[hub]\nlisten = 'named'\nregions = ['ASIA']\n").unwrap();
    let files = Layers::new().file(root.path().join("absent.toml")).file(&system).required_file(&named);
    let config: Config = files.load().unwrap();
    assert_eq!(config.name, "system");
    assert_eq!(config.hub, Hub { listen: "named".into(), connections: 2, regions: vec!["ASIA".into()] });

    let over = files
        .environment(variables(&[
            ("AMANA__HUB__CONNECTIONS", "3"),
            ("AMANA__NAME", "12"),
            ("AMANA_LOG", "x"),
        ]))
        .flag("--listen", "hub.listen", "flag")
        .flag("--region", "hub.regions", "['MENA', 'AFRICA']");
    let config: Config = over.load().unwrap();
    assert_eq!((config.name.as_str(), config.hub.connections), ("12", 3));
    assert_eq!((config.hub.listen.as_str(), config.hub.regions.len()), ("flag", 2));
}

#[test]
fn no_layers_give_the_defaults() {
    assert_eq!(Layers::new().load::<Config>().unwrap(), Config::default());
}

fn file_error(text: &str) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    let error = Layers::new().file(file.path()).load::<Config>().unwrap_err().to_string();
    error.replace(&file.path().display().to_string(), "FILE")
}

#[test]
fn mistakes_in_files_are_told_with_file_line_and_key() {
    for (text, expected) in [
        ("name = 'a'\nnmae = 'b'\n", "FILE, line 2, key nmae: unknown field"),
        ("name = 3\n", "FILE, line 1, key name: invalid type"),
        ("name = 'a'\n[hub]\n\nlisten = true\n", "FILE, line 4, key hub.listen: invalid type"),
        ("[hub]\nconnections = 70000\n", "FILE, line 2, key hub.connections: invalid value"),
        ("[hub]\nlisten = 'a'\nlisten = 'b'\n", "FILE, line 3: duplicate key"),
        ("[hubb]\nlisten = 'a'\n", "FILE, line 1, key hubb: unknown field"),
        ("name = \n", "FILE, line 1: "),
    ] {
        let error = file_error(text);
        assert!(error.starts_with(expected), "{text:?}: {error}");
    }
}

#[test]
fn mistakes_outside_files_are_told_with_their_origin() {
    let load = |layers: Layers| layers.load::<Config>().unwrap_err().to_string();
    let error = load(Layers::new().environment(variables(&[("AMANA__HUB__CONNECTIONS", "many")])));
    assert!(error.starts_with("AMANA__HUB__CONNECTIONS (key hub.connections): invalid type"), "{error}");
    let error = load(Layers::new().environment(variables(&[("AMANA__HUB__LISTN", "x")])));
    assert!(error.starts_with("AMANA__HUB__LISTN (key hub.listn): unknown field"), "{error}");
    let error = load(Layers::new().flag("--connections", "hub.connections", "70000"));
    assert!(error.starts_with("--connections (key hub.connections): invalid value"), "{error}");
    for layers in [Layers::new().flag("--x", "", "1"), Layers::new().flag("--x", "hub..listen", "1")] {
        assert!(layers.load::<Config>().is_err());
    }
}

#[test]
fn a_named_file_must_be_there_and_be_text() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("config.toml");
    let load = || Layers::new().required_file(&path).load::<Config>();
    assert!(matches!(load(), Err(ConfigError::Unreadable { .. })));
    fs::write(&path, b"\xff\xfe").unwrap();
    assert!(matches!(load(), Err(ConfigError::NotText { .. })));
    fs::write(&path, " ".repeat(1024 * 1024 + 1)).unwrap();
    assert!(matches!(load(), Err(ConfigError::TooLarge { .. })));
}
