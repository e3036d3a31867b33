//! The month of a moment, the name of its table, and its bounds.

use roadbed_core::Timestamp;

const DAY_MICROS: i64 = 86_400_000_000;

/// A calendar month, UTC. Only months from 1970 to 9999 are ever made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Month {
    year: i64,
    /// 1 to 12.
    month: i64,
}

impl Month {
    pub(super) fn of(moment: Timestamp) -> Self {
        let (year, month) = year_and_month(moment.as_micros().div_euclid(DAY_MICROS));
        Self { year, month }
    }

    /// 202611 for November 2026.
    pub(super) const fn number(self) -> i64 {
        self.year * 100 + self.month
    }

    pub(super) const fn from_number(number: i64) -> Option<Self> {
        let (year, month) = (number / 100, number % 100);
        if year >= 1970 && year <= 9999 && month >= 1 && month <= 12 { Some(Self { year, month }) } else { None }
    }

    pub(super) fn table(self) -> String {
        format!("records_{:04}{:02}", self.year, self.month)
    }

    const fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }

    pub(super) const fn start_micros(self) -> i64 {
        day_of(self.year, self.month) * DAY_MICROS
    }

    pub(super) const fn end_micros(self) -> i64 {
        self.next().start_micros()
    }
}

/// Years of the proleptic Gregorian calendar counted from March repeat every 400 years of 146,097 days; inside one, the day of the
/// year gives the month by a line with the slope 153 days in 5 months.
const ERA_DAYS: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

const fn year_and_month(days_since_epoch: i64) -> (i64, i64) {
    let days = days_since_epoch + EPOCH_DAYS;
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month)
}

/// Days since the epoch of the first day of a month.
const fn day_of(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5;
    era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS
}
