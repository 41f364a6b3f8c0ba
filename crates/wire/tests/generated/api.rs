//! The pages of the API, `proto/api/*.md`, are what the contract and its comments say today.
//!
//! Run with `AMANA_REGENERATE=1` to write them anew after a change of the contract.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use prost_reflect::{
    Cardinality, DescriptorPool, EnumDescriptor, FieldDescriptor, FileDescriptor, Kind, MessageDescriptor,
    ServiceDescriptor,
};

/// Each page: the package, who speaks it with whom, in one sentence.
const PAGES: [(&str, &str); 4] = [
    (
        "content",
        "What is sealed inside envelopes and what an author writes, and the reasons of every refusal.",
    ),
    ("exchange", "Between a member's node and the hub."),
    ("agency", "Between an agency and its national node; consoles use only this."),
    ("operator", "Between an operator and the hub."),
];

#[test]
fn the_pages_are_current() {
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    let contract = Contract::read(&proto);
    for (package, about) in PAGES {
        let (path, page) = (proto.join(format!("api/{package}.md")), contract.page(package, about));
        if std::env::var_os("AMANA_REGENERATE").is_some() {
            fs::create_dir_all(proto.join("api")).unwrap();
            fs::write(&path, &page).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == page,
            "{} is not what the contract says; run AMANA_REGENERATE=1 cargo test -p amana-wire --test generated",
            path.display()
        );
    }
}

/// The contract with its comments.
struct Contract {
    pool: DescriptorPool,
    /// By file and by the path of what it stands above (descriptor.proto, `SourceCodeInfo`).
    comments: BTreeMap<(String, Vec<i32>), String>,
}

impl Contract {
    fn read(proto: &Path) -> Self {
        let mut compiler = protox::Compiler::new([proto]).unwrap();
        compiler.include_source_info(true).include_imports(true);
        compiler.open_files(files(proto)).unwrap();
        let set = compiler.file_descriptor_set();
        let mut comments = BTreeMap::new();
        for file in &set.file {
            for location in file.source_code_info.iter().flat_map(|info| &info.location) {
                let above = location.leading_comments.iter();
                let text: Vec<&str> = above.flat_map(|text| text.lines()).map(str::trim).collect();
                comments.insert((file.name().to_owned(), location.path.clone()), text.join("\n"));
            }
        }
        Self { pool: DescriptorPool::from_file_descriptor_set(set).unwrap(), comments }
    }

    /// What stands above an element; nothing when nothing does.
    fn comment(&self, file: &FileDescriptor, path: &[i32]) -> String {
        self.comments.get(&(file.name().to_owned(), path.to_vec())).cloned().unwrap_or_default()
    }

    fn page(&self, package: &str, about: &str) -> String {
        let name = format!("amana.{package}.v1");
        let mut files: Vec<FileDescriptor> = self.pool.files().filter(|f| f.package_name() == name).collect();
        files.sort_by_key(|file| (file.services().len() == 0, short(file)));
        let mut page = format!(
            "# {name}\n\n{about}\n\nMade from `proto/amana/{package}/v1` by the test `generated` of `amana-wire`: change it \
             there. A call that is refused carries a reason of [ErrorReason](content.md#errorreason).\n"
        );
        for file in &files {
            writeln!(page, "\n- `{}`{}", short(file), list(file.services().map(|s| s.name().to_owned())))
                .unwrap();
            let messages = file.messages().map(|m| m.name().to_owned());
            let rest: Vec<String> = messages.chain(file.enums().map(|e| e.name().to_owned())).collect();
            writeln!(page, "  {}", rest.iter().map(|name| link(name)).collect::<Vec<_>>().join(" · "))
                .unwrap();
        }
        for file in &files {
            writeln!(page, "\n## {}", short(file)).unwrap();
            // The file's own comment stands above its package.
            paragraph(&mut page, &self.comment(file, &[2]));
            file.services().for_each(|service| self.service(&mut page, &service));
            file.messages().for_each(|message| self.message(&mut page, &message));
            file.enums().for_each(|list| self.list(&mut page, &list));
        }
        page
    }

