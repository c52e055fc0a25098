# METADATA
# title: Downloaded
# description: True once somebody has downloaded the package.
package cloudsmith

import rego.v1

default match := false

match if is_string(input.v1.lastDownloadedAt)
