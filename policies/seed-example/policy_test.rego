package cloudsmith_test

import rego.v1

import data.cloudsmith

vulnerability := {"identifier": "CVE-2021-23337", "VulnerabilityID": "CVE-2021-23337", "severity": "HIGH", "epss": {"score": 0.213}, "patched_versions": ["4.17.21"]}

facts(repository, changes) := {"v0": {"repository": {"name": repository}, "vulnerabilities": [object.union(vulnerability, changes)]}}

test_it_matches_in_its_repository if {
	cloudsmith.match with input as facts("REPOSITORY-NAME", {})
}

test_it_leaves_other_repositories_alone if {
	not cloudsmith.match with input as facts("npm-production", {})
}

test_it_ignores_the_listed_cve_by_its_vulnerability_id if {
	not cloudsmith.match with input as facts("REPOSITORY-NAME", {"VulnerabilityID": "CVE-2023-45853"})
}

test_members_that_are_no_objects_do_no_harm if {
	not cloudsmith.match with input as facts("REPOSITORY-NAME", {"epss": "0.9", "title": "x", "cvss": null})
}