    fn service(&self, page: &mut String, service: &ServiceDescriptor) {
        writeln!(page, "\n### {}", service.name()).unwrap();
        paragraph(page, &self.comment(&service.parent_file(), service.path()));
        for method in service.methods() {
            let stream = |streams| if streams { "stream " } else { "" };
            writeln!(
                page,
                "\n#### {}\n\n{}{} → {}{}",
                method.name(),
                stream(method.is_client_streaming()),
                typed(&method.input(), &service.parent_file()),
                stream(method.is_server_streaming()),
                typed(&method.output(), &service.parent_file()),
            )
            .unwrap();
            paragraph(page, &self.comment(&service.parent_file(), method.path()));
        }
    }

    fn message(&self, page: &mut String, message: &MessageDescriptor) {
        let file = message.parent_file();
        writeln!(page, "\n### {}", message.name()).unwrap();
        paragraph(page, &self.comment(&file, message.path()));
        let mut fields: Vec<FieldDescriptor> = message.fields().collect();
        fields.sort_by_key(FieldDescriptor::number);
        if !fields.is_empty() {
            page.push_str("\n| number | field | type | |\n|---:|---|---|---|\n");
        }
        for field in fields {
            let choice = field.containing_oneof().filter(|choice| !choice.is_synthetic());
            let choice = choice.map(|choice| format!("one of `{}`: ", choice.name())).unwrap_or_default();
            let (number, name, kind) = (field.number(), field.name(), kind(&field, &file));
            let about = cell(&self.comment(&file, field.path()));
            writeln!(page, "| {number} | `{name}` | {choice}{kind} | {about} |").unwrap();
        }
    }

    fn list(&self, page: &mut String, list: &EnumDescriptor) {
        let file = list.parent_file();
        writeln!(page, "\n### {}", list.name()).unwrap();
        paragraph(page, &self.comment(&file, list.path()));
        page.push_str("\n| number | code | |\n|---:|---|---|\n");
        for value in list.values() {
            let about = cell(&self.comment(&file, value.path()));
            writeln!(page, "| {} | `{}` | {about} |", value.number(), value.name()).unwrap();
        }
    }
}

/// Every file of the contract, in order.
fn files(proto: &Path) -> Vec<PathBuf> {
    let folder = |(package, _)| fs::read_dir(proto.join(format!("amana/{package}/v1"))).unwrap();
    let mut files: Vec<PathBuf> =
        PAGES.into_iter().flat_map(folder).map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "proto"));
    files.sort();
    files
}

/// The file's name alone.
fn short(file: &FileDescriptor) -> String {
    file.name().rsplit('/').next().unwrap().to_owned()
}

/// Lines as they were broken; an empty one ends a paragraph.
fn paragraph(page: &mut String, text: &str) {
    if !text.is_empty() {
        writeln!(page, "\n{text}").unwrap();
    }
}

/// A comment as one cell of a table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_lowercase())
}

fn list(names: impl Iterator<Item = String>) -> String {
    let links: Vec<String> = names.map(|name| link(&name)).collect();
    if links.is_empty() { String::new() } else { format!(": {}", links.join(", ")) }
}

/// A message, linked to where it is told.
fn typed(message: &MessageDescriptor, from: &FileDescriptor) -> String {
    elsewhere(message.name(), message.package_name(), from)
}

fn elsewhere(name: &str, package: &str, from: &FileDescriptor) -> String {
    match package.strip_prefix("amana.").and_then(|rest| rest.strip_suffix(".v1")) {
        _ if package == from.package_name() => link(name),
        Some(page) => format!("[{page}.{name}]({page}.md#{})", name.to_lowercase()),
        None => format!("`{package}.{name}`"),
    }
}

fn kind(field: &FieldDescriptor, from: &FileDescriptor) -> String {
    let kind = match field.kind() {
        Kind::Message(message) => typed(&message, from),
        Kind::Enum(list) => elsewhere(list.name(), list.package_name(), from),
        scalar => format!("{scalar:?}"),
    };
    match field.cardinality() {
        Cardinality::Repeated => format!("repeated {kind}"),
        Cardinality::Optional if field.field_descriptor_proto().proto3_optional() => {
            format!("optional {kind}")
        }
        Cardinality::Optional | Cardinality::Required => kind,
    }
}
