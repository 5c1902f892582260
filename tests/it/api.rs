//! The public interface, as a listing that no change alters unseen: `docs/api/`. Where it is to
//! change, write it anew and read the difference:
//!
//! ```text
//! cargo test --test it -- --ignored api::write_anew
//! ```
//!
//! What is `pub` can be reached, which the lint `unreachable_pub` sees to; so the sources are read,
//! and items are listed by their types and not by the files that they are in. What macros write is
//! not read: rows and rules have pages of their own.

mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, TraitItem, UseTree, Visibility};

use self::words::tidy;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The listings by their names, each of a crate.
fn listings() -> Vec<(&'static str, String)> {
    let crates = [
        ("pkigen", "src"),
        ("pki-core", "crates/pki-core/src"),
        ("pki-layout", "crates/pki-layout/src"),
    ];
    let listed = crates.into_iter().map(|(name, source)| {
        let mut listing = Listing::default();
        listing.module(&root().join(source).join("lib.rs"), Some(""));
        (name, listing.text())
    });
    listed.collect()
}

/// The lines of a crate's listing.
#[derive(Default)]
struct Listing {
    lines: BTreeSet<String>,
    /// Of traits for types, until all types are known.
    implementations: Vec<(String, String)>,
    types: BTreeSet<String>,
}

impl Listing {
    fn text(mut self) -> String {
        for (of, line) in &self.implementations {
            if self.types.contains(of) {
                self.lines.insert(line.clone());
            }
        }
        let mut lines: Vec<String> = self.lines.into_iter().collect();
        // The last line ends too.
        lines.push(String::new());
        lines.join("\n")
    }

    fn module(&mut self, file: &Path, name: Option<&str>) {
        let text = fs::read_to_string(file).unwrap();
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let below = match file.file_stem().unwrap().to_str() {
            Some("lib") => file.with_file_name(""),
            _ => file.with_extension(""),
        };
        self.items(&parsed.items, &below, name);
    }

    /// `name` is what those outside write before a name of the module, if they can.
    fn items(&mut self, items: &[Item], below: &Path, name: Option<&str>) {
        for item in items {
            self.item(item, below, name);
        }
    }

    fn item(&mut self, item: &Item, below: &Path, name: Option<&str>) {
        match item {
            Item::Mod(module) if !is_left_out(&module.attrs) => {
                let name = name.filter(|_| is_public(&module.vis));
                let name = name.map(|name| format!("{name}{}::", module.ident));
                if let Some(name) = &name {
                    self.add(&module.attrs, format!("mod {}", name.trim_end_matches(':')));
                }
                if let Some((_, items)) = &module.content {
                    self.items(items, below, name.as_deref());
                } else {
                    let file = below.join(format!("{}.rs", module.ident));
                    self.module(&file, name.as_deref());
                }
            }
            Item::Use(one) if is_public(&one.vis) => {
                let mut names = Vec::new();
                exported(&one.tree, None, &mut names);
                let Some(name) = name else { return };
                for (from, exported) in names {
                    let from = from.filter(|from| from.starts_with("pki_"));
                    let from = from.map_or(String::new(), |from| format!(" of {from}"));
                    self.add(&one.attrs, format!("use {name}{exported}{from}"));
                }
            }
            Item::Fn(one) if is_public(&one.vis) => self.add(&one.attrs, shown(&one.sig)),
            Item::Const(one) if is_public(&one.vis) => {
                let line = format!("const {}: {}", one.ident, shown(&one.ty));
                self.add(&one.attrs, line);
            }
            Item::Static(one) if is_public(&one.vis) => {
                let line = format!("static {}: {}", one.ident, shown(&one.ty));
                self.add(&one.attrs, line);
            }
            Item::Type(one) if is_public(&one.vis) => {
                let line = format!("type {} = {}", one.ident, shown(&one.ty));
                self.add(&one.attrs, line);
            }
            Item::Struct(one) if is_public(&one.vis) => {
                let name = one.ident.to_string();
                self.add(&one.attrs, format!("struct {name}{}", shown(&one.generics)));
                self.fields(&name, &one.fields, true);
                self.types.insert(name);
            }
            Item::Enum(one) if is_public(&one.vis) => {
                let name = one.ident.to_string();
                self.add(&one.attrs, format!("enum {name}{}", shown(&one.generics)));
                for variant in &one.variants {
                    let name = format!("{name}::{}", variant.ident);
                    self.add(&variant.attrs, name.clone());
                    self.fields(&name, &variant.fields, false);
                }
                self.types.insert(name);
            }
            Item::Trait(one) if is_public(&one.vis) => {
                let above = shown(&one.supertraits);
                let name = one.ident.to_string();
                self.add(&one.attrs, format!("trait {name}: {above}"));
                for item in &one.items {
                    let TraitItem::Fn(method) = item else {
                        panic!("{name} has what is not listed");
                    };
                    let given = method.default.as_ref().map_or("", |_| " { … }");
                    let line = format!("{name}::{}{given}", shown(&method.sig));
                    self.add(&method.attrs, line);
                }
                self.types.insert(name);
            }
            Item::Impl(one) => self.implementation(one),
            _ => {}
        }
    }

