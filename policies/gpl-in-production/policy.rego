# METADATA
# title: GPL licence in production
# description: >-
#   True when the package lies in a repository of one of `environments` and can only be used under a licence of the
#   GPL family (identifiers that begin with one of `prefixes`). A plain choice such as "MIT OR GPL-2.0-only" is not
#   true. A repository that does not say its environment counts as production.
package cloudsmith

import rego.v1

default match := false

default prefixes_for(_) := ["GPL-"]

prefixes_for(_) := data.parameters.prefixes if is_array(data.parameters.prefixes)

default environments_for(_) := ["production"]

environments_for(_) := data.parameters.environments if is_array(data.parameters.environments)

match if {
	in_production
	demanded
}

reason contains msg if {
	in_production
	demanded
	msg := sprintf("The licence is %s, and %s may not be used in %s; it passes in other environments", [
		stated,
		concat(" and ", sort({id | some id in input.v1.licence.ids; is_gpl(id)})),
		environment,
	])
}

# Invariant: a repository whose environment nobody stated is treated as the strictest one.
default environment := "production"

environment := input.v1.repository.environment if is_string(input.v1.repository.environment)

in_production if environment in environments_for(environment)

# A text that is not understood as a whole has no expression, and ids where it names copyleft: nobody can choose another.
default stated := "not understood"

stated := input.v1.licence.expression if has_expression

has_expression if is_string(input.v1.licence.expression)

stated := input.v1.licence.declared if {
	not has_expression
	is_string(input.v1.licence.declared)
}

demanded if {
	some id in input.v1.licence.ids
	is_gpl(id)
	not may_choose_another
}

may_choose_another if {
	not contains(input.v1.licence.expression, "(")
	some alternative in split(input.v1.licence.expression, " OR ")
	not names_gpl(alternative)
}

names_gpl(alternative) if {
	some word in split(alternative, " ")
	is_gpl(word)
}

is_gpl(id) if {
	some prefix in prefixes_for(id)
	startswith(upper(id), upper(prefix))
}
