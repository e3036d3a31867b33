//! Every error code has a line in `docs/reference/errors`, and every line there a code that is still given.

use super::attributes::is_test_only;
use super::finding::Finding;
use super::tree::Tree;
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;

const PAGES: &str = "docs/reference/errors/";
const RULE: &str = "error-lines";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let (mut given, mut texts) = (BTreeMap::new(), BTreeSet::new());
    for (file, syntax) in tree.rust_files().filter(|(file, _)| file.path.starts_with("crates/") && !file.is_test()) {
        let mut codes = Codes { is_code: false, is_in_problem: false, found: Vec::new(), texts: &mut texts };
        codes.visit_file(syntax);
        for (code, line) in codes.found {
            given.entry(code).or_insert((file.path.as_str(), line));
        }
    }
    let documented = documented_codes(tree);
    let mut findings = Vec::new();
    for (code, (path, line)) in &given {
        if !documented.contains_key(code.as_str()) {
            let text = format!("the error code {code} has no line in {PAGES}: add one that says what to do");
            findings.push(Finding::refused(path, *line, RULE, text));
        }
    }
    for (code, (path, line)) in documented {
        if !texts.contains(code) {
            let text = format!("nothing gives the error code {code} any more: remove the line");
            findings.push(Finding::warning(path, line, RULE, text));
        }
    }
    findings
}

/// Code → page and line, from the first column of the tables.
fn documented_codes(tree: &Tree) -> BTreeMap<&str, (&str, usize)> {
    let pages = tree.files.iter().filter(|file| file.path.starts_with(PAGES) && file.path.ends_with(".md"));
    let lines = pages.flat_map(|page| page.lines().map(|(number, line)| (page.path.as_str(), number, line)));
    lines
        .filter_map(|(path, number, line)| {
            let (code, _) = line.trim_start().strip_prefix("| `")?.split_once('`')?;
            is_code(code).then_some((code, (path, number)))
        })
        .collect()
}

/// `capability.reason`, and `internal`.
fn is_code(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text == "internal" || text.split_once('.').is_some_and(|(noun, reason)| is_word(noun) && is_word(reason))
}

/// Codes stand in functions, fields and variables named `code`, and in what makes a `Problem`.
struct Codes<'a> {
    is_code: bool,
    /// Within `impl … Problem`, where `Self::new(…)` makes one.
    is_in_problem: bool,
    found: Vec<(String, usize)>,
    /// All texts of this shape, wherever they stand.
    texts: &'a mut BTreeSet<String>,
}

impl Codes<'_> {
    fn within_code(&mut self, is_code: bool, visit: impl FnOnce(&mut Self)) {
        let before = self.is_code;
        self.is_code |= is_code;
        visit(self);
        self.is_code = before;
    }

    fn makes_problem(&self, function: &syn::Expr) -> bool {
        let syn::Expr::Path(path) = function else { return false };
        let maker = path.path.segments.iter().rev().nth(1);
        maker.is_some_and(|maker| maker.ident == "Problem" || (maker.ident == "Self" && self.is_in_problem))
    }

    fn look_at_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.look_at_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value());
                    self.texts.extend(text.ok().filter(|text| is_code(text)));
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Codes<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if !is_test_only(&module.attrs) {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_impl(&mut self, block: &'ast syn::ItemImpl) {
        let of = |path: &syn::TypePath| path.path.segments.last().is_some_and(|last| last.ident == "Problem");
        self.is_in_problem = matches!(&*block.self_ty, syn::Type::Path(path) if of(path));
        syn::visit::visit_item_impl(self, block);
        self.is_in_problem = false;
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.within_code(function.sig.ident == "code", |codes| syn::visit::visit_impl_item_fn(codes, function));
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let is_code = self.makes_problem(&call.func);
        self.within_code(is_code, |codes| syn::visit::visit_expr_call(codes, call));
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        let is_code = matches!(&field.member, syn::Member::Named(name) if name == "code");
        self.within_code(is_code, |codes| syn::visit::visit_field_value(codes, field));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let is_code = matches!(&local.pat, syn::Pat::Ident(name) if name.ident == "code");
        self.within_code(is_code, |codes| syn::visit::visit_local(codes, local));
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        let value = text.value();
        if !is_code(&value) {
            return;
        }
        if self.is_code {
            self.found.push((value.clone(), text.span().start().line));
        }
        self.texts.insert(value);
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.look_at_tokens(invocation.tokens.clone());
    }
}

#[cfg(test)]
mod tests;
