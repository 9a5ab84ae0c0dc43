//! Why hours linked by storage have no dispatch.

use super::super::Error;
use super::super::angles::Angles;
use super::super::dispatch::dispatch;
use super::super::elastic::{Constraint, Infeasibility, Relaxation};
use super::super::model::Model;
use super::super::period::Cut;
use super::super::pieces::Piece;
use super::super::program::Point;
use super::chain::Chain;
use super::{Horizon, failed, set_step};
use crate::Network;

/// Why there is no dispatch: an hour that fails even with stores at will, else loads that are too
/// much for the energy of all hours.
pub(super) fn blame(
    pieces: &[Vec<Piece>],
    network: &Network,
    horizon: &Horizon,
    model: &mut Model,
    angles: &mut Angles,
    cuts: &[Cut],
) -> Error {
    let full = model.pieces.clone();
    for t in 0..horizon.steps {
        if let Err(error) = set_step(network, horizon, model, &full, t) {
            return error;
        }
        let own = std::mem::replace(&mut model.pieces, pieces[t].clone());
        if let Err(why) = dispatch(model, angles, &model.pieces, cuts) {
            return failed(network, model, angles, t, why);
        }
        model.pieces = own;
    }
    model.pieces = full;
    match Chain::new(network, horizon, model, angles, cuts, true).and_then(|mut elastic| {
        let found = elastic.optimum(model, angles, cuts);
        found.map_err(|_| Error::Stalled { status: "interior point over the hours".to_owned() })
    }) {
        Ok((points, ..)) => {
            Error::Infeasible(Box::new(Infeasibility { sets: vec![unserved(network, model, &points)] }))
        }
        Err(error) => error,
    }
}

/// Load that an elastic chain left unserved, smallest first.
fn unserved(network: &Network, model: &Model, points: &[Point]) -> Vec<Relaxation> {
    let first = model.pieces.len();
    let mut told = Vec::new();
    for (hour, point) in points.iter().enumerate() {
        for (here, &there) in model.buses.iter().enumerate() {
            let mw = point.x[first + here].abs() * model.base;
            if mw > 1e-6 {
                let asset = format!("bus {}", network.buses[there].name);
                told.push(Relaxation { asset, constraint: Constraint::Load, hour, mw, degrees: None });
            }
        }
    }
    told.sort_by(|a, b| a.mw.total_cmp(&b.mw).then(a.hour.cmp(&b.hour)));
    told
}
