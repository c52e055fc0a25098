package cloudsmith_test

import rego.v1

import data.cloudsmith

facts(environment) := {"v1": {"repository": {"environment": environment}, "licence": {"expression": "GPL-2.0-only", "ids": ["GPL-2.0-only"]}}}

test_production_matches if {
	cloudsmith.match with input as facts("production")
}

test_development_does_not if {
	not cloudsmith.match with input as facts("development")
}

test_an_unstated_environment_counts_as_production if {
	cloudsmith.match with input as facts(null)
}

test_environments_are_a_parameter if {
	cloudsmith.match with input as facts("staging") with data.parameters as {"environments": ["production", "staging"]}
}
