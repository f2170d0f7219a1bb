{{- define "tianyan.name" -}}
{{- printf "%s-%s" .root.Release.Name .app | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "tianyan.selector" -}}
app.kubernetes.io/name: tianyan
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .app }}
{{- end -}}

{{- define "tianyan.labels" -}}
{{ include "tianyan.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | quote }}
{{- end -}}

{{/* More than one copy, now or at times. */}}
{{- define "tianyan.several" -}}
{{- if .autoscaling.enabled }}{{ if gt (int .autoscaling.maxReplicas) 1 }}yes{{ end }}{{ else if gt (int .replicas) 1 }}yes{{ end -}}
{{- end -}}

{{/* Where each file of the county is found below /etc/tianyan. */}}
{{- define "tianyan.countyItems" -}}
items:
{{- range $name, $_ := .Values.sources.files }}
  - { key: {{ printf "source.%s" $name | quote }}, path: {{ printf "sources/%s" $name | quote }} }
{{- end }}
{{- range $name, $_ := .Values.sources.mappings }}
  - { key: {{ printf "mapping.%s" $name | quote }}, path: {{ printf "sources/mappings/%s" $name | quote }} }
{{- end }}
{{- range $name, $_ := .Values.rules.files }}
  - { key: {{ printf "rule.%s" $name | quote }}, path: {{ printf "rules/%s" $name | quote }} }
{{- end }}
{{- end -}}
