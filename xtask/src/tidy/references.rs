//! Which other modules a module names: in `use`, in paths inside code, and in the text of macro calls.

use super::attributes::is_test_only;
use super::module_tree::{Module, ModulePath, ModuleTree};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use syn::visit::Visit;

/// Longest chain of re-exports that is followed.
const MOST_HOPS: usize = 16;

/// A name in the source: its parts and its line.
#[derive(Debug, Clone)]
struct Name {
    parts: Vec<String>,
    line: usize,
}

/// What one module says.
#[derive(Default)]
pub(crate) struct Said {
    /// Local name → what it stands for, from `use`.
    imports: BTreeMap<String, Name>,
    /// Names of `use` that others may use in turn.
    re_exports: Vec<Name>,
    names: Vec<Name>,
}

/// Everything each module says, to be resolved together.
pub(crate) struct References<'a> {
    modules: &'a ModuleTree<'a>,
    said: BTreeMap<&'a ModulePath, Said>,
}

impl<'a> References<'a> {
    pub(crate) fn of(modules: &'a ModuleTree<'a>) -> Self {
        let said = modules.iter().map(|(path, module)| (path, Said::by(module))).collect();
        Self { modules, said }
    }

    /// Modules a module depends on, each with the first line that says so. Listing a child again for others (`pub use`) is no dependency;
    /// using what was listed is.
    pub(crate) fn from(&self, path: &ModulePath) -> BTreeMap<&'a ModulePath, usize> {
        let mut found = BTreeMap::new();
        let Some(said) = self.said.get(path) else { return found };
        let mut note = |name: &Name, may_be_listing: bool| {
            if let Some(target) = self.resolve(path, &name.parts, MOST_HOPS)
                && target != path
                && !(may_be_listing && target.starts_with(path))
            {
                let line = found.entry(target).or_insert(name.line);
                *line = (*line).min(name.line);
            }
        };
        said.names.iter().for_each(|name| note(name, false));
        said.re_exports.iter().for_each(|name| note(name, true));
        found
    }

    /// The module where a name, written in module `from`, is at home; `None` when that is another crate.
    fn resolve(&self, from: &ModulePath, parts: &[String], hops: usize) -> Option<&'a ModulePath> {
        let (first, rest) = parts.split_first()?;
        match first.as_str() {
            "crate" => self.walk(&Vec::new(), rest, hops),
            "self" => self.walk(from, rest, hops),
            "super" => self.climb(from.split_last()?.1, rest, hops),
            _ => {
                let is_here = self.modules.contains_key(&child(from, first))
                    || self.said.get(from).is_some_and(|said| said.imports.contains_key(first));
                is_here.then(|| self.walk(from, parts, hops)).flatten()
            }
        }
    }

    fn climb(&self, from: &[String], parts: &[String], hops: usize) -> Option<&'a ModulePath> {
        match parts.split_first() {
            Some((first, rest)) if first == "super" => self.climb(from.split_last()?.1, rest, hops),
            _ => self.walk(&from.to_vec(), parts, hops),
        }
    }

    fn walk(&self, from: &ModulePath, parts: &[String], hops: usize) -> Option<&'a ModulePath> {
        let (here, _) = self.modules.get_key_value(from)?;
        let Some((first, rest)) = parts.split_first() else { return Some(here) };
        let below = child(from, first);
        if self.modules.contains_key(&below) {
            return self.walk(&below, rest, hops);
        }
        match self.said.get(from).and_then(|said| said.imports.get(first)) {
            // An import that names itself, such as `use time;`, is another crate.
            Some(import) if import.parts.first() == Some(first) => None,
            Some(import) => {
                let parts: Vec<String> = import.parts.iter().chain(rest).cloned().collect();
                self.resolve(from, &parts, hops.checked_sub(1)?)
            }
            None => Some(here),
        }
    }
}

fn child(path: &ModulePath, name: &str) -> ModulePath {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

impl Said {
    fn by(module: &Module<'_>) -> Self {
        let mut said = Self::default();
        for item in module.items {
            said.visit_item(item);
        }
        said
    }

    fn import(&mut self, tree: &syn::UseTree, before: &[String], listed: bool) {
        let mut leaf = |parts: Vec<String>, local: Option<String>, line: usize| {
            let name = Name { parts, line };
            match local {
                Some(local) if local != "_" => drop(self.imports.insert(local, name.clone())),
                _ => {}
            }
            if listed { self.re_exports.push(name) } else { self.names.push(name) }
        };
        let line = |ident: &syn::Ident| ident.span().start().line;
        let with = |ident: &syn::Ident| before.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => {
                let before = with(&path.ident);
                self.import(&path.tree, &before, listed);
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.import(item, before, listed)),
            syn::UseTree::Name(name) if name.ident == "self" => {
                leaf(before.to_vec(), before.last().cloned(), line(&name.ident));
            }
            syn::UseTree::Name(name) => leaf(with(&name.ident), Some(name.ident.to_string()), line(&name.ident)),
            syn::UseTree::Rename(rename) => {
                let parts = if rename.ident == "self" { before.to_vec() } else { with(&rename.ident) };
                leaf(parts, Some(rename.rename.to_string()), line(&rename.ident));
            }
            syn::UseTree::Glob(glob) => leaf(before.to_vec(), None, glob.star_token.spans[0].start().line),
        }
    }

    /// Paths in macro calls, where there is no syntax yet: `crate::a::b`.
    fn look_at_tokens(&mut self, tokens: TokenStream) {
        let mut current: Vec<String> = Vec::new();
        let mut line = 1;
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.look_at_tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    if current.last().is_none_or(|last| last != "::") {
                        self.note_tokens(&mut current, line);
                        line = ident.span().start().line;
                    }
                    current.push(ident.to_string());
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !current.is_empty() => {
                    if current.last().is_some_and(|last| last == ":") {
                        current.pop();
                        current.push("::".to_owned());
                    } else {
                        current.push(":".to_owned());
                    }
                    continue;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            self.note_tokens(&mut current, line);
        }
        self.note_tokens(&mut current, line);
    }

    fn note_tokens(&mut self, current: &mut Vec<String>, line: usize) {
        let parts: Vec<String> = std::mem::take(current).into_iter().filter(|part| !part.starts_with(':')).collect();
        if parts.len() > 1 {
            self.names.push(Name { parts, line });
        }
    }
}

impl<'ast> Visit<'ast> for Said {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            // A module of its own, or tests.
            syn::Item::Mod(_) => {}
            syn::Item::Fn(function) if is_test_only(&function.attrs) => {}
            syn::Item::Impl(block) if is_test_only(&block.attrs) => {}
            syn::Item::Use(import) if is_test_only(&import.attrs) => {}
            syn::Item::Use(import) => {
                let listed = !matches!(import.vis, syn::Visibility::Inherited);
                self.import(&import.tree, &[], listed);
            }
            other => syn::visit::visit_item(self, other),
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_test_only(&function.attrs) {
            syn::visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {
        // `pub(in crate::a)` says who may look in, not what is used.
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let line = path.segments.first().map_or(1, |segment| segment.ident.span().start().line);
        if path.leading_colon.is_none() {
            self.names.push(Name { parts, line });
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.visit_path(&invocation.path);
        self.look_at_tokens(invocation.tokens.clone());
    }
}
