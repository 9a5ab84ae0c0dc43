//! One asset's table as the checks read it: by key, with its path for messages.
//!
//! Not here: any rule. A key that is absent or faulty reads as [`Reported`], for whatever is
//! required was required by the schema, and defaults were filled in.

use energyopti_engine::Carrier;
use energyopti_engine::assets::Common;
use energyopti_engine::assets::fault::Fault;

use super::{Check, Checked, Reported, outage};
use crate::document::{Kind, Node, Span, Table, path};
use crate::fault::Found;

/// A table with its path.
#[derive(Clone)]
pub(crate) struct Asset<'a> {
    /// Which list it stands in.
    pub kind: &'static str,
    /// Its keys.
    pub table: &'a Table,
    /// Where it is written.
    pub span: Span,
    /// What messages call it.
    pub path: String,
}

impl<'a> Asset<'a> {
    /// The `index`th entry of the list `kind`, if it is a table.
    pub fn new(kind: &'static str, index: usize, node: &'a Node) -> Option<Self> {
        let table = node.table()?;
        let name = table.get("name").and_then(Node::text).filter(|n| !n.is_empty());
        let path = name.map_or_else(|| format!("{kind}[{index}]"), |name| path::join(kind, name));
        Some(Self { kind, table, span: node.span, path })
    }

