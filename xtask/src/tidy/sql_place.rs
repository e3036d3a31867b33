//! SQL lies in `store.rs`, in migrations and in the store itself.

use super::attributes::is_test_only;
use super::finding::Finding;
use super::tree::{TextFile, Tree};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::Visit;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in tree.rust_files().filter(|(file, _)| file.path.starts_with("crates/") && !may_hold_sql(file))
    {
        let mut texts = Texts { file, findings: &mut findings };
        texts.visit_file(syntax);
    }
    findings
}

fn may_hold_sql(file: &TextFile) -> bool {
    let in_store_folder = file.path.split('/').any(|part| matches!(part, "store" | "migrations"));
    file.name() == "store.rs" || in_store_folder || file.is_test() || file.path.starts_with("crates/roadbed-store/")
}

fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "].iter().any(|start| text.starts_with(start))
        || (text.starts_with("UPDATE ") && text.contains(" SET "))
}

struct Texts<'a> {
    file: &'a TextFile,
    findings: &'a mut Vec<Finding>,
}

impl Texts<'_> {
    fn look_at(&mut self, text: &str, span: Span) {
        if is_sql(text) {
            let advice = "SQL outside of store.rs: move the statement into the capability's store.rs";
            self.findings.push(Finding::refused(&self.file.path, span.start().line, "sql-place", advice));
        }
    }

    fn look_at_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.look_at_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        self.look_at(&text.value(), literal.span());
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Texts<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test_only(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.look_at(&text.value(), text.span());
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.look_at_tokens(invocation.tokens.clone());
    }
}

#[cfg(test)]
mod tests;
