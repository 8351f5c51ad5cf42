package pages_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"

	"example.com/todo/internal/userpool"
	"example.com/todo/internal/userpool/pooltest"
)

// appCode is what an authenticator app with that key shows.
func appCode(t *testing.T, f *pooltest.Fixture, key string) string {
	t.Helper()
	secret, err := base32.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	h := hmac.New(sha1.New, secret)
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(f.Now().Unix()/30)))
	sum := h.Sum(nil)
	at := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:at+4])&(1<<31-1))%1_000_000)
}

// appKey is the key that the page shows to type, which is also the one that it opens an app with.
func (p *person) appKey(t *testing.T) string {
	t.Helper()
	var key strings.Builder
	for _, group := range all(p.page, "span") {
		key.WriteString(text(group))
	}
	for _, a := range all(p.page, "a") {
		if open, err := url.Parse(attribute(a, "href")); err == nil && open.Scheme == "otpauth" {
			q := open.Query()
			if open.Host != "totp" || !strings.HasPrefix(open.Path, "/Errands & more:ana") || q.Get("issuer") != "Errands & more" || q.Get("secret") != key.String() {
				t.Errorf("got the app's address %s beside the key %s", open, key.String())
			}
			p.pictures(t, attribute(a, "href"))
			return key.String()
		}
	}
	t.Fatalf("no key in the page\n%s", p.body)
	return ""
}

// pictures tells whether the page's QR code says a text, by drawing its path.
func (p *person) pictures(t *testing.T, text string) {
	t.Helper()
	want, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		t.Fatal(err)
	}
	svgs := all(p.page, "svg")
	svg := svgs[len(svgs)-1]
	n := want.Bounds().Dx()
	if got := attribute(svg, "viewBox"); got != fmt.Sprintf("0 0 %d %d", n+8, n+8) {
		t.Errorf("got the view box %q for %d modules", got, n)
	}
	dark := map[image.Point]bool{}
	paths := all(svg, "path")
	for _, run := range strings.SplitAfter(attribute(paths[len(paths)-1], "d"), "z") {
		var x, y, width, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h%dz", &x, &y, &width, &back); err != nil && run != "" || back != -width {
			t.Fatalf("got %q in the path: %v", run, err)
		}
		for i := range width {
			dark[image.Pt(x+i-4, y-4)] = true
		}
	}
	for y := -4; y < n+4; y++ {
		for x := -4; x < n+4; x++ {
			in := image.Pt(x, y).In(want.Bounds())
			if got := dark[image.Pt(x, y)]; got != (in && want.At(x, y) == color.Black) {
				t.Fatalf("at %d, %d: dark is %t", x, y, got)
			}
		}
	}
}

const setupTitle, codeTitle = "Set up your second step", "Enter your code"

func TestADemandedSecondFactor(t *testing.T) {
	f := start(t, pooltest.MFA("ON"))
	p := visitor(t, f).open(t, "/signup?"+request())
	p.submit(t, "username", "ana@example.com", "password", pooltest.Password)
	p.submit(t, "code", f.Code(t, "ana@example.com")).sees(t, "/mfaSetup", setupTitle)
	key := p.appKey(t)
	if p.open(t, "/mfaSetup?"+request()).appKey(t) != key {
		t.Error("a reload changed the key")
	}
	p.submit(t).sees(t, "/mfaSetup", setupTitle, "Enter the code that your authenticator app shows.")
	p.submit(t, "code", "12345").sees(t, "/mfaSetup", setupTitle, "This is not the code that your app shows now.")
	if p.appKey(t) != key {
		t.Error("a wrong code changed the key")
	}
	code := appCode(t, f, key)
	p.submit(t, "code", code[:3]+" "+code[3:]).arrived(t)

	again := visitor(t, f).open(t, "/login?"+request())
	again.submit(t, "username", "ana@example.com", "password", pooltest.Password).sees(t, "/mfa", codeTitle)
	if q := again.at.Query(); again.value("code") != "" || q.Has("session") {
		t.Errorf("at %s", again.at)
	}
	again.submit(t, "code", code).sees(t, "/mfa", codeTitle, "This code was used already.")
	f.Wait(30 * time.Second)
	again.submit(t, "code", appCode(t, f, key)).arrived(t)
}

func TestASecondFactorOfOnesOwnChoice(t *testing.T) {
	f := start(t, pooltest.MFA("OPTIONAL"))
	user := f.SignUp(t, "ana@example.com")
	login := func() *person {
		return visitor(t, f).open(t, "/login?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	}
	login().arrived(t)
	key, err := f.Pool.AssociateSoftwareToken(t.Context(), user.Sub)
	if err == nil {
		err = f.Pool.VerifySoftwareToken(t.Context(), user.Sub, appCode(t, f, key), "")
	}
	if err == nil {
		err = f.Pool.SetSecondFactors(t.Context(), user.Sub, &userpool.FactorChoice{Enabled: true}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Wait(time.Minute)
	login().submit(t, "code", appCode(t, f, key)).arrived(t)
}

// TestTheSecondFactorIsNotSkipped tries the ways round it of somebody who knows the password.
func TestTheSecondFactorIsNotSkipped(t *testing.T) {
	f := start(t, pooltest.MFA("ON"))
	f.SignUp(t, "ana@example.com")
	login := func() *person {
		return visitor(t, f).open(t, "/login?"+request()).submit(t, "username", "ana@example.com", "password", pooltest.Password)
	}
	rival, owner := login(), login()
	rivals := rival.appKey(t)
	owner.submit(t, "code", appCode(t, f, owner.appKey(t))).arrived(t)
	rival.submit(t, "code", appCode(t, f, rivals)).sees(t, "/login", "Sign in", "That took too long. Sign in again.")

	guesser := login()
	guesser.sees(t, "/mfa", codeTitle)
	guesser.open(t, "/oauth2/authorize?"+request()).sees(t, "/login", "Sign in")
	guesser.open(t, "/mfaSetup?"+request()).submit(t, "code", appCode(t, f, rivals)).sees(t, "/login", "Sign in")
	for _, path := range []string{"/mfa", "/mfaSetup"} {
		stranger := visitor(t, f).open(t, path+"?"+request())
		stranger.submit(t, "code", "123456").sees(t, "/login", "Sign in", "That took too long. Sign in again.")
	}
	late := login()
	f.Wait(3 * time.Minute)
	late.submit(t, "code", "123456").sees(t, "/login", "Sign in", "That took too long. Sign in again.")
	persistent := login()
	for range 15 {
		persistent.submit(t, "code", "12345").sees(t, "/mfa", codeTitle, "This is not the code")
	}
	persistent.submit(t, "code", "12345").sees(t, "/mfa", codeTitle, "That was tried too often.")
}
