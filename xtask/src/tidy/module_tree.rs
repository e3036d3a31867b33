//! The modules of a crate, found by following `mod` from its root. Modules that exist in tests only are left out.

use super::attributes::is_test_only;
use super::tree::{TextFile, Tree};
use std::collections::BTreeMap;

/// Names from the root down; empty for the root.
pub(crate) type ModulePath = Vec<String>;

pub(crate) struct Module<'a> {
    pub(crate) file: &'a TextFile,
    pub(crate) items: &'a [syn::Item],
}

pub(crate) type ModuleTree<'a> = BTreeMap<ModulePath, Module<'a>>;

/// The modules of the library, or of the program when there is no library.
pub(crate) fn modules_of<'a>(tree: &'a Tree, folder: &str) -> ModuleTree<'a> {
    let mut modules = ModuleTree::new();
    let source = format!("{folder}/src");
    let root = ["lib.rs", "main.rs"].iter().find_map(|name| tree.file(&format!("{source}/{name}")));
    if let Some((file, syntax)) = root.and_then(|file| Some((file, file.rust()?))) {
        add(tree, &mut modules, Vec::new(), Module { file, items: &syntax.items }, &source);
    }
    modules
}

/// Adds a module and those below it; `inside` is the folder where the files of its children lie.
fn add<'a>(tree: &'a Tree, modules: &mut ModuleTree<'a>, path: ModulePath, module: Module<'a>, inside: &str) {
    let file = module.file;
    for item in module.items {
        let syn::Item::Mod(child) = item else { continue };
        if is_test_only(&child.attrs) {
            continue;
        }
        let name = child.ident.to_string();
        let child_path = [path.clone(), vec![name.clone()]].concat();
        let child_inside = format!("{inside}/{name}");
        let found = match &child.content {
            Some((_, items)) => Some(Module { file, items }),
            None => [format!("{child_inside}.rs"), format!("{child_inside}/mod.rs")].iter().find_map(|path| {
                let file = tree.file(path)?;
                Some(Module { file, items: &file.rust()?.items })
            }),
        };
        if let Some(found) = found {
            add(tree, modules, child_path, found, &child_inside);
        }
    }
    modules.insert(path, module);
}
