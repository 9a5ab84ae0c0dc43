//! Boxed linear programs whose matrix stays while costs, bounds and right-hand sides change.
//!
//! `min c'x, A x = b, l <= x <= u` with finite bounds, for a few hundred rows and many solves of almost the same
//! program: dispatch and market clearing. A bounded dual simplex with the long-step ratio test over an explicit inverse;
//! rows can be added as they are needed. The same matrix, data and start basis give the same bits.
//!
//! It does not do integers, quadratic costs, free variables (give a large box) or large sparse programs.
//!
//! Two plants serve 100 MW; the cheap one has 60:
//!
//! ```
//! use energyopti_lp::{Builder, Outcome, Solver, Start};
//!
//! let mut program = Builder::default();
//! let balance = program.row(100.0);
//! program.column(20.0, 0.0..=60.0, &[(balance, 1.0)]);
//! program.column(50.0, 0.0..=80.0, &[(balance, 1.0)]);
//! let (matrix, mut data) = program.build()?;
//!
//! let mut solver = Solver::new(matrix);
//! let Outcome::Optimal(found) = solver.solve(&data, Start::Cold)? else { panic!("60 + 80 > 100") };
//! assert_eq!(found.x, [60.0, 40.0]);
//! assert_eq!(found.duals, [50.0]); // one more MW comes from the dear plant
//! assert_eq!(found.objective, 60.0 * 20.0 + 40.0 * 50.0);
//!
//! data.rhs[0] = 150.0; // more than 60 + 80
//! let Outcome::Infeasible(proof) = solver.solve(&data, Start::Last)? else { panic!("140 < 150") };
//! assert_eq!(proof.ray, [1.0]);
//! # Ok::<(), energyopti_lp::Error>(())
//! ```

mod basis;
mod canonical;
mod data;
mod dense;
mod elastic;
mod error;
mod hitting;
mod inverse;
mod matrix;
mod outcome;
mod ratio;
mod simplex;
mod solver;
mod tableau;
mod ties;

pub use basis::{Basis, Place};
pub use data::{Builder, Data};
pub use elastic::{Elastic, Relaxation, Soft, Violation, elastic};
pub use error::Error;
pub use matrix::Matrix;
pub use outcome::{Conflict, Constraint, Infeasible, Optimal, Outcome, Stopped, certifies};
pub use solver::{Solver, Start, Ties};
