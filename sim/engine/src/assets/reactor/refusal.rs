//! Why a power is refused: a code per future, and on demand the numbers in words.

use std::fmt;

/// Reason of a refusal; its number is the code in lanes, 0 stands for granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// The unit is in forced outage.
    ForcedOutage = 1,
    /// The unit is in refuelling.
    Refuelling = 2,
    /// Xenon leaves no margin even for the least load: off until it has decayed.
    XenonPrecluded = 3,
    /// Xenon leaves no margin for the power wished.
    Xenon = 4,
    /// Burnup leaves no margin for the power wished, whatever the xenon.
    StretchOut = 5,
    /// Late in the cycle power no longer follows load.
    EndOfCycle = 6,
    /// Further away than the ramp rates reach within the step, or above rated power.
    Ramp = 7,
    /// Below the least load and above 0.
    MinimumLoad = 8,
}

impl Reason {
    /// The reason of a code, `None` for 0 and for numbers that are no code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        use Reason::{EndOfCycle, ForcedOutage, MinimumLoad, Ramp, Refuelling, StretchOut, Xenon, XenonPrecluded};
        let all = [ForcedOutage, Refuelling, XenonPrecluded, Xenon, StretchOut, EndOfCycle, Ramp, MinimumLoad];
        all.into_iter().find(|&reason| reason as u8 == code)
    }
}

/// A refusal with its numbers: powers relative to rated power, margins in pcm, times in h.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// See [`Reason::ForcedOutage`].
    ForcedOutage,
    /// See [`Reason::Refuelling`].
    Refuelling,
    /// See [`Reason::XenonPrecluded`].
    XenonPrecluded {
        /// Margin at `power_pu`, below 0.
        margin_pcm: f64,
        /// Least load, where the margin is taken.
        power_pu: f64,
        /// Hours until it is possible; `None`: never while off.
        hours: Option<f64>,
    },
    /// See [`Reason::Xenon`].
    Xenon {
        /// Margin at `power_pu`, below 0.
        margin_pcm: f64,
        /// Power wished.
        power_pu: f64,
        /// Power granted instead.
        granted_pu: f64,
        /// Hours until it is possible at the power granted; `None`: never at that power.
        hours: Option<f64>,
    },
    /// See [`Reason::StretchOut`].
    StretchOut {
        /// Margin at `power_pu`, below 0.
        margin_pcm: f64,
        /// Power wished.
        power_pu: f64,
        /// Power granted instead.
        granted_pu: f64,
    },
    /// See [`Reason::EndOfCycle`].
    EndOfCycle {
        /// Burnup now, in effective full power days.
        burnup_efpd: f64,
        /// Burnup up to which power follows load.
        until_efpd: f64,
        /// Power granted instead.
        granted_pu: f64,
    },
    /// See [`Reason::Ramp`].
    Ramp {
        /// Power wished.
        power_pu: f64,
        /// Power granted instead: the furthest that is reached.
        granted_pu: f64,
    },
    /// See [`Reason::MinimumLoad`].
    MinimumLoad {
        /// Power wished.
        power_pu: f64,
        /// Least load.
        min_load_pu: f64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |power_pu: f64| 100.0 * power_pu;
        match *self {
            Self::ForcedOutage => write!(f, "forced outage: the unit is down"),
            Self::Refuelling => write!(f, "refuelling: the unit is down"),
            Self::XenonPrecluded { margin_pcm, power_pu, hours } => {
                write!(f, "xenon: margin {margin_pcm:.0} pcm at {:.0} % power, off; ", percent(power_pu))?;
                again(f, hours)
            }
            Self::Xenon { margin_pcm, power_pu, granted_pu, hours } => {
                let (wished, granted) = (percent(power_pu), percent(granted_pu));
                write!(f, "xenon: margin {margin_pcm:.0} pcm at {wished:.0} % power, {granted:.1} % granted; ")?;
                again(f, hours)
            }
            Self::StretchOut { margin_pcm, power_pu, granted_pu } => {
                let (wished, granted) = (percent(power_pu), percent(granted_pu));
                write!(f, "stretch-out: margin {margin_pcm:.0} pcm at {wished:.0} % power, {granted:.1} % granted")
            }
            Self::EndOfCycle { burnup_efpd, until_efpd, granted_pu } => {
                write!(f, "end of cycle: no load following after {until_efpd:.0} full power days, ")?;
                write!(f, "now {burnup_efpd:.0}; {:.1} % granted", percent(granted_pu))
            }
            Self::Ramp { power_pu, granted_pu } => {
                let (wished, granted) = (percent(power_pu), percent(granted_pu));
                write!(f, "ramp: {wished:.1} % power is out of reach within the step, {granted:.1} % granted")
            }
            Self::MinimumLoad { power_pu, min_load_pu } => {
                let (wished, least) = (percent(power_pu), percent(min_load_pu));
                write!(f, "minimum load: {wished:.1} % power wished, the least is {least:.1} %, or off")
            }
        }
    }
}

fn again(f: &mut fmt::Formatter<'_>, hours: Option<f64>) -> fmt::Result {
    match hours {
        Some(hours) => write!(f, "possible again in {hours:.1} h"),
        None => write!(f, "not possible again at the power granted"),
    }
}
