package idp_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/todo/internal/userpool/pooltest"
)

// own calls an operation that the official client does not have.
func (r *rig) own(operation string, input any) (*http.Response, string) {
	r.t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		r.t.Fatal(err)
	}
	request, err := http.NewRequest("POST", r.url, strings.NewReader(string(body)))
	if err != nil {
		r.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "TodoUserPool."+operation)
	return r.do(request)
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	r := newRig(t, nil)
	r.SignUp(t, ana)
	signIn := func() string {
		in, err := password(r.sdk(secret), ana, pooltest.Password)
		if err != nil {
			t.Fatal(err)
		}
		return *in.AuthenticationResult.AccessToken
	}
	at := float64(r.Now().Unix())
	lost := signIn()
	r.Wait(time.Second)
	here := signIn()
	type session struct {
		SessionId, ClientName, UserAgent string
		SignInDate, LastUsedDate         float64
		Current                          bool
	}
	list := func() []session {
		t.Helper()
		answer, body := r.own("ListSessions", map[string]string{"AccessToken": here})
		var got struct{ Sessions []session }
		if err := json.Unmarshal([]byte(body), &got); err != nil || answer.StatusCode != 200 {
			t.Fatalf("got %d %s", answer.StatusCode, body)
		}
		return got.Sessions
	}
	all := list()
	if len(all) != 2 || all[0].Current || !all[1].Current || all[0].ClientName != "public" || all[0].SignInDate != at || all[0].LastUsedDate != at {
		t.Fatalf("got %+v", all)
	}
	end := map[string]string{"AccessToken": here, "SessionId": all[0].SessionId}
	for range 2 {
		if answer, body := r.own("EndSession", end); answer.StatusCode != 200 || body != "{}\n" {
			t.Errorf("got %d %q", answer.StatusCode, body)
		}
	}
	if got := list(); len(got) != 1 || got[0].SessionId != all[1].SessionId {
		t.Errorf("got %+v", got)
	}
	for what, c := range map[string]struct {
		operation string
		input     any
		want      string
	}{
		"from the ended one":      {"ListSessions", map[string]string{"AccessToken": lost}, "NotAuthorizedException: Access Token has been revoked"},
		"without a token":         {"EndSession", map[string]string{"SessionId": all[1].SessionId}, "InvalidParameterException: 1 validation error detected: Value null at 'accessToken' failed to satisfy constraint: Member must not be null"},
		"all, from the ended one": {"EndAllSessions", map[string]string{"AccessToken": lost}, "NotAuthorizedException: Access Token has been revoked"},
		"no session's id":         {"EndSession", map[string]string{"AccessToken": here, "SessionId": "x"}, "InvalidParameterException: 2 validation errors detected: Value 'x' at 'sessionId' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-f-]+; Value 'x' at 'sessionId' failed to satisfy constraint: Member must have length greater than or equal to 36"},
	} {
		answer, body := r.own(c.operation, c.input)
		if got := refusalOf(t, answer, body); got != c.want {
			t.Errorf("%s: got %s, want %s", what, got, c.want)
		}
	}
	if answer, body := r.own("EndAllSessions", map[string]string{"AccessToken": here}); answer.StatusCode != 200 || body != "{}\n" {
		t.Errorf("all: got %d %q", answer.StatusCode, body)
	}
	answer, body := r.own("ListSessions", map[string]string{"AccessToken": here})
	if got := refusalOf(t, answer, body); got != "NotAuthorizedException: Access Token has been revoked" {
		t.Errorf("after the end of all: got %s", got)
	}
}
