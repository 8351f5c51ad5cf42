package lambda_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/lambda"
)

// responses are what a function may answer, and what API Gateway makes of it. A nil want is a response that is none.
var responses = []struct {
	fact, output string
	want         *response
	says         string // of the error
}{
	{"all keys", `{"statusCode":201,"headers":{"A":"1"},"multiValueHeaders":{"B":["2","3"]},"body":"b","isBase64Encoded":true}`,
		&response{StatusCode: 201, Headers: map[string]string{"A": "1"}, MultiValueHeaders: map[string][]string{"B": {"2", "3"}}, Body: "b", IsBase64Encoded: true}, ""},
	{"no key is mandatory", `{}`, &response{StatusCode: 200}, ""},
	{"blanks around it", " {\n} ", &response{StatusCode: 200}, ""},
	{"no status is 200", `{"body":"b"}`, &response{StatusCode: 200, Body: "b"}, ""},
	{"null status is 200", `{"statusCode":null}`, &response{StatusCode: 200}, ""},
	{"a status as text", `{"statusCode":"201"}`, &response{StatusCode: 201}, ""},
	{"an escaped status as text", `{"statusCode":"\u0032\u0030\u0031"}`, &response{StatusCode: 201}, ""},
	{"a word for a status", `{"statusCode":"test"}`, nil, "statusCode"},
	{"an empty status", `{"statusCode":""}`, nil, "statusCode"},
	{"status 0", `{"statusCode":0}`, nil, "statusCode"},
	{"status 0 as text", `{"statusCode":"0"}`, nil, "statusCode"},
	{"a negative status", `{"statusCode":-200}`, nil, "statusCode"},
	{"a status with a fraction", `{"statusCode":200.5}`, nil, "statusCode"},
	{"a status too large for any type", `{"statusCode":99999999999999999999}`, nil, "statusCode"},
	{"a status that is true", `{"statusCode":true}`, nil, "statusCode"},
	{"a status that is a list", `{"statusCode":[200]}`, nil, "statusCode"},
	{"null headers", `{"headers":null}`, &response{StatusCode: 200}, ""},
	{"null lists of headers", `{"multiValueHeaders":null}`, &response{StatusCode: 200}, ""},
	{"Go's nil list", `{"multiValueHeaders":{"A":null}}`, &response{StatusCode: 200, MultiValueHeaders: map[string][]string{}}, ""},
	{"a null header", `{"headers":{"A":null,"B":""}}`, &response{StatusCode: 200, Headers: map[string]string{"B": ""}}, ""},
	{"boolean headers become text", `{"headers":{"A":true,"B":false}}`, &response{StatusCode: 200, Headers: map[string]string{"A": "true", "B": "false"}}, ""},
	{"numeric headers become text", `{"headers":{"A":1,"B":-1.50e3}}`, &response{StatusCode: 200, Headers: map[string]string{"A": "1", "B": "-1.50e3"}}, ""},
	{"the same in lists", `{"multiValueHeaders":{"A":["a",true,1]}}`, &response{StatusCode: 200, MultiValueHeaders: map[string][]string{"A": {"a", "true", "1"}}}, ""},
	{"an object for a header", `{"headers":{"A":{}}}`, nil, `headers: "A"`},
	{"a list for a header", `{"headers":{"A":["a"]}}`, nil, `headers: "A"`},
	{"text for headers", `{"headers":"A: 1"}`, nil, "headers: must be an object"},
	{"a list for headers", `{"headers":[]}`, nil, "headers: must be an object"},
	{"no list for a list of values", `{"multiValueHeaders":{"A":"a"}}`, nil, `multiValueHeaders: "A": must be a list`},
	{"an object for a list of values", `{"multiValueHeaders":{"A":{}}}`, nil, `multiValueHeaders: "A": must be a list`},
	{"an object in a list of values", `{"multiValueHeaders":{"A":[{}]}}`, nil, `multiValueHeaders: "A"`},
	{"null in a list of values", `{"multiValueHeaders":{"A":[null]}}`, nil, `multiValueHeaders: "A"`},
	{"no lists at all", `{"multiValueHeaders":[]}`, nil, "multiValueHeaders: must be an object"},
	{"null body", `{"body":null}`, &response{StatusCode: 200}, ""},
	{"a body of any text", `{"body":"\u0000\ud83d\ude00\\"}`, &response{StatusCode: 200, Body: "\x00\U0001F600\\"}, ""},
	{"an object for a body", `{"body":{"a":1}}`, nil, "body: must be a string"},
	{"a list for a body", `{"body":[]}`, nil, "body: must be a string"},
	{"a number for a body", `{"body":1}`, nil, "body: must be a string"},
	{"null for base64", `{"isBase64Encoded":null}`, &response{StatusCode: 200}, ""},
	{"text for base64", `{"isBase64Encoded":"true"}`, nil, "isBase64Encoded"},
	{"an unknown key", `{"statusCode":200,"status":200}`, nil, `"status"`},
	{"an unknown key that is null", `{"statusCode":200,"cookies":null}`, nil, `"cookies"`},
	{"a key in another case", `{"StatusCode":200}`, nil, `"StatusCode"`},
	{"an empty key", `{"":1}`, nil, `""`},
	{"a key twice", `{"body":"a","body":"b"}`, &response{StatusCode: 200, Body: "b"}, ""},
	{"text instead of an object", `"{\"statusCode\":200}"`, nil, "must be an object"},
	{"a list instead of an object", `[{"statusCode":200}]`, nil, "must be an object"},
	{"a number instead of an object", `200`, nil, "must be an object"},
	{"true instead of an object", `true`, nil, "must be an object"},
	{"null instead of an object", `null`, nil, "must be an object"},
	{"nothing", ``, nil, "not JSON"},
	{"no JSON", `statusCode: 200`, nil, "not JSON"},
	{"something after the object", `{}{}`, nil, "not JSON"},
	{"half an object", `{"statusCode":200`, nil, "not JSON"},
	{"absurd depth", strings.Repeat(`{"body":`, 20_000), nil, ""},
}

