//! One row of the CTDC victim-perpetrator synthetic data set, read strictly.

use serde::Deserialize;

/// The row as its columns are named (CTDC Global Victim-Perpetrator Synthetic Dataset, IOM 2022).
/// An empty cell means that the value is not stated.
#[derive(Debug, Deserialize)]
pub(super) struct CtdcRow {
    #[serde(rename = "yearRegister")]
    pub(super) year_register: String,
    pub(super) gender: String,
    #[serde(rename = "majorityStatus")]
    pub(super) majority_status: String,
    #[serde(rename = "isForcedLabour")]
    pub(super) is_forced_labour: String,
    #[serde(rename = "isSexualExploit")]
    pub(super) is_sexual_exploit: String,
    #[serde(rename = "UN_COO_Region")]
    pub(super) region_of_origin: String,
    #[serde(rename = "UN_COE_Region")]
    pub(super) region_of_exploitation: String,
    #[serde(rename = "IP_Exploiter")]
    pub(super) exploiter: String,
    #[serde(rename = "IP_Gender")]
    pub(super) exploiter_gender: String,
    #[serde(rename = "IP_ageBroad")]
    pub(super) exploiter_age: String,
    #[serde(rename = "IP_citizen_UNRegion")]
    pub(super) exploiter_region: String,
    #[serde(rename = "IP_Relation")]
    pub(super) relation: String,
    #[serde(rename = "IP_PayMoney")]
    pub(super) pay_money: String,
    #[serde(rename = "IP_RecruiterBroker")]
    pub(super) recruiter: String,
    #[serde(rename = "IP_TransactionProcess")]
    pub(super) transaction: String,
    #[serde(rename = "IP_ControlAbuseKidnap")]
    pub(super) control: String,
}

/// The values each column may have, in the codebook's words. Several may stand in one cell, with `;`.
const YEARS: &[&str] = &["2005-2013", "2014-2018", "2019", "2020", "2021-2022"];
const GENDERS: &[&str] = &["Female", "Male"];
const MAJORITY: &[&str] = &["Adult", "Minor"];
const SET: &[&str] = &["1"];
const REGIONS: &[&str] = &["Africa", "Americas/Oceania", "Asia", "Europe"];
const AGES: &[&str] = &["0--29", "30--38", "39--47", "48+"];
const RELATIONS: &[&str] = &["FamilyIntimatePartner", "FriendAcquaintance", "StrangerUnknownOther"];
const YES_NO: &[&str] = &["No", "Yes"];

impl CtdcRow {
    /// Every column: its name, the cell, the values it may have, whether it may have several.
    pub(super) fn columns(&self) -> [(&'static str, &str, &'static [&'static str], bool); 16] {
        [
            ("yearRegister", &self.year_register, YEARS, false),
            ("gender", &self.gender, GENDERS, false),
            ("majorityStatus", &self.majority_status, MAJORITY, false),
            ("isForcedLabour", &self.is_forced_labour, SET, false),
            ("isSexualExploit", &self.is_sexual_exploit, SET, false),
            ("UN_COO_Region", &self.region_of_origin, REGIONS, false),
            ("UN_COE_Region", &self.region_of_exploitation, REGIONS, false),
            ("IP_Exploiter", &self.exploiter, SET, false),
            ("IP_Gender", &self.exploiter_gender, GENDERS, true),
            ("IP_ageBroad", &self.exploiter_age, AGES, true),
            ("IP_citizen_UNRegion", &self.exploiter_region, REGIONS, true),
            ("IP_Relation", &self.relation, RELATIONS, true),
            ("IP_PayMoney", &self.pay_money, YES_NO, true),
            ("IP_RecruiterBroker", &self.recruiter, SET, false),
            ("IP_TransactionProcess", &self.transaction, SET, false),
            ("IP_ControlAbuseKidnap", &self.control, SET, false),
        ]
    }

    /// Columns that state nothing.
    pub(super) fn not_stated(&self) -> Vec<&'static str> {
        self.columns().into_iter().filter(|(_, cell, ..)| cell.is_empty()).map(|(name, ..)| name).collect()
    }

    /// Values that no column may have, named with their column.
    pub(super) fn unreadable(&self) -> Vec<String> {
        let bad = |(name, cell, known, many): (&str, &str, &[&str], bool)| {
            let values: Vec<&str> = if many { cell.split(';').collect() } else { vec![cell] };
            let wrong = !cell.is_empty() && !values.iter().all(|value| known.contains(value));
            wrong.then(|| {
                let excerpt: String = cell.chars().take(40).collect();
                format!("{name}: {excerpt:?} is none of {}", known.join(", "))
            })
        };
        self.columns().into_iter().filter_map(bad).collect()
    }
}
