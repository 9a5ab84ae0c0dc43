//! Reactive limits: generators that reach one stop holding the voltage.
//!
//! The rule is MATPOWER's `ENFORCE_Q_LIMS = 1`: after a solution, every generator beyond a limit is
//! fixed at it, all at once; a bus without another generator becomes a PQ bus, the first PV bus of
//! the island takes over from a slack, and the iteration goes on from the voltages it has. Nothing is
//! set free again. Where all that still hold a voltage pass the same limit, there is no solution.

use serde::Serialize;

use super::lanes::{End, Lanes};
use super::options::Status;
use super::solution::generator_powers;
use crate::network::{BusKind, Generator};

/// How far beyond a limit counts, Mvar (MATPOWER's `opf.violation`).
const VIOLATION_MVAR: f64 = 5e-6;

/// A reactive limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// `q_min_mvar`.
    Least,
    /// `q_max_mvar`.
    Most,
}

impl Limit {
    /// Its value, Mvar.
    pub(super) fn of(self, generator: &Generator) -> f64 {
        match self {
            Self::Least => generator.q_min_mvar,
            Self::Most => generator.q_max_mvar,
        }
    }

    fn passed(generator: &Generator, q_mvar: f64) -> Option<Self> {
        if q_mvar > generator.q_max_mvar + VIOLATION_MVAR {
            Some(Self::Most)
        } else if q_mvar < generator.q_min_mvar - VIOLATION_MVAR {
            Some(Self::Least)
        } else {
            None
        }
    }
}

/// Fixes what passed a limit in a solved lane. Returns whether the lane has to be solved again.
pub(super) fn enforce<const L: usize>(lanes: &mut Lanes<L>, lane: usize, end: &mut End) -> bool {
    if end.status != Status::Converged {
        return false;
    }
    let model = lanes.model;
    let generators = &model.network.generators;
    let (p_mw, q_mvar) = generator_powers(lanes, lane, &end.given);
    let energised = |bus: usize| end.given.kinds[bus] != BusKind::Isolated;
    let open: Vec<_> = (0..generators.len())
        .filter(|&i| generators[i].in_service && energised(generators[i].bus) && end.given.limited[i].is_none())
        .collect();
    let passed: Vec<_> =
        open.iter().filter_map(|&i| Limit::passed(&generators[i], q_mvar[i]).map(|limit| (i, limit))).collect();
    let Some(&(_, first)) = passed.first() else {
        rebase(lanes, lane, end);
        return false;
    };
    let holding = open.iter().filter(|&&i| end.given.kinds[generators[i].bus] != BusKind::Pq).count();
    let of_those = passed.iter().filter(|(i, _)| end.given.kinds[generators[*i].bus] != BusKind::Pq).count();
    if holding == of_those && passed.iter().all(|(_, limit)| *limit == first) {
        end.status = Status::ReactiveLimits;
        return false;
    }
    for (i, limit) in passed {
        end.given.limited[i] = Some(limit);
        end.given.p_generator_mw[i] = p_mw[i];
    }
    end.given.choose_kinds(model);
    end.given.sum_injections(&model.network);
    lanes.specify(lane, &end.given);
    true
}

/// Turns the voltages back to the angle of a slack that another bus took over from.
fn rebase<const L: usize>(lanes: &mut Lanes<L>, lane: usize, end: &End) {
    let model = lanes.model;
    let islands = end.given.islands.as_ref().unwrap_or(&model.islands);
    let replaced = |bus: &usize| {
        model.network.buses[*bus].kind == BusKind::Slack
            && model.kinds[*bus] == BusKind::Slack
            && end.given.kinds[*bus] == BusKind::Pq
    };
    for slack in (0..islands.len()).filter(replaced) {
        let v = &lanes.v[model.pattern.position[slack]];
        let turn = model.network.buses[slack].va_deg.to_radians() - libm::atan2(v[1][lane], v[0][lane]);
        let (cosine, sine) = (libm::cos(turn), libm::sin(turn));
        for (at, _) in model.bus_at.iter().enumerate().filter(|(_, bus)| islands[**bus] == islands[slack]) {
            let (re, im) = (lanes.v[at][0][lane], lanes.v[at][1][lane]);
            lanes.v[at][0][lane] = re * cosine - im * sine;
            lanes.v[at][1][lane] = re * sine + im * cosine;
        }
    }
}
