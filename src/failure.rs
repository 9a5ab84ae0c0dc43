//! How a command ends without a result, and the exit code that says so.

use std::fmt;
use std::process::ExitCode;

use energyopti_engine::EngineError;
use energyopti_scenarios::Faults;
use energyopti_scenarios::batch::BatchError;
use energyopti_scenarios::results::StoreError;

/// Why there is no result.
#[derive(Debug)]
pub enum Failure {
    /// The input is at fault: exit code 2.
    Input(String),
    /// The input is good and has no solution: exit code 3.
    Unsolved(String),
    /// Anything else: exit code 1.
    Other(anyhow::Error),
}

impl Failure {
    /// Bad input, said in one sentence.
    pub fn input(message: impl fmt::Display) -> Self {
        Self::Input(format!("error: {message}"))
    }

    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Input(_) => ExitCode::from(2),
            Self::Unsolved(_) => ExitCode::from(3),
            Self::Other(_) => ExitCode::from(1),
        }
    }

    pub fn is_broken_pipe(&self) -> bool {
        let Self::Other(error) = self else { return false };
        error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(message) | Self::Unsolved(message) => f.write_str(message),
            Self::Other(error) => {
                write!(f, "error: {error}")?;
                // A cause that its effect has told already is not told again.
                let mut told = error.to_string();
                for cause in error.chain().skip(1).map(ToString::to_string) {
                    if !told.contains(&cause) {
                        write!(f, ": {cause}")?;
                        told = cause;
                    }
                }
                Ok(())
            }
        }
    }
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Self {
        Self::Input(faults.to_string())
    }
}

impl From<BatchError> for Failure {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Unsuited(_) | BatchError::Engine(EngineError::Network { .. }) => Self::input(error),
            BatchError::Store(error) => error.into(),
            _ => Self::Other(error.into()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_bad_input() { Self::input(error) } else { Self::Other(error.into()) }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}
