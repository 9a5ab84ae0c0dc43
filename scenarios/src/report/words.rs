//! The words of a report: each metric's unit, name and definition as this project uses it.

/// A metric that people ask for first.
pub(crate) struct Word {
    /// Key in the summary.
    pub(crate) key: &'static str,
    /// Unit as written behind a number; empty for a count. Money takes the run's currency.
    pub(crate) unit: &'static str,
    /// Name in the report.
    pub(crate) name: &'static str,
    /// Abbreviation, where one is in common use.
    pub(crate) short: &'static str,
    /// Definition as used here.
    pub(crate) meaning: &'static str,
}

/// Stands for the run's currency in [`Word::unit`].
pub(crate) const MONEY: &str = "$";

/// The headline metrics in the order in which they are shown.
pub(crate) const HEADLINE: [Word; 16] = [
    Word {
        key: "lole_h",
        unit: "h",
        name: "Loss of load expectation",
        short: "LOLE",
        meaning: "Mean number of hours, over the horizon, in which the available supply is below \
                  the firm load (by more than 0.001 MW).",
    },
    Word {
        key: "eue_mwh",
        unit: "MWh",
        name: "Expected unserved energy",
        short: "EUE",
        meaning: "Mean firm energy, over the horizon, that was asked for and not delivered. Also \
                  called EENS.",
    },
    Word {
        key: "neue_ppm",
        unit: "ppm",
        name: "Normalised unserved energy",
        short: "NEUE",
        meaning: "Expected unserved energy divided by the energy of the load, in parts per \
                  million.",
    },
    Word {
        key: "lolf",
        unit: "",
        name: "Shortfall events",
        short: "LOLF",
        meaning: "Loss of load frequency: mean number of shortfall events over the horizon. An \
                  event is a run of consecutive short steps; one event of the system is one \
                  during which any bus is short; an event under way at the first step counts.",
    },
    Word {
        key: "lold_d",
        unit: "d",
        name: "Days with a shortfall",
        short: "",
        meaning: "Mean number of days, over the horizon, with at least one short step.",
    },
    Word {
        key: "event_duration_h",
        unit: "h",
        name: "Mean event duration",
        short: "",
        meaning: "Mean length of a shortfall event.",
    },
    Word {
        key: "event_depth_mw",
        unit: "MW",
        name: "Mean event depth",
        short: "",
        meaning: "Mean, over the events, of each event's largest unserved power.",
    },
    Word {
        key: "max_event_duration_h",
        unit: "h",
        name: "Longest event per future",
        short: "",
        meaning: "Mean, over the futures, of each future's longest event.",
    },
    Word {
        key: "max_event_depth_mw",
        unit: "MW",
        name: "Deepest shortfall per future",
        short: "",
        meaning: "Mean, over the futures, of each future's largest unserved power.",
    },
    Word {
        key: "cvar95_ue_mwh",
        unit: "MWh",
        name: "Unserved energy in bad futures",
        short: "CVaR 95",
        meaning: "Conditional value at risk: mean unserved energy of the worst 5 % of futures, \
                  futures without a shortfall included.",
    },
    Word {
        key: "cost",
        unit: MONEY,
        name: "Operating cost",
        short: "",
        meaning: "Mean cost of generation over the horizon, without the value of lost load.",
    },
    Word {
        key: "emissions_t",
        unit: "t",
        name: "Carbon dioxide",
        short: "",
        meaning: "Mean carbon dioxide at the stacks over the horizon; that of biogenic fuels counts \
                  as 0.",
    },
    Word {
        key: "lost_load_cost",
        unit: MONEY,
        name: "Cost of lost load",
        short: "",
        meaning: "Mean value of all load that was shed, at each load's value of lost load.",
    },
    Word {
        key: "load_mwh",
        unit: "MWh",
        name: "Load",
        short: "",
        meaning: "Mean energy that the load asked for over the horizon.",
    },
    Word {
        key: "lole_without_storage_h",
        unit: "h",
        name: "LOLE without storage",
        short: "",
        meaning: "Loss of load expectation of the same futures, had there been no storage.",
    },
    Word {
        key: "eue_without_storage_mwh",
        unit: "MWh",
        name: "EUE without storage",
        short: "",
        meaning: "Expected unserved energy of the same futures, had there been no storage.",
    },
];

/// Words of the report that are no metric of the headline.
pub(crate) const OTHER_WORDS: [(&str, &str); 7] = [
    (
        "Future",
        "One replica: one possible course of the whole horizon, with its own outages, weather \
         year and chance events.",
    ),
    (
        "± (standard error)",
        "How far an estimate typically lies from the value that infinitely many futures would \
         give.",
    ),
    (
        "95 % interval",
        "An interval made by a rule that covers the true value in about 95 of 100 studies, in fewer where only a handful of futures had a shortfall. Where no \
         event was seen in n futures it runs from 0 to 3/n of the horizon.",
    ),
    (
        "Margin",
        "Available capacity with what storage can deliver, less the load, in MW. Below zero the \
         system is short.",
    ),
    ("Capacity factor", "Energy produced, divided by what full output at all times would give."),
    ("Curtailment", "Energy that was available for nothing and was not used, in MWh."),
    ("Cycles", "Energy discharged by a battery, divided by its energy capacity."),
];

/// Whether the metric `key` is one of the headline.
pub(crate) fn is_headline(key: &str) -> bool {
    HEADLINE.iter().any(|word| word.key == key)
}
