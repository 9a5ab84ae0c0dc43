//! Who pays whom in one future of a run with a network.

use energyopti_engine::{Exchange, Trace};
use energyopti_market::{Currency, Ledger, LineFlow, NodalPosition, settle_nodal};

use super::{BatchError, replay};
use crate::Variant;

/// The ledger of one future.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Number of the replica.
    pub replica: u64,
    /// One transaction per step.
    pub ledger: Ledger,
}

/// Replays replica `replica` of a variant and settles each of its steps at the prices of its buses.
///
/// # Errors
/// [`BatchError::Unsuited`] where there are no prices, or amounts that no currency can hold; else as
/// [`super::run`].
pub fn settle(variant: &Variant, replica: u64) -> Result<Settlement, BatchError> {
    let currency = Currency::new(variant.scenario.currency()).map_err(unsuited)?;
    let trace = replay(variant, replica)?.trace;
    if trace.exchanges.is_empty() {
        let reason = "this run has no prices to settle at: it was a copper plate; give the scenario \
                      [grid] model = \"transport\" (one bus will do), or dcp, matpower, reactance";
        return Err(BatchError::Unsuited(reason.to_owned()));
    }
    let mut ledger = Ledger::new(currency.clone());
    for (step, exchange) in (0..).zip(&trace.exchanges) {
        let (positions, flows) = (positions(variant, &trace, exchange), flows(&trace, exchange));
        let transaction = settle_nodal(step, variant.model.clock.step_h, &positions, &flows, &currency);
        ledger.post(transaction.map_err(unsuited)?).map_err(unsuited)?;
    }
    Ok(Settlement { replica, ledger })
}

fn unsuited(error: energyopti_market::MarketError) -> BatchError {
    BatchError::Unsuited(format!("the run cannot be settled: {error}"))
}

fn price(exchange: &Exchange, bus: usize) -> f64 {
    exchange.prices.iter().find(|(at, _)| *at == bus).map_or(0.0, |(_, price)| *price)
}

fn positions(variant: &Variant, trace: &Trace, exchange: &Exchange) -> Vec<NodalPosition> {
    let position = |(slot, bus, injection_mw): &(usize, usize, f64)| NodalPosition {
        participant: trace.name(*slot).to_owned(),
        bus: variant.model.buses[*bus].clone(),
        injection_mw: *injection_mw,
        lmp: price(exchange, *bus),
    };
    exchange.injections.iter().map(position).collect()
}

fn flows(trace: &Trace, exchange: &Exchange) -> Vec<LineFlow> {
    let flow = |(slot, ends, flow_mw, arrives): &(usize, [usize; 2], f64, f64)| LineFlow {
        line: trace.name(*slot).to_owned(),
        flow_mw: *flow_mw,
        lmp_from: price(exchange, ends[0]),
        // Of what is taken here only a share is sold there.
        lmp_to: price(exchange, ends[1]) * arrives,
    };
    exchange.flows.iter().map(flow).collect()
}
