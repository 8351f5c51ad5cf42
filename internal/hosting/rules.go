package hosting

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/dlclark/regexp2/v2"

	"example.com/todo/internal/stack"
)

// A rewrite is a custom rule of Amplify Hosting ("Redirects and rewrites" in its user guide). Rules apply in order and
// the first that matches decides.
type rewrite struct {
	source        *regexp2.Regexp
	target        string
	status        int
	onlyIfMissing bool
}

func (r rewrite) redirects() bool {
	return r.status == http.StatusMovedPermanently || r.status == http.StatusFound
}

// matches tells whether the rule applies to a path. An expression that takes too long does not match.
func (r rewrite) matches(name string) bool {
	ok, err := r.source.MatchString(name)
	return ok && err == nil
}

func compileRewrite(r stack.Rewrite) (rewrite, error) {
	out := rewrite{target: r.Target}
	switch r.Status {
	case "200":
		out.status = http.StatusOK
	case "301":
		out.status = http.StatusMovedPermanently
	case "302", "":
		out.status = http.StatusFound
	case "404":
		out.status, out.onlyIfMissing = http.StatusNotFound, true
	case "404-200":
		out.status, out.onlyIfMissing = http.StatusOK, true
	default:
		return rewrite{}, fmt.Errorf("status %q is not one of 200, 301, 302, 404, 404-200", r.Status)
	}
	if !out.redirects() && !strings.HasPrefix(r.Target, "/") {
		return rewrite{}, fmt.Errorf("target %q: rewriting to another host is not run here", r.Target)
	}
	var err error
	out.source, err = compileSource(r.Source)
	return out, err
}

// compileSource reads a source address: </expression/>, or a path in which <*> stands for the rest. Amplify's
// expressions are JavaScript's, with look-ahead, which the standard library's do not have.
func compileSource(source string) (*regexp2.Regexp, error) {
	expression := ""
	switch {
	case strings.HasPrefix(source, "</") && strings.HasSuffix(source, "/>"):
		expression = strings.TrimSuffix(strings.TrimPrefix(source, "</"), "/>")
	case strings.HasPrefix(source, "/"):
		if name, rest, found := strings.Cut(source, "<"); found && (rest != "*>" || strings.ContainsAny(name, "<>")) {
			return nil, fmt.Errorf("only <*> at the end of a source is run here")
		}
		expression = "^" + strings.ReplaceAll(regexp.QuoteMeta(source), `<\*>`, ".*") + "$"
	default:
		return nil, fmt.Errorf("a source starts with / or </")
	}
	re, err := regexp2.Compile(expression, regexp2.ECMAScript)
	if err != nil {
		return nil, err
	}
	re.MatchTimeout = 100 * time.Millisecond
	return re, nil
}

// A headerRule adds headers to the paths that its pattern matches.
type headerRule struct {
	pattern *regexp.Regexp
	headers []stack.Header
}

// globPattern reads a pattern of Amplify's custom headers: * stays within a segment, ** does not, and a pattern
// without a slash is about the last segment.
func globPattern(pattern string) *regexp.Regexp {
	expression := regexp.QuoteMeta(strings.TrimPrefix(pattern, "/"))
	expression = strings.NewReplacer(`\*\*/`, "(?:.*/)?", `\*\*`, ".*", `\*`, "[^/]*").Replace(expression)
	if !strings.Contains(pattern, "/") {
		expression = "(?:.*/)?" + expression
	}
	return regexp.MustCompile("^/" + expression + "$")
}

// setHeaders applies the header rules; of several that set one header, the last decides.
func (s *Site) setHeaders(h http.Header, name string) {
	for _, rule := range s.headers {
		if !rule.pattern.MatchString(name) {
			continue
		}
		for _, header := range rule.headers {
			h.Set(header.Key, header.Value)
		}
	}
}
