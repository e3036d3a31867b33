//! Small files, small functions.

use super::finding::Finding;
use super::tree::{TextFile, Tree};
use syn::spanned::Spanned;
use syn::visit::Visit;

const WARN_LINES: usize = 400;
const MOST_LINES: usize = 600;
const MOST_TEST_LINES: usize = 800;
const MOST_FUNCTION_LINES: usize = 70;

pub(crate) fn check_files(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_source(file)) {
        let lines = file.text.lines().count();
        let most = if file.is_test() { MOST_TEST_LINES } else { MOST_LINES };
        let text = format!("{lines} lines, at most {most} are allowed and 100-250 are the aim: split it by subject");
        if lines > most {
            findings.push(Finding::refused(&file.path, 1, "file-size", text));
        } else if lines > WARN_LINES && !file.is_test() {
            findings.push(Finding::warning(&file.path, 1, "file-size", text));
        }
    }
    findings
}

/// Rust, and what the portal and its tests are written in.
fn is_source(file: &TextFile) -> bool {
    let is_portal = file.path.starts_with("web/");
    file.path.ends_with(".rs")
        || is_portal && [".ts", ".tsx", ".mjs", ".css"].iter().any(|end| file.path.ends_with(end))
}

pub(crate) fn check_functions(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, syntax) in tree.rust_files() {
        let mut visitor = Functions { file, findings: &mut findings };
        visitor.visit_file(syntax);
    }
    findings
}

struct Functions<'a> {
    file: &'a TextFile,
    findings: &'a mut Vec<Finding>,
}

impl Functions<'_> {
    /// Counts as clippy does: lines between the braces that hold code.
    fn look_at(&mut self, name: &syn::Ident, block: &syn::Block) {
        let span = block.brace_token.span.span();
        let (first, last) = (span.start().line, span.end().line);
        let body = self.file.text.lines().skip(first).take(last.saturating_sub(first + 1));
        let lines = body.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        if lines > MOST_FUNCTION_LINES {
            let text =
                format!("{name} has {lines} lines of code, at most {MOST_FUNCTION_LINES} are allowed: name its steps");
            self.findings.push(Finding::refused(&self.file.path, first, "function-size", text));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.look_at(&function.sig.ident, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.look_at(&function.sig.ident, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.look_at(&function.sig.ident, block);
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests;
