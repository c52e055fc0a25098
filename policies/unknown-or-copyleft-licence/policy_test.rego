package cloudsmith_test

import rego.v1

import data.cloudsmith

facts(category) := {"v1": {"licence": {"expression": "X", "ids": ["X"], "category": category}}}

test_copyleft_and_unknown_match if {
	every category in ["unknown", "copyleft", "network-copyleft"] {
		cloudsmith.match with input as facts(category)
	}
}

test_permissive_weak_copyleft_and_public_domain_do_not if {
	every category in ["permissive", "weak-copyleft", "public-domain"] {
		not cloudsmith.match with input as facts(category)
	}
}

test_no_licence_at_all_is_unknown if {
	cloudsmith.match with input as {"v1": {}}
	not cloudsmith.match with input as {"v1": {}} with data.parameters as {"categories": ["copyleft"]}
}
