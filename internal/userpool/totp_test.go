package userpool

import (
	"testing"
	"time"
)

// TestTOTP has the vectors of RFC 6238 appendix B for SHA-1, whose codes of eight digits end in the six that apps show.
func TestTOTP(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := totp(secret, stepAt(time.Unix(at, 0))); got != want {
			t.Errorf("at %d: got %s, want %s", at, got, want)
		}
	}
	if got, want := encodeSecret(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; got != want {
		t.Errorf("got the secret %s, want %s", got, want)
	}
}

func TestClocksMayDiffer(t *testing.T) {
	secret, now := []byte("12345678901234567890"), time.Unix(1111111111, 0)
	for late := int64(-3); late <= 3; late++ {
		step, ok := totpMatch(secret, now, totp(secret, stepAt(now)+late))
		if want := -1 <= late && late <= 1; ok != want || ok && step != stepAt(now)+late {
			t.Errorf("%d steps off: got %d, %t, want %t", late, step-stepAt(now), ok, want)
		}
	}
	for _, code := range []string{"", "5047", "0504711", " 050471", "000000"} {
		if _, ok := totpMatch(secret, now, code); ok {
			t.Errorf("%q: got a match", code)
		}
	}
}
