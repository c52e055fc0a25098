{{/* What every pod has, jobs included. */}}
{{- define "weir.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "weir.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "weir.databaseUrl" -}}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .root.Values.database.existingSecret }}, key: {{ .key }} } }
{{- end }}

{{- define "weir.databaseMount" -}}
{{- if .Values.database.files }}
- { name: database, mountPath: /weir/database, readOnly: true }
{{- end }}
{{- end }}

{{/* Only the files that are named: the secret holds the owner's URL too. */}}
{{- define "weir.databaseVolume" -}}
{{- if .Values.database.files }}
- name: database
  secret:
    secretName: {{ .Values.database.existingSecret }}
    # 0440, in the only spelling that every reader of YAML takes for the same
    defaultMode: 288
    items:
      {{- range .Values.database.files }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end }}
{{- end }}

{{/* Where the brokers are and how to connect; the files are those of the volume kafka. */}}
{{- define "weir.kafka" -}}
{{- $kafka := .Values.kafka -}}
- { name: KAFKA_BROKERS, value: {{ $kafka.brokers | quote }} }
{{- with $kafka.topicPrefix }}
- { name: TOPIC_PREFIX, value: {{ . | quote }} }
{{- end }}
{{- if $kafka.tls.enabled }}
- { name: KAFKA_TLS, value: 'true' }
{{- with $kafka.tls.caKey }}
- { name: KAFKA_TLS_CA_FILE, value: {{ printf "/weir/kafka/%s" . | quote }} }
{{- end }}
{{- with $kafka.tls.certKey }}
- { name: KAFKA_TLS_CERT_FILE, value: {{ printf "/weir/kafka/%s" . | quote }} }
{{- end }}
{{- with $kafka.tls.keyKey }}
- { name: KAFKA_TLS_KEY_FILE, value: {{ printf "/weir/kafka/%s" . | quote }} }
{{- end }}
{{- end }}
{{- if $kafka.sasl.mechanism }}
- { name: KAFKA_SASL_MECHANISM, value: {{ $kafka.sasl.mechanism }} }
- { name: KAFKA_SASL_USERNAME, value: {{ $kafka.sasl.username | quote }} }
- { name: KAFKA_SASL_PASSWORD_FILE, value: {{ printf "/weir/kafka/%s" $kafka.sasl.passwordKey | quote }} }
{{- end }}
{{- end }}

{{- define "weir.kafkaMount" -}}
{{- with .Values.kafka.existingSecret }}
- { name: kafka, mountPath: /weir/kafka, readOnly: true }
{{- end }}
{{- end }}

{{- define "weir.kafkaVolume" -}}
{{- with .Values.kafka.existingSecret }}
- name: kafka
  secret: { secretName: {{ . }} }
{{- end }}
{{- end }}

{{/* The environment of one service: call with (dict "root" $ "service" "ingest" "settings" ...). */}}
{{- define "weir.environment" -}}
- { name: HOST, value: 0.0.0.0 }
- { name: PORT, value: '8080' }
{{ include "weir.databaseUrl" (dict "root" .root "key" .root.Values.database.serviceUrlKey) }}
{{ include "weir.kafka" .root }}
- { name: PARTITIONS, value: {{ include "weir.partitions" .root | quote }} }
{{- if .root.Values.allowNoKeys }}
- { name: ALLOW_NO_KEYS, value: 'true' }
{{- end }}
{{- if .root.Values.apiKeys.existingSecret }}
- name: API_KEYS
  valueFrom: { secretKeyRef: { name: {{ .root.Values.apiKeys.existingSecret }}, key: {{ .root.Values.apiKeys.key }} } }
{{- end }}
{{- if and .root.Values.webhooks.existingSecret (eq .service "action") }}
- { name: WEBHOOKS_FILE, value: /weir/secrets/webhooks.json }
{{- end }}
{{- if and .root.Values.upstreams.existingSecret (eq .service "ingest") }}
- { name: UPSTREAM_FILE, value: {{ printf "/weir/upstreams/%s" .root.Values.upstreams.key | quote }} }
{{- end }}
{{- with .root.Values.telemetry.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
- { name: OTEL_TRACES_SAMPLER, value: parentbased_traceidratio }
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ $.root.Values.telemetry.traceRatio | quote }} }
{{- end }}
{{- range $name, $value := .settings.env }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}
