//! Where mutants can be switched.

use core::ops::Range;
use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{
    Arm, Block, Expr, GenericArgument, Pat, PathArguments, ReturnType, Signature, Type,
    TypeImplTrait, TypeParamBound,
};

use crate::Mutant;
use crate::source::Source;

/// A change of the text.
#[derive(Clone)]
pub(crate) struct Edit {
    /// What is replaced; empty where something is put in.
    pub(crate) range: Range<usize>,
    pub(crate) kind: Kind,
}

/// How the text is changed.
#[derive(Clone)]
pub(crate) enum Kind {
    /// An expression becomes a choice among itself and its mutants.
    Choice(Vec<Other>),
    /// A function may return something else at once: numbers and values.
    Returns(Vec<(u32, String)>),
    /// A function that returns an iterator over this type may return another one: numbers, and the
    /// only item, if there is one.
    Iterates(String, Vec<(u32, Option<String>)>),
    /// `const` goes.
    Removed,
    /// An arm may always, or never, be taken.
    Guard {
        /// Whether the arm has a guard, which is replaced then.
        present: bool,
        always: Vec<u32>,
        never: Vec<u32>,
    },
}

/// Another form of an expression.
#[derive(Clone)]
pub(crate) struct Other {
    pub(crate) number: u32,
    /// The part of the expression that is replaced.
    pub(crate) range: Range<usize>,
    pub(crate) replacement: String,
}

/// A mutant by octets.
struct Wanted<'m> {
    mutant: &'m Mutant,
    range: Range<usize>,
}

/// Looks for the syntax that mutants change.
pub(crate) struct Finder<'s> {
    source: &'s Source,
    /// Those that are not found yet.
    wanted: Vec<Wanted<'s>>,
    constant: &'s BTreeSet<String>,
    /// How many constant contexts we are in; nothing can be switched there.
    constants: usize,
    edits: Vec<Edit>,
    /// Mutants that no compiler takes.
    senseless: Vec<u32>,
}

impl<'s> Finder<'s> {
    pub(crate) fn new(
        source: &'s Source,
        mutants: impl Iterator<Item = &'s Mutant>,
        constant: &'s BTreeSet<String>,
    ) -> Self {
        let range =
            |mutant: &Mutant| source.position(mutant.span.start)..source.position(mutant.span.end);
        let wanted = mutants.map(|mutant| Wanted { range: range(mutant), mutant }).collect();
        Self { source, wanted, constant, constants: 0, edits: Vec::new(), senseless: Vec::new() }
    }

    /// The changes, those around others first, and the mutants that no compiler takes.
    pub(crate) fn find(mut self) -> syn::Result<(Vec<Edit>, Vec<u32>)> {
        let file = syn::parse_file(&self.source.text)?;
        self.visit_file(&file);
        let key = |edit: &Edit| (edit.range.start, core::cmp::Reverse(edit.range.end));
        self.edits.sort_by_key(key);
        Ok((self.edits, self.senseless))
    }

    /// The mutants of a genre for which this holds.
    fn take(&mut self, genre: &str, is: impl Fn(&Wanted<'_>) -> bool) -> Vec<Other> {
        let found = self
            .wanted
            .extract_if(.., |wanted| wanted.mutant.genre == genre && is(wanted))
            .map(|wanted| Other {
                number: wanted.mutant.number,
                range: wanted.range,
                replacement: wanted.mutant.replacement.clone(),
            });
        found.collect()
    }

    fn edit(&mut self, range: Range<usize>, kind: Kind) {
        self.edits.push(Edit { range, kind });
    }

    /// Other forms of an expression, in which a part of this range is replaced.
    fn choice(&mut self, genre: &str, whole: Range<usize>, part: &Range<usize>) {
        if self.constants > 0 {
            return;
        }
        let others = self.take(genre, |wanted| {
            part.contains(&wanted.range.start) && wanted.range.end <= whole.end
        });
        if !others.is_empty() {
            self.edit(whole, Kind::Choice(others));
        }
    }

    /// A function, and what is in it.
    fn function(&mut self, signature: &Signature, block: &Block, inside: impl FnOnce(&mut Self)) {
        let mut constant = 0;
        if let Some(word) = signature.constness {
            if self.constant.contains(&signature.ident.to_string()) {
                constant = 1;
            } else {
                self.edit(self.source.range(&word), Kind::Removed);
            }
        }
        if let Some(first) = block.stmts.first().filter(|_| constant == 0) {
            let begin = self.source.range(first).start;
            let body = self.source.range(block);
            self.body(signature, body.start + 1..begin, body);
        }
        self.constants += constant;
        inside(self);
        self.constants -= constant;
    }

    /// Values that a function may return instead; mutants of it begin in `head`.
    fn body(&mut self, signature: &Signature, head: Range<usize>, body: Range<usize>) {
        let within = head.start..=head.end;
        let is = |wanted: &Wanted<'_>| {
            within.contains(&wanted.range.start) && wanted.range.end < body.end
        };
        let ReturnType::Type(_, returned) = &signature.output else {
            return self.returns(head.start, is);
        };
        let Type::ImplTrait(returned) = &**returned else {
            return self.returns(head.start, is);
        };
        // `return` would have to be of the one type that is behind `impl`.
        let Some(item) = item(returned) else { return };
        let item = self.source.text[self.source.range(item)].to_owned();
        let only = |value: String| {
            let inner = value.strip_prefix("::std::iter::once(")?.strip_suffix(')')?;
            Some(inner.to_owned())
        };
        let values = self.take("FnValue", is).into_iter();
        let values: Vec<_> = values.map(|other| (other.number, only(other.replacement))).collect();
        if !values.is_empty() {
            self.edit(head.start..body.end - 1, Kind::Iterates(item, values));
        }
    }

