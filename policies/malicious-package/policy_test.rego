package cloudsmith_test

import rego.v1

import data.cloudsmith

test_a_mal_record_matches if {
	cloudsmith.match with input as {"v0": {"osv": [{"id": "MAL-2024-1"}]}, "v1": {"malicious": false}}
}

test_a_mal_alias_matches if {
	cloudsmith.match with input as {"v0": {"osv": [{"id": "GHSA-x", "aliases": ["MAL-2024-1"]}]}}
}

test_the_fact_alone_matches if {
	cloudsmith.match with input as {"v0": {"osv": []}, "v1": {"malicious": true}}
}

test_an_ordinary_advisory_does_not if {
	not cloudsmith.match with input as {"v0": {"osv": [{"id": "GHSA-x", "aliases": ["CVE-2021-1"]}]}, "v1": {"malicious": false}}
}
