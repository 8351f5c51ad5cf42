package stack

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// stageProperties are those of an Api that SAM gives to its stage and not to the REST API itself.
var stageProperties = []string{
	"AccessLogSetting", "CacheClusterEnabled", "CacheClusterSize", "CanarySetting", "MethodSettings", "StageName", "Tags",
	"TracingEnabled", "Variables",
}

func apiID(l *loader, r *resource) string { return l.id(r.id, "api", 10, digits+lower) }

// An apiPart is an API before the functions' events have given it routes.
type apiPart struct {
	api                API
	cors               *cors
	defaultAuthorizer  string
	keyRequired        bool
	authorizePreflight bool
	keyOnPreflight     bool
	refused            map[string]bool // authorizers that are not run here and have been reported
}

func decodeAPI(p *parts, r *resource, o *object) {
	l := p.l
	a := &apiPart{api: API{LogicalID: r.id, ID: apiID(l, r)}, refused: map[string]bool{}}
	api := &a.api
	api.Name = l.opts.StackName
	if name := o.text("Name"); name != "" {
		api.Name = name
	}
	api.Stage = o.required("StageName").text("StageName")
	if strings.ContainsFunc(api.Stage, func(c rune) bool { return c >= 0x80 || !isAlphanumeric(byte(c)) && c != '_' && c != '-' }) {
		o.fault("StageName", "%q: a stage's name holds only letters, digits, hyphens and underscores", api.Stage)
	}
	api.URL = l.localize("https://"+api.ID+".execute-api."+Region+"."+urlSuffix) + "/" + api.Stage
	api.Tracing = o.boolean("TracingEnabled", false)
	api.Variables = o.dictionary("Variables", l.localize)
	api.BinaryMediaTypes = decodeBinaryMediaTypes(o)
	api.MinimumCompression = o.optionalInteger("MinimumCompressionSize", 10_485_760)
	if o.enum("ApiKeySourceType", "HEADER", "HEADER", "AUTHORIZER") == "AUTHORIZER" {
		o.fault("ApiKeySourceType", "AUTHORIZER needs a Lambda authorizer, and those are not run here")
	}
	a.cors = decodeCORS(o)
	o.in("Auth", func(o *object) { decodeAuth(p, a, o) })
	api.Responses = decodeResponses(o)
	o.each("MethodSettings", func(o *object) { api.Methods = append(api.Methods, decodeMethodSetting(o)) })
	o.in("AccessLogSetting", func(o *object) { api.AccessLog = decodeAccessLog(o) })
	o.notRun(
		"CanarySetting", "DefinitionBody", "DefinitionUri", "DisableExecuteApiEndpoint",
		"Domain", "Models", "Policy",
	)
	o.notRunIf("CacheClusterEnabled")
	o.skip(
		"AlwaysDeploy", "CacheClusterSize", "Description", "EndpointAccessMode", "EndpointConfiguration", "FailOnWarnings",
		"MergeDefinitions", "Mode", "OpenApiVersion", "PropagateTags", "SecurityPolicy", "Tags",
	)
	p.apis = append(p.apis, a)
}

// decodeBinaryMediaTypes reads the list in SAM's spelling, image~1png for image/png.
func decodeBinaryMediaTypes(o *object) []string {
	types := o.texts("BinaryMediaTypes")
	for i, mediaType := range types {
		types[i] = strings.ReplaceAll(mediaType, "~1", "/")
	}
	return types
}