    fn returns(&mut self, at: usize, is: impl Fn(&Wanted<'_>) -> bool) {
        let values = self.take("FnValue", is).into_iter();
        let values: Vec<_> = values.map(|other| (other.number, other.replacement)).collect();
        if !values.is_empty() {
            self.edit(at..at, Kind::Returns(values));
        }
    }

    /// Something that is known before the program runs.
    fn constant(&mut self, inside: impl FnOnce(&mut Self)) {
        self.constants += 1;
        inside(self);
        self.constants -= 1;
    }

    /// `others` says whether the match has an arm for everything besides this one.
    fn arm(&mut self, arm: &Arm, others: bool) {
        if self.constants > 0 {
            return;
        }
        let whole = self.source.range(arm);
        let pattern = self.source.range(&arm.pat);
        let guard = arm.guard.as_ref().map(|(_, guard)| self.source.range(&**guard));
        let numbers =
            |others: Vec<Other>| others.iter().map(|other| other.number).collect::<Vec<_>>();
        let mut never = numbers(self.take("MatchArm", |wanted| {
            others && wanted.range.start == whole.start && wanted.range.end <= whole.end + 1
        }));
        let mut always = Vec::new();
        if let Some(guard) = &guard {
            let mut is = |value: &str| {
                numbers(self.take("MatchArmGuard", |wanted| {
                    wanted.range == *guard && wanted.mutant.replacement == value
                }))
            };
            always = is("true");
            never.extend(is("false"));
        }
        if !always.is_empty() || !never.is_empty() {
            let present = guard.is_some();
            let range = guard.unwrap_or(pattern.end..pattern.end);
            self.edit(range, Kind::Guard { present, always, never });
        }
    }
}

/// Whether an arm is taken for everything that comes to it.
fn catches_all(arm: &Arm) -> bool {
    let any = match &arm.pat {
        Pat::Wild(_) => true,
        Pat::Ident(name) => {
            name.subpat.is_none() && name.ident.to_string().starts_with(char::is_lowercase)
        }
        _ => false,
    };
    any && arm.guard.is_none()
}

/// The type of the items, if this is an iterator and nothing else.
fn item(returned: &TypeImplTrait) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = returned.bounds.first()? else { return None };
    let last = bound.path.segments.last().filter(|last| last.ident == "Iterator")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::AssocType(item) if item.ident == "Item" => Some(&item.ty),
        _ => None,
    }
}

/// Whether a condition binds names, so that it can stand in a chain of `&&` only.
fn binds(expression: &Expr) -> bool {
    match expression {
        Expr::Let(_) => true,
        Expr::Binary(binary) => binds(&binary.left) || binds(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block, |this| visit::visit_item_fn(this, item));
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block, |this| visit::visit_impl_item_fn(this, item));
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        let Some(block) = &item.default else { return };
        self.function(&item.sig, block, |this| visit::visit_trait_item_fn(this, item));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.constant(|this| visit::visit_item_const(this, item));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.constant(|this| visit::visit_item_static(this, item));
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.constant(|this| visit::visit_impl_item_const(this, item));
    }

    fn visit_trait_item_const(&mut self, item: &'ast syn::TraitItemConst) {
        self.constant(|this| visit::visit_trait_item_const(this, item));
    }

    fn visit_type(&mut self, ty: &'ast Type) {
        self.constant(|this| visit::visit_type(this, ty));
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        self.constant(|this| visit::visit_pat(this, pattern));
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        let part = self.source.range(&binary.op);
        let chained = binds(&binary.left) || binds(&binary.right);
        // What follows the type of a cast would be read as its arguments.
        let cast = matches!(*binary.left, Expr::Cast(_));
        let senseless = self.take("BinaryOperator", |wanted| {
            let replacement = &wanted.mutant.replacement;
            wanted.range == part
                && (chained && replacement == "||" || cast && replacement.starts_with('<'))
        });
        self.senseless.extend(senseless.iter().map(|other| other.number));
        if !chained {
            self.choice("BinaryOperator", self.source.range(binary), &part);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        let part = self.source.range(&unary.op);
        self.choice("UnaryOperator", self.source.range(unary), &part);
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_struct(&mut self, value: &'ast syn::ExprStruct) {
        // Fields of a value within a field are found with that.
        visit::visit_expr_struct(self, value);
        let whole = self.source.range(value);
        let part = whole.clone();
        self.choice("StructField", whole, &part);
    }

    fn visit_expr_match(&mut self, expression: &'ast syn::ExprMatch) {
        for (i, arm) in expression.arms.iter().enumerate() {
            let mut others = expression.arms.iter().enumerate().filter(|(other, _)| *other != i);
            self.arm(arm, others.any(|(_, other)| catches_all(other)));
        }
        visit::visit_expr_match(self, expression);
    }
}
