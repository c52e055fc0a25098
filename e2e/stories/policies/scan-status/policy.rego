# METADATA
# title: Scan status
# description: True when the package's scan status is one of `statuses`.
package cloudsmith

import rego.v1

default match := false

match if input.v0.package.security_scan_status in data.parameters.statuses

reason contains sprintf("The scan says %s", [input.v0.package.security_scan_status]) if match