func TestDecodeResponse(t *testing.T) {
	for _, c := range responses {
		t.Run(c.fact, func(t *testing.T) {
			got, err := lambda.DecodeResponse([]byte(c.output))
			want := c.want
			if want == nil {
				want = &response{}
				if !errors.Is(err, lambda.ErrMalformed) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got error %v, want %v: %s", err, lambda.ErrMalformed, c.says)
				}
			} else if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			if diff := cmp.Diff(*want, got); diff != "" {
				t.Errorf("response (-want +got):\n%s", diff)
			}
		})
	}
}

// TestResponsesOfAProcess shows that an artifact's answers are read by these rules. A process cannot send what its own
// runtime client refuses to write, so no row here is broken JSON.
func TestResponsesOfAProcess(t *testing.T) {
	r := artifact(t, "raw", nil)
	for _, c := range responses {
		if !json.Valid([]byte(c.output)) {
			continue
		}
		t.Run(c.fact, func(t *testing.T) {
			e := event()
			e.Body = c.output
			got, err := r.call(t.Context(), e)
			if c.want == nil {
				if !errors.Is(err, lambda.ErrMalformed) {
					t.Errorf("got %+v and error %v, want %v", got, err, lambda.ErrMalformed)
				}
				return
			}
			if diff := cmp.Diff(*c.want, got); diff != "" || err != nil {
				t.Errorf("got error %v, response (-want +got):\n%s", err, diff)
			}
		})
	}
}

func FuzzDecodeResponse(f *testing.F) {
	for _, c := range responses[:len(responses)-1] {
		f.Add([]byte(c.output))
	}
	f.Fuzz(func(t *testing.T, output []byte) {
		got, err := lambda.DecodeResponse(output)
		if err != nil {
			if !errors.Is(err, lambda.ErrMalformed) || len(err.Error()) > 1000 {
				t.Errorf("got error %v, want a short %v", err, lambda.ErrMalformed)
			}
			return
		}
		if got.StatusCode == 0 {
			t.Error("got status 0, want one that was said, or 200")
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := lambda.DecodeResponse(again)
		if err != nil {
			t.Fatalf("what Go writes of it is refused: %v\n%s", err, again)
		}
		if diff := cmp.Diff(got, twice); diff != "" {
			t.Errorf("what Go writes of it is another response (-first +second):\n%s", diff)
		}
	})
}
