{{/* What would start and then not work is refused here, with the cure. */}}
{{- define "weir.refuse" -}}
{{- if not .Values.kafka.brokers }}{{ fail "kafka.brokers is not set: name some brokers as host:port, with commas between." }}{{ end }}
{{- if not .Values.database.existingSecret }}{{ fail "database.existingSecret is not set: make a secret with the URLs of PostgreSQL and name it there. docs/how-to/run-on-kubernetes.md says how." }}{{ end }}
{{- if not (or .Values.firstKey.existingSecret .Values.apiKeys.existingSecret .Values.allowNoKeys) }}{{ fail "firstKey.existingSecret is not set: make a secret with the first key and name it there, or set allowNoKeys when it is meant that nobody needs one. docs/how-to/run-on-kubernetes.md says how." }}{{ end }}
{{- $kafka := .Values.kafka }}
{{- if and $kafka.sasl.mechanism (not $kafka.sasl.username) }}{{ fail "kafka.sasl.username is not set: name who logs in, or remove kafka.sasl.mechanism." }}{{ end }}
{{- if and (not $kafka.tls.enabled) (or $kafka.tls.caKey $kafka.tls.certKey $kafka.tls.keyKey) }}{{ fail "kafka.tls.enabled is false: set it to true, or remove the keys beside it." }}{{ end }}
{{- if and (not $kafka.existingSecret) (or $kafka.sasl.mechanism $kafka.tls.caKey $kafka.tls.certKey) }}{{ fail "kafka.existingSecret is not set: make a secret with the password and certificates that kafka.sasl and kafka.tls name." }}{{ end }}
{{- range $file := .Values.database.files }}
{{- if has $file (list $.Values.database.serviceUrlKey $.Values.database.ownerUrlKey) }}{{ fail (printf "database.files: %s is the key of a URL with its password, which no service needs as a file. Name keys of certificates." $file) }}{{ end }}
{{- end }}
{{- $partitions := include "weir.partitions" . | int }}
{{- $managed := list "HOST" "PORT" "DATABASE_URL" "KAFKA_BROKERS" "TOPIC_PREFIX" "KAFKA_TLS" "KAFKA_TLS_CA_FILE" "KAFKA_TLS_CERT_FILE" "KAFKA_TLS_KEY_FILE" "KAFKA_SASL_MECHANISM" "KAFKA_SASL_USERNAME" "KAFKA_SASL_PASSWORD_FILE" "UPSTREAM_FILE" "PARTITIONS" "API_KEYS" "ALLOW_NO_KEYS" "WEBHOOKS_FILE" "OTEL_EXPORTER_OTLP_ENDPOINT" "OTEL_TRACES_SAMPLER" "OTEL_TRACES_SAMPLER_ARG" }}
{{- range $service, $settings := .Values.services }}
{{- range $variable, $_ := $settings.env }}
{{- if has $variable $managed }}{{ fail (printf "services.%s.env.%s: the chart sets %s itself, the same for every service. Set it by the value that is meant for it." $service $variable $variable) }}{{ end }}
{{- end }}
{{- if hasKey (include "weir.topicsOf" $ | fromYaml) $service }}
{{- if gt (int $settings.maxReplicas) $partitions }}{{ fail (printf "services.%s.maxReplicas is %d, but the topics have %d partitions: more instances than partitions have nothing to do. Lower it, or choose topics.partitions before the first installation." $service (int $settings.maxReplicas) $partitions) }}{{ end }}
{{- if gt (int $settings.replicas) $partitions }}{{ fail (printf "services.%s.replicas is %d, but the topics have %d partitions: more instances than partitions have nothing to do. Lower it, or choose topics.partitions before the first installation." $service (int $settings.replicas) $partitions) }}{{ end }}
{{- end }}
{{- end }}
{{- end }}
