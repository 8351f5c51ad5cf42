package lambda_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"example.com/todo/internal/lambda"
)

var update = flag.Bool("update", false, "write the golden files")

func encode(t *testing.T, e request) []byte {
	t.Helper()
	wire, err := lambda.EncodeEvent(e)
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

func TestEventsOnTheWire(t *testing.T) {
	bare := request{
		Resource: "/item", Path: "/item", HTTPMethod: "GET",
		Headers:               map[string]string{"Host": "localhost"},
		MultiValueHeaders:     map[string][]string{"Host": {"localhost"}},
		QueryStringParameters: map[string]string{}, // empty is null too
		RequestContext:        events.APIGatewayProxyRequestContext{RequestID: "id", Identity: events.APIGatewayRequestIdentity{SourceIP: "::1"}},
	}
	for name, e := range map[string]request{"whole": whole(), "bare": bare} {
		t.Run(name, func(t *testing.T) {
			var pretty bytes.Buffer
			if err := json.Indent(&pretty, encode(t, e), "", "  "); err != nil {
				t.Fatal(err)
			}
			pretty.WriteByte('\n')
			golden := filepath.Join("testdata", name+".event.json")
			if *update {
				if err := os.WriteFile(golden, pretty.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), pretty.String()); diff != "" {
				t.Errorf("the event differs; if that is meant, run the test with -update (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEventsRoundTrip(t *testing.T) {
	keyed := whole()
	keyed.RequestContext.Identity.APIKey, keyed.RequestContext.Identity.APIKeyID = "secret", "k1"
	keyed.RequestContext.OperationName, keyed.IsBase64Encoded = "getItem", true
	keyed.RequestContext.Authorizer = nil
	for name, e := range map[string]request{"whole": whole(), "with an API key": keyed, "zero": {}} {
		t.Run(name, func(t *testing.T) {
			var got request
			if err := json.Unmarshal(encode(t, e), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(e, got); diff != "" {
				t.Errorf("the event after the round trip (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeysOfAnEvent holds the keys that are always there, and those that are there at times only.
func TestKeysOfAnEvent(t *testing.T) {
	keys := func(raw json.RawMessage) (map[string]json.RawMessage, []string) {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		return fields, slices.Sorted(maps.Keys(fields))
	}
	top, names := keys(encode(t, request{}))
	want := strings.Fields(`body headers httpMethod isBase64Encoded multiValueHeaders multiValueQueryStringParameters path
		pathParameters queryStringParameters requestContext resource stageVariables`)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("keys of an event (-want +got):\n%s", diff)
	}
	for _, name := range strings.Fields("queryStringParameters multiValueQueryStringParameters pathParameters stageVariables body") {
		if got := string(top[name]); got != "null" {
			t.Errorf("got %s %s, want null", name, got)
		}
	}
	context, names := keys(top["requestContext"])
	want = strings.Fields(`accountId apiId deploymentId domainName domainPrefix extendedRequestId httpMethod identity path
		protocol requestId requestTime requestTimeEpoch resourceId resourcePath stage`)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("keys of a request context without an authorizer (-want +got):\n%s", diff)
	}
	identity, names := keys(context["identity"])
	want = strings.Fields(`accessKey accountId caller cognitoAuthenticationProvider cognitoAuthenticationType
		cognitoIdentityId cognitoIdentityPoolId principalOrgId sourceIp user userAgent userArn`)
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("keys of an identity (-want +got):\n%s", diff)
	}
	for name, value := range identity {
		if name != "sourceIp" && string(value) != "null" {
			t.Errorf("got identity.%s %s, want null", name, value)
		}
	}
}

func TestAProcessGetsTheWireForm(t *testing.T) {
	r := artifact(t, "event", nil)
	if got, want := r.must(t, whole()).Body, string(encode(t, whole())); got != want {
		t.Errorf("got event\n%s\nwant\n%s", got, want)
	}
}
