//! The sample configurations in `deploy/` say what the program does: every key, with its default.

use std::error::Error;
use std::fmt::Debug;
use std::path::Path;

use amana_hub::HubConfig;
use amana_node::NodeConfig;
use serde::Serialize;
use serde::de::DeserializeOwned;

fn assert_has_every_default<C>(sample: &str) -> Result<(), Box<dyn Error>>
where
    C: Default + DeserializeOwned + Serialize + PartialEq + Debug,
{
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(sample);
    let text = std::fs::read_to_string(path)?;
    assert_eq!(toml::from_str::<C>(&text)?, C::default(), "{sample}");
    // A key that is left out takes its default too, so the keys themselves are compared.
    let written: toml::Table = text.parse()?;
    assert_eq!(written, toml::Table::try_from(C::default())?, "{sample} lacks a key");
    Ok(())
}

#[test]
fn the_sample_of_a_hub_has_every_default() -> Result<(), Box<dyn Error>> {
    assert_has_every_default::<HubConfig>("hub.toml")
}

#[test]
fn the_sample_of_a_node_has_every_default() -> Result<(), Box<dyn Error>> {
    assert_has_every_default::<NodeConfig>("node.toml")
}
