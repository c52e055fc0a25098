package cloudsmith_test

import rego.v1

import data.cloudsmith

facts(score) := {"v0": {"vulnerabilities": [{"identifier": "CVE-2021-23337", "severity": "HIGH", "epss": {"score": score}, "patched_versions": ["4.17.21"]}]}}

test_a_score_at_the_default_threshold_matches if {
	cloudsmith.match with input as facts(0.2)
}

test_a_score_below_the_default_threshold_does_not if {
	not cloudsmith.match with input as facts(0.19999)
}

test_the_threshold_is_a_parameter if {
	cloudsmith.match with input as facts(0.00592) with data.parameters as {"threshold": 0.005}
	not cloudsmith.match with input as facts(0.00592) with data.parameters as {"threshold": 0.2}
}

test_a_score_written_as_text_is_no_score if {
	not cloudsmith.match with input as facts("0.9")
}

test_the_reason_names_score_limit_and_cure if {
	cloudsmith.reason == {"CVE-2021-23337 has an EPSS score of 0.213, at or over the limit of 0.2; fixed in 4.17.21"} with input as facts(0.213)
}
