# METADATA
# title: Published too recently
# description: >-
#   True while fewer than `days` days have passed since the version was published upstream. When the date is missing
#   or unreadable, `missing_date` decides: "closed" is true, "open" is false.
package cloudsmith

import rego.v1

default match := false

default days := 7

days := data.parameters.days if is_number(data.parameters.days)

default missing_date := "closed"

missing_date := data.parameters.missing_date if is_string(data.parameters.missing_date)

match if too_recent

match if undated

reason contains msg if {
	too_recent
	msg := sprintf("Published %s, less than %v days ago; it passes from %s", [
		input.v1.publishedAt,
		days,
		time.format([published_ns + (days * day_ns), "UTC", "2006-01-02T15:04:05Z"]),
	])
}

reason contains "The date of publication is unknown, so the waiting period cannot be checked; a registry event with publishedAt settles it" if undated

too_recent if time.now_ns() - published_ns < days * day_ns

undated if {
	missing_date != "open"
	not published_ns
}

published_ns := time.parse_rfc3339_ns(input.v1.publishedAt) if is_string(input.v1.publishedAt)

day_ns := 86400000000000
