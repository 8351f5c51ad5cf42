package stack

import "strings"

// Replace puts other texts in the place of some in what the stack hands to its parts: functions' variables, stage
// variables, values of API keys, the web app's settings and headers. Resources and outputs are only printed, and stay.
func (s *Stack) Replace(r *strings.Replacer) {
	for _, f := range s.Functions {
		replaceValues(f.Environment, r)
	}
	for _, a := range s.APIs {
		replaceValues(a.Variables, r)
	}
	for i := range s.APIKeys {
		s.APIKeys[i].Value = r.Replace(s.APIKeys[i].Value)
	}
	if s.Hosting == nil {
		return
	}
	replaceValues(s.Hosting.Environment, r)
	for _, rule := range s.Hosting.Headers {
		for i := range rule.Headers {
			rule.Headers[i].Value = r.Replace(rule.Headers[i].Value)
		}
	}
}

func replaceValues(values map[string]string, r *strings.Replacer) {
	for name, value := range values {
		values[name] = r.Replace(value)
	}
}
