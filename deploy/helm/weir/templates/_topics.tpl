{{/* The declaration of the topics: the file, with what the values change. */}}
{{- define "weir.topics" -}}
{{- mergeOverwrite (.Files.Get "files/topics.yaml" | fromYaml) .Values.topics | toYaml -}}
{{- end }}

{{/* Invariant: every service gets the number that the topics are made with. */}}
{{- define "weir.partitions" -}}
{{- (include "weir.topics" . | fromYaml).partitions | int -}}
{{- end }}

{{/* What each group reads, for scaling by lag. */}}
{{- define "weir.topicsOf" -}}
enrichment: [packages.observed.v1]
evaluation: [packages.enriched.v1, packages.enriched.feed.v1]
action: [decisions.recorded.v1]
{{- end }}
