package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/net/http/httpguts"
)

func FuzzRouting(f *testing.F) {
	var tree node
	for _, path := range []string{"/", "/item", "/item/{id}", "/item/{id}/done", "/item/new", "/f/{p+}", "/{x}/c"} {
		r, err := tree.add(path)
		if err != nil {
			f.Fatal(err)
		}
		r.methods["GET"] = &method{resource: r}
	}
	f.Add("/item/1/")
	f.Add("/f//a/../%2f")
	f.Fuzz(func(t *testing.T, path string) {
		if !strings.HasPrefix(path, "/") {
			return
		}
		path = strings.TrimSuffix("/"+strings.TrimLeft(path, "/"), "/")
		s := search{verb: "GET"}
		if !s.walk(&tree, path) {
			return
		}
		// Put back into the template's path, the parameters give the path that was asked for.
		segments := strings.Split(strings.TrimSuffix(s.found.resource.path, "/"), "/")
		for i, segment := range segments {
			if name, ok := strings.CutPrefix(segment, "{"); ok {
				name = strings.TrimRight(name, "+}")
				if segments[i] = s.parameters[name]; segments[i] == "" {
					t.Errorf("%q: parameter %s is empty", path, name)
				}
			}
		}
		back := strings.Join(segments, "/")
		if back != path {
			t.Errorf("%q went to %s with %v", path, s.found.resource.path, s.parameters)
		}
	})
}

func FuzzFunctionHeaders(f *testing.F) {
	f.Add("X-A", "a\r\nb", "content-type", "x")
	f.Add("Trailer:X", "\x00", "", "ü")
	f.Fuzz(func(t *testing.T, name, value, other, otherValue string) {
		header := http.Header{}
		x := exchange{header: header}
		_, err := x.functionAnswer(&events.APIGatewayProxyResponse{
			StatusCode:        http.StatusOK,
			Headers:           map[string]string{name: value},
			MultiValueHeaders: map[string][]string{other: {otherValue, value}},
		})
		if err != nil {
			return
		}
		for name, values := range header {
			for _, value := range values {
				if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) {
					t.Errorf("%q: %q would go out", name, value)
				}
			}
		}
		if len(header["Content-Type"]) == 0 {
			t.Error("no content type")
		}
	})
}

func FuzzEscape(f *testing.F) {
	f.Add("\"\\\n\x00\x7f\u0085\u2028\xff")
	f.Fuzz(func(t *testing.T, s string) {
		escaped := string(appendEscaped(nil, s))
		var got string
		if err := json.Unmarshal([]byte(`"`+escaped+`"`), &got); err != nil {
			t.Fatalf("%q became %q: %v", s, escaped, err)
		}
		if want := string([]rune(s)); got != want {
			t.Errorf("got %q back, want %q", got, want)
		}
		if strings.ContainsFunc(escaped, func(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f }) {
			t.Errorf("%q holds control characters", escaped)
		}
	})
}