    /// The table at `key` in this one.
    pub fn inner(&self, key: &str) -> Checked<Asset<'a>> {
        self.part(self.node(key)?, self.at(key))
    }

    /// The tables of the list at `key` in this one; none where there is no such list.
    pub fn parts(&self, key: &str) -> Checked<Vec<Asset<'a>>> {
        let Some(node) = self.table.get(key) else { return Ok(Vec::new()) };
        let items = node.list().ok_or(Reported)?;
        items.iter().enumerate().map(|(i, item)| self.part(item, format!("{}[{i}]", self.at(key)))).collect()
    }

    fn part(&self, node: &'a Node, path: String) -> Checked<Asset<'a>> {
        let table = node.table().ok_or(Reported)?;
        Ok(Self { kind: self.kind, table, span: node.span, path })
    }

    /// Path of a key.
    pub fn at(&self, key: &str) -> String {
        path::join(&self.path, key)
    }

    /// Whether the key is written, rightly or wrongly.
    pub fn has(&self, key: &str) -> bool {
        self.table.has(key)
    }

    /// The value at `key`.
    pub fn node(&self, key: &str) -> Checked<&'a Node> {
        self.table.get(key).ok_or(Reported)
    }

    /// Where the value of `key` is written; the table itself where it is not.
    pub fn span_of(&self, key: &str) -> Span {
        self.table.get(key).map_or(self.span, |n| n.span)
    }

    /// Where `key` itself is written.
    pub fn key_span(&self, key: &str) -> Span {
        self.table.entry(key).map_or(self.span, |e| e.key_span)
    }

    /// A number.
    pub fn number(&self, key: &str) -> Checked<f64> {
        self.node(key)?.number().ok_or(Reported)
    }

    /// A number that may be left out.
    pub fn number_or(&self, key: &str, default: f64) -> Checked<f64> {
        if self.has(key) { self.number(key) } else { Ok(default) }
    }

    /// A list of numbers.
    pub fn numbers(&self, key: &str) -> Checked<Vec<f64>> {
        let nodes = self.node(key)?.list().ok_or(Reported)?;
        nodes.iter().map(|node| node.number().ok_or(Reported)).collect()
    }

    /// Whether a flag is set.
    pub fn flag(&self, key: &str) -> Checked<bool> {
        if let Kind::Flag(set) = self.node(key)?.kind { Ok(set) } else { Err(Reported) }
    }

    /// Notes the faults that a model finds in its parameters, each at its key where it is written
    /// here, else at the table. Fails if there are any.
    pub fn report(&self, faults: &[Fault], cx: &mut Check<'_>) -> Checked<()> {
        for fault in faults {
            cx.note(Found::new(self.span_of(fault.key), self.at(fault.key), fault.rule.clone()));
        }
        if faults.is_empty() { Ok(()) } else { Err(Reported) }
    }

    /// A text.
    pub fn text(&self, key: &str) -> Checked<&'a str> {
        self.node(key)?.text().ok_or(Reported)
    }

    /// The asset's name.
    pub fn name(&self) -> Checked<&'a str> {
        self.text("name")
    }

    /// `count`.
    pub fn count(&self) -> Checked<u32> {
        if !self.has("count") {
            return Ok(1);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema bounds it to 1-10000")]
        Ok(self.number("count")? as u32)
    }

    /// Name, bus, stream, count and outage of an asset at an electric bus.
    pub fn common(&self, cx: &mut Check<'_>) -> Checked<Common> {
        self.common_on(&[Carrier::Electricity], cx)
    }

    /// The same of what lies between two electric buses, `bus0` and `bus1`, and the latter. It is up or
    /// out: a share of a line means nothing.
    pub fn common_between(&self, cx: &mut Check<'_>) -> Checked<(Common, usize)> {
        let electric = [Carrier::Electricity];
        // The schema asks for both: one that is missing has been told of.
        let mut end = |key: &str| if self.has(key) { self.bus(key, &electric, cx) } else { Err(Reported) };
        let ends = [end("bus0"), end("bus1")];
        if let [Ok(from), Ok(to)] = ends
            && from == to
        {
            let found = Found::new(self.span_of("bus1"), self.at("bus1"), "must differ from bus0");
            return Err(cx.note(found.also(self.span_of("bus0"), "the same bus")));
        }
        let common = self.common_in(ends[0], cx)?;
        if common.outage.iter().flat_map(|o| &o.states).any(|state| state.p_max_pu > 0.0) {
            let at = format!("{}.derates", self.at("outage"));
            let found = Found::new(self.span_of("outage"), at, "has no meaning here: it is up or out");
            return Err(cx.note(found.help("leave out the derates")));
        }
        Ok((common, ends[1]?))
    }

    /// The same of an asset whose bus carries one of `carriers`.
    pub fn common_on(&self, carriers: &[Carrier], cx: &mut Check<'_>) -> Checked<Common> {
        let bus = self.bus("bus", carriers, cx);
        self.common_in(bus, cx)
    }

    fn common_in(&self, bus: Checked<usize>, cx: &mut Check<'_>) -> Checked<Common> {
        let outage = outage::read(self, cx);
        let stream = if self.has("stream") { self.text("stream") } else { self.name() };
        Ok(Common {
            name: self.name()?.to_owned(),
            stream: stream?.to_owned(),
            bus: bus?,
            count: self.count()?,
            outage: outage?,
        })
    }

    /// The bus that `key` names, which must carry one of `carriers`; where it is left out, the only
    /// electric bus if that will do, else the only bus that will.
    pub fn bus(&self, key: &str, carriers: &[Carrier], cx: &mut Check<'_>) -> Checked<usize> {
        if !self.has(key) {
            let electric = [Carrier::Electricity];
            let carriers = if carriers.contains(&electric[0]) { &electric[..] } else { carriers };
            return cx.buses.only(carriers).unwrap_or_else(|| {
                let rule = match cx.buses.count(carriers) {
                    0 => format!("is missing, and no bus carries {}", words(carriers)),
                    n => format!("is missing: there are {n} buses"),
                };
                let found = Found::new(self.span, self.at(key), rule);
                Err(cx.note(found.maybe_help(cx.buses.nearest("", carriers))))
            });
        }
        let name = self.text(key)?;
        let bus = cx.buses.find(name).unwrap_or_else(|| {
            let rule = format!("names a bus that does not exist: `{name}`");
            let found = Found::new(self.span_of(key), self.at(key), rule);
            Err(cx.note(found.maybe_help(cx.buses.nearest(name, carriers))))
        })?;
        let carrier = cx.buses.carrier(bus);
        if carriers.contains(&carrier) {
            return Ok(bus);
        }
        let rule = format!("must be a bus that carries {}: `{name}` carries {}", words(carriers), words(&[carrier]));
        let found = Found::new(self.span_of(key), self.at(key), rule);
        Err(cx.note(found.maybe_help(cx.buses.nearest(name, carriers))))
    }
}

/// Carriers as words.
fn words(carriers: &[Carrier]) -> String {
    let word = |carrier: &Carrier| match carrier {
        Carrier::Heat => "heat",
        Carrier::Electricity => "electricity",
        Carrier::Hydrogen => "hydrogen",
    };
    carriers.iter().map(word).collect::<Vec<_>>().join(" or ")
}
