package lambda

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// placeholder stands for the credentials of the function's role, which one machine has not. Clients of AWS want some.
const placeholder = "local"

// reserved are the variables that a template cannot set ("Defined runtime environment variables", Lambda Developer
// Guide).
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// environment is what all processes of a function see, as on the runtime provided.al2023: nothing of this process's own
// environment, Lambda's variables, and the template's, which may change those that are not reserved.
func environment(cfg *ArtifactConfig) ([]string, error) {
	variables := map[string]string{
		"LANG":                     "en_US.UTF-8",
		"LD_LIBRARY_PATH":          "/lib64:/usr/lib64:" + cfg.Folder + ":" + cfg.Folder + "/lib:/opt/lib",
		"PATH":                     "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ":                       ":UTC",
		"AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
		// Where the X-Ray daemon would be; nobody listens unless it is started.
		"AWS_XRAY_DAEMON_ADDRESS":  "127.0.0.1:2000",
		"_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
		"_AWS_XRAY_DAEMON_PORT":    "2000",
	}
	if cfg.JSONLog {
		variables["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
		variables["AWS_LAMBDA_LOG_LEVEL"] = "INFO"
	}
	for name, value := range cfg.Environment {
		if slices.Contains(reserved, name) {
			return nil, fmt.Errorf("the variable %s is Lambda's own and cannot be set", name)
		}
		variables[name] = value
	}
	access := cfg.Access
	if access == (Access{}) {
		access = Access{strings.Split(cfg.ARN+":::", ":")[3], placeholder, placeholder, placeholder}
	}
	maps.Copy(variables, map[string]string{
		"_HANDLER":                        cfg.Handler,
		"AWS_REGION":                      access.Region,
		"AWS_DEFAULT_REGION":              access.Region,
		"AWS_ACCESS_KEY_ID":               access.KeyID,
		"AWS_SECRET_ACCESS_KEY":           access.Secret,
		"AWS_SESSION_TOKEN":               access.SessionToken,
		"AWS_LAMBDA_FUNCTION_NAME":        cfg.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(cfg.MemorySize),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  initializationType,
		"AWS_LAMBDA_LOG_GROUP_NAME":       cfg.LogGroup,
		"LAMBDA_TASK_ROOT":                cfg.Folder,
		"LAMBDA_RUNTIME_DIR":              "/var/runtime",
	})
	env := make([]string, 0, len(variables)+2)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		env = append(env, name+"="+variables[name])
	}
	return env, nil
}

// environmentOf adds what is different for each process.
func (a *Artifact) environmentOf(runtimeAPI string) []string {
	now := a.cfg.Now().UTC()
	stream := fmt.Sprintf("%s[%s]%016x%016x", now.Format("2006/01/02/"), version, now.UnixNano(), a.nextNumber())
	return append(slices.Clip(a.env), "AWS_LAMBDA_RUNTIME_API="+runtimeAPI, "AWS_LAMBDA_LOG_STREAM_NAME="+stream)
}