    fn implementation(&mut self, one: &syn::ItemImpl) {
        let of = shown(&one.self_ty);
        let name: String = of
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if let Some((of_what, _)) = &one.trait_ {
            let line = format!("impl {} for {of}", shown(of_what));
            self.implementations.push((name, line));
            return;
        }
        for item in &one.items {
            match item {
                ImplItem::Fn(method) if is_public(&method.vis) => {
                    let line = format!("{name}::{}", shown(&method.sig));
                    self.add(&method.attrs, line);
                }
                ImplItem::Const(value) if is_public(&value.vis) => {
                    let line = format!("{name}::{}: {}", value.ident, shown(&value.ty));
                    self.add(&value.attrs, line);
                }
                _ => {}
            }
        }
    }

    fn fields(&mut self, of: &str, fields: &Fields, are_public: bool) {
        for (number, field) in fields.iter().enumerate() {
            if are_public && !is_public(&field.vis) {
                continue;
            }
            let name = field.ident.as_ref().map(ToString::to_string);
            let name = name.unwrap_or_else(|| number.to_string());
            self.lines
                .insert(format!("{of}.{name}: {}", shown(&field.ty)));
        }
    }

    /// A line, with what its attributes say of it.
    fn add(&mut self, attributes: &[Attribute], line: String) {
        let mut said = Vec::new();
        for attribute in attributes {
            let path = attribute.path();
            if path.is_ident("non_exhaustive") || path.is_ident("deprecated") {
                said.push(shown(path));
            }
            if path.is_ident("derive")
                && let Ok(list) = attribute.meta.require_list()
            {
                said.push(tidy(&list.tokens.to_string()));
            }
        }
        let said = match said.as_slice() {
            [] => String::new(),
            said => format!(" [{}]", said.join("; ")),
        };
        self.lines.insert(line + &said);
    }
}

fn shown(tokens: &impl ToTokens) -> String {
    tidy(&tokens.to_token_stream().to_string())
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Tests, what is nobody's interface, and what stands for a feature that is off.
fn is_left_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let said = shown(attribute);
        said.contains("cfg(test)") || said.contains("doc(hidden)") || said.contains("cfg(not(")
    })
}

/// What a `use` exports: the crate or module it comes from, and under which name.
fn exported(tree: &UseTree, from: Option<&str>, names: &mut Vec<(Option<String>, String)>) {
    let mut name = |name: String| names.push((from.map(str::to_owned), name));
    match tree {
        UseTree::Path(path) => {
            let first = path.ident.to_string();
            exported(&path.tree, from.or(Some(&first)), names);
        }
        UseTree::Name(one) if one.ident == "self" => name(from.unwrap_or_default().to_owned()),
        UseTree::Name(one) => name(one.ident.to_string()),
        UseTree::Rename(one) => name(format!("{} for {}", one.rename, one.ident)),
        UseTree::Glob(_) => name("*".to_owned()),
        UseTree::Group(group) => {
            for tree in &group.items {
                exported(tree, from, names);
            }
        }
    }
}

fn place(name: &str) -> PathBuf {
    root().join("docs/api").join(format!("{name}.txt"))
}

#[test]
fn the_interface_is_as_listed() {
    for (name, listing) in listings() {
        let written = fs::read_to_string(place(name)).unwrap_or_default();
        let lines = |text: &'_ str| {
            text.lines()
                .map(str::to_owned)
                .collect::<BTreeSet<String>>()
        };
        let (now, then) = (lines(&listing), lines(&written));
        let new: Vec<&String> = now.difference(&then).collect();
        let gone: Vec<&String> = then.difference(&now).collect();
        assert!(
            listing == written,
            "docs/api/{name}.txt: new {new:#?}, gone {gone:#?}; where that is meant, write it anew: \
             cargo test --test it -- --ignored api::write_anew"
        );
    }
}

#[test]
#[ignore = "writes the listings anew"]
fn write_anew() {
    for (name, listing) in listings() {
        fs::create_dir_all(place(name).parent().unwrap()).unwrap();
        fs::write(place(name), listing).unwrap();
    }
}

#[test]
fn what_is_public_is_listed() {
    let items = syn::parse_file(
        "pub(crate) fn hidden() {}
         #[derive(Debug, Clone)] #[non_exhaustive] pub struct One<'a> { pub name: &'a str, of: u8 }
         impl One<'_> { pub const MOST: usize = 1; pub fn new(names: &[String],) -> Option<Self> {} fn hidden() {} }
         impl fmt::Display for One<'_> {}
         impl fmt::Display for Hidden {}
         pub enum Which { This, That { why: Vec<u8> } }
         pub trait Does: Send { fn it(&self) -> bool; fn more(&self) {} }
         pub mod inside { pub use super::{One, Which as What}; pub const ALL: [u8; 2] = [1, 2]; }",
    );
    let mut listing = Listing::default();
    listing.items(&items.unwrap().items, Path::new(""), Some(""));
    let expected = [
        "Does::fn it(&self) -> bool",
        "Does::fn more(&self) { … }",
        "One.name: &'a str",
        "One::MOST: usize",
        "One::fn new(names: &[String]) -> Option<Self>",
        "Which::That",
        "Which::That.why: Vec<u8>",
        "Which::This",
        "const ALL: [u8; 2]",
        "enum Which",
        "impl fmt::Display for One<'_>",
        "mod inside",
        "struct One<'a> [Debug, Clone; non_exhaustive]",
        "trait Does: Send",
        "use inside::One",
        "use inside::What for Which",
    ];
    assert_eq!(listing.text().lines().collect::<Vec<_>>(), expected);
}
