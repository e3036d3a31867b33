//! `mod.rs` and `lib.rs` list, explain and register; logic lies beside them.

use super::attributes::is_test_only;
use super::finding::Finding;
use super::tree::Tree;
use syn::spanned::Spanned;

/// Functions by which a front page registers what it lists.
const REGISTRATIONS: [&str; 3] = ["capability", "capabilities", "register"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in tree.rust_files() {
        if !matches!(file.name(), "mod.rs" | "lib.rs") || file.is_test() {
            continue;
        }
        for item in syntax.items.iter().filter(|item| !is_listing(item)) {
            let text = format!("{} lists and registers only: move this into a file of its own", file.name());
            findings.push(Finding::refused(&file.path, item.span().start().line, "list-only", text));
        }
    }
    findings
}

fn is_listing(item: &syn::Item) -> bool {
    match item {
        syn::Item::Use(_) | syn::Item::ExternCrate(_) | syn::Item::Const(_) => true,
        syn::Item::Mod(module) => module.content.is_none() || is_test_only(&module.attrs),
        syn::Item::Fn(function) => REGISTRATIONS.iter().any(|name| function.sig.ident == name),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
