package cloudsmith_test

import rego.v1

import data.cloudsmith

facts(expression, ids) := {"v1": {"licence": {"expression": expression, "ids": ids}}}

test_gpl_matches if {
	cloudsmith.match with input as facts("GPL-3.0-or-later", ["GPL-3.0-or-later"])
}

test_lgpl_is_another_licence if {
	not cloudsmith.match with input as facts("LGPL-2.1-only", ["LGPL-2.1-only"])
}

test_a_choice_that_leaves_a_way_out_passes if {
	not cloudsmith.match with input as facts("MIT OR GPL-2.0-only", ["MIT", "GPL-2.0-only"])
}

test_a_choice_between_gpl_licences_matches if {
	cloudsmith.match with input as facts("GPL-2.0-only OR GPL-3.0-only", ["GPL-2.0-only", "GPL-3.0-only"])
}

test_an_unknown_licence_is_not_claimed_to_be_gpl if {
	not cloudsmith.match with input as facts(null, [])
}