func decodeMethodSetting(o *object) MethodSetting {
	o.required("ResourcePath", "HttpMethod")
	m := MethodSetting{ResourcePath: o.text("ResourcePath"), HTTPMethod: strings.ToUpper(o.text("HttpMethod"))}
	if m.HTTPMethod != "" && m.HTTPMethod != "*" && !slices.Contains(methods, m.HTTPMethod) {
		o.fault("HttpMethod", "%q is not * or one of %s", m.HTTPMethod, strings.Join(methods, ", "))
	}
	if m.ResourcePath != "" && !strings.HasPrefix(m.ResourcePath, "/") {
		o.fault("ResourcePath", "%q must start with a slash", m.ResourcePath)
	}
	m.RateLimit = o.number("ThrottlingRateLimit")
	m.BurstLimit = o.optionalInteger("ThrottlingBurstLimit", 1<<30)
	o.notRunIf("CachingEnabled")
	o.notRunIf("DataTraceEnabled")
	o.enum("LoggingLevel", "OFF", "OFF", "ERROR", "INFO")
	o.skip("CacheDataEncrypted", "CacheTtlInSeconds", "MetricsEnabled")
	return m
}

func decodeAccessLog(o *object) *AccessLog {
	o.required("DestinationArn", "Format")
	destination, format := o.raw("DestinationArn"), o.raw("Format")
	if strings.ContainsAny(format, "\n\r") {
		o.fault("Format", "must be one line")
	}
	if format != "" && !strings.Contains(format, "$context.requestId") && !strings.Contains(format, "$context.extendedRequestId") {
		o.fault("Format", "must hold $context.requestId or $context.extendedRequestId")
	}
	// arn:<partition>:logs:<region>:<account>:log-group:<name>, with or without :* behind it
	arn := strings.SplitN(destination, ":", 7)
	switch {
	case destination == "":
		return nil
	case len(arn) == 7 && arn[0] == "arn" && arn[2] == "logs" && arn[5] == "log-group" && strings.TrimSuffix(arn[6], ":*") != "":
		return &AccessLog{LogGroup: strings.TrimSuffix(arn[6], ":*"), Format: format}
	case len(arn) > 2 && arn[0] == "arn" && arn[2] == "firehose":
		o.notRun("DestinationArn")
	default:
		o.fault("DestinationArn", "%q is not the ARN of a log group or of a Firehose stream", destination)
	}
	return nil
}

// responseTypes are API Gateway's ("Gateway response types" in its developer guide).
var responseTypes = []string{
	"ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
	"BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN", "INTEGRATION_FAILURE",
	"INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED",
	"REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED", "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
}

func decodeResponses(api *object) map[string]GatewayResponse {
	if !api.has("GatewayResponses") {
		return nil
	}
	out := map[string]GatewayResponse{}
	api.under("GatewayResponses", func(key string, o *object) {
		if !slices.Contains(responseTypes, key) {
			o.l.faults.add(o.n.line, o.n.path, "is no type of gateway response%s", meant(key, responseTypes))
		}
		response := GatewayResponse{Templates: o.dictionary("ResponseTemplates", func(s string) string { return s })}
		if o.has("StatusCode") {
			response.StatusCode = o.integer("StatusCode", 0, 100, 599)
		}
		o.in("ResponseParameters", func(o *object) {
			response.Headers = o.dictionary("Headers", o.l.localizeHeader)
			for name, value := range response.Headers {
				o.checkHeader("Headers", name, value)
				if !isMapping(value) {
					o.fault("Headers", "%s: %s must be a value in single quotes, or method.request.header.Name", name, strconv.Quote(value))
				}
			}
			o.notRun("Paths", "QueryStrings")
		})
		out[key] = response
	})
	return out
}

// headerName is a token of RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// checkHeader reports what cannot be sent as a header.
func (o *object) checkHeader(property, name, value string) {
	if name != "" && !headerName.MatchString(name) {
		o.fault(property, "%q is not the name of a header", name)
	}
	if strings.ContainsFunc(value, unicode.IsControl) {
		o.fault(property, "the value must be one line without control characters")
	}
}

// isMapping tells whether a header's value is a mapping expression: static ones bring their own quotes.
func isMapping(value string) bool {
	return isQuoted(value) || strings.HasPrefix(value, "method.request.") || strings.HasPrefix(value, "context.") || strings.HasPrefix(value, "stageVariables.")
}

func isQuoted(value string) bool {
	return len(value) >= 2 && strings.HasPrefix(value, "'") && strings.HasSuffix(value, "'")
}
