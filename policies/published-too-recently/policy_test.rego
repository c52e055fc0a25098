package cloudsmith_test

import rego.v1

import data.cloudsmith

now := time.parse_rfc3339_ns("2026-08-02T00:00:00Z")

facts(published) := {"v1": {"publishedAt": published}}

test_six_days_are_too_few if {
	cloudsmith.match with input as facts("2026-07-27T00:00:00Z") with time.now_ns as now
}

test_seven_days_are_enough if {
	not cloudsmith.match with input as facts("2026-07-26T00:00:00Z") with time.now_ns as now
}

test_a_missing_date_follows_the_parameter if {
	cloudsmith.match with input as facts(null) with time.now_ns as now
	not cloudsmith.match with input as facts(null) with data.parameters as {"missing_date": "open"} with time.now_ns as now
}

test_a_date_in_the_future_is_too_recent if {
	cloudsmith.match with input as facts("2027-01-01T00:00:00Z") with time.now_ns as now
}
